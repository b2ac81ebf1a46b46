"""Sending a case back to its unit: after a rejection, and after closing (re-handling, relapse)."""

from dataclasses import dataclass
from datetime import datetime

from domain.case import Case, Request
from domain.change import Change, Notice
from domain.clocks import ClockOp, Op, Rules
from domain.codes import (
    CARD_LEVEL,
    HIGHEST_LEVEL,
    MEASURES,
    RUNGS,
    ClockKind,
    RequestKind,
    Rung,
    State,
)
from domain.notifying import notices, office_task
from domain.settling import lapse
from domain.times import joined, stop_all

REPEATED = 2
"""From the second re-handling or relapse on, the supervised list is proposed."""


@dataclass(frozen=True)
class Return:
    """A way back after closing: its event and the attribute of the case that counts it."""

    event: str
    counter: str


REHANDLED = Return("rehandled", "rehandlings")
"""重新办理: unsolved or dissatisfied at callback."""
RELAPSED = Return("relapsed", "relapses")
"""反弹: a re-check found the problem again."""


def rework(case: Case, event: str, rules: Rules) -> Change:
    """Back to the unit before closing: the rest of its time runs on, at least the minimum."""
    minimum = rules.policy.handling.rejection_minimum
    onward = ClockOp(Op.CONTINUE, ClockKind.FINISH, limit=minimum, rule="rejected")
    return Change(
        state=State.RECTIFYING,
        event=event,
        fields={"signed_off": False, "wake_at": None, "result": None},
        clocks=joined(stop_all(case), (onward,)),
        decided=lapse(case, RequestKind.OBJECTION),
        notices=notices(rules, "rejected_submission", case.lead_unit),
        withdraw="rungs",
    )


def reopen(case: Case, at: datetime, back: Return, rules: Rules) -> Change:
    """Reopen a closed case: a share of its budget, its counter up by one, one level higher.

    A level above those that cards give is proposed, with its document, and follows the signature.
    """
    count = getattr(case, back.counter) + 1
    limit = rules.policy.reopening_limit(case.kind, case.urgency)
    start = ClockOp(Op.START, ClockKind.FINISH, 0, case.lead_unit, limit, rule=back.event)
    proposals = _proposals(case, at, back, rules)
    return Change(
        state=State.RECTIFYING,
        event=back.event,
        fields={
            back.counter: count,
            "level": _level(case, back, rules),
            "signed_off": False,
            "wake_at": None,
            "result": None,
            "closed_at": None,
            "callback_attempts": 0,
        },
        clocks=joined(stop_all(case), (start,)),
        opened=proposals,
        notices=(*notices(rules, "reopened", *case.units), *_tasks(proposals, rules)),
        detail={back.counter: count},
        withdraw="rungs",
    )


def _raised(back: Return, rules: Rules) -> bool:
    """A relapse raises the level; dissatisfaction only where the policy makes it a trigger."""
    return back is RELAPSED or rules.policy.triggers.dissatisfied


def _level(case: Case, back: Return, rules: Rules) -> int:
    """One level higher at once up to the highest that cards give; above it a leader signs."""
    return max(case.level, min(case.level + _raised(back, rules), CARD_LEVEL))


def _proposals(case: Case, at: datetime, back: Return, rules: Rules) -> tuple[Request, ...]:
    """Propose what a leader must sign: the measure of the floor, or the list at a second return."""
    rung = _measure(case, back, rules)
    if rung is None:
        return ()
    request = Request(
        number=case.next_request,
        kind=RequestKind.PROPOSAL,
        applicant="system",
        asked_at=at,
        rung=rung,
        level=case.level,
    )
    return (request,)


def _measure(case: Case, back: Return, rules: Rules) -> Rung | None:
    """The measure one level higher; the supervised list when the case came back repeatedly."""
    wanted = back is RELAPSED or rules.policy.triggers.dissatisfied_again
    if wanted and getattr(case, back.counter) + 1 >= REPEATED:
        measure = Rung.LIST
    elif _raised(back, rules):
        measure = RUNGS[min(case.level + 1, HIGHEST_LEVEL)]
    else:
        return None
    return measure if measure in MEASURES and not case.listed else None


def _tasks(proposals: tuple[Request, ...], rules: Rules) -> tuple[Notice, ...]:
    return tuple(
        notice
        for request in proposals
        for notice in office_task(rules, "proposal", request=request.number)
    )
