"""What came later for a case under its source's id, with what differs marked."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import RenderableType

from deployments.cli.saying import iso, table
from domain.differing import marked
from domain.updating import SOURCE_FIELDS
from domain.wording import mask, moment
from models.intake_version_reading import Version

_ERASED = "（已清除）"


def documents(found: Sequence[Version], *, whole: bool) -> list[dict[str, Any]]:
    """Give versions as documents, the ``whole`` of them with their texts, numbers masked."""
    return [_document(one, whole=whole) for one in found]


def listed(found: Sequence[Version]) -> Iterator[RenderableType]:
    """Show that there are versions, and in what each differs from the one before."""
    if found:
        rows = (
            (
                row["number"],
                row["seq"],
                moment(row["received_at"]),
                f"{row['file']} 第 {row['row_number']} 行",
                named(row["changed"]),
                "已阅" if row["seen_at"] else "未阅",
            )
            for row in (one.row for one in found)
        )
        headers = ("版", "记录", "收到", "来自", "改动", "办公室")
        yield table("来件更新（第 1 版为登记时的内容）", headers, rows)


def named(codes: Sequence[str]) -> str:
    """Name what changed."""
    return "、".join(SOURCE_FIELDS[code] for code in codes)


def differences(found: Sequence[Version]) -> Iterator[RenderableType]:
    """Show both sides of each text that changed."""
    rows = [
        (one.row["number"], SOURCE_FIELDS[code], _marked(before, after))
        for one in found
        for code, (before, after) in one.texts.items()
    ]
    if rows:
        yield table("差别（[-原文-]{+新文+}，号码已遮盖）", ("版", "项目", "内容"), rows)


def _marked(before: str | None, after: str | None) -> str:
    if before is None or after is None:
        return _ERASED
    return marked(mask(before), mask(after)) or "（只有遮盖的号码不同）"


def _document(one: Version, *, whole: bool) -> dict[str, Any]:
    instants = {name: iso(one.row[name]) for name in ("received_at", "seen_at")}
    texts = [
        {"field": code, "before": _masked(before), "after": _masked(after)}
        for code, (before, after) in one.texts.items()
    ]
    return {**one.row, **instants, **({"texts": texts} if whole else {})}


def _masked(text: str | None) -> str | None:
    return None if text is None else mask(text)
