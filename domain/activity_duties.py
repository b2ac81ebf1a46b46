"""Who owes an activity in a period, and who is reminded of what on a day.

A reminder is due from its day on, not on it alone: one that fell on a day without a round is found
by the next. Its key says what it is about, so that it goes out once.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from domain.activities import Activity, ActivityKind, ActivityStatus, period_of
from domain.calendar import WorkCalendar
from domain.periods import Period, zh_day
from domain.policy_duties import Duties

DUE, MISSED = "duty_due", "duty_missed"
SOON, UNRECORDED = "activity_soon", "activity_unrecorded"
"""The templates of the reminders."""
_DAY = timedelta(days=1)
_CONTACT = ("contact",)


@dataclass(frozen=True)
class Ower:
    """Who owes activities of a kind: ``who`` is a unit or a point, ``unit`` the one to tell.

    ``name`` is that of a point. It owes a period only when it is valid from its first day through
    its last.
    """

    kind: ActivityKind
    who: str
    unit: str
    name: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def owes(self, period: Period) -> bool:
        """Whether it is there for the whole period."""
        late = self.valid_from is not None and self.valid_from > period.first
        gone = self.valid_to is not None and self.valid_to < period.last
        return not (late or gone)


@dataclass(frozen=True)
class Standing:
    """How an ower stands in a period: what is required, what counts, what is planned."""

    ower: Ower
    period: Period
    required: int
    held: int
    planned: tuple[Activity, ...]

    @property
    def lacking(self) -> int:
        """How many are still to be held."""
        return max(0, self.required - self.held)

    @property
    def unplanned(self) -> bool:
        """Whether what is planned is not enough."""
        return self.lacking > len(self.planned)


class Reminder(NamedTuple):
    """What some roles of a unit are told, once under this key."""

    key: str
    template: str
    unit: str
    roles: tuple[str, ...]
    args: Mapping[str, object]


def standings(
    owers: Iterable[Ower], activities: Sequence[Activity], day: date, duties: Duties
) -> Iterator[Standing]:
    """Say how each stands in the period of ``day``; those who owe nothing then are left out."""
    by_duty: defaultdict[tuple[ActivityKind, str, Period], list[Activity]] = defaultdict(list)
    for one in activities:
        by_duty[one.plan.kind, one.who, one.period].append(one)
    for ower in owers:
        period, required = period_of(ower.kind, day), duties.required[ower.kind]
        if required and ower.owes(period):
            own = by_duty[ower.kind, ower.who, period]
            planned = tuple(one for one in own if one.status is ActivityStatus.PLANNED)
            yield Standing(ower, period, required, sum(one.counts for one in own), planned)


def due(
    found: Iterable[Standing], today: date, calendar: WorkCalendar, duties: Duties
) -> Iterator[Reminder]:
    """Remind those who neither held nor planned enough, as the end of the period comes near.

    Of several days passed since the last round only the latest speaks.
    """
    for one in found:
        after = one.period.last + _DAY
        passed = [n for n in duties.remind if calendar.add_workdays(after, -n) <= today < after]
        if passed and one.unplanned:
            yield _about(one, f"{passed[0]}wd", DUE, duties.reminded)


def missed(found: Iterable[Standing], duties: Duties) -> Iterator[Reminder]:
    """Tell those who did not do in a period, now over, what they owed."""
    return (_about(one, "missed", MISSED, duties.missed) for one in found if one.lacking)


def over(kind: ActivityKind, since: date, today: date) -> Iterator[Period]:
    """Give the periods of a kind that ended since a day: on it or after, and before today."""
    period = period_of(kind, since)
    while period.last < today:
        yield period
        period = period.next


def coming(
    activities: Iterable[Activity], today: date, calendar: WorkCalendar
) -> Iterator[Reminder]:
    """Tell of what is planned from the working day before; after it, that nothing is recorded.

    A unit visited in the open is told as well; one visited undercover never is.
    """
    for one in activities:
        plan = one.plan
        if one.status is not ActivityStatus.PLANNED:
            continue
        if plan.planned_on < today:
            yield _of(one, plan.unit, "after", UNRECORDED)
        elif calendar.add_workdays(plan.planned_on, -1) <= today:
            told = [plan.unit, *([plan.target] if plan.target and not plan.undercover else [])]
            yield from (_of(one, unit, "before", SOON) for unit in told)


def _about(one: Standing, when: str, template: str, roles: tuple[str, ...]) -> Reminder:
    ower, period = one.ower, one.period
    about = ower.kind.zh + (f"（{ower.name}）" if ower.name else "")
    args = {
        "subject": f"{period.zh} {about}",
        "activity": about,
        "period": period.zh,
        "through": zh_day(period.last),
        "required": one.required,
        "held": one.held,
    }
    return Reminder(
        f"{ower.kind}:{period.code}:{ower.who}:{when}", template, ower.unit, roles, args
    )


def _of(one: Activity, unit: str, when: str, template: str) -> Reminder:
    plan = one.plan
    args = {
        "subject": f"{plan.kind.zh} {zh_day(plan.planned_on)}",
        "activity": plan.kind.zh,
        "day": zh_day(plan.planned_on),
        # An undercover visit keeps its place to itself: notices pass through many hands.
        "place": "" if plan.undercover else plan.place,
        "number": one.id,
        "visited": unit == plan.target,
    }
    return Reminder(f"activity:{one.id}:{when}", template, unit, _CONTACT, args)
