"""What the office orders; ``actor`` is the name typed, recorded as claimed."""

from collections.abc import Sequence

from domain.case import Actor
from domain.codes import Environment, Kind, Mode, Role, Rung, Urgency
from domain.commands import (
    Callback,
    Deescalate,
    Delist,
    Dispatch,
    Escalate,
    Exclude,
    Merge,
    OrderRecheck,
    Recheck,
    Reject,
    Remind,
    Resume,
    Rule,
    Split,
)
from domain.requesting import decider, pending
from domain.wording import check_opinion
from models.executing import View
from tasks.desk import Desk
from tasks.ordering.order import Order, choice, office


def dispatch(
    desk: Desk,
    no: str,
    unit: str,
    actor: str = "",
    *,
    assist: Sequence[str] = (),
    verify: str = "",
    environment: str = "",
    kind: str = "",
    urgency: str = "",
    mode: str = "",
    level: int = 0,
) -> Order:
    """交办 or 改派. Empty words keep what the case has."""
    units = desk.directory
    lead, helpers = units.unit(unit), tuple(units.unit(code) for code in assist)
    verifying = units.unit(verify) if verify else ""
    words = {
        "environment": choice(Environment, environment, "环境类别") if environment else None,
        "kind": choice(Kind, kind, "事项类别") if kind else None,
        "urgency": choice(Urgency, urgency, "紧急程度") if urgency else None,
        "mode": choice(Mode, mode, "整治方式") if mode else None,
    }

    def make(_: View) -> Dispatch:
        return Dispatch(
            at=desk.now,
            by=office(actor),
            unit=lead,
            assisting=helpers,
            verifying_unit=verifying,
            level=level,
            **words,  # type: ignore[arg-type]
        )

    arguments = {"unit": lead, "assist": helpers, "verify": verifying, "level": level, **words}
    return Order(no, "dispatch", make, arguments)


def reject(desk: Desk, no: str, reason: str, actor: str = "") -> Order:
    """不予受理."""
    reason = check_opinion(reason)
    return Order(
        no,
        "reject",
        lambda _: Reject(at=desk.now, by=office(actor), reason=reason),
        {"reason": reason},
    )


def merge(desk: Desk, no: str, into: str, actor: str = "") -> Order:
    """并案."""

    def make(view: View) -> Merge:
        lead, followers = view.related[into], len(view.followers)
        return Merge(at=desk.now, by=office(actor), into=lead, followers=followers)

    return Order(no, "merge", make, {"into": into}, related=(into,))


def split(desk: Desk, no: str, actor: str = "") -> Order:
    """拆分."""
    return Order(no, "split", lambda _: Split(at=desk.now, by=office(actor)))


def resume(desk: Desk, no: str, actor: str = "") -> Order:
    """恢复办理."""
    return Order(no, "resume", lambda _: Resume(at=desk.now, by=office(actor)))


def exclude(desk: Desk, no: str, reason: str, actor: str = "") -> Order:
    """剔单, done by the office."""
    reason = check_opinion(reason)
    return Order(
        no,
        "exclude",
        lambda _: Exclude(at=desk.now, by=office(actor), reason=reason),
        {"reason": reason},
    )


def escalate(desk: Desk, no: str, rung: str, reason: str, actor: str = "") -> Order:
    """升级督办 to a rung; to the supervised list with ``list``."""
    step, reason = choice(Rung, rung, "督办措施"), check_opinion(reason)
    return Order(
        no,
        "escalate",
        lambda _: Escalate(at=desk.now, by=office(actor), rung=step, reason=reason),
        {"rung": step, "reason": reason},
    )


def deescalate(desk: Desk, no: str, level: int, reason: str, actor: str = "") -> Order:
    """降级督办 to a lower level."""
    reason = check_opinion(reason)
    return Order(
        no,
        "deescalate",
        lambda _: Deescalate(at=desk.now, by=office(actor), level=level, reason=reason),
        {"level": level, "reason": reason},
    )


def delist(desk: Desk, no: str, reason: str = "", actor: str = "") -> Order:
    """解除挂牌."""
    reason = check_opinion(reason)
    return Order(
        no,
        "delist",
        lambda _: Delist(at=desk.now, by=office(actor), reason=reason),
        {"reason": reason},
    )


def remind(desk: Desk, no: str, reason: str = "", actor: str = "") -> Order:
    """催办 by hand."""
    reason = check_opinion(reason)
    return Order(
        no,
        "remind",
        lambda _: Remind(at=desk.now, by=office(actor), reason=reason),
        {"reason": reason, "day": desk.now.date()},
    )


def order_recheck(desk: Desk, no: str, reason: str = "", actor: str = "") -> Order:
    """安排复查."""
    reason = check_opinion(reason)
    return Order(
        no,
        "order_recheck",
        lambda _: OrderRecheck(at=desk.now, by=office(actor), reason=reason),
        {"reason": reason},
    )


def recheck(
    desk: Desk,
    no: str,
    *,
    passed: bool,
    finding: str = "",
    by: str = "",
    actor: str = "",
    slot: int = 0,
) -> Order:
    """复查 finding; ``by`` is the inspector's unit, where there is one, ``slot`` which re-check."""
    finding = check_opinion(finding)
    unit = desk.directory.unit(by) if by else ""
    who = Actor(Role.INSPECTOR, unit, actor)
    return Order(
        no,
        "recheck",
        lambda view: Recheck(
            at=desk.now,
            by=who,
            passed=passed,
            finding=finding,
            slot=slot,
            followers=view.followers,
        ),
        {"passed": passed, "finding": finding, "by": unit} | ({"slot": slot} if slot else {}),
    )


def callback(
    desk: Desk,
    no: str,
    *,
    reached: bool,
    solved: bool = False,
    satisfied: bool = False,
    actor: str = "",
) -> Order:
    """回访; each unreached attempt counts, so attempts on one day need keys of their own."""
    return Order(
        no,
        "callback",
        lambda view: Callback(
            at=desk.now,
            by=office(actor),
            reached=reached,
            solved=solved,
            satisfied=satisfied,
            followers=view.followers,
        ),
        {"reached": reached, "solved": solved, "satisfied": satisfied, "at": desk.now},
    )


def rule(
    desk: Desk,
    no: str,
    request: int,
    *,
    grant: bool,
    opinion: str = "",
    unit: str = "",
    rung: str = "",
    wording: str = "",
    by: str = "",
    actor: str = "",
) -> Order:
    """裁定 a request. Without ``by`` it is decided by whoever the design says decides it.

    ``rung`` and ``wording`` amend a proposal that is signed: the measure, the demand in the letter.
    """
    words = {
        "opinion": check_opinion(opinion),
        "unit": desk.directory.unit(unit) if unit else "",
        "rung": choice(Rung, rung, "督办措施") if rung else None,
        "wording": check_opinion(wording),
    }
    named = desk.directory.unit(by) if by else ""

    def make(view: View) -> Rule:
        who = decider(view.case, pending(view.case, request))
        if named:
            who = Actor(Role.VERIFIER, named)
        by_whom = Actor(who.role, who.code, actor)
        return Rule(at=desk.now, by=by_whom, request=request, grant=grant, **words)  # type: ignore[arg-type]

    given = {name: word for name, word in words.items() if word or name in {"opinion", "unit"}}
    return Order(no, "rule", make, {"request": request, "grant": grant, **given})
