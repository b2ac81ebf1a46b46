"""What the office does with a case: reject, merge, resume, exclude, remind, escalate."""

from typing import Annotated

import typer

from deployments.cli.call import Call
from deployments.cli.options import Audience, No, Reason
from deployments.cli.register import order
from domain.codes import Rung as Rungs
from tasks.desk import Desk
from tasks.ordering import by_office, by_unit
from tasks.ordering.order import Order

app = typer.Typer()
_OFFICE = Audience.OFFICE

Into = Annotated[str, typer.Option(metavar="编号", help="并入哪一件。")]
Rung = Annotated[
    str, typer.Option(metavar="措施", help="criticism 通报批评、raise 提级办理、list 挂牌督办等。")
]


@order(app, "reject", _OFFICE, "不予受理，须写理由。", "reject QD2026-000123 --reason 不属受理范围")
def reject(desk: Desk, call: Call, no: No, reason: Reason) -> Order:
    """不予受理."""
    return by_office.reject(desk, no, reason, call.actor)


@order(
    app, "merge", _OFFICE, "并案：随另一件一并办理。", "merge QD2026-000124 --into QD2026-000123"
)
def merge(desk: Desk, call: Call, no: No, into: Into) -> Order:
    """并案."""
    return by_office.merge(desk, no, into, call.actor)


@order(app, "split", _OFFICE, "拆分：并案的案件重新单独办理。", "split QD2026-000124")
def split(desk: Desk, call: Call, no: No) -> Order:
    """拆分."""
    return by_office.split(desk, no, call.actor)


@order(app, "resume", _OFFICE, "恢复办理挂账的案件。", "resume QD2026-000123")
def resume(desk: Desk, call: Call, no: No) -> Order:
    """恢复办理."""
    return by_office.resume(desk, no, call.actor)


@order(
    app,
    "exclude",
    _OFFICE,
    "剔单：不再计入评分，计时照常；写 --by 时是该单位的申请。",
    "exclude QD2026-000123 --reason 恶意重复反映",
)
def exclude(desk: Desk, call: Call, no: No, reason: Reason) -> Order:
    """剔单."""
    if call.by:
        return by_unit.exclude(desk, no, call.by, reason, call.name)
    return by_office.exclude(desk, no, reason, call.actor)


@order(
    app,
    "list",
    _OFFICE,
    "挂牌督办：列入督办名单。",
    "list QD2026-000123 --reason 久拖不决 --actor 王科",
)
def list_(desk: Desk, call: Call, no: No, reason: Reason = "") -> Order:
    """挂牌督办."""
    return by_office.escalate(desk, no, Rungs.LIST, reason, call.actor)


@order(app, "delist", _OFFICE, "解除挂牌。", "delist QD2026-000123 --reason 问题已解决")
def delist(desk: Desk, call: Call, no: No, reason: Reason = "") -> Order:
    """解除挂牌."""
    return by_office.delist(desk, no, reason, call.actor)


@order(
    app,
    "escalate",
    _OFFICE,
    "升级督办到某一级，由办公室负责人签发。",
    "escalate QD2026-000123 --rung raise --reason 推诿扯皮",
)
def escalate(desk: Desk, call: Call, no: No, rung: Rung, reason: Reason = "") -> Order:
    """升级督办."""
    return by_office.escalate(desk, no, rung, reason, call.actor)


@order(app, "remind", _OFFICE, "催办：发一份提醒函。", "remind QD2026-000123 --reason 请尽快答复")
def remind(desk: Desk, call: Call, no: No, reason: Reason = "") -> Order:
    """催办."""
    return by_office.remind(desk, no, reason, call.actor)
