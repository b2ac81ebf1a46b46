"""Reporters read with a purpose, the log of it, and a case as a unit sees it."""

from datetime import datetime
from typing import Annotated

import typer
from rich.console import RenderableType

from deployments.cli import disclosure_commands, identity_key_commands
from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.options import Audience, No, read
from deployments.cli.register import command, group
from deployments.cli.saying import iso, pairs, table
from deployments.cli.terms import TEXT_ZH
from deployments.cli.values import day_or_instant, whole
from domain.codes import Role
from domain.errors import Misuse
from domain.wording import moment
from models.readings import Reading, readings
from tasks.desk import Desk
from tasks.disclosing import Wanted, read_reporter
from tasks.unit_view import unit_view

identity = group("反映人身份：查看须写明用途并留记录；披露、撤回；密钥轮换。")
for part in (disclosure_commands.app, identity_key_commands.app):
    identity.add_typer(part)

Purpose = Annotated[
    str, typer.Option(metavar="文字", help="用途，4 到 200 字，如“电话核实反映内容”；会留记录。")
]
OfCase = Annotated[str, typer.Option("--case", metavar="编号", help="只列这一件的。")]
OfReader = Annotated[str, typer.Option("--reader", metavar="姓名或单位", help="只列此人的。")]
Since = Annotated[
    datetime | None,
    typer.Option(metavar="日期", parser=read(day_or_instant), help="只列此时以后的。"),
]
Limit = Annotated[
    int, typer.Option(metavar="条数", parser=read(whole), help="至多列出多少条，0 为全部。")
]

_MOST = 200


@command(
    identity,
    "read",
    Audience.OFFICE,
    "查看一件的反映人，只在屏幕上显示；谁看了、为何看都留记录。单位须经披露，写 --by。",
    "identity read QD2026-000123 --actor 王科 --purpose 电话核实反映内容",
    "identity read QD2026-000123 --by shuiwu --purpose 上门前与反映人约时间",
)
def read_(call: Call, no: No, purpose: Purpose = "") -> Answer:
    """Open the reporter of a case."""
    with at_desk(call) as desk:
        unit = desk.directory.unit(call.by) if call.by else ""
        wanted = Wanted(call.name or call.actor if unit else call.actor, purpose, unit)
        found = read_reporter(desk, no, wanted)
    shown = []
    for number, one in enumerate(found, start=1):
        title = "反映人" if number == 1 else f"第 {number} 次来件的反映人"
        shown.append(
            pairs([(title, one.name or "（未留姓名）"), ("电话", one.phone or "（未留）")])
        )
    document = [{"name": one.name, "phone": one.phone} for one in found]
    answer = {"no": no, **document[0], "later": document[1:]}
    return Answer(answer, [*shown, "本次查看已留记录，请勿转抄、转发。"])


@command(
    identity,
    "readings",
    Audience.LOOK,
    "列出谁在何时为何查看过反映人身份（不含身份本身）；密钥轮换按批记录。",
    "identity readings --case QD2026-000123",
    "identity readings --reader 王科 --since 2026-03-01",
)
def readings_(
    call: Call, case: OfCase = "", reader: OfReader = "", since: Since = None, limit: Limit = _MOST
) -> Answer:
    """List who read what identity, when and why."""
    with at_desk(call) as desk:
        who = desk.directory.aliases.get(reader, reader)
        found = readings(desk.engine, no=case, reader=who, since=since, limit=limit or None)
        rows = [_line(desk, one) for one in found]
    document = [{**one._asdict(), "at": iso(one.at)} for one in found]
    headers = ("时间", "案件", "查看人", "用途")
    shown = [table("", headers, rows)] if rows else ["没有查看记录。"]
    return Answer(document, shown)


@command(
    identity,
    "view",
    Audience.UNIT,
    "按办理单位能看到的样子查看一件：号码遮盖，不含反映人；须写 --by。",
    "identity view QD2026-000123 --by shuiwu",
)
def view(call: Call, no: No) -> Answer:
    """Show a case as a unit sees it."""
    if not call.by:
        raise Misuse("请用 --by 写明是哪个单位查看。")
    with at_desk(call) as desk:
        seen = unit_view(desk, no, desk.directory.unit(call.by))
    texts = [
        (TEXT_ZH.get(t.kind, t.kind), moment(t.at), t.body or "（已清除）") for t in seen.texts
    ]
    document = {
        "no": seen.no,
        "subject": seen.subject,
        "party": seen.party,
        "state": seen.state,
        "texts": [{"kind": t.kind, "at": iso(t.at), "body": t.body} for t in seen.texts],
    }
    facts = [("状态", seen.state.zh), ("涉事主体", seen.party or "（无）")]
    shown: list[RenderableType] = [f"{seen.no}  {seen.subject}", pairs(facts)]
    shown.append(table("", ("类型", "时间", "内容"), texts))
    return Answer(document, shown)


def _line(desk: Desk, one: Reading) -> tuple[str, ...]:
    role, _, rest = one.reader.partition(":")
    code, _, name = rest.partition(" ")
    known = role == Role.UNIT
    who = f"{desk.directory.name(code)} {name}".strip() if known else f"{Role.OFFICE.zh} {rest}"
    return moment(one.at), one.no or f"共 {one.cases} 件", who, one.purpose
