"""The calendar that comes with the program, put in without touching what operators entered."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from domain.case import SYSTEM
from models.calendars import Amendment, Day, alone, amendment, put_in_force, version
from models.reprojections import unfinished

Rows = Sequence[Mapping[str, Any]]

_KNOWN = "select distinct day from calendar_day"
_SOURCES = "select year, source from calendar_year"


def seed_calendar(connection: Connection, days: Rows, years: Rows, at: datetime) -> None:
    """Bring years that are not in the database yet; a later start than the first re-projects.

    A day that stands there already, in whatever version, stays; so does a year that operators
    loaded. While a re-projection is unfinished nothing is changed: the next start does it.
    """
    if _news(connection, days, years) is None or unfinished(connection):
        return
    alone(connection)
    change = _news(connection, days, years)
    if change is not None:
        put_in_force(connection, change, str(SYSTEM), at)


def _news(connection: Connection, days: Rows, years: Rows) -> Amendment | None:
    sources = {row["year"]: row["source"] for row in years}
    if version(connection):
        days = list(_unknown(connection, days, sources))
    return amendment(connection, [Day(**day) for day in days], sources)


def _unknown(
    connection: Connection, days: Rows, sources: Mapping[int, str]
) -> Iterator[Mapping[str, Any]]:
    known = set(connection.exec_driver_sql(_KNOWN).scalars())
    loaded = {row.year: row.source for row in connection.exec_driver_sql(_SOURCES)}
    for day in days:
        year = day["day"].year
        ours = loaded.get(year, sources.get(year)) == sources.get(year)
        if ours and day["day"] not in known:
            yield day
