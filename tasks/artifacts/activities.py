"""查摆活动情况: the report by kind and unit in figures alone, and what the office is told."""

from collections.abc import Iterator
from dataclasses import astuple

from tasks.activities.figures import Report, Tally, waiting
from tasks.artifacts.markup import heading, table, text, updated
from tasks.desk import Desk

COLUMNS = ("应开展", "已计划", "已开展", "未开展", "发现问题", "其中已销号")
"""What is counted, in the order of the fields of ``Tally``."""


def activity_report(desk: Desk, made: Report) -> str:
    """Draw the report of a period."""
    return "\n\n".join(_parts(desk, made)) + "\n"


def _parts(desk: Desk, made: Report) -> Iterator[str]:
    yield heading(f"查摆活动情况（{made.period.zh}）", desk.database)
    yield updated(desk.now)
    yield activities_attention(desk) or "没有需要处理的事项。"
    yield "## 按活动"
    rows = [(text(kind.zh), *cells(tally)) for kind, tally in made.kinds.items()]
    yield table(("活动", *COLUMNS), rows)
    yield "## 按单位"
    yield table(
        ("活动", "单位", *COLUMNS),
        [
            (text(kind.zh), text(desk.directory.name(unit)), *cells(tally))
            for (kind, unit), tally in made.places.items()
        ],
    )


def cells(tally: Tally) -> tuple[str, ...]:
    """Write the counts in the order of the columns."""
    return tuple(map(str, astuple(tally)))


def total(made: Report) -> str:
    """Say the counts of all kinds together in words."""
    counts = cells(sum(made.kinds.values(), Tally()))
    return "，".join(f"{name} {count}" for name, count in zip(COLUMNS, counts, strict=True))


def activities_attention(desk: Desk) -> str:
    """Say in a Chinese paragraph what the office should follow up; or nothing."""
    found = waiting(desk)
    now, before = found.period.zh, found.period.previous.zh
    told = {
        f"本季度（{now}）尚未进大厅的单位 {found.halls} 个": found.halls,
        f"上季度（{before}）未进大厅的单位 {found.missed} 个": found.missed,
        f"已过计划日期、尚未登记的查摆活动 {found.unrecorded} 次": found.unrecorded,
    }
    said = "，".join(words for words, count in told.items() if count)
    return f"{said}（用 ./rectify activity owing、activity list 查看）。" if said else ""
