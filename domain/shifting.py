"""Moving a deadline by a time that is not charged: a pause, or the wait for a verdict.

A working day is charged to a holder when the clock was running as that day began. So the day of
freezing is charged and the day of thawing is not, and no working day counts twice or is lost.
"""

from dataclasses import dataclass
from datetime import date, datetime

from domain.calendar import WorkCalendar, at_hour, local_date
from domain.limits import Deadline, Limit, WorkingHours


@dataclass(frozen=True)
class Standstill:
    """The time between two aware instants, during which a clock stood still."""

    frozen: datetime
    thawed: datetime


def shift(
    due: datetime, limit: Limit, still: Standstill, calendar: WorkCalendar, hours: WorkingHours
) -> Deadline:
    """Give the deadline that ``due`` becomes after a standstill.

    A clock in time at freezing is in time at thawing, until closing time of a working day at least;
    one overdue stays overdue by the same number of working days. Hour limits move by real time.
    """
    if limit.unit == "h":
        return Deadline(due + (still.thawed - still.frozen))
    if due < still.frozen:
        return Deadline(_still_overdue(due, still, calendar, hours))
    frozen, thawed = local_date(still.frozen), local_date(still.thawed)
    if limit.unit == "wd":
        left = calendar.count_workdays(frozen, local_date(due))
        return Deadline(_open_day(calendar.add_workdays(thawed, left), still, calendar, hours))
    plain = local_date(due) + (thawed - frozen)
    rolled = None if calendar.is_workday(plain) else plain
    return Deadline(_open_day(plain, still, calendar, hours), rolled)


def _open_day(
    day: date, still: Standstill, calendar: WorkCalendar, hours: WorkingHours
) -> datetime:
    """Close of the first working day from ``day`` on that is not over at thawing."""
    close = at_hour(calendar.next_workday(day), hours.closes)
    if close >= still.thawed:
        return close
    return at_hour(calendar.add_workdays(day, 1), hours.closes)


def _still_overdue(
    due: datetime, still: Standstill, calendar: WorkCalendar, hours: WorkingHours
) -> datetime:
    late = calendar.count_workdays(local_date(due), local_date(still.frozen))
    last = calendar.previous_workday(local_date(still.thawed))
    close = at_hour(calendar.add_workdays(last, -late), hours.closes)
    if close < still.thawed:
        return close
    return at_hour(calendar.add_workdays(last, -1), hours.closes)
