"""Limits of time and the deadlines they end in (policy: calendar; design: clocks and rungs)."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, cast

from domain.calendar import SHANGHAI, WorkCalendar, at_hour, local_date
from domain.errors import Misuse

Unit = Literal["wd", "h", "d", "mo"]
"""Working days, real hours, calendar days, calendar months."""

_TEXT = re.compile(r"([1-9][0-9]{0,3})(wd|h|d|mo)")
_ZH = {"wd": "个工作日", "h": "小时", "d": "日", "mo": "个月"}
_ROUGH_DAYS = {"wd": 7 / 5, "h": 1 / 24, "d": 1, "mo": 365 / 12}
_MONTHS = 12
_WHOLE = 100


@dataclass(frozen=True)
class Limit:
    """An amount of time in its own unit, at least 1: ``5wd``, ``24h``, ``30d``, ``6mo``."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        """Write it as ``parse`` reads it."""
        return f"{self.amount}{self.unit}"

    @property
    def zh(self) -> str:
        """The limit in Chinese: ``5个工作日``."""
        return f"{self.amount}{_ZH[self.unit]}"

    @classmethod
    def parse(cls, text: str) -> "Limit":
        """Read ``5wd``, ``24h``, ``30d`` or ``6mo``; anything else is refused."""
        found = _TEXT.fullmatch(text)
        if found is None:
            raise Misuse(f"时限“{text}”看不懂，请写成 5wd（工作日）、24h、30d 或 6mo 这样的形式。")
        return cls(int(found[1]), cast("Unit", found[2]))

    def roughly(self) -> float:
        """About how many calendar days, only for comparing limits of different units."""
        return self.amount * _ROUGH_DAYS[self.unit]

    def share(self, percent: int) -> "Limit":
        """Give that part of the limit, rounded up to a whole unit."""
        return Limit(-(-self.amount * percent // _WHOLE), self.unit)


@dataclass(frozen=True)
class WorkingHours:
    """When a working day opens and closes, Shanghai time; limits in days end at ``closes``."""

    opens: time
    closes: time


@dataclass(frozen=True)
class Deadline:
    """Where a limit ends.

    ``rolled`` is the date it would have ended on when a rest day moved it (limits in days or
    months); ``provisional`` says that a calendar year it rests on is not published yet.
    """

    at: datetime
    rolled: date | None = None
    provisional: bool = False


def deadline(
    start: datetime, limit: Limit, calendar: WorkCalendar, hours: WorkingHours
) -> Deadline:
    """Give the end of ``limit`` from ``start``, in Shanghai time.

    Working days: day 1 is the first working day after the local date of the start, whatever the
    hour; the limit ends at closing time on day N. Days and months: counted from the local date (a
    month's end is clipped), rolled forward to closing time of the next working day. Hours: real
    hours, never rolled.
    """
    if limit.unit == "h":
        end = start.astimezone(UTC) + timedelta(hours=limit.amount)
        return Deadline(end.astimezone(SHANGHAI))
    first = local_date(start)
    if limit.unit == "wd":
        day = calendar.add_workdays(first, limit.amount)
        return Deadline(at_hour(day, hours.closes), None, calendar.provisional(first, day))
    plain = _by_calendar(first, limit)
    day = calendar.next_workday(plain)
    rolled = plain if day != plain else None
    return Deadline(at_hour(day, hours.closes), rolled, calendar.provisional(plain, day))


def _by_calendar(first: date, limit: Limit) -> date:
    if limit.unit == "d":
        return first + timedelta(days=limit.amount)
    return months_after(first, limit.amount)


def months_after(first: date, months: int) -> date:
    """Give the same day so many months later (earlier when negative), or that month's last day."""
    years, month = divmod(first.month - 1 + months, _MONTHS)
    year, month = first.year + years, month + 1
    return date(year, month, min(first.day, monthrange(year, month)[1]))
