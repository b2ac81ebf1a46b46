"""Clocks recomputed from history, and where the stored ones differ."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row

from domain.clocks import Clock, ClockKey, fold
from domain.errors import RectifyError
from domain.history import load_ops
from models.loading import StoredClock, stored_clocks
from models.rulebook import RuleBook, Versions

_HISTORY = """
select case_id, occurred_at, detail -> 'clocks' as ops, (detail ->> 'policy')::integer as policy,
    (detail ->> 'calendar')::integer as calendar
from history where case_id = any (%(ids)s) and detail ? 'clocks' order by case_id, seq
"""
_FIELDS = {
    "holder": "责任方",
    "revision": "轮次",
    "limit": "时限",
    "started_at": "开始时间",
    "stopped_at": "停止时间",
    "paused_at": "暂停时间",
    "rung": "已触发级别",
    "rule": "依据",
    "due_at": "到期时间",
    "ladder": "预警阶梯",
    "provisional": "暂定标记",
    "rolled": "顺延标记",
}
_OF_CALENDAR = frozenset({"due_at", "ladder", "provisional", "rolled"})
"""What another version of the calendar would make different."""


@dataclass(frozen=True)
class _Computed:
    """The clocks that history gives; ``dated`` when some rest on an earlier calendar."""

    clocks: Mapping[ClockKey, Clock]
    dated: bool


def recomputed_faults(
    connection: Connection, book: RuleBook, ids: Sequence[int]
) -> Iterator[tuple[int, str]]:
    """Compare the stored clocks of cases with what history gives; yields case id and sentence.

    Where the calendar changed since, instants are compared with nothing: they are re-projected.
    """
    stored = stored_clocks(connection, ids)
    versions = book.versions(connection)
    rows = connection.exec_driver_sql(_HISTORY, {"ids": list(ids)}).all()
    histories = {case_id: list(group) for case_id, group in groupby(rows, lambda row: row.case_id)}
    for case_id in ids:
        try:
            computed = _compute(connection, book, versions, histories.get(case_id, []))
        except (KeyError, TypeError, ValueError, RectifyError):
            yield case_id, "历史中的计时操作无法识别，时钟不能由历史重算。"
            continue
        for sentence in _compared(stored.get(case_id, {}), computed):
            yield case_id, sentence


def _compute(
    connection: Connection, book: RuleBook, versions: Versions, rows: Sequence[Row[Any]]
) -> _Computed:
    clocks: dict[ClockKey, Clock] = {}
    for row in rows:
        rules = book.rules_of(connection, versions, row.policy)
        at: datetime = row.occurred_at
        clocks = fold(clocks, load_ops(row.ops), at, rules)
    dated = any(row.calendar not in (None, versions.calendar) for row in rows)
    return _Computed(clocks, dated)


def _compared(stored: Mapping[ClockKey, StoredClock], computed: _Computed) -> Iterator[str]:
    for key in sorted(stored.keys() | computed.clocks.keys()):
        name = f"{key[0].zh}时钟" + (f"（{key[1]}）" if key[1] else "")
        ours, theirs = stored.get(key), computed.clocks.get(key)
        if ours is None or theirs is None:
            yield f"{name}{'缺失' if ours is None else '没有历史依据'}。"
            continue
        wrong = _differing(ours, theirs, dated=computed.dated)
        if wrong:
            yield f"{name}与由历史重算的结果不符（{'、'.join(wrong)}）。"


def _differing(stored: StoredClock, computed: Clock, *, dated: bool) -> list[str]:
    skipped = _OF_CALENDAR if dated else frozenset()
    wrong = [
        zh
        for name, zh in _FIELDS.items()
        if name not in skipped and getattr(stored.clock, name) != getattr(computed, name)
    ]
    upcoming = stored.clock.next
    if stored.next_at != (upcoming[1] if upcoming else None):
        wrong.append("下一次触发时间")
    return wrong
