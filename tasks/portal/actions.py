"""What a unit's officer can do with a case on its page, each carried out the way of all orders."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from domain.case import Case
from domain.codes import ClockKind, RequestKind
from domain.transitions import allowed
from tasks.carrying import Carried, carry_out
from tasks.desk import Desk
from tasks.ordering import by_unit
from tasks.ordering.order import Order
from tasks.portal.fields import Asked, morning_of, typed, whole

LONGEST_REPLY = 2000
_REASON = Asked("reason", "理由", "area", hint="不写电话、证件号。")
_REPLY = Asked("reply", "答复意见", "area", LONGEST_REPLY, "写给反映人；验收后才公开。")


@dataclass(frozen=True)
class Acting:
    """Who acts on which case: the unit, and the officer's name as signed in."""

    no: str
    unit: str
    name: str


Words = Mapping[str, str]


@dataclass(frozen=True)
class Given:
    """A form that was sent: what was typed, files kept for the moment, its own nonce."""

    form: Words
    files: Sequence[Path]
    nonce: str


Make = Callable[[Desk, Acting, Words, Sequence[Path]], Order]
Offered = Callable[[Case, str], bool]


@dataclass(frozen=True)
class Action:
    """One thing to do; ``offered`` says whether a case stands so that a unit can do it."""

    code: str
    zh: str
    says: str
    fields: tuple[Asked, ...]
    offered: Offered
    make: Make


def _leads(case: Case, unit: str) -> bool:
    return unit == case.lead_unit


def _runs(case: Case, unit: str, kind: ClockKind) -> bool:
    clock = case.clock(kind, case.slot_of(unit))
    return clock is not None and clock.stopped_at is None


def _may_return(case: Case, unit: str) -> bool:
    """Later, and after two returns, the rules refuse it with their own sentence."""
    asked = any(r.applicant == unit for r in case.pending(RequestKind.RETURN))
    return unit in case.units and not asked


def _may_withdraw(case: Case, unit: str) -> bool:
    return any(r.applicant == unit and r.kind is not RequestKind.RETURN for r in case.pending())


def _free(case: Case, unit: str) -> bool:
    return _leads(case, unit) and not case.pending(RequestKind.EXTENSION, RequestKind.SHELVING)


ACTIONS: Mapping[str, Action] = {
    action.code: action
    for action in (
        Action(
            "sign",
            "签收",
            "确认收到交办。各项时限自交办起算，不自签收起算。",
            (),
            lambda case, unit: unit in case.units and _runs(case, unit, ClockKind.SIGN),
            lambda desk, who, _, __: by_unit.sign(desk, who.no, who.unit, who.name),
        ),
        Action(
            "contact",
            "登记首次联系",
            "已与反映人取得联系。",
            (),
            lambda case, unit: _leads(case, unit) and _runs(case, unit, ClockKind.CONTACT),
            lambda desk, who, _, __: by_unit.contact(desk, who.no, who.unit, who.name),
        ),
        Action(
            "interim",
            "阶段答复、协办意见",
            "主办单位写办理进展，也用来回应催办；协办单位写给主办单位的意见。",
            (Asked("reply", "内容", "area", LONGEST_REPLY),),
            lambda case, unit: unit in case.units,
            lambda desk, who, words, _: by_unit.interim(
                desk, who.no, who.unit, words["reply"], who.name
            ),
        ),
        Action(
            "submit",
            "提交办结",
            "提交后办结时限停止，由验收单位验收。",
            (
                Asked("result", "办理结果", "result"),
                _REPLY,
                Asked("evidence", "证明材料", "files", hint="PDF、JPEG、PNG、Word、Excel。"),
            ),
            _leads,
            lambda desk, who, words, files: by_unit.submit(
                desk, who.no, who.unit, words["result"], words["reply"], files, who.name
            ),
        ),
        Action(
            "return",
            "退单",
            "不属本单位职责的，在规定期限内写明理由和建议单位。",
            (_REASON, Asked("suggest", "建议单位", "unit")),
            _may_return,
            lambda desk, who, words, _: by_unit.return_(
                desk, who.no, who.unit, words["reason"], words["suggest"], who.name
            ),
        ),
        Action(
            "extend",
            "申请延期",
            "须在到期前申请；等待裁定期间照常计时。",
            (Asked("days", "延长的工作日数", "days"), _REASON),
            _free,
            lambda desk, who, words, _: by_unit.extend(
                desk, who.no, who.unit, whole(words["days"], "延期天数"), words["reason"], who.name
            ),
        ),
        Action(
            "shelve",
            "申请挂账",
            "暂不具备条件的，须在到期前申请，由办公室裁定。",
            (Asked("until", "挂账到哪一天", "date"), _REASON),
            _free,
            lambda desk, who, words, _: by_unit.shelve(
                desk, who.no, who.unit, morning_of(words["until"]), words["reason"], who.name
            ),
        ),
        Action(
            "withdraw",
            "撤回申请",
            "撤回本单位尚未裁定的申请；退单不能撤回。",
            (Asked("request", "申请", "request"),),
            _may_withdraw,
            lambda desk, who, words, _: by_unit.withdraw(
                desk, who.no, whole(words["request"], "申请序号"), who.unit, who.name
            ),
        ),
    )
}
"""By code, in the order in which a page shows them."""


def offered(case: Case, unit: str) -> list[Action]:
    """List what a unit can do with a case now."""
    if unit not in case.units:
        return []
    possible = allowed(case.state)
    return [a for a in ACTIONS.values() if a.code in possible and a.offered(case, unit)]


def act(desk: Desk, action: Action, who: Acting, given: Given) -> Carried:
    """Do it once: the form's nonce is the key, so a form sent twice acts once."""
    order = action.make(desk, who, typed(action.fields, given.form), given.files)
    return carry_out(desk, replace(order, key=f"portal:{who.unit}:{action.code}:{given.nonce}"))
