"""Clocks: what time a holder has, and every operation that changes it.

A clock is the fold of its operations. Each operation is written into the history of its case, so
the stored clock can be recomputed from there at any time (``domain.recomputing``).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.calendar import WorkCalendar, local_date
from domain.codes import RUNGS, ClockKind, Rung
from domain.ladder import Ladder, Term, ladder, next_rung, passed
from domain.limits import Deadline, Limit, deadline
from domain.policy import Policy
from domain.shifting import Standstill, shift

ClockKey = tuple[ClockKind, int]
"""A clock within its case: kind and slot (0 the lead's; assisting units, re-checks from 1)."""


class Op(StrEnum):
    """What can happen to a clock."""

    START = "start"
    PAUSE = "pause"
    PAUSE_AT_DUE = "pause_at_due"
    RESUME = "resume"
    STOP = "stop"
    CONTINUE = "continue"
    EXTEND = "extend"
    FIRE = "fire"
    REPROJECT = "reproject"


@dataclass(frozen=True)
class Rules:
    """What every computation of time rests on: calendar and policy, each with its version."""

    calendar: WorkCalendar
    policy: Policy

    def of(self, channel: str) -> "Rules":
        """Give the rules as they are for cases of a channel."""
        policy = self.policy.of(channel)
        return self if policy is self.policy else replace(self, policy=policy)


@dataclass(frozen=True)
class ClockOp:
    """One operation on one clock, at the instant of the command that holds it.

    ``limit`` is the budget of a start, the added time of an extension, the least time left by a
    continuation, the new budget by a re-projection if it has another. ``rung`` is the rung fired,
    or the rung a start begins above. ``rule`` says why.
    """

    op: Op
    kind: ClockKind
    slot: int = 0
    holder: str = ""
    limit: Limit | None = None
    rung: Rung | None = None
    rule: str = ""

    @property
    def key(self) -> ClockKey:
        """The clock this is about."""
        return (self.kind, self.slot)


@dataclass(frozen=True)
class Clock:
    """A running, paused or stopped clock; all instants are aware datetimes.

    ``started_at`` is when this revision started. ``rung`` is the highest rung fired (or disarmed by
    direct entry) in this revision. ``rule`` is the code of the rule that last set the deadline;
    ``rolled`` says that a rest day moved it.
    """

    kind: ClockKind
    slot: int
    holder: str
    revision: int
    limit: Limit
    started_at: datetime
    due_at: datetime
    ladder: Ladder
    stopped_at: datetime | None = None
    paused_at: datetime | None = None
    rung: Rung | None = None
    provisional: bool = False
    rolled: bool = False
    rule: str = ""

    @property
    def key(self) -> ClockKey:
        """The clock's place in its case."""
        return (self.kind, self.slot)

    @property
    def running(self) -> bool:
        """Whether time is being charged."""
        return self.stopped_at is None and self.paused_at is None

    @property
    def next(self) -> tuple[Rung, datetime] | None:
        """The next rung and its instant; ``None`` when not running or when none is left."""
        return next_rung(self.ladder, self.rung) if self.running else None

    def overdue(self, now: datetime) -> bool:
        """Whether the holder is late: a paused or stopped clock never is."""
        return self.running and self.due_at < now


def fold(
    clocks: Mapping[ClockKey, Clock], ops: Iterable[ClockOp], at: datetime, rules: Rules
) -> dict[ClockKey, Clock]:
    """Apply operations, all at one instant, and give the clocks as they are then."""
    result = dict(clocks)
    for op in ops:
        result[op.key] = applied(result.get(op.key), op, at, rules)
    return result


def applied(clock: Clock | None, op: ClockOp, at: datetime, rules: Rules) -> Clock:
    """Apply one operation to one clock.

    ``ValueError`` for a clock that never started, and for a re-projection: that one needs the
    clock's past, which ``domain.recomputing`` has.
    """
    if op.op is Op.START:
        return _start(clock, op, at, rules)
    if clock is None:
        message = f"clock operation {op.op} on {op.kind}/{op.slot}, which never started"
        raise ValueError(message)
    handler = _HANDLERS.get(op.op)
    if handler is None:
        message = f"clock operation {op.op} on {op.kind}/{op.slot} needs the clock's past"
        raise ValueError(message)
    return handler(clock, op, at, rules)


def _limit(op: ClockOp) -> Limit:
    if op.limit is None:
        message = f"clock operation {op.op} on {op.kind}/{op.slot} without a limit"
        raise ValueError(message)
    return op.limit


def _start(clock: Clock | None, op: ClockOp, at: datetime, rules: Rules) -> Clock:
    limit = _limit(op)
    end = deadline(at, limit, rules.calendar, rules.policy.hours)
    return Clock(
        kind=op.kind,
        slot=op.slot,
        holder=op.holder,
        revision=clock.revision + 1 if clock else 1,
        limit=limit,
        started_at=at,
        rung=op.rung,
        rule=op.rule,
        **_ending(Term(op.kind, limit, at, end.at), end, rules),
    )


def _pause(clock: Clock, _op: ClockOp, at: datetime, _rules: Rules) -> Clock:
    return replace(clock, paused_at=at) if clock.running else clock


def _pause_at_due(clock: Clock, op: ClockOp, at: datetime, rules: Rules) -> Clock:
    """Pause as from the due instant; what fired after it is withdrawn with its revision.

    Counted again under other rules, the clock may have been in time: then it pauses at once.
    """
    frozen = min(clock.due_at, at)
    in_time = passed(clock.ladder, None, frozen)
    return replace(
        _with_end(_next_revision(clock, op, frozen), Deadline(clock.due_at), rules),
        paused_at=frozen,
        rung=in_time[-1] if in_time else None,
    )


def _resume(clock: Clock, op: ClockOp, at: datetime, rules: Rules) -> Clock:
    """The revision stays, so what fired stays fired."""
    if clock.paused_at is None or clock.stopped_at is not None:
        return clock
    end = _shifted(clock, clock.paused_at, at, rules)
    return _with_end(replace(clock, paused_at=None, rule=op.rule), end, rules)


def _stop(clock: Clock, _op: ClockOp, at: datetime, _rules: Rules) -> Clock:
    return clock if clock.stopped_at is not None else replace(clock, stopped_at=at)


def _continue(clock: Clock, op: ClockOp, at: datetime, rules: Rules) -> Clock:
    """Run on after a rejection: the wait is not charged, and ``op.limit`` is left at least.

    A clock that was overdue stays so. Hour limits get no such minimum: it would be longer than the
    whole time of an emergency.
    """
    stopped = clock.stopped_at or at
    end = _shifted(clock, stopped, at, rules)
    if clock.due_at >= stopped and clock.limit.unit != "h":
        least = deadline(at, _limit(op), rules.calendar, rules.policy.hours)
        end = max(end, least, key=lambda candidate: candidate.at)
    return _with_end(_next_revision(clock, op, at), end, rules)


def _extend(clock: Clock, op: ClockOp, at: datetime, rules: Rules) -> Clock:
    """Add time to the due instant as it was, whenever the approval came."""
    end = deadline(clock.due_at, _limit(op), rules.calendar, rules.policy.hours)
    return _with_end(_next_revision(clock, op, at), end, rules)


def _fire(clock: Clock, op: ClockOp, _at: datetime, _rules: Rules) -> Clock:
    """Note a rung as fired, or as disarmed from above; a lower one than before changes nothing."""
    return replace(clock, rung=max(clock.rung, op.rung, key=_height))


def _height(rung: Rung | None) -> int:
    return -1 if rung is None else RUNGS.index(rung)


def _shifted(clock: Clock, frozen: datetime, thawed: datetime, rules: Rules) -> Deadline:
    still = Standstill(frozen, thawed)
    return shift(clock.due_at, clock.limit, still, rules.calendar, rules.policy.hours)


def _next_revision(clock: Clock, op: ClockOp, start: datetime) -> Clock:
    return replace(
        clock,
        revision=clock.revision + 1,
        started_at=start,
        stopped_at=None,
        paused_at=None,
        rung=None,
        rule=op.rule,
    )


def _with_end(clock: Clock, end: Deadline, rules: Rules) -> Clock:
    """Set the deadline and the ladder that hangs on it."""
    term = Term(clock.kind, clock.limit, clock.started_at, end.at)
    return replace(clock, **_ending(term, end, rules))


def _ending(term: Term, end: Deadline, rules: Rules) -> dict[str, Any]:
    """Give the fields of a clock that follow from where it ends."""
    return {
        "due_at": end.at,
        "ladder": ladder(term, rules.policy, rules.calendar),
        "provisional": provisional(term.start, end.at, rules),
        "rolled": end.rolled is not None,
    }


def provisional(start: datetime, due: datetime, rules: Rules) -> bool:
    """Whether the list of a year between two instants, in either order, is not published yet."""
    first, last = sorted((local_date(start), local_date(due)))
    return rules.calendar.provisional(first, last)


_HANDLERS: dict[Op, Callable[[Clock, ClockOp, datetime, Rules], Clock]] = {
    Op.PAUSE: _pause,
    Op.PAUSE_AT_DUE: _pause_at_due,
    Op.RESUME: _resume,
    Op.STOP: _stop,
    Op.CONTINUE: _continue,
    Op.EXTEND: _extend,
    Op.FIRE: _fire,
}
