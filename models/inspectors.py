"""The registry of inspectors."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from domain.errors import Refused
from domain.inspecting import Inspector
from models.engine import transaction

_SAVE = """
insert into inspector (code, name, unit, environments, units, conflicts)
values (%(code)s, %(name)s, %(unit)s, %(environments)s, %(units)s, %(conflicts)s)
on conflict (code) do update set name = excluded.name, unit = excluded.unit,
    environments = excluded.environments, units = excluded.units, conflicts = excluded.conflicts,
    retired_at = null
returning xmax = 0 as added
"""
_RETIRE = """
update inspector set retired_at = %(at)s where code = %(code)s and retired_at is null
"""
# What an inspector still had open of a unit that they may not look at any more.
_CONFLICTING = """
update inspection i set inspector = null, assigned_at = null
from clock k, rectification_case c, inspector p
where i.inspector = %(code)s and p.code = i.inspector and c.id = i.case_id
    and k.case_id = i.case_id and k.kind = 'recheck' and k.slot = i.slot and k.stopped_at is null
    and (array[c.lead_unit] || c.assisting) && (p.conflicts || p.unit)
"""
# What a retired inspector still had open waits for another.
_RELEASE = """
update inspection i set inspector = null, assigned_at = null from clock k
where i.inspector = %(code)s and k.case_id = i.case_id and k.kind = 'recheck' and k.slot = i.slot
    and k.stopped_at is null
"""
_ACTIVE = """
select code, name, unit, environments, units, conflicts from inspector where retired_at is null
order by code
"""
_LOAD = """
select i.inspector, count(*) as open from clock k
join inspection i on i.case_id = k.case_id and i.slot = k.slot
where k.kind = 'recheck' and k.stopped_at is null and i.inspector is not null
group by i.inspector
"""


def save_inspector(engine: Engine, one: Inspector) -> bool:
    """Add an inspector, or change what is known of one; gives whether it is new.

    Open inspections that an interest now forbids wait for another.
    """
    values = {name: _listed(value) for name, value in asdict(one).items()}
    with transaction(engine) as connection:
        added = bool(connection.exec_driver_sql(_SAVE, values).scalar_one())
        connection.exec_driver_sql(_CONFLICTING, {"code": one.code})
    return added


def retire_inspector(engine: Engine, code: str, at: datetime) -> int:
    """Let an inspector no longer inspect; gives how many open inspections wait for another."""
    with transaction(engine) as connection:
        if not connection.exec_driver_sql(_RETIRE, {"code": code, "at": at}).rowcount:
            raise Refused(f"没有代码为“{code}”的在任检查人，请用 inspection inspectors 查看。")
        return int(connection.exec_driver_sql(_RELEASE, {"code": code}).rowcount)


def inspectors(connection: Connection) -> list[Inspector]:
    """List those who inspect, by code."""
    rows = connection.exec_driver_sql(_ACTIVE).mappings()
    return [Inspector(**{name: _fixed(value) for name, value in row.items()}) for row in rows]


def load(connection: Connection) -> Mapping[str, int]:
    """Count the open inspections of each inspector who has any."""
    return {row.inspector: row.open for row in connection.exec_driver_sql(_LOAD)}


def _listed(value: Any) -> Any:  # noqa: ANN401 - a column's value
    return list(value) if isinstance(value, tuple) else value


def _fixed(value: Any) -> Any:  # noqa: ANN401 - a column's value
    return tuple(value) if isinstance(value, list) else value
