"""What is looked at again after closing: the callback, and the re-checks of “回头看”."""

from collections.abc import Iterable
from datetime import datetime

from domain.calendar import local_date
from domain.case import Case, Follower
from domain.clocks import ClockOp, Op, Rules
from domain.codes import OFFICE_UNIT, ClockKind
from domain.limits import Limit


def lookback(case: Case, rules: Rules, followers: Iterable[Follower] = ()) -> tuple[ClockOp, ...]:
    """Start the callback where a reporter can be reached, and every re-check that is due.

    It covers the reporters of the ``followers`` as well.

    Grave kinds and listed or relapsed cases get the full series at closing. Of the others a share
    is drawn when the month is over (``drawn``); whichever is not drawn waits for nothing.
    """
    due = rules.policy.callback.due
    reachable = case.reachable or any(one.reachable for one in followers)
    callback = (callback_start(due, "closed"),) if reachable else ()
    first = _next_slot(case)
    rechecks = tuple(
        recheck_start(first + index, Limit(count, "d"), "lookback")
        for index, count in enumerate(_days(case, rules))
    )
    return callback + rechecks


def callback_start(limit: Limit, rule: str) -> ClockOp:
    """Give the office that time to ask the reporter."""
    return ClockOp(Op.START, ClockKind.CALLBACK, 0, OFFICE_UNIT, limit, rule=rule)


def recheck_start(slot: int, limit: Limit, rule: str) -> ClockOp:
    """Start one re-check; the office holds it until an inspector is named."""
    return ClockOp(Op.START, ClockKind.RECHECK, slot, OFFICE_UNIT, limit, rule=rule)


def triggered(case: Case, rules: Rules) -> ClockOp:
    """Order one more re-check, within the policy's days."""
    return recheck_start(_next_slot(case), rules.policy.recheck.triggered, "triggered")


def drawn(case: Case, at: datetime, rules: Rules) -> tuple[ClockOp, ...]:
    """Order the re-checks of a case drawn ``at`` that time: so many days after its closing.

    Where that is nearer than an ordered re-check may be due, that is the limit.
    """
    first = _next_slot(case)
    return tuple(
        recheck_start(first + index, _left(case, at, days, rules), "drawn")
        for index, days in enumerate(rules.policy.recheck.sample_days)
    )


def _left(case: Case, at: datetime, days: int, rules: Rules) -> Limit:
    soonest = rules.policy.recheck.triggered
    left = days - (local_date(at) - local_date(case.closed_at or at)).days
    return Limit(left, "d") if left > soonest.roughly() else soonest


def _days(case: Case, rules: Rules) -> tuple[int, ...]:
    recheck = rules.policy.recheck
    marked = recheck.listed_or_relapsed and (case.listed or case.relapses > 0)
    return recheck.days if case.kind in recheck.kinds or marked else ()


def _next_slot(case: Case) -> int:
    slots = [slot for kind, slot in case.clocks if kind is ClockKind.RECHECK]
    return max(slots, default=0) + 1
