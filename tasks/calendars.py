"""What a file of holidays changes in the calendar: judged before anything is written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Engine

from models.calendars import Day, published_years, show_year
from tasks.reading.calendar_files import ListedDay, plain_kind
from tasks.reading.calendar_years import years_published


@dataclass(frozen=True)
class Revised:
    """A day of a year published before that becomes a working day, or stops being one."""

    day: date
    name: str
    was_work: bool


@dataclass(frozen=True)
class CalendarChange:
    """What to load: the days, and the years they publish with the source of each.

    ``provisional`` are years that get days and stay provisional; ``revised`` is what changes in
    years published before.
    """

    days: tuple[ListedDay, ...]
    years: Mapping[int, str]
    provisional: tuple[int, ...]
    revised: tuple[Revised, ...]


def planned(engine: Engine, listed: Sequence[ListedDay], *, partial: bool) -> CalendarChange:
    """Say what these days, in order of date, change; refuses half years unless ``partial``.

    A list that publishes a year replaces single days that were entered for it before. Days that
    only repeat Monday to Friday, as official lists do, are left out.
    """
    published = published_years(engine)
    years = frozenset() if partial else years_published(listed, published)
    known = {
        day.day: day
        for year in sorted({day.day.year for day in listed})
        for day in show_year(engine, year).days
    }
    kept = [day for day in listed if day.exceptional or day.day in known]
    sources = {day.day.year: day.source for day in reversed(listed) if day.day.year in years}
    replaced = _replaced(known, listed, sources)
    return CalendarChange(
        days=tuple(sorted([*kept, *replaced], key=lambda day: day.day)),
        years=sources,
        provisional=tuple(sorted({day.day.year for day in kept} - {*published, *years})),
        revised=tuple(_revised(kept, known, published)),
    )


def _replaced(
    known: Mapping[date, Day], listed: Sequence[ListedDay], years: Mapping[int, str]
) -> Iterator[ListedDay]:
    """Days entered early for a year whose list, published now, does not have them."""
    standing = {day.day for day in listed}
    for day, entered in known.items():
        if day.year in years and day not in standing and entered.kind != plain_kind(day):
            yield ListedDay(0, day, plain_kind(day), "平日（放假安排未列）", years[day.year])


def _revised(
    kept: Sequence[ListedDay], known: Mapping[date, Day], published: Sequence[int]
) -> Iterator[Revised]:
    for day in kept:
        former = known[day.day].kind if day.day in known else plain_kind(day.day)
        if day.day.year in published and former != day.kind:
            yield Revised(day.day, day.name, was_work=former == "work")
