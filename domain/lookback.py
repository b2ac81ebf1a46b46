"""What is looked at again after closing: the callback, and the re-checks of “回头看”."""

from hashlib import sha256

from domain.case import Case
from domain.clocks import ClockOp, Op, Rules
from domain.codes import OFFICE_UNIT, ClockKind
from domain.limits import Limit

_DRAWS = 100


def lookback(case: Case, rules: Rules) -> tuple[ClockOp, ...]:
    """Start the callback where the reporter can be reached, and every re-check that is due.

    Grave kinds and listed or relapsed cases get the full series; of the others a random share gets
    the short one (policy: re-check).
    """
    due = rules.policy.callback.due
    callback = (callback_start(due, "closed"),) if case.reachable else ()
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


def sampled(no: str, percent: int) -> bool:
    """Draw by the number of the case, so that anyone can redo the draw."""
    return int.from_bytes(sha256(no.encode()).digest()[:8]) % _DRAWS < percent


def _days(case: Case, rules: Rules) -> tuple[int, ...]:
    recheck = rules.policy.recheck
    grave = case.kind in recheck.kinds
    marked = recheck.listed_or_relapsed and (case.listed or case.relapses > 0)
    if grave or marked:
        return recheck.days
    return recheck.sample_days if sampled(case.no, recheck.sample_percent) else ()


def _next_slot(case: Case) -> int:
    slots = [slot for kind, slot in case.clocks if kind is ClockKind.RECHECK]
    return max(slots, default=0) + 1
