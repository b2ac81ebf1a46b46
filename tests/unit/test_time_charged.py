"""Time consumed is never lost or counted twice, whatever happens to a case.

A working day is charged to a unit when its clock was running as that day began. At every moment,
with days counted one by one on the calendar:

    days charged + days left = limit + extensions + what a rule gave at a standstill's end

What rules give is at most: two days after a rejection in time with less left; one when nothing is
left and the day is over or a rest day, so that nobody resumes late; minus one when a clock that
expired that very day goes on before the day is over, so that late stays late. Hours are real hours.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import isclose

from hypothesis import event, given, settings
from hypothesis import strategies as st

from domain.calendar import at_hour, local_date
from domain.case import Case
from domain.clocks import Clock, ClockKey, ClockOp, Op, fold
from domain.codes import ClockKind
from domain.commands import Dispatch
from domain.detecting import opening
from domain.history import dump_ops, load_ops
from domain.transitions import allowed
from tests.unit.casework import RULES, order
from tests.unit.test_random_walks import Step, Walk, beginnings, made, steps

FINISH = (ClockKind.FINISH, 0)
MINIMUM = RULES.policy.handling.rejection_minimum.amount
CLOSES = RULES.policy.hours.closes
DAY = timedelta(days=1)
KEPT = ("wd", "h")
"""Limits in months are moved by calendar days and rolled, which is no account of time."""

History = list[tuple[datetime, tuple[ClockOp, ...]]]


def days(after: date, through: date) -> int:
    """Count working days one by one, negative when reversed; uses no arithmetic of the domain."""
    if after > through:
        return -days(through, after)
    return sum(
        RULES.calendar.is_workday(after + DAY * n) for n in range(1, (through - after).days + 1)
    )


def between(first: datetime, last: datetime, unit: str) -> float:
    """Give the working days from the one instant to the other, or the real hours."""
    if unit == "h":
        return (last - first) / timedelta(hours=1)
    return days(local_date(first), local_date(last))


@dataclass
class Account:
    """What the time of a unit was spent on since its clock last started."""

    owed: float
    since: datetime | None
    charged: float = 0

    def freeze(self, at: datetime, unit: str) -> None:
        """Stop charging."""
        if self.since is not None:
            self.charged += between(self.since, at, unit)
        self.since = None

    def holds(self, clock: Clock, now: datetime) -> bool:
        """Whether the time charged and the time left, as at ``now``, are what is owed."""
        unit, charged, at = clock.limit.unit, self.charged, now
        if self.since is None:
            at = stood_from(clock)
        else:
            charged += between(self.since, now, unit)
        return isclose(charged + between(at, clock.due_at, unit), self.owed)


def stood_from(clock: Clock) -> datetime:
    frozen = clock.paused_at or clock.stopped_at
    assert frozen is not None
    return frozen


def left_on_thawing(clock: Clock, op: ClockOp, at: datetime) -> float:
    """Say how much must be left when a standstill ends, by the sentences above."""
    frozen, today = stood_from(clock), local_date(at)
    left = between(frozen, clock.due_at, clock.limit.unit)
    if clock.limit.unit == "h":
        return left
    open_today = RULES.calendar.is_workday(today) and at <= at_hour(today, CLOSES)
    if clock.due_at < frozen:
        return -1 if left == 0 and open_today else left
    if left == 0 and not open_today:
        left = 1
    return max(left, MINIMUM) if op.op is Op.CONTINUE else left


def book(account: Account, before: Clock, op: ClockOp, at: datetime) -> None:
    """Enter one operation on a clock that ran before."""
    unit = before.limit.unit
    if op.op in (Op.PAUSE, Op.STOP):
        account.freeze(at, unit)
    elif op.op is Op.PAUSE_AT_DUE:
        account.freeze(before.due_at, unit)
    elif op.op is Op.EXTEND:
        assert op.limit is not None
        account.owed += op.limit.amount
    elif op.op in (Op.RESUME, Op.CONTINUE) and not before.running:
        stood = between(stood_from(before), before.due_at, unit)
        account.owed += left_on_thawing(before, op, at) - stood
        account.since = at
        event(f"{op.op} {'late' if before.due_at < stood_from(before) else 'in time'}")


def audit(history: History, now: datetime) -> None:
    """Follow the finish clock through history and hold its account after every operation."""
    clocks: dict[ClockKey, Clock] = {}
    account = Account(0, None)
    for at, ops in [*history, (now, ())]:
        for op in ops:
            before = clocks.get(op.key)
            clocks = fold(clocks, [op], at, RULES)
            if op.key == FINISH and op.op is Op.START:
                account = Account(clocks[FINISH].limit.amount, at)
            elif op.key == FINISH and before is not None:
                book(account, before, op, at)
        clock = clocks.get(FINISH)
        assert clock is None or clock.limit.unit not in KEPT or account.holds(clock, at)


def walked(case: Case, turns: list[Step]) -> tuple[Walk, datetime]:
    """Dispatch a case and let things happen to it; gives the walk and the instant it came to."""
    at, walk = case.detected_at, Walk(case)
    walk.history.append((at, json.dumps(dump_ops(opening(case.urgency, at, RULES)))))
    walk.give(order(Dispatch, f"{at:%m-%d %H:%M}"))
    for step in turns:
        at += timedelta(minutes=step.minutes)
        walk.check(at)
        if allowed(walk.case.state):
            walk.give(made(walk.case, step, at))
    return walk, at


@settings(max_examples=300, deadline=None)
@given(beginnings, st.lists(steps, min_size=10, max_size=40))
def test_time_charged_and_left_is_the_limit_and_what_was_added(
    case: Case, turns: list[Step]
) -> None:
    walk, at = walked(case, turns)
    audit([(when, load_ops(json.loads(ops))) for when, ops in walk.history], at)
