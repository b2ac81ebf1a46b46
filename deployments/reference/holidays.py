"""The State Council's yearly lists of holidays and make-up days, as rows for the calendar table.

They come with the package ``chinesecalendar``, which knows 2004 to the last year published when it
was released.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from chinese_calendar.constants import Holiday, holidays, workdays

_SOURCE = "国务院办公厅节假日安排（chinesecalendar）"
_SATURDAY = 5


@dataclass(frozen=True)
class CalendarDay:
    """A day on which the list departs from Monday to Friday: a weekday off or a weekend at work."""

    day: date
    kind: Literal["rest", "work"]
    name: str
    source: str


def published_years() -> frozenset[int]:
    """The years whose list is known."""
    return frozenset(day.year for day in holidays)


def published_days(first_year: int, last_year: int) -> list[CalendarDay]:
    """List the exceptional days of these years, both included, in order of date."""
    rest = [_row(day, "rest") for day in holidays if day.weekday() < _SATURDAY]
    work = [_row(day, "work") for day in workdays if day.weekday() >= _SATURDAY]
    wanted = (row for row in rest + work if first_year <= row.day.year <= last_year)
    return sorted(wanted, key=lambda row: row.day)


def _row(day: date, kind: Literal["rest", "work"]) -> CalendarDay:
    holiday = Holiday((holidays if kind == "rest" else workdays)[day])
    name = holiday.chinese if kind == "rest" else f"{holiday.chinese}调休上班"
    return CalendarDay(day, kind, name, _SOURCE)
