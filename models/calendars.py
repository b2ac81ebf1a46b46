"""The calendar as data: versions of exceptional days and published years, amended and shown."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal, Protocol

from sqlalchemy import Connection, Engine

from domain.calendar import WorkCalendar, at_hour
from models.engine import transaction
from models.reprojections import Opening, open_row
from models.rulebook import CHANGE_LOCK

Kind = Literal["rest", "work"]
MIDNIGHT = "00:00"
"""When a day begins."""

_IN_FORCE = """
select day, kind, name, source, since from calendar_day
where until is null and (%(days)s::date[] is null or day = any (%(days)s))
    and (%(year)s::int is null or extract(year from day) = %(year)s) order by day
"""
_YEARS = "select year, source from calendar_year order by year"
_VERSION = "select calendar_version from setting"
_CHANGE = f"select pg_advisory_xact_lock({CHANGE_LOCK})"
_CLOSE = """
update calendar_day set until = %(version)s where until is null and day = any (%(days)s)
"""
_ADD_DAYS = """
insert into calendar_day (day, since, kind, name, source)
select day, %(version)s, kind, name, source from jsonb_to_recordset(%(rows)s::jsonb)
    as r(day date, kind text, name text, source text)
"""
_ADD_YEARS = """
insert into calendar_year (year, source, since)
select key::integer, value, %(version)s from jsonb_each_text(%(rows)s::jsonb)
"""
_PUT_IN_FORCE = "update setting set calendar_version = %(version)s"


class Listed(Protocol):
    """A day as a list has it."""

    @property
    def day(self) -> date:
        """The local date in Shanghai."""

    @property
    def kind(self) -> Kind:
        """Off, or worked."""

    @property
    def name(self) -> str:
        """What it is called."""

    @property
    def source(self) -> str:
        """Who says so."""


@dataclass(frozen=True)
class Day:
    """An exceptional day: a weekday off (rest) or a weekend day worked (work)."""

    day: date
    kind: Kind
    name: str
    source: str


@dataclass(frozen=True)
class Year:
    """The exceptional days of a year in force, and since which version each holds.

    A year not ``published`` counts by weekdays and these days alone, and is provisional.
    """

    year: int
    published: bool
    source: str
    version: int
    days: tuple[Day, ...]
    since: Mapping[date, int]


@dataclass(frozen=True)
class Amendment:
    """What the next version of the calendar says otherwise: days, and years newly published."""

    version: int
    days: tuple[Day, ...]
    years: Mapping[int, str]

    @property
    def since(self) -> datetime:
        """When the first day begins that it may have changed."""
        firsts = [date(year, 1, 1) for year in self.years]
        return at_hour(min(firsts + [day.day for day in self.days]), MIDNIGHT)

    @property
    def names(self) -> dict[date, str]:
        """What its days are called."""
        return {day.day: day.name for day in self.days}


def amendment(
    connection: Connection, days: Iterable[Listed], years: Mapping[int, str]
) -> Amendment | None:
    """Compare a list with what is in force; ``None`` when it says nothing new.

    ``years`` are those the list publishes, with their source. One published before stays as it is.
    """
    listed = {d.day: Day(d.day, d.kind, d.name, d.source) for d in days}
    rows = connection.exec_driver_sql(_IN_FORCE, {"days": list(listed), "year": None})
    known = {row.day: Day(*row[:4]) for row in rows}
    published = {row.year for row in connection.exec_driver_sql(_YEARS)}
    fresh = tuple(day for day in listed.values() if known.get(day.day) != day)
    new = {year: source for year, source in years.items() if year not in published}
    return Amendment(version(connection) + 1, fresh, new) if fresh or new else None


def amended(calendar: WorkCalendar, change: Amendment) -> WorkCalendar:
    """Give the calendar as the amendment makes it."""
    days = {day.day for day in change.days}
    rest, work = ({day.day for day in change.days if day.kind == kind} for kind in ("rest", "work"))
    return replace(
        calendar,
        version=change.version,
        rest=calendar.rest - days | rest,
        work=calendar.work - days | work,
        published=calendar.published | change.years.keys(),
    )


def alone(connection: Connection) -> None:
    """Wait until nobody goes by the rules in force; then keep others waiting till the end."""
    connection.exec_driver_sql(_CHANGE)


def version(connection: Connection) -> int:
    """Give the version in force; 0 before the first."""
    found: int = connection.exec_driver_sql(_VERSION).scalar_one()
    return found


def put_in_force(
    connection: Connection, change: Amendment, actor: str, at: datetime, reason: str = ""
) -> None:
    """Write the next version; from the second on, clocks that run are counted again under it.

    The caller is ``alone``. Days replaced stay in the versions before. ``actor`` and
    ``reason`` are those of a re-projection (``models.reprojections``).
    """
    here = {"version": change.version}
    replaced = [day.day for day in change.days]
    rows = json.dumps([vars(day) | {"day": day.day.isoformat()} for day in change.days])
    connection.exec_driver_sql(_CLOSE, here | {"days": replaced})
    connection.exec_driver_sql(_ADD_DAYS, here | {"rows": rows})
    connection.exec_driver_sql(_ADD_YEARS, here | {"rows": json.dumps(change.years)})
    connection.exec_driver_sql(_PUT_IN_FORCE, here)
    if change.version > 1:
        open_row(connection, Opening("calendar", change.version, None, actor, at, reason))


def show_year(engine: Engine, year: int) -> Year:
    """Read a year as it is in force."""
    with transaction(engine) as connection:
        rows = connection.exec_driver_sql(_IN_FORCE, {"days": None, "year": year}).all()
        sources = {row.year: row.source for row in connection.exec_driver_sql(_YEARS)}
        return Year(
            year=year,
            published=year in sources,
            source=sources.get(year, ""),
            version=version(connection),
            days=tuple(Day(*row[:4]) for row in rows),
            since={row.day: row.since for row in rows},
        )


def published_years(engine: Engine) -> tuple[int, ...]:
    """List the years whose list is in force, in order."""
    with transaction(engine) as connection:
        return tuple(row.year for row in connection.exec_driver_sql(_YEARS))
