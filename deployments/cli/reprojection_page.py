"""Which deadlines move when clocks are counted again: foreseen, and told afterwards."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from deployments.cli.saying import iso, table
from domain.codes import ClockKind
from domain.wording import moment
from models.reprojecting_preview import MOST_MOVES
from tasks.desk import Desk
from tasks.reprojecting import Counts, Move, Preview, ReprojectionReport

_SHOWN = 50
"""Moves in a table; the JSON document has all that the preview has."""
_COUNTED = ("时限", "提前", "推后", "不再暂定", "立即逾期")
_MOVED = ("案件", "时限", "责任方", "原到期", "新到期", "依据")


def document(preview: Preview) -> dict[str, Any]:
    """Give a preview as data; instants in Shanghai time."""
    return {
        "cases": preview.cases,
        **asdict(preview.total),
        "clocks": {kind: asdict(counts) for kind, counts in preview.counts.items()},
        "moves": [_as_data(move) for move in preview.moves],
        "more": preview.more,
    }


def _as_data(move: Move) -> dict[str, Any]:
    return asdict(move) | {"due_from": iso(move.due_from), "due_to": iso(move.due_to)}


def page(desk: Desk, preview: Preview) -> Iterator[RenderableType]:
    """Show a preview: counts, the deadlines that move, and last what is overdue at once."""
    total = preview.total
    if not preview.cases:
        yield f"查看在办案件 {preview.looked} 件，没有时限变动。"
        return
    yield (
        f"查看在办案件 {preview.looked} 件，{preview.cases} 件有变动（含预警日期）："
        f"提前 {total.earlier} 项，推后 {total.later} 项，不再暂定 {total.firm} 项。"
    )
    if rows := [row for row in map(_counted, preview.counts.items()) if any(row[1:])]:
        yield table("", _COUNTED, rows)
    if preview.moves:
        yield table("", _MOVED, (_moved(desk, move) for move in preview.moves[:_SHOWN]))
    unseen = len(preview.moves) + preview.more - _SHOWN
    if unseen > 0:
        yield f"另有 {unseen} 项未列出，用 --json 查看（至多 {MOST_MOVES} 项）。"
    if total.overdue:
        warning = f"注意：应用后立即逾期 {total.overdue} 项，下一次期限检查就会触发预警。"
        yield Text(warning, style="bold red")


def _counted(of_kind: tuple[str, Counts]) -> tuple[object, ...]:
    kind, counts = of_kind
    return ClockKind(kind).zh, counts.earlier, counts.later, counts.firm, counts.overdue


def _moved(desk: Desk, move: Move) -> tuple[str, ...]:
    return (
        move.no,
        ClockKind(move.kind).zh,
        desk.directory.name(move.holder),
        moment(move.due_from),
        moment(move.due_to),
        f"{'立即逾期；' if move.overdue else ''}{move.because}",
    )


def outcome(report: ReprojectionReport | None) -> list[str]:
    """Say how counting again went, or that it was only a preview; nothing where nothing was due."""
    if report is None:
        return ["这是预览，没有写入任何内容；去掉 --dry-run 再次运行即生效。"]
    if report.held:
        return ["另一个进程正在重算时限，由它完成。"]
    if not report.cause:
        return []
    return [f"重算时限完成：查看案件 {report.looked} 件，{report.moved} 件已调整并记入办理记录。"]


def as_data(report: ReprojectionReport | None) -> dict[str, Any]:
    """Give how it went as data."""
    if report is None:
        return {"dry_run": True}
    done = {"looked": report.looked, "journalled": report.moved, "held": report.held}
    return {"dry_run": False, **done}
