"""The table by unit: who has how much in hand, late, nearly late, and what came back."""

from collections.abc import Iterator
from datetime import timedelta

from models.return_rates import Period, Rate, return_rates
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
RATED = timedelta(days=90)
"""The time up to now over which return rates are shown."""
_RATES = ("交办", "退单", "退单率", "同意", "不同意")
_NOW = timedelta(microseconds=1)
"""A period ends before its end: with this added, what happens now is in it."""
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
        f"临期指 {AHEAD.days} 日内到期。“退单”是现主办案件被退回的次数，退单率见下表。",
        f"**合计** {total}" if rows else "",
        table(("单位", *_COLUMNS.values()), [_row(desk, row) for row in rows]),
        *_rates(desk),
        link("工作清单", f"/artifacts/key/{artifact_key('worklist', desk.database)}"),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def _rates(desk: Desk) -> Iterator[str]:
    """How often units returned what they were given, parts of assisting units included."""
    found = return_rates(desk.engine, Period(desk.now - RATED, desk.now + _NOW))
    rated = [rate for rate in found if rate.asked]
    if rated:
        yield f"## 退单率（近 {RATED.days} 日，含协办部分）"
        yield table(("单位", *_RATES), [_rated(desk, rate) for rate in rated])


def _rated(desk: Desk, rate: Rate) -> tuple[str, ...]:
    share = "" if rate.share is None else f"{rate.share:.1%}"
    counts = (rate.given, rate.asked, share, rate.upheld, rate.refused)
    return (text(desk.directory.name(rate.unit)), *map(str, counts))


def _row(desk: Desk, row: Row) -> tuple[str, ...]:
    return (text(desk.directory.name(row["unit"])), *(_cell(code, row[code]) for code in _COLUMNS))


def _cell(code: str, count: int) -> str:
    return f"**{count}**" if count and code in _ALARMING else str(count)
