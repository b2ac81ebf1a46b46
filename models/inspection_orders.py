"""Orders of inspections: the population, the draw, and how far it was carried out."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from domain.drawing import METHOD, Strata, fingerprint
from domain.errors import Refused
from domain.inspecting import Cause
from models.engine import transaction

# Closed cases that are not about to be looked at again anyway. One that is about persons of its
# unit stays out.
_POPULATION = """
select c.no, c.lead_unit as unit from rectification_case c
where c.state in ('closed', 'verified') and c.lead_unit is not null
    and not c.lead_unit = any (c.accused)
    and (%(unit)s = '' or c.lead_unit = %(unit)s)
    and (%(environment)s = '' or c.environment = %(environment)s)
    and (%(since)s::timestamptz is null or c.closed_at >= %(since)s)
    and (%(until)s::timestamptz is null or c.closed_at < %(until)s)
    and not exists (select from clock k where k.case_id = c.id and k.kind = 'recheck'
        and k.stopped_at is null and k.rule = 'triggered')
order by c.lead_unit, c.no
"""
# Of the cases closed then, those that got no series of re-checks at closing.
_SAMPLED = """
select c.no, c.lead_unit as unit from rectification_case c
where c.state in ('closed', 'verified') and c.lead_unit is not null
    and not c.lead_unit = any (c.accused)
    and c.closed_at >= %(since)s and c.closed_at < %(until)s
    and not exists (select from clock k where k.case_id = c.id and k.kind = 'recheck'
        and k.rule in ('lookback', 'drawn') and k.started_at >= c.closed_at)
order by c.lead_unit, c.no
"""
_LAST_SAMPLE = """
select coalesce(max(substr(key, 8)), '') from inspection_order where cause = 'sample'
"""
_ADD = """
insert into inspection_order (key, cause, unit, environment, case_id, since, until, reason, seed,
    share, method, strata, population_hash, actor, ordered_at)
values (%(key)s, %(cause)s, nullif(%(unit)s, ''), nullif(%(environment)s, ''),
    (select id from rectification_case where no = %(no)s), %(since)s, %(until)s, %(reason)s,
    %(seed)s, %(share)s, %(method)s, %(strata)s, %(population_hash)s, %(actor)s, %(now)s)
on conflict (key) do nothing returning id
"""
_COLUMNS = """
select o.id, o.key, o.cause, coalesce(o.unit, '') as unit,
    coalesce(o.environment, '') as environment, coalesce(c.no, '') as no, o.since, o.until,
    o.reason, o.seed, o.share, o.method, o.strata, o.population_hash, o.actor, o.ordered_at,
    o.done_at
from inspection_order o left join rectification_case c on c.id = o.case_id
"""


@dataclass(frozen=True)
class Scope:
    """Which closed cases: of a unit, an environment, closed in a period; all where empty."""

    unit: str = ""
    environment: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Wanted:
    """An order of inspections to be: its key, cause, scope, the draw. ``no`` is what caused it."""

    key: str
    cause: Cause
    scope: Scope
    reason: str
    share: int
    seed: str
    population: Strata
    picks: Strata
    no: str = ""
    actor: str = ""


@dataclass(frozen=True)
class Ordered:
    """An order of inspections as the database has it."""

    id: int
    key: str
    cause: Cause
    scope: Scope
    no: str
    reason: str
    seed: str
    share: int
    method: int
    population: Strata
    picks: Strata
    population_hash: str
    actor: str
    ordered_at: datetime
    done_at: datetime | None

    @property
    def nos(self) -> list[str]:
        """The cases drawn."""
        return [no for unit in sorted(self.picks) for no in self.picks[unit]]


def population(connection: Connection, scope: Scope) -> dict[str, list[str]]:
    """Give the closed cases of a scope by lead unit, less those ordered to be looked at already."""
    return _by_unit(connection, _POPULATION, scope)


def sample_population(connection: Connection, scope: Scope) -> dict[str, list[str]]:
    """Give by lead unit the cases closed in a period that get no fixed series of re-checks."""
    return _by_unit(connection, _SAMPLED, scope)


def last_sample(connection: Connection) -> str:
    """Give the last month that was drawn, as ``2026-03``; empty where none was."""
    found: str = connection.exec_driver_sql(_LAST_SAMPLE).scalar_one()
    return found


def _by_unit(connection: Connection, statement: str, scope: Scope) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in connection.exec_driver_sql(statement, vars(scope)):
        found.setdefault(row.unit, []).append(row.no)
    return found


def add_order(connection: Connection, wanted: Wanted, now: datetime) -> int | None:
    """Write an order down; nothing, and ``None``, where its key was used before."""
    strata = {
        unit: {"population": sorted(nos), "picks": sorted(wanted.picks.get(unit, ()))}
        for unit, nos in wanted.population.items()
    }
    plain = {name: getattr(wanted, name) for name in ("key", "reason", "share", "seed", "no")}
    values = plain | vars(wanted.scope) | {
        "cause": str(wanted.cause),
        "method": METHOD,
        "strata": json.dumps(strata),
        "population_hash": fingerprint(wanted.population),
        "actor": wanted.actor,
        "now": now,
    }  # fmt: skip
    added: int | None = connection.exec_driver_sql(_ADD, values).scalar_one_or_none()
    return added


def keys_used(connection: Connection, keys: list[str]) -> set[str]:
    """Give those keys under which something was ordered."""
    statement = "select key from inspection_order where key = any (%(keys)s)"
    return set(connection.exec_driver_sql(statement, {"keys": keys}).scalars())


def undone(engine: Engine) -> list[Ordered]:
    """List the orders that are written down and not carried out to the end."""
    return _orders(engine, "where o.done_at is null order by o.id", {})


def orders(engine: Engine, most: int) -> list[Ordered]:
    """List orders that there was anything to draw from, the newest first."""
    where = "where o.strata <> '{}' order by o.id desc limit %(most)s"
    return _orders(engine, where, {"most": most})


def find_order(engine: Engine, number: int = 0, key: str = "") -> Ordered:
    """Read one order by its number or key; refuses an unknown one."""
    where = "where o.id = %(number)s or o.key = nullif(%(key)s, '')"
    found = _orders(engine, where, {"number": number, "key": key})
    if not found:
        raise Refused(f"没有第 {number} 号专项复查，请用 ./rectify inspection orders 查看。")
    return found[0]


def mark_done(connection: Connection, number: int, now: datetime) -> None:
    """Note that an order is carried out."""
    statement = "update inspection_order set done_at = %(now)s where id = %(number)s"
    connection.exec_driver_sql(statement, {"number": number, "now": now})


def _orders(engine: Engine, where: str, values: Mapping[str, object]) -> list[Ordered]:
    with transaction(engine) as connection:
        rows = connection.exec_driver_sql(f"{_COLUMNS} {where}", dict(values)).mappings()
        return [_ordered(dict(row)) for row in rows]


def _ordered(row: dict[str, Any]) -> Ordered:
    scope = {name: row.pop(name) for name in ("unit", "environment", "since", "until")}
    strata = row.pop("strata")
    kept = {
        name: {unit: tuple(one[name]) for unit, one in strata.items()}
        for name in ("population", "picks")
    }
    return Ordered(**row | kept | {"cause": Cause(row["cause"]), "scope": Scope(**scope)})
