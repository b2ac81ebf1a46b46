"""How activities stand: who still owes one, and by kind and unit what was done and found."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass, field
from datetime import date

from sqlalchemy import Connection

from domain.activities import Activity, ActivityKind, ActivityStatus, period_of
from domain.activity_duties import Ower, Standing, standings
from domain.calendar import local_date
from domain.periods import Period, quarter_of
from domain.policy_duties import Duties
from models.activities import between, open_ones
from models.activity_cases import Counted, count_cases
from models.activity_owers import owers, told_missed
from models.engine import transaction
from models.rulebook import book_for
from tasks.desk import Desk

_NONE = Counted(0, 0)


@dataclass(frozen=True)
class Tally:
    """Activities due, planned, held and missed; problems found, and how many are closed."""

    due: int = 0
    planned: int = 0
    held: int = 0
    missed: int = 0
    problems: int = 0
    closed: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


Place = tuple[ActivityKind, str]
"""A kind of activity and a unit."""


@dataclass(frozen=True)
class Report:
    """The figures of a period, by kind and by kind and unit."""

    period: Period
    kinds: Mapping[ActivityKind, Tally] = field(default_factory=dict)
    places: Mapping[Place, Tally] = field(default_factory=dict)

    def document(self) -> dict[str, object]:
        """Give it as a JSON-able document."""
        return {
            "period": self.period.code,
            "kinds": {kind: asdict(tally) for kind, tally in self.kinds.items()},
            "units": [
                {"kind": kind, "unit": unit, **asdict(tally)}
                for (kind, unit), tally in self.places.items()
            ],
        }


def report(desk: Desk, period: Period) -> Report:
    """Count what is due, planned, held, missed and found in a quarter or a month."""
    today = local_date(desk.now)
    with transaction(desk.engine) as connection:
        duties = book_for(desk.engine).rules(connection).policy.duties
        activities = _around(connection, period)
        inside = [one for one in activities if period.first <= one.day <= period.last]
        counted = count_cases(connection, [one.id for one in inside])
        everyone = owers(connection)
    places: defaultdict[Place, Tally] = defaultdict(Tally)
    for one in inside:
        places[one.plan.kind, one.plan.unit] += _done(one, counted.get(one.id, _NONE), duties)
    for standing in _owed(everyone, activities, period, duties):
        over = standing.period.last < today
        tally = Tally(due=standing.required, missed=standing.lacking if over else 0)
        places[standing.ower.kind, standing.ower.unit] += tally
    order = list(ActivityKind)
    sorted_places = dict(sorted(places.items(), key=lambda p: (order.index(p[0][0]), p[0][1])))
    return Report(period, _by_kind(sorted_places), sorted_places)


def _done(one: Activity, found: Counted, duties: Duties) -> Tally:
    """Count one activity; where no duty says how often, it is due as planned."""
    as_planned = one.plan.kind not in duties.required
    counts = as_planned and one.status is not ActivityStatus.CANCELLED
    return Tally(
        due=int(counts),
        planned=int(one.status is ActivityStatus.PLANNED),
        held=int(one.status is ActivityStatus.HELD),
        missed=int(as_planned and one.status is ActivityStatus.MISSED),
        problems=found.problems,
        closed=found.closed,
    )


def _owed(
    everyone: Sequence[Ower], activities: Sequence[Activity], period: Period, duties: Duties
) -> Iterator[Standing]:
    """Say how each stands in each of its own periods that lie in ``period``."""
    for kind in duties.required:
        own = [ower for ower in everyone if ower.kind is kind]
        if not period_of(kind, period.first).quarterly:
            days = [month.first for month in period.months()]
        else:
            days = [period.first] if period.quarterly else []
        for day in days:
            yield from standings(own, activities, day, duties)


def _by_kind(places: Mapping[Place, Tally]) -> Mapping[ActivityKind, Tally]:
    kinds: defaultdict[ActivityKind, Tally] = defaultdict(Tally)
    for (kind, _), tally in places.items():
        kinds[kind] += tally
    return kinds


def owing(desk: Desk, kinds: Sequence[ActivityKind], day: date) -> list[Standing]:
    """List who has not done yet what these kinds ask in the periods of a day."""
    with transaction(desk.engine) as connection:
        duties = book_for(desk.engine).rules(connection).policy.duties
        activities = _around(connection, quarter_of(day))
        own = [ower for ower in owers(connection) if ower.kind in kinds]
    return [one for one in standings(own, activities, day, duties) if one.lacking]


@dataclass(frozen=True)
class Waiting:
    """What the office should know: units without a hall day now and in the quarter before.

    ``unrecorded`` are planned activities whose day has passed.
    """

    period: Period
    halls: int
    missed: int
    unrecorded: int


def waiting(desk: Desk) -> Waiting:
    """Count it as it stands; of the quarter before, only what a round has found missed."""
    today = local_date(desk.now)
    period, kind = quarter_of(today), ActivityKind.HALL_DAY
    with transaction(desk.engine) as connection:
        told = told_missed(connection, kind, period.previous)
        late = sum(one.plan.planned_on < today for one in open_ones(connection))
    before = owing(desk, [kind], period.previous.first) if told else []
    return Waiting(
        period,
        halls=len(owing(desk, [kind], today)),
        missed=sum(one.ower.who in told for one in before),
        unrecorded=late,
    )


def _around(connection: Connection, period: Period) -> list[Activity]:
    """Read the activities of the quarter, or quarters, that a period lies in."""
    return between(connection, quarter_of(period.first).first, quarter_of(period.last).last)
