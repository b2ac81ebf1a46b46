"""The working calendar: Monday to Friday, less holidays, plus make-up weekends (调休).

Days are local dates in Shanghai. A year whose list is not published yet counts by weekdays alone
and is provisional (policy: calendar).
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from domain.errors import Misuse

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""The time zone of every deadline and every date that people see."""

_WEEK = 7
_WEEKDAYS = 5


@dataclass(frozen=True)
class WorkCalendar:
    """One version of the calendar.

    ``rest`` are weekdays that are rest days and ``work`` weekends that are working days; a weekend
    in ``rest`` or a weekday in ``work`` changes nothing. ``published`` are the years whose list is
    known. Working days have consecutive numbers, so every question is one or two binary searches.
    """

    version: int
    rest: frozenset[date]
    work: frozenset[date]
    published: frozenset[int]
    _index: "_Index" = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", _Index.of(self.rest, self.work))

    def is_workday(self, day: date) -> bool:
        """Whether people work on ``day``."""
        return day not in self.rest if day.weekday() < _WEEKDAYS else day in self.work

    def add_workdays(self, day: date, n: int) -> date:
        """Give the n-th working day after ``day`` (before it when n < 0; ``day`` when n is 0)."""
        if n == 0:
            return day
        ordinal = day.toordinal()
        through = self._index.rank(ordinal) if n > 0 else self._index.rank(ordinal - 1) + 1
        return date.fromordinal(self._index.nth(through + n))

    def next_workday(self, day: date) -> date:
        """Give ``day`` when it is a working day, else the first one after it."""
        return day if self.is_workday(day) else self.add_workdays(day, 1)

    def previous_workday(self, day: date) -> date:
        """Give ``day`` when it is a working day, else the last one before it."""
        return day if self.is_workday(day) else self.add_workdays(day, -1)

    def count_workdays(self, after: date, through: date) -> int:
        """Count the working days d with after < d <= through; negative when reversed."""
        return self._index.rank(through.toordinal()) - self._index.rank(after.toordinal())

    def provisional(self, first: date, last: date) -> bool:
        """Whether the list of a year between the two dates' years is not published yet."""
        return any(year not in self.published for year in range(first.year, last.year + 1))


@dataclass(frozen=True)
class _Index:
    """Numbers working days: plain weekdays by arithmetic, corrected at each exceptional day.

    ``edges`` are the exceptional days' ordinals in order, ``ranks`` the number of working days
    through each, ``shifts`` what to add to the plain weekday count before each and after the last.
    """

    edges: list[int]
    ranks: list[int]
    shifts: list[int]

    @classmethod
    def of(cls, rest: frozenset[date], work: frozenset[date]) -> "_Index":
        changes = {day.toordinal(): -1 for day in rest if day.weekday() < _WEEKDAYS}
        changes |= {day.toordinal(): 1 for day in work if day.weekday() >= _WEEKDAYS}
        edges, shifts, ranks = sorted(changes), [0], []
        for edge in edges:
            shifts.append(shifts[-1] + changes[edge])
            ranks.append(_weekdays(edge) + shifts[-1])
        return cls(edges, ranks, shifts)

    def rank(self, ordinal: int) -> int:
        """Count the working days from the first day of year 1 through ``ordinal``."""
        return _weekdays(ordinal) + self.shifts[bisect_right(self.edges, ordinal)]

    def nth(self, rank: int) -> int:
        """Find the day of that rank; the inverse of ``rank`` on working days."""
        place = bisect_left(self.ranks, rank)
        plain = _weekday_of(rank - self.shifts[place])
        return min(plain, self.edges[place]) if place < len(self.edges) else plain


def _weekdays(ordinal: int) -> int:
    """Count Mondays to Fridays through ``ordinal``; ordinal 1 is a Monday."""
    weeks, days = divmod(ordinal, _WEEK)
    return weeks * _WEEKDAYS + min(days, _WEEKDAYS)


def _weekday_of(count: int) -> int:
    weeks, days = divmod(count - 1, _WEEKDAYS)
    return weeks * _WEEK + days + 1


def local_date(instant: datetime) -> date:
    """Give the date in Shanghai at ``instant``; a time without zone is refused."""
    if instant.tzinfo is None:
        raise Misuse(f"时间 {instant} 没有时区，请写明，例如 2026-03-02T09:00:00+08:00。")
    return instant.astimezone(SHANGHAI).date()


def at_hour(day: date, hour: time | str) -> datetime:
    """Give the instant of that Shanghai hour (a time, or text like ``09:00``) on ``day``."""
    wall = time.fromisoformat(hour) if isinstance(hour, str) else hour
    return datetime.combine(day, wall, tzinfo=SHANGHAI)
