"""Quarters and months that duties recur in; days are local dates in Shanghai."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from domain.errors import Misuse

_QUARTER = 3
_YEAR = 12
_CODE = re.compile(r"(20\d\d)(?:[Qq]([1-4])|-(0[1-9]|1[0-2]))", re.ASCII)


@dataclass(frozen=True, order=True)
class Period:
    """A quarter or a month, from its first through its last day."""

    first: date
    last: date

    @property
    def quarterly(self) -> bool:
        """Whether it is a quarter."""
        return self.first.month != self.last.month

    @property
    def code(self) -> str:
        """Write it as keys and commands do: ``2026Q1`` or ``2026-03``."""
        if self.quarterly:
            return f"{self.first.year}Q{_quarter(self.first)}"
        return f"{self.first:%Y-%m}"

    @property
    def zh(self) -> str:
        """Write it as people read it."""
        if self.quarterly:
            return f"{self.first.year}年第{_quarter(self.first)}季度"
        return f"{self.first.year}年{self.first.month}月"

    @property
    def next(self) -> "Period":
        """The one after it."""
        after = self.last + timedelta(days=1)
        return quarter_of(after) if self.quarterly else month_of(after)

    @property
    def previous(self) -> "Period":
        """The one before it."""
        before = self.first - timedelta(days=1)
        return quarter_of(before) if self.quarterly else month_of(before)

    def months(self) -> Iterator["Period"]:
        """Give the months in it, itself when it is one."""
        month = month_of(self.first)
        while month.last <= self.last:
            yield month
            month = month.next


def quarter_of(day: date) -> Period:
    """Give the quarter of a day."""
    return _starting(day.year, (_quarter(day) - 1) * _QUARTER + 1, _QUARTER)


def month_of(day: date) -> Period:
    """Give the month of a day."""
    return _starting(day.year, day.month, 1)


def read_period(text: str) -> Period:
    """Read ``2026Q1`` or ``2026-03``; refuses anything else."""
    found = _CODE.fullmatch(text.strip())
    if found is None:
        raise Misuse(f"时段“{text}”看不懂，季度请写成 2026Q1，月份请写成 2026-03。")
    year, quarter, month = found.groups()
    if quarter:
        return _starting(int(year), (int(quarter) - 1) * _QUARTER + 1, _QUARTER)
    return _starting(int(year), int(month), 1)


def zh_day(day: date) -> str:
    """Write a day as people read it."""
    return f"{day.year}年{day.month}月{day.day}日"


def _quarter(day: date) -> int:
    return (day.month - 1) // _QUARTER + 1


def _starting(year: int, month: int, months: int) -> Period:
    years, following = divmod(month - 1 + months, _YEAR)
    after = date(year + years, following + 1, 1)
    return Period(date(year, month, 1), after - timedelta(days=1))
