"""What verifier, leader, office and inspectors decide: requests, closing, callback, re-check."""

from typing import Annotated

import typer

from deployments.cli.call import Call
from deployments.cli.options import Audience, No, Opinion, Reason, Request, asked, read
from deployments.cli.register import order
from deployments.cli.values import YesNo, whole
from domain.errors import Misuse
from tasks.desk import Desk
from tasks.ordering import by_closers, by_office
from tasks.ordering.order import Order

app = typer.Typer()
_OFFICE = Audience.OFFICE

Grant = Annotated[bool, typer.Option("--grant/--refuse", help="同意，或不同意。")]
Measure = Annotated[
    str,
    typer.Option(
        metavar="措施",
        help="签发升级建议时改用：criticism 通报批评、raise 提级办理、list 挂牌督办。",
    ),
]
Wording = Annotated[
    str, typer.Option(metavar="文字", help="签发时改写文书中的办理要求，至多 200 字。")
]
Level = Annotated[
    int, typer.Option(metavar="级别", parser=read(whole), help="降到几级：0 到 4，低于现在的级别。")
]
Accept = Annotated[bool, typer.Option("--accept/--reject", help="通过，或退回补正。")]
Step = Annotated[
    str, typer.Option(metavar="环节", help="accept 验收、sign 领导签批、review 办公室复核。")
]
Unit = Annotated[str, typer.Option(metavar="单位", help="同意退单时改交哪个单位（默认按建议）。")]
Finding = Annotated[str, typer.Option(metavar="文字", help="复查情况，至多 200 字。")]
Inspector = Annotated[str, typer.Option(metavar="姓名", help="复查人员姓名。")]
Passed = Annotated[YesNo | None, asked("复查是否通过；不写时是安排一次复查。")]
Why = Annotated[str, typer.Option(metavar="文字", help="安排复查的理由。")]
Reached = Annotated[YesNo, asked("是否联系上反映人。")]
Solved = Annotated[YesNo | None, asked("问题是否解决（联系上时必写）。")]
Satisfied = Annotated[YesNo | None, asked("是否满意（联系上时必写）。")]


@order(
    app,
    "rule",
    _OFFICE,
    "裁定申请：延期、挂账、退单、异议、剔单；签发或不予签发升级建议。首次延期由验收单位裁定。",
    "rule QD2026-000123 --request 1 --grant --opinion 同意",
    "rule QD2026-000123 --request 2 --refuse --opinion 维持交办",
    "rule QD2026-000123 --request 3 --grant --rung raise --wording 请三日内办结 --actor 王主任",
)
def rule(
    desk: Desk,
    call: Call,
    no: No,
    request: Request,
    grant: Grant,
    opinion: Opinion = "",
    unit: Unit = "",
    rung: Measure = "",
    wording: Wording = "",
) -> Order:
    """裁定."""
    return by_office.rule(
        desk,
        no,
        request,
        grant=grant,
        opinion=opinion,
        unit=unit,
        rung=rung,
        wording=wording,
        by=call.by,
        actor=call.actor,
    )


@order(
    app,
    "deescalate",
    _OFFICE,
    "降级督办：降低督办级别，须写理由；已挂牌的先解除挂牌（delist）。",
    "deescalate QD2026-000123 --level 1 --reason 整改进展明显 --actor 王主任",
)
def deescalate(desk: Desk, call: Call, no: No, level: Level, reason: Reason) -> Order:
    """降级督办."""
    return by_office.deescalate(desk, no, level, reason, call.actor)


@order(
    app,
    "close",
    _OFFICE,
    "销号的三个环节：验收单位验收、单位负责人签批、办公室复核。",
    "close QD2026-000123 --step accept --accept --opinion 现场核实属实",
    "close QD2026-000123 --step review --reject --opinion 证明材料不足",
)
def close(
    desk: Desk, call: Call, no: No, step: Step, accept: Accept, opinion: Opinion = ""
) -> Order:
    """销号."""
    return by_closers.close(
        desk, no, step, accept=accept, opinion=opinion, by=call.by, actor=call.actor
    )


@order(
    app,
    "callback",
    _OFFICE,
    "记录销号后的回访；未解决或不满意的重新办理。",
    "callback QD2026-000123 --reached yes --solved yes --satisfied yes",
    "callback QD2026-000123 --reached no",
)
def callback(
    desk: Desk,
    call: Call,
    no: No,
    reached: Reached,
    solved: Solved = None,
    satisfied: Satisfied = None,
) -> Order:
    """回访."""
    if reached and (solved is None or satisfied is None):
        raise Misuse("联系上反映人的，请写明 --solved yes|no 和 --satisfied yes|no。")
    return by_office.callback(
        desk,
        no,
        reached=bool(reached),
        solved=bool(solved),
        satisfied=bool(satisfied),
        actor=call.actor,
    )


@order(
    app,
    "recheck",
    _OFFICE,
    "“回头看”：不写 --passed 时安排一次复查，写时记录复查结果；不通过的重新办理。",
    "recheck QD2026-000123 --reason 群众再次反映",
    "recheck QD2026-000123 --passed no --finding 问题反弹 --inspector 李检",
)
def recheck(
    desk: Desk,
    call: Call,
    no: No,
    passed: Passed = None,
    finding: Finding = "",
    inspector: Inspector = "",
    reason: Why = "",
) -> Order:
    """安排复查, or its finding."""
    if passed is None:
        if finding:
            raise Misuse("写了复查情况（--finding），请同时写明是否通过：--passed yes|no。")
        return by_office.order_recheck(desk, no, reason, call.actor)
    actor = inspector or call.actor
    return by_office.recheck(
        desk, no, passed=bool(passed), finding=finding, by=call.by, actor=actor
    )
