"""Clocks recomputed from history, and where the stored ones differ."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row
from sqlalchemy.exc import NoResultFound

from domain.clocks import Clock, ClockKey
from domain.errors import RectifyError
from domain.history import load_ops
from domain.recomputing import Entry, recompute
from models.loading import StoredClock, stored_clocks
from models.rulebook import RuleBook

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


def recomputed_faults(
    connection: Connection, book: RuleBook, ids: Sequence[int]
) -> Iterator[tuple[int, str]]:
    """Compare the stored clocks of cases with what history gives; yields case id and sentence.

    Each entry counts under the policy and calendar that it names.
    """
    stored = stored_clocks(connection, ids)
    rows = connection.exec_driver_sql(_HISTORY, {"ids": list(ids)}).all()
    histories = {case_id: list(group) for case_id, group in groupby(rows, lambda row: row.case_id)}
    for case_id in ids:
        try:
            entries = [_entry(connection, book, row) for row in histories.get(case_id, [])]
            computed = recompute(entries)
        except (KeyError, TypeError, ValueError, NoResultFound, RectifyError):
            yield case_id, "历史中的计时操作无法识别，时钟不能由历史重算。"
            continue
        for sentence in _compared(stored.get(case_id, {}), computed):
            yield case_id, sentence


def _entry(connection: Connection, book: RuleBook, row: Row[Any]) -> Entry:
    rules = book.rules_at(connection, row.policy, row.calendar)
    return Entry(row.occurred_at, load_ops(row.ops), rules)


def _compared(
    stored: Mapping[ClockKey, StoredClock], computed: Mapping[ClockKey, Clock]
) -> Iterator[str]:
    for key in sorted(stored.keys() | computed.keys()):
        name = f"{key[0].zh}时钟" + (f"（{key[1]}）" if key[1] else "")
        ours, theirs = stored.get(key), computed.get(key)
        if ours is None or theirs is None:
            yield f"{name}{'缺失' if ours is None else '没有历史依据'}。"
            continue
        wrong = _differing(ours, theirs)
        if wrong:
            yield f"{name}与由历史重算的结果不符（{'、'.join(wrong)}）。"


def _differing(stored: StoredClock, computed: Clock) -> list[str]:
    wrong = [
        zh for name, zh in _FIELDS.items() if getattr(stored.clock, name) != getattr(computed, name)
    ]
    upcoming = stored.clock.next
    if stored.next_at != (upcoming[1] if upcoming else None):
        wrong.append("下一次触发时间")
    return wrong
