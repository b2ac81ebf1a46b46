"""Inspections: what is to be looked at again, and findings; a round at once."""

from typing import Annotated, Any

import typer

from deployments.cli import (
    inspection_order_commands,
    inspection_report_commands,
    inspector_commands,
)
from deployments.cli.call import Answer, Call, at_desk, tell_prefect
from deployments.cli.inspection_options import Number, inspection
from deployments.cli.options import Audience, asked, read
from deployments.cli.register import command
from deployments.cli.saying import iso, table
from deployments.cli.values import YesNo, whole
from domain.codes import State
from domain.wording import moment
from models.engine import transaction
from models.inspections import Inspection, all_inspections, open_inspections
from tasks.desk import Desk
from tasks.inspections.recording import record
from tasks.inspections.rounds import go_round

__all__ = [
    "inspection",
    "inspection_order_commands",
    "inspection_report_commands",
    "inspector_commands",
]

_SHOWN = 200
_HEADERS = ("编号", "案件", "事由", "办理单位", "原因", "检查人", "期限", "结果")

Who = Annotated[str, typer.Option(metavar="代码", help="只看一名检查人的。")]
OfOrder = Annotated[
    int | None, typer.Option(metavar="编号", parser=read(whole), help="只看一次专项复查的。")
]
Everything = Annotated[bool, typer.Option("--all", help="连同已有结论的。")]
Passed = Annotated[YesNo, asked("是否合格。")]
Finding = Annotated[
    str, typer.Option(metavar="文字", help="复查情况，不合格必填；至多 200 字，不写电话、证件号。")
]


@command(
    inspection,
    "list",
    Audience.LOOK,
    "列出待复查的任务和检查人，先到期的在前。",
    "inspection list",
    "inspection list --inspector zhou --all",
)
def list_(
    call: Call, inspector: Who = "", order: OfOrder = None, all_: Everything = False
) -> Answer:
    """List inspections."""
    with at_desk(call) as desk:
        if all_ or order is not None:
            found = all_inspections(desk.engine, inspector, order)
        else:
            with transaction(desk.engine) as connection:
                found = open_inspections(connection, inspector)
        rows = [_row(desk, one) for one in found[:_SHOWN]]
    shown = [table("", _HEADERS, rows) if rows else "没有复查任务。"]
    return Answer([_document(one) for one in found], shown)


def _row(desk: Desk, one: Inspection) -> tuple[object, ...]:
    return (
        one.number,
        one.no,
        one.subject,
        desk.directory.name(one.lead_unit),
        one.cause.zh,
        one.inspector_name,
        moment(one.due_at),
        one.outcome.zh,
    )


def _document(one: Inspection) -> dict[str, Any]:
    coded = {"cause": str(one.cause), "outcome": str(one.outcome)}
    times = {
        name: iso(getattr(one, name)) for name in ("assigned_at", "due_at", "ended_at")
    }  # fmt: skip
    return vars(one) | coded | times


@command(
    inspection,
    "record",
    Audience.OFFICE,
    "登记复查结论：合格的在最后一次复查后归档，不合格的恢复办理、反弹次数加一。",
    "inspection record 12 --passed no --finding 又开始收费 --actor 周督",
)
def record_(call: Call, number: Number, passed: Passed, finding: Finding = "") -> Answer:
    """Record a finding."""
    with at_desk(call) as desk:
        done = record(desk, number, passed=bool(passed), finding=finding, actor=call.actor)
    tell_prefect(call, [done])
    document = {"inspection": number, "no": done.no, "event": done.event, "state": done.state,
                "repeated": done.repeated}  # fmt: skip
    if done.repeated:
        return Answer(document, [f"第 {number} 号复查任务此前已登记同一结论，未再改动。"])
    return Answer(document, [f"{done.no} 的复查结论已登记，现为“{State(done.state).zh}”。"])


@command(
    inspection,
    "round",
    Audience.OFFICE,
    "立即办理一轮：安排应做的复查、派检查人、提醒（平时由时限检查自动办理）。",
    "inspection round",
)
def round_(call: Call) -> Answer:
    """Do a round now."""
    with at_desk(call) as desk:
        made = go_round(desk)
    tell_prefect(call, made.ordered)
    return Answer(vars(made) | {"ordered": [one.no for one in made.ordered]}, [made.in_words()])
