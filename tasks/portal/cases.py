"""A unit's list of cases: what is due first, in words; pages by the place of the last one seen."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from domain.codes import RUNGS, ClockKind, Rung, State
from domain.wording import mask
from models.portal_cases import NO_TERM, Wanted, unit_cases
from tasks.desk import Desk
from tasks.portal.remaining import time_left

PARTS_ZH = {"lead": "主办", "assist": "协办", "verify": "待我验收"}
"""What a unit has to do with a case."""
STEPS_ZH = {
    ClockKind.SIGN: "签收",
    ClockKind.CONTACT: "首次联系反映人",
    ClockKind.INTERIM: "作阶段答复",
    ClockKind.FINISH: "办理并提交办结",
    ClockKind.OPINION: "反馈协办意见",
    ClockKind.REVIEW: "验收",
    ClockKind.SIGN_OFF: "请主要负责同志签批",
}
"""By the unit's own clock that is due first: what to do next."""
_WAITING_ZH = {
    State.RETURNED: "等办公室裁定退单",
    State.SHELVED: "已挂账，到期恢复办理",
    State.SUBMITTED: "等验收单位验收",
    State.IN_NOTICE: "公示中，等公示期满",
    State.IN_REVIEW: "等办公室复核",
}
_LONGEST_PLACE = 80


@dataclass(frozen=True)
class Line:
    """A case in the list; ``rung`` is its highest card, ``left`` the time left in words."""

    no: str
    subject: str
    state: State
    part: str
    step: str
    left: str
    due_at: datetime | None
    late: bool
    rung: Rung | None
    urgent: bool
    listed: bool


@dataclass(frozen=True)
class CasePage:
    """Some lines of a list; ``after`` leads to the next page, empty on the last."""

    lines: Sequence[Line]
    after: str


def case_page(desk: Desk, wanted: Wanted, place: str) -> CasePage:
    """Give the page that begins after a place (an unreadable one means from the start)."""
    here = replace(wanted, after=_read(place) or wanted.after, limit=wanted.limit + 1)
    rows = unit_cases(desk.engine, here)
    shown = rows[: wanted.limit]
    more = len(rows) > wanted.limit
    return CasePage([_line(row, desk.now) for row in shown], _place(shown[-1]) if more else "")


def _line(row: Any, now: datetime) -> Line:  # noqa: ANN401 - a row of the list
    due_at = None if row.due_at == NO_TERM else row.due_at
    running = due_at is not None and not row.paused
    return Line(
        no=row.no,
        subject=mask(row.subject),
        state=State(row.state),
        part=row.part,
        step=_step(row),
        left=time_left(row.due_at, now) if running else ("计时暂停" if due_at else ""),
        due_at=due_at,
        late=running and row.due_at < now,
        rung=RUNGS[row.rung - 1] if row.rung else None,
        urgent=row.urgency != "normal",
        listed=row.listed,
    )


def _step(row: Any) -> str:  # noqa: ANN401 - a row of the list
    if row.asked:
        return "申请待裁定，时限照常计算"
    if row.clock and not row.paused:
        return STEPS_ZH.get(ClockKind(row.clock), "")
    return _WAITING_ZH.get(State(row.state), "") if row.part == "lead" else "等主办单位办理"


def _place(row: Any) -> str:  # noqa: ANN401 - a row of the list
    return urlsafe_b64encode(f"{row.due_at.isoformat()}|{row.id}".encode()).decode()


def _read(place: str) -> tuple[datetime, int] | None:
    try:
        at, _, number = urlsafe_b64decode(place[:_LONGEST_PLACE]).decode("ascii").partition("|")
        moment = datetime.fromisoformat(at)
        return (moment, int(number)) if moment.tzinfo and abs(int(number)) < 2**63 else None
    except ValueError:
        return None
