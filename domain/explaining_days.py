"""Rest days and make-up days between two dates, in words."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby

from domain.calendar import WorkCalendar

_DAY = timedelta(days=1)
_NAMED = 3
"""The most stretches or days named one by one; a long limit would name a whole year's."""
_WEEKDAYS = 5


def days_in_words(calendar: WorkCalendar, after: date, through: date) -> str:
    """Name what differs from plain weeks in after < day <= through; nothing when nothing does.

    A holiday is named with the weekend that it adjoins: “其间10月1日至8日放假，不计”.
    """
    parts = []
    rests = [_stretch(first, last) for first, last in _holidays(calendar, after, through)]
    if rests:
        parts.append(f"其间{_listed(rests)}放假，不计")
    made_up = [_day(day) for day in _between(after, through) if _made_up(calendar, day)]
    if made_up:
        parts.append(f"{_listed(made_up)}（调休）计入")
    return "；".join(parts)


def _between(after: date, through: date) -> Iterator[date]:
    return (after + _DAY * n for n in range(1, (through - after).days + 1))


def _made_up(calendar: WorkCalendar, day: date) -> bool:
    return day.weekday() >= _WEEKDAYS and calendar.is_workday(day)


def _holidays(calendar: WorkCalendar, after: date, through: date) -> Iterator[tuple[date, date]]:
    """Give the stretches of rest that are more than a weekend."""
    for working, group in groupby(_between(after, through), key=calendar.is_workday):
        stretch = list(group)
        if not working and any(day.weekday() < _WEEKDAYS for day in stretch):
            yield stretch[0], stretch[-1]


def _stretch(first: date, last: date) -> str:
    if first == last:
        return _day(first)
    to = f"{last.day}日" if first.month == last.month else _day(last)
    return f"{_day(first)}至{to}"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _listed(words: Iterable[str]) -> str:
    every = list(words)
    more = f"等{len(every)}处" if len(every) > _NAMED else ""
    return "、".join(every[:_NAMED]) + more
