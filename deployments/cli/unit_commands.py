"""What a unit does with a case: sign, contact, reply, submit, return, ask, object, take back."""

from pathlib import Path
from typing import Annotated

import typer

from deployments.cli.call import Call
from deployments.cli.options import Audience, No, Reason, Request, Until, read
from deployments.cli.register import order
from deployments.cli.values import whole
from tasks.desk import Desk
from tasks.ordering import by_unit
from tasks.ordering.order import Order

app = typer.Typer()
_UNIT = Audience.UNIT

Reply = Annotated[str, typer.Option(metavar="文字", help="给反映人的答复。")]
Suggest = Annotated[str, typer.Option(metavar="单位", help="建议改交的单位。")]
Days = Annotated[int, typer.Option(metavar="天数", parser=read(whole), help="延长的工作日数。")]
Result = Annotated[
    str,
    typer.Option(
        metavar="结果",
        help="solved 已解决、partly 部分解决、explained 解释说明、unfounded 不属实、"
        "withdrawn 诉求撤回、not_yet 暂不具备条件。",
    ),
]
Evidence = Annotated[list[Path] | None, typer.Option(metavar="文件…", help="证明材料，可写多个。")]


@order(app, "sign", _UNIT, "签收交办的案件。", "sign QD2026-000123 --by shuiwu")
def sign(desk: Desk, call: Call, no: No) -> Order:
    """签收."""
    return by_unit.sign(desk, no, call.by, call.name)


@order(app, "contact", _UNIT, "记录已与反映人首次联系。", "contact QD2026-000123 --by shuiwu")
def contact(desk: Desk, call: Call, no: No) -> Order:
    """首次联系."""
    return by_unit.contact(desk, no, call.by, call.name)


@order(
    app,
    "interim",
    _UNIT,
    "阶段答复；协办单位用它提交协办意见。",
    "interim QD2026-000123 --by shuiwu --reply 已派人现场勘查",
)
def interim(desk: Desk, call: Call, no: No, reply: Reply = "") -> Order:
    """阶段答复."""
    return by_unit.interim(desk, no, call.by, reply, call.name)


@order(
    app,
    "submit",
    _UNIT,
    "提交办结：结果、答复意见和证明材料。",
    "submit QD2026-000123 --by shuiwu --result solved --reply 管道已修复 --evidence 照片.jpg",
)
def submit(
    desk: Desk, call: Call, no: No, result: Result, reply: Reply, evidence: Evidence = None
) -> Order:
    """提交办结."""
    return by_unit.submit(desk, no, call.by, result, reply, evidence or (), call.name)


@order(
    app,
    "return",
    _UNIT,
    "退单：不属本单位职责，交办后两个工作日内提出，须写理由和建议单位；协办单位只退自己协办的部分。",
    "return QD2026-000123 --by shuiwu --reason 不属供水范围 --suggest zhujian",
)
def return_(desk: Desk, call: Call, no: No, reason: Reason, suggest: Suggest) -> Order:
    """退单."""
    return by_unit.return_(desk, no, call.by, reason, suggest, call.name)


@order(
    app,
    "extend",
    _UNIT,
    "申请延期，须在到期前提出；等待裁定期间照常计时。",
    "extend QD2026-000123 --by shuiwu --days 5 --reason 等待材料到货",
)
def extend(desk: Desk, call: Call, no: No, days: Days, reason: Reason) -> Order:
    """申请延期."""
    return by_unit.extend(desk, no, call.by, days, reason, call.name)


@order(
    app,
    "shelve",
    _UNIT,
    "申请挂账：暂不具备条件，须在到期前提出。",
    "shelve QD2026-000123 --by shuiwu --until 2026-09-30 --reason 待管网改造立项",
)
def shelve(desk: Desk, call: Call, no: No, until: Until, reason: Reason) -> Order:
    """申请挂账."""
    return by_unit.shelve(desk, no, call.by, until, reason, call.name)


@order(
    app,
    "object",
    _UNIT,
    "公示期间提出异议；不写 --by 时记为公示异议人。",
    "object QD2026-000123 --reason 问题并未解决",
)
def object_(desk: Desk, call: Call, no: No, reason: Reason) -> Order:
    """提出异议."""
    return by_unit.object_(desk, no, reason, call.by, call.name)


@order(
    app,
    "withdraw",
    _UNIT,
    "撤回自己的待裁定申请；不写 --by 时撤回公示异议人的。",
    "withdraw QD2026-000123 --request 2 --by shuiwu",
)
def withdraw(desk: Desk, call: Call, no: No, request: Request) -> Order:
    """撤回申请."""
    return by_unit.withdraw(desk, no, request, call.by, call.name)
