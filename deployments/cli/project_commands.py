"""Projects signed and not landed: inventories renewed and looked at."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from deployments.cli import project_settling
from deployments.cli.bulk_commands import DryRun
from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.options import Audience, File
from deployments.cli.project_options import District, Key, project
from deployments.cli.project_page import DETAILS, HEADERS, cells_of, document_of, event_zh, row_of
from deployments.cli.register import command
from deployments.cli.saying import iso, pairs, table
from domain.inventories import Renewal
from domain.wording import moment
from models.engine import transaction
from models.project_events import events_of
from models.projects import all_projects, find_project
from tasks.artifacts.projects import COLUMNS, cells, total
from tasks.projects.figures import cause_zh, standing
from tasks.projects.places import district_of, place_of
from tasks.projects.renewing import renew_inventory

__all__ = ["project", "project_settling"]

_LOOK = Audience.LOOK
_SHOWN = 200

Missing = Annotated[bool, typer.Option("--missing", help="只列最近一次更新的清单中缺少的。")]


@command(
    project,
    "import",
    Audience.UNIT,
    "更新一个区市、功能区的项目清单（csv、xlsx）：逐格列出改动；清单中不再有的只说明，不删除。",
    "project import 项目清单.xlsx --by 崂山区 --dry-run",
)
def import_(call: Call, file: File, dry_run: DryRun = False) -> Answer:
    """Renew an inventory."""
    with at_desk(call) as desk:
        actor = call.name or call.actor
        made = renew_inventory(desk, file, call.by, actor, preview=dry_run)
    return Answer(_document(made, dry_run=dry_run), list(_renewed(made, dry_run=dry_run)))


def _document(made: Renewal, *, dry_run: bool) -> dict[str, Any]:
    return {
        "dry_run": dry_run,
        "read": made.read,
        "added": [one.code for one in made.added],
        "changed": [one.code for one in made.changed],
        "unchanged": len(made.unchanged),
        "cells": [cell._asdict() for cell in made.cells],
        "missing": made.missing,
        "refused": [bad._asdict() for bad in made.refused],
    }


def _renewed(made: Renewal, *, dry_run: bool) -> Iterator[RenderableType]:
    tail = "；这是预览，没有改动。" if dry_run else "。"
    yield (
        f"读取 {made.read} 行：新增 {len(made.added)}，改动 {len(made.changed)}，"
        f"未变 {len(made.unchanged)}，不能导入 {len(made.refused)}；"
        f"清单中缺少 {len(made.missing)} 个{tail}"
    )
    if made.cells:
        rows = [
            (cell.code, cell.column, f"{cell.old or '（空）'} → {cell.new or '（空）'}")
            for cell in made.cells[:_SHOWN]
        ]
        yield table("改动", ("项目编号", "列", "原 → 新"), rows)
    if made.refused:
        yield table("不能导入", ("行", "原因"), made.refused[:_SHOWN])
    if made.missing:
        yield f"清单中缺少（仍保留）：{'、'.join(made.missing[:_SHOWN])}。"


@command(project, "list", _LOOK, "列出项目。", "project list --district 崂山区")
def list_(call: Call, district: District = "", missing: Missing = False) -> Answer:
    """List projects."""
    with at_desk(call) as desk:
        found = all_projects(desk.engine, district_of(desk, district) if district else "")
        kept = [one for one in found if one.missing_since or not missing]
        shown = table("", HEADERS, [row_of(desk, one) for one in kept])
    return Answer([document_of(one) for one in kept], [shown if kept else "没有项目。"])


@command(project, "show", _LOOK, "查看一个项目和它的经过。", "project show laoshan/XM-01")
def show(call: Call, wanted: Key) -> Answer:
    """Show a project whole."""
    with at_desk(call) as desk:
        district, code = place_of(desk, wanted)
        with transaction(desk.engine) as connection:
            stored = find_project(connection, district, code)
            events = events_of(connection, stored.id)
        facts = pairs(zip(DETAILS, cells_of(desk, stored), strict=True))
    past = table(
        "经过",
        ("时间", "事项", "经办人", "内容"),
        [(moment(e["at"]), event_zh(e["event"]), e["actor"], _said(e["detail"])) for e in events],
    )
    history = [event | {"at": iso(event["at"])} for event in map(dict, events)]
    return Answer(document_of(stored) | {"events": history}, [facts, past])


def _said(detail: dict[str, Any]) -> str:
    """Write the details of an event: changed cells as old and new, the rest as it is."""
    return "；".join(
        f"{name}：{value[0] or '（空）'} → {value[1] or '（空）'}"
        if isinstance(value, list)
        else str(value)
        for name, value in detail.items()
    )


@command(
    project,
    "report",
    _LOOK,
    "按区市和原因统计：签约、落地、核销、受阻、立案、逾期。",
    "project report",
)
def report(call: Call) -> Answer:
    """Count by district and by cause."""
    with at_desk(call) as desk:
        made = standing(desk)
        names = desk.directory.name
        by_district = [(names(code), *cells(one)) for code, one in made.districts.items()]
    by_cause = [(cause_zh(code), *cells(one)) for code, one in sorted(made.causes.items())]
    shown: list[RenderableType] = [
        f"合计：{total(made.total)}。",
        table("按区市、功能区", ("区市", *COLUMNS), by_district),
        table("按原因", ("原因", *COLUMNS), by_cause),
    ]
    return Answer(made.document(), shown)
