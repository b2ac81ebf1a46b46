"""An edited ledger brought back, each changed cell shown."""

import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from deployments.cli.bulk_commands import DryRun
from deployments.cli.call import Answer, Call, at_desk, tell_prefect
from deployments.cli.options import Audience, Reason
from deployments.cli.progress import progress
from deployments.cli.register import command, group
from deployments.cli.saying import table
from tasks.ledger.importing import Plan, apply, foreseen, plan

ledger = group("台账：修改后的问题清单、责任清单、整改清单导回系统。")
_SHOWN = 200

Workbook = Annotated[
    Path, typer.Argument(metavar="文件", help="export ledger 导出并修改过的工作簿。")
]


@command(
    ledger,
    "import",
    Audience.OFFICE,
    "导回修改过的台账：只取黄色列（事由、涉事主体、六个环境，主办、协办、验收单位）；"
    "逐格列出改动，改派须写 --reason；导出后又有办理记录的案件不改。",
    "ledger import 三张清单.xlsx --dry-run",
    "ledger import 三张清单.xlsx --reason 职责调整 --actor 王科",
)
def import_(call: Call, file: Workbook, dry_run: DryRun = False, reason: Reason = "") -> Answer:
    """Bring an edited workbook back."""
    with at_desk(call) as desk:
        made = plan(desk, file, reason=reason, actor=call.actor)
        if dry_run:
            return _told(foreseen(desk, made), None)
        with progress("导入台账", len(made.orders)) as advance:
            carried = apply(desk, made, advance)
        tell_prefect(call, carried)
    return _told(made, len(carried))


def _told(made: Plan, applied: int | None) -> Answer:
    """Say what was changed; ``applied`` is how many cases, or nothing in a preview."""
    document: dict[str, Any] = {
        "dry_run": applied is None,
        "cases": len({cell.no for cell in made.cells}),
        "applied": applied or 0,
        "changes": [asdict(cell) for cell in made.cells],
        "refused": [asdict(refusal) for refusal in made.refused],
        "ignored": [{"sheet": r.sheet, "row": r.row, "no": r.no} for r in made.ignored],
    }
    nothing = applied == 0 and bool(made.refused)
    if nothing:
        sys.stderr.write("改动的行都未能导入，未作改动，原因见列表。\n")
    return Answer(document, list(_shown(made, applied)), int(nothing))


def _shown(made: Plan, applied: int | None) -> Iterator[RenderableType]:
    cases = len({cell.no for cell in made.cells})
    done = "；这是预览，没有改动。" if applied is None else f"，已更新 {applied} 件。"
    yield f"改动 {len(made.cells)} 格、{cases} 件，不能导入 {len(made.refused)} 行{done}"
    if made.cells:
        rows = [
            (cell.sheet, cell.row, cell.no, cell.column, f"{cell.old or '（空）'} → {cell.new}")
            for cell in made.cells[:_SHOWN]
        ]
        yield table("改动", ("清单", "行", "编号", "列", "原 → 新"), rows)
    if made.refused:
        refusals = [(r.sheet, r.row, r.no, r.reason) for r in made.refused[:_SHOWN]]
        yield table("不能导入", ("清单", "行", "编号", "原因"), refusals)
    if made.ignored:
        where = "、".join(f"{row.sheet}第 {row.row} 行" for row in made.ignored[:_SHOWN])
        yield f"另有不可导入的列被改动，未采用：{where}。"
    if max(len(made.cells), len(made.refused)) > _SHOWN:
        yield f"各只列前 {_SHOWN} 条，全部见 --json。"
