"""What intake says: what became of the rows, and before it, how a file is understood."""

from collections.abc import Iterator
from typing import Any

from rich.console import RenderableType

from deployments.cli.call import Answer
from deployments.cli.saying import iso, table
from domain.codes import Environment, Kind, Urgency
from domain.wording import mask, moment
from models.intake_rows import IncomingRow, IntakeReport, Rejected
from tasks.desk import Desk
from tasks.intake_preview import Preview
from tasks.reading.channel_columns import FIELD_ZH

_SHOWN_REJECTED = 20
"""Rejected rows that a preview names; the rest are counted."""


def taken_in(report: IntakeReport) -> Answer:
    """Say what became of the rows."""
    document = {
        "read": report.read,
        "opened": report.opened,
        "duplicate": report.duplicate,
        "changed": report.changed,
        "rejected": [{"row": row.row, "reason": row.reason} for row in report.rejected],
        "without_reporter": report.unreported,
        "unknown_units": report.unknown_units,
        "notes": list(report.notes),
    }
    changed = f"（其中 {report.changed} 行内容有更新）" if report.changed else ""
    sentence = (
        f"读取 {report.read} 行：登记 {report.opened} 件，"
        f"重复 {report.duplicate} 行{changed}，不能登记 {len(report.rejected)} 行。"
    )
    shown = [rejected_table(report.rejected)] if report.rejected else []
    return Answer(document, [sentence, *report.notes, *remarks(report), *shown])


def remarks(report: IntakeReport | Preview) -> Iterator[str]:
    """Say what came in otherwise than its channel expects."""
    if report.unreported:
        yield (
            f"其中 {report.unreported} 行没有反映人或电话，本渠道通常应有："
            "无法联系、回访的，请向来源补问。"
        )
    if report.unknown_units:
        yield (
            f"其中 {report.unknown_units} 行写明的责任单位不在登记中，未作为建议，已照录在内容里。"
        )


def previewed(desk: Desk, preview: Preview) -> Answer:
    """Show how a file is understood."""
    return Answer(_document(desk, preview), _page(desk, preview))


def _document(desk: Desk, preview: Preview) -> dict[str, Any]:
    return {
        "channel": preview.channel.code,
        "columns": dict(preview.columns),
        "ignored": list(preview.ignored),
        "read": preview.read,
        "new": preview.new,
        "known": preview.known,
        "rejected": [{"row": row.row, "reason": row.reason} for row in preview.rejected],
        "without_reporter": preview.unreported,
        "unknown_units": preview.unknown_units,
        "rows": [_row(desk, preview, row) for row in preview.rows],
    }


def _row(desk: Desk, preview: Preview, row: IncomingRow) -> dict[str, Any]:
    """A row as it would be opened; of who reported, only whether there is somebody."""
    return {
        "row": row.number,
        "source_id": mask(row.source_id),
        "subject": row.subject,
        "characters": len(row.body),
        "reporter": bool(row.reporter),
        "phone": bool(row.phone),
        "reported_at": iso(row.reported_at),
        "party": row.party,
        "environment": row.environment,
        "kind": row.kind or preview.channel.default_kind,
        "urgency": row.urgency,
        "unit": desk.directory.name(row.named_unit),
    }


def _page(desk: Desk, preview: Preview) -> list[RenderableType]:
    sentence = (
        f"预览，没有写入任何内容：读取 {preview.read} 行，将登记 {preview.new} 件，"
        f"此前已登记 {preview.known} 行，不能登记 {len(preview.rejected)} 行。"
    )
    columns = ((FIELD_ZH.get(field, field), name) for field, name in preview.columns.items())
    shown: list[RenderableType] = [table("各列的理解", ("字段", "列名"), columns)]
    if preview.ignored:
        shown.append(f"不采用的列：{'、'.join(preview.ignored)}。")
    if preview.rows:
        headers = (
            "行",
            "事由",
            "字数",
            "反映人",
            "电话",
            "时间",
            "环境",
            "类别",
            "紧急",
            "责任单位",
        )
        rows = (_cells(_row(desk, preview, row), row) for row in preview.rows)
        shown.append(table("前几件将登记为", headers, rows))
    if preview.rejected:
        shown.append(rejected_table(preview.rejected[:_SHOWN_REJECTED]))
    return [sentence, *remarks(preview), *shown]


def _cells(told: dict[str, Any], row: IncomingRow) -> tuple[object, ...]:
    return (
        row.number,
        row.subject,
        told["characters"],
        "有" if told["reporter"] else "无",
        "有" if told["phone"] else "无",
        moment(row.reported_at) if row.reported_at else "",
        Environment(row.environment).zh if row.environment else "",
        Kind(told["kind"]).zh,
        Urgency(row.urgency).zh,
        told["unit"],
    )


def rejected_table(rejected: list[Rejected]) -> RenderableType:
    """Name rows that cannot be taken in, with their reasons."""
    return table("不能登记", ("行", "原因"), ((row.row, row.reason) for row in rejected))
