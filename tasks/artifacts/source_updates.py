"""Cases whose source sent other content than before: what the office has not looked at yet."""

from collections.abc import Iterator, Mapping
from typing import Any

from domain.codes import State
from domain.updating import SOURCE_FIELDS
from domain.wording import moment
from models.intake_version_reading import Version, unseen_versions, versions_of
from tasks.artifacts.markup import card_link, table, text
from tasks.desk import Desk

_LISTED = 50


def updated_sources(desk: Desk) -> Iterator[str]:
    """List on the worklist what was not seen; nothing where nothing is new."""
    found = unseen_versions(desk.engine, _LISTED + 1)
    if found:
        yield f"## 来件内容有更新（{_amount(len(found))}）"
        yield (
            "来源就同一编号送来了不同的内容，案件未因此改动；"
            "看差别用 case versions 编号，加 --seen 登记为已阅；办公室再办理该案后也不再列出。"
        )
        heads = ("案件", "事由", "状态", "收到", "改动")
        yield table(heads, [_row(desk, row) for row in found[:_LISTED]])


def versions_on_card(desk: Desk, no: str) -> Iterator[str]:
    """List the versions of a case on its card: what changed, never the texts."""
    found = versions_of(desk.engine, no)
    if found:
        yield "## 来件更新"
        yield table(("版", "收到", "改动", "办公室"), [_version(one) for one in found])


def _amount(rows: int) -> str:
    return f"{_LISTED} 版以上" if rows > _LISTED else f"{rows} 版"


def _row(desk: Desk, row: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        card_link(row["no"], desk.database),
        text(row["subject"]),
        State(row["state"]).zh,
        moment(row["received_at"]),
        f"第 {row['number']} 版：{text(_named(row))}",
    )


def _version(one: Version) -> tuple[str, ...]:
    seen = "已阅" if one.row["seen_at"] else "未阅"
    row = one.row
    return str(row["number"]), moment(row["received_at"]), text(_named(row)), seen


def _named(row: Mapping[str, Any]) -> str:
    return "、".join(SOURCE_FIELDS[code] for code in row["changed"])
