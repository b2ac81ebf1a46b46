"""The registry: reference data put in, and looked up by code, name or alias."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Table, func, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from domain.errors import Misuse, Refused
from models.calendar_seeding import seed_calendar
from models.engine import transaction
from models.tables import (
    Channel,
    Contact,
    KeyField,
    PolicyRow,
    RuleSet,
    Setting,
    Unit,
)

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Reference:
    """Reference data as rows of their tables; policy and dispatch rules as their files have it."""

    units: Rows
    contacts: Rows
    fields: Rows
    channels: Rows
    days: Rows
    years: Rows
    policy: Mapping[str, Any]
    rule_set: Mapping[str, Any]


def seed(engine: Engine, reference: Reference, at: datetime) -> None:
    """Put reference data in. What is there already, edited or not, stays as it is.

    A year of the calendar that was not there moves the deadlines that reach into it.
    """
    with transaction(engine) as connection:
        tables: tuple[tuple[Any, Rows], ...] = (
            (Unit, reference.units),
            (Contact, reference.contacts),
            (KeyField, reference.fields),
            (Channel, reference.channels),
            (PolicyRow, [_version(reference.policy, at)]),
            (RuleSet, [_version(reference.rule_set, at)]),
        )
        for row, rows in tables:
            _add(connection, row.__table__, rows)
        _put_in_force(connection, reference)
        seed_calendar(connection, reference.days, reference.years, at)


def _version(body: Mapping[str, Any], at: datetime) -> Mapping[str, Any]:
    return {"version": body["version"], "body": body, "applied_at": at}


def _add(connection: Connection, table: Table, rows: Rows) -> None:
    if rows:
        connection.execute(insert(table).on_conflict_do_nothing(), list(rows))


def _put_in_force(connection: Connection, reference: Reference) -> None:
    connection.execute(
        update(Setting).values(
            policy_version=func.coalesce(Setting.policy_version, reference.policy["version"]),
            rule_set_version=func.coalesce(Setting.rule_set_version, reference.rule_set["version"]),
        )
    )


@dataclass(frozen=True)
class Directory:
    """The units and channels by code, for looking up and for showing names.

    ``kinds`` is the kind that cases of a channel are, ``districts`` the districts and zones.
    """

    names: Mapping[str, str]
    aliases: Mapping[str, str] = field(repr=False)
    doubtful: frozenset[str]
    channels: Mapping[str, str]
    kinds: Mapping[str, str]
    districts: frozenset[str]

    def unit(self, wanted: str) -> str:
        """Give the code of a unit by code, name or alias; refuses unknown and doubtful ones."""
        code = wanted if wanted in self.names else self.aliases.get(wanted, "")
        if not code:
            raise Misuse(f"没有代码或名称为“{wanted}”的单位，请用 rectify unit list 查看单位代码。")
        if code in self.doubtful:
            raise Refused(f"单位 {self.names[code]}（{code}）存疑，不能向其交办，请另选单位。")
        return code

    def name(self, code: str) -> str:
        """Give the Chinese name of a unit, or the code itself when it is none."""
        return self.names.get(code, code)


def directory(engine: Engine) -> Directory:
    """Read the directory."""
    with transaction(engine) as connection:
        units = connection.execute(select(*Unit.__table__.c)).all()  # type: ignore[attr-defined]
        channels = connection.execute(
            select(Channel.code, Channel.name, Channel.default_kind)
        ).all()
    return Directory(
        names={unit.code: unit.name for unit in units},
        aliases={name: u.code for u in units for name in (u.name, *u.aliases)},
        doubtful=frozenset(unit.code for unit in units if unit.doubtful),
        channels={channel.code: channel.name for channel in channels},
        kinds={channel.code: channel.default_kind for channel in channels},
        districts=frozenset(unit.code for unit in units if unit.kind in ("district", "zone")),
    )
