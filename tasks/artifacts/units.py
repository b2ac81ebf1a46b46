"""The table by unit: who has how much in hand, late, nearly late, and what came back."""

from datetime import timedelta

from models.worklists import Row, standing_of_units
from tasks.artifacts.markup import artifact_key, heading, link, table, text, updated
from tasks.desk import Desk

AHEAD = timedelta(days=3)
"""What is due within this counts as nearly late."""
_COLUMNS = {
    "handling": "在办",
    "unsigned": "未签收",
    "overdue": "逾期",
    "due_soon": "临期",
    "closing": "验收销号中",
    "closed": "已销号",
    "red": "红牌以上",
    "listed": "挂牌督办",
    "relapses": "反弹",
    "returns": "退单",
}
_ALARMING = frozenset({"unsigned", "overdue", "red", "listed"})


def unit_table(desk: Desk) -> str:
    """Draw the table as it stands."""
    rows = standing_of_units(desk.engine, desk.now, desk.now + AHEAD)
    total = " · ".join(
        f"{zh} {sum(int(row[code]) for row in rows)}" for code, zh in _COLUMNS.items()
    )
    parts = [
        heading("各单位办理情况", desk.database),
        updated(desk.now),
        f"临期指 {AHEAD.days} 日内到期。",
        f"**合计** {total}" if rows else "",
        table(("单位", *_COLUMNS.values()), [_row(desk, row) for row in rows]),
        link("工作清单", f"/artifacts/key/{artifact_key('worklist', desk.database)}"),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _row(desk: Desk, row: Row) -> tuple[str, ...]:
    return (text(desk.directory.name(row["unit"])), *(_cell(code, row[code]) for code in _COLUMNS))


def _cell(code: str, count: int) -> str:
    return f"**{count}**" if count and code in _ALARMING else str(count)
