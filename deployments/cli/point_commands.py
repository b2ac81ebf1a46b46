"""The registry of monitoring points."""

from dataclasses import asdict
from typing import Annotated

import typer

from deployments.cli.bulk_commands import DryRun
from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.importing_page import imported
from deployments.cli.options import Audience, File
from deployments.cli.register import command, group
from deployments.cli.saying import table
from models.engine import transaction
from models.points import Point, points
from tasks.activities.importing import import_points
from tasks.activities.points import add_point
from tasks.desk import Desk

point = group("营商环境监测点：登记、导入、查看；每月至少走访一次。")

Code = Annotated[str, typer.Argument(metavar="编号", help="监测点编号。")]
Title = Annotated[str, typer.Option(metavar="名称", help="监测点名称。")]
KindWord = Annotated[
    str, typer.Option("--kind", metavar="类型", help="project 重大项目、firm 重点企业。")
]
District = Annotated[str, typer.Option(metavar="区市", help="所在区市或功能区。")]
Unit = Annotated[str, typer.Option(metavar="单位", help="联系单位；不写即为所在区市。")]
Since = Annotated[str, typer.Option("--from", metavar="日期", help="启用日期；满整月才计入。")]
Until = Annotated[str, typer.Option("--to", metavar="日期", help="停用日期。")]

_WAS = {"added": "已登记", "changed": "已更改", "same": "此前已这样登记，没有改动"}


@command(
    point,
    "add",
    Audience.OFFICE,
    "登记一个监测点；编号相同的即为更改。",
    "point add P-01 --title 某重大项目 --kind project --district 城阳区 --unit shangwu",
)
def add(
    call: Call,
    code: Code,
    title: Title,
    kind: KindWord,
    district: District,
    unit: Unit = "",
    since: Since = "",
    until: Until = "",
) -> Answer:
    """Enter or change a point."""
    words = {"code": code, "name": title, "kind": kind, "district": district, "unit": unit}
    words |= {"valid_from": since, "valid_to": until}
    with at_desk(call) as desk:
        made, outcome = add_point(desk, words)
    return Answer(_document(made) | {"outcome": outcome}, [f"监测点 {code}：{_WAS[outcome]}。"])


@command(point, "list", Audience.LOOK, "列出监测点。", "point list")
def list_(call: Call) -> Answer:
    """List points."""
    with at_desk(call) as desk:
        with transaction(desk.engine) as connection:
            found = points(connection)
        rows = [_row(desk, one) for one in found]
    headers = ("编号", "名称", "类型", "区市", "联系单位", "启用", "停用")
    shown = table("", headers, rows) if found else "没有登记监测点。"
    return Answer([_document(one) for one in found], [shown])


@command(
    point,
    "import",
    Audience.OFFICE,
    "导入监测点（csv、xlsx：监测点编号、名称、类型、区市、联系单位、启用日期、停用日期）。",
    "point import 监测点.csv --dry-run",
)
def import_(call: Call, file: File, dry_run: DryRun = False) -> Answer:
    """Import points."""
    with at_desk(call) as desk:
        made = import_points(desk, file, preview=dry_run)
        return imported(made, lambda it: _line(desk, it), dry_run=dry_run)


def _line(desk: Desk, it: object) -> str:
    return " ".join(filter(None, map(str, _row(desk, it)))) if isinstance(it, Point) else ""


def _row(desk: Desk, one: Point) -> tuple[object, ...]:
    name = desk.directory.name
    since, until = one.valid_from or "", one.valid_to or ""
    return (one.code, one.name, one.kind.zh, name(one.district), name(one.unit), since, until)


def _document(one: Point) -> dict[str, object]:
    days = {"valid_from": one.valid_from, "valid_to": one.valid_to}
    return asdict(one) | {name: day and day.isoformat() for name, day in days.items()}
