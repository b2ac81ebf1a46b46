"""The moments of the simulated campaign, in order: what happens at each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from domain.calendar import WorkCalendar, at_hour
from tasks.campaign.ledger import Problem

CHECK_AT = "09:00"
DELIVER_AT = "09:10"
ACT_AT = ("10:00", "15:00")
SUMMARY_AT = "16:00"
_FRIDAY = 4


@dataclass(frozen=True, order=True)
class Moment:
    """An instant and what it is for: ``intake``, ``check``, ``deliver``, ``act`` or ``summary``."""

    at: datetime
    what: str
    problems: tuple[Problem, ...] = field(default=(), compare=False)


def timetable(problems: Iterable[Problem], last: date, calendar: WorkCalendar) -> list[Moment]:
    """List the moments from the first problem to the end of ``last`` (Shanghai dates).

    The check comes round every calendar day, people work on working days, problems come in when
    they are found.
    """
    found = sorted(problems, key=lambda problem: problem.found_at)
    moments = [Moment(one.found_at, "intake", (one,)) for one in found]
    day = found[0].found_at.date()
    while day <= last:
        moments.extend(_day(day, calendar))
        day += timedelta(days=1)
    return sorted(moments)


def _day(day: date, calendar: WorkCalendar) -> Iterator[Moment]:
    yield Moment(at_hour(day, CHECK_AT), "check")
    if not calendar.is_workday(day):
        return
    yield Moment(at_hour(day, DELIVER_AT), "deliver")
    for hour in ACT_AT:
        yield Moment(at_hour(day, hour), "act")
    if day.weekday() == _FRIDAY:
        yield Moment(at_hour(day, SUMMARY_AT), "summary")
