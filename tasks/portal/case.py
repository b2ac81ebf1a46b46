"""One case as its unit's officers see it: facts, the unit's clocks, texts, history, evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.case import Case, Request
from domain.clocks import Clock
from domain.codes import Rung
from domain.errors import Refused
from models.executing import UnknownCase
from models.portal_cases import Kept, evidence_of, was_given
from models.reading import Row, Whole, whole_case
from tasks.artifacts.terms import EVENT_ZH, actor_zh
from tasks.desk import Desk
from tasks.portal.remaining import time_left
from tasks.unit_view import UnitView, view_of

SHOWN_EVENTS = frozenset({
    "detected", "dispatched", "redispatched", "confirmed", "signed", "contacted", "replied",
    "opined", "submitted", "submission_rejected", "accepted", "notice_ended", "signed_off",
    "closed", "rehandled", "relapsed", "fired", "reprojected", "reminded", "escalated",
    "deescalated", "delisted", "excluded", "requested", "request_withdrawn", "ruled", "extended",
    "objection_upheld", "returned", "part_returned", "part_redispatched", "part_confirmed",
    "merged", "split", "shelved", "resumed",
})  # fmt: skip
"""Events that units see; the others are the office's own."""
TEXTS_ZH = {
    "body": "反映内容",
    "source_body": "来件更新的内容",
    "reply": "答复",
    "opinion": "意见",
    "finding": "复查情况",
}
"""What the kinds of texts are called."""


class NotSeen(Refused):
    """There is no such case, or it is none of this unit's: nobody learns which."""

    def __init__(self) -> None:
        super().__init__("没有找到这个案件，请核对编号，或从案件列表进入。")


class TakenAway(Refused):
    """The unit had the case and has it no more."""

    def __init__(self, no: str) -> None:
        super().__init__(f"案件 {no} 已不由您单位办理，刚才的操作没有生效，案件没有任何改变。")


@dataclass(frozen=True)
class OwnClock:
    """A clock that the unit holds and that is not stopped."""

    zh: str
    due_at: datetime
    left: str
    late: bool
    rung: Rung | None


@dataclass(frozen=True)
class Step:
    """An entry of history, in words; ``person`` is named where the own unit acted."""

    at: datetime
    zh: str
    who: str
    person: str


@dataclass(frozen=True)
class SeenCase:
    """A case and what there is to know of it; ``part`` is lead, assist or verify."""

    view: UnitView
    case: Case
    part: str
    clocks: Sequence[OwnClock]
    steps: Sequence[Step]
    evidence: Sequence[Kept]
    requests: Sequence[Request]


def require_seen(desk: Desk, no: str, unit: str) -> tuple[UnitView, Whole]:
    """Give a case as a unit sees it; refuses others, those that had it with another sentence."""
    try:
        whole = whole_case(desk.engine, no)
        return view_of(desk, whole, unit), whole
    except UnknownCase:
        raise NotSeen from None
    except Refused:
        if was_given(desk.engine, no, unit):
            raise TakenAway(no) from None
        raise NotSeen from None


def seen_case(desk: Desk, no: str, unit: str) -> SeenCase:
    """Read a case for a unit."""
    view, whole = require_seen(desk, no, unit)
    case = whole.loaded.case
    return SeenCase(
        view=view,
        case=case,
        part=_part(case, unit),
        clocks=[_clock(clock, desk.now) for clock in _own(case, unit)],
        steps=[_step(desk, row, unit) for row in whole.history if row["event"] in SHOWN_EVENTS],
        evidence=evidence_of(desk.engine, no),
        requests=[request for request in case.requests if request.applicant == unit],
    )


def _part(case: Case, unit: str) -> str:
    if unit == case.lead_unit:
        return "lead"
    return "assist" if unit in case.assisting else "verify"


def _own(case: Case, unit: str) -> list[Clock]:
    return sorted(
        (clock for clock in case.unstopped() if clock.holder == unit),
        key=lambda clock: clock.due_at,
    )


def _clock(clock: Clock, now: datetime) -> OwnClock:
    left = time_left(clock.due_at, now) if clock.running else "计时暂停"
    return OwnClock(clock.kind.zh, clock.due_at, left, clock.overdue(now), clock.rung)


def _step(desk: Desk, row: Row, unit: str) -> Step:
    own = row["actor"].endswith(f":{unit}")
    return Step(
        at=row["occurred_at"],
        zh=EVENT_ZH.get(row["event"], row["event"]),
        who=actor_zh(row["actor"], desk.directory.name),
        person=row["claimed_name"] if own else "",
    )
