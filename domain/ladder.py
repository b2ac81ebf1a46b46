"""The escalation ladder of a clock, as absolute instants.

When a clock starts or its deadline moves, the whole ladder is computed at once and kept, so that
the deadline check compares instants and knows no calendar (design: clocks and rungs).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.calendar import WorkCalendar, at_hour, local_date
from domain.codes import AUTOMATIC_RUNGS, RUNGS, ClockKind, Rung
from domain.limits import Limit
from domain.policy import Policy

Ladder = tuple[datetime | None, ...]
"""One instant a rung, in the order of ``RUNGS``; ``None`` where the rung does not exist."""

NO_LADDER: Ladder = (None,) * len(RUNGS)
SILENT = frozenset({ClockKind.NOTICE})
"""Clocks that nobody can be late on: they only end something."""
SHORT_LADDER = frozenset({Rung.YELLOW, Rung.RED})
"""What clocks other than ``finish`` have."""


@dataclass(frozen=True)
class Term:
    """What a ladder hangs on: the clock's kind and limit, the revision's start and due instants."""

    kind: ClockKind
    limit: Limit
    start: datetime
    due: datetime


def ladder(term: Term, policy: Policy, calendar: WorkCalendar) -> Ladder:
    """Give the instant of every rung that exists for this term.

    Working-day rungs fire at the policy's hour on their working day before or after the due date;
    hour limits have yellow at half the budget and red at expiry, day or night. A rung whose instant
    is not after the revision's start does not exist.
    """
    if term.kind in SILENT:
        return NO_LADDER
    instants = (_instant(rung, term, policy, calendar) for rung in RUNGS)
    return tuple(at if at is not None and at > term.start else None for at in instants)


def next_rung(rungs: Ladder, fired: Rung | None) -> tuple[Rung, datetime] | None:
    """Find the earliest rung above the one last fired, or ``None`` when the ladder ends there."""
    return next(_above(rungs, fired), None)


def passed(rungs: Ladder, fired: Rung | None, now: datetime) -> tuple[Rung, ...]:
    """List the rungs above ``fired`` whose instant is at or before ``now``, lowest first."""
    return tuple(rung for rung, at in _above(rungs, fired) if at <= now)


def _above(rungs: Ladder, fired: Rung | None) -> Iterator[tuple[Rung, datetime]]:
    """Give the rungs that exist above ``fired``; a ladder's instants never fall."""
    first = 0 if fired is None else RUNGS.index(fired) + 1
    for rung, at in zip(RUNGS[first:], rungs[first:], strict=True):
        if at is not None:
            yield rung, at


def _instant(rung: Rung, term: Term, policy: Policy, calendar: WorkCalendar) -> datetime | None:
    if term.kind is not ClockKind.FINISH and rung not in SHORT_LADDER:
        return None
    if term.limit.unit == "h" and rung in AUTOMATIC_RUNGS:
        return _hour_rung(rung, term)
    rule = policy.rungs[rung]
    if rule.min_term is not None and term.limit.roughly() < rule.min_term.roughly():
        return None
    day = calendar.add_workdays(local_date(term.due), rule.offset)
    return at_hour(day, policy.rung_hour)


def _hour_rung(rung: Rung, term: Term) -> datetime | None:
    """Half of the budget is left at yellow, however long the clock stood still before."""
    if rung is Rung.YELLOW:
        return term.due - timedelta(hours=term.limit.amount) / 2
    return term.due if rung is Rung.RED else None
