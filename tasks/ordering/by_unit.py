"""What a unit orders: sign, contact, interim reply, submit, return, ask, object, take back.

Units are named by code, name or alias; ``name`` is the officer's, as claimed.
"""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from domain.case import Actor
from domain.codes import Result, Role
from domain.commands import (
    AskExtension,
    AskShelving,
    Contact,
    Exclude,
    Interim,
    Object,
    Return,
    Sign,
    Submit,
    Withdraw,
)
from domain.errors import Misuse
from domain.wording import check_opinion
from models.executing import View
from models.recording import EvidenceFile
from tasks.desk import Desk
from tasks.evidence import read_evidence
from tasks.ordering.order import Order, choice
from tasks.projects.submitting import check_project


def _unit(desk: Desk, by: str, name: str) -> Actor:
    if not by.strip():
        raise Misuse("请写明由哪个单位办理（--by 单位代码）。")
    return Actor(Role.UNIT, desk.directory.unit(by), name)


def sign(desk: Desk, no: str, by: str, name: str = "") -> Order:
    """签收."""
    actor = _unit(desk, by, name)
    return Order(no, "sign", lambda _: Sign(at=desk.now, by=actor), {"by": actor.code})


def contact(desk: Desk, no: str, by: str, name: str = "") -> Order:
    """首次联系."""
    actor = _unit(desk, by, name)
    return Order(no, "contact", lambda _: Contact(at=desk.now, by=actor), {"by": actor.code})


def interim(desk: Desk, no: str, by: str, reply: str = "", name: str = "") -> Order:
    """阶段答复, or an assisting unit's opinion."""
    actor = _unit(desk, by, name)
    return Order(
        no,
        "interim",
        lambda _: Interim(at=desk.now, by=actor, reply=reply),
        {"by": actor.code, "reply": reply},
    )


def submit(
    desk: Desk,
    no: str,
    by: str,
    result: str,
    reply: str,
    evidence: Sequence[Path] = (),
    name: str = "",
) -> Order:
    """提交办结, with evidence files copied into the state folder by their hash."""
    actor, outcome = _unit(desk, by, name), choice(Result, result, "办理结果")
    files: tuple[EvidenceFile, ...] = read_evidence(desk.settings, evidence)
    digests = tuple(file.sha256 for file in files)

    def make(view: View) -> Submit:
        check_project(desk, view, outcome)
        return Submit(at=desk.now, by=actor, result=outcome, reply=reply, evidence=digests)

    return Order(
        no,
        "submit",
        make,
        {"by": actor.code, "result": outcome, "reply": reply},
        evidence=files,
    )


def return_(desk: Desk, no: str, by: str, reason: str, suggest: str, name: str = "") -> Order:
    """退单, with reason and suggested unit."""
    actor, suggested = _unit(desk, by, name), desk.directory.unit(suggest)
    return Order(
        no,
        "return",
        lambda _: Return(at=desk.now, by=actor, reason=reason, suggested=suggested),
        {"by": actor.code, "reason": reason, "suggest": suggested},
    )


def extend(desk: Desk, no: str, by: str, days: int, reason: str, name: str = "") -> Order:
    """申请延期, in working days."""
    actor = _unit(desk, by, name)
    return Order(
        no,
        "extend",
        lambda _: AskExtension(at=desk.now, by=actor, days=days, reason=reason),
        {"by": actor.code, "days": days, "reason": reason},
    )


def shelve(desk: Desk, no: str, by: str, until: datetime, reason: str, name: str = "") -> Order:
    """申请挂账 until an instant."""
    actor = _unit(desk, by, name)
    return Order(
        no,
        "shelve",
        lambda _: AskShelving(at=desk.now, by=actor, until=until, reason=reason),
        {"by": actor.code, "until": until, "reason": reason},
    )


def object_(desk: Desk, no: str, reason: str, by: str = "", name: str = "") -> Order:
    """提出异议: by a unit, or recorded for somebody outside."""
    actor = _unit(desk, by, name) if by else Actor(Role.OBJECTOR, name=name)
    return Order(
        no,
        "object",
        lambda _: Object(at=desk.now, by=actor, reason=check_opinion(reason)),
        {"by": actor.code, "reason": reason},
    )


def withdraw(desk: Desk, no: str, request: int, by: str = "", name: str = "") -> Order:
    """撤回 one's own request."""
    actor = _unit(desk, by, name) if by else Actor(Role.OBJECTOR, name=name)
    return Order(
        no,
        "withdraw",
        lambda _: Withdraw(at=desk.now, by=actor, request=request),
        {"by": actor.code, "request": request},
    )


def exclude(desk: Desk, no: str, by: str, reason: str, name: str = "") -> Order:
    """申请剔单."""
    actor = _unit(desk, by, name)
    return Order(
        no,
        "exclude",
        lambda _: Exclude(at=desk.now, by=actor, reason=reason),
        {"by": actor.code, "reason": reason},
    )
