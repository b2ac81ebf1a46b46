"""Answered messages read from a ledger: what was said when, and what was replied when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from domain.calendar import SHANGHAI
from domain.errors import Refused
from domain.wording import mask
from models.intake_rows import IncomingRow, Rejected
from tasks.reading.columns import COLUMNS as INCOMING
from tasks.reading.columns import Columns
from tasks.reading.dates import read_date
from tasks.reading.files import open_table
from tasks.reading.incoming import understand
from tasks.reading.rows import RawRow
from tasks.reading.words import line, whole

_ASKED = ("source_id", "subject", "body", "reporter", "reported_at")
_ANSWERED: Columns = {
    "reply": ("答复意见", "答复内容", "reply"),
    "answered_at": ("答复时间", "answered_at"),
}
COLUMNS: Columns = {**{name: INCOMING[name] for name in _ASKED}, **_ANSWERED}
"""What a replay reads; other columns of the file are left alone."""
_SHOWN = 40


class _Wrong(Exception):
    """Why a row cannot be replayed."""


@dataclass(frozen=True)
class Answered:
    """One message: the row as intake takes it, and its reply. Times are aware.

    A time without an hour counts as 00:00 in Shanghai.
    """

    raw: RawRow
    source_id: str
    asked_at: datetime
    answered_at: datetime
    reply: str


@dataclass
class Answers:
    """A ledger of answered messages: its rows in order, those refused, and its own headers."""

    headers: Mapping[str, str]
    rows: list[Answered] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


def read_answers(path: Path) -> Answers:
    """Read a ledger as a whole; refuses one without the columns, or without one sound row."""
    table = open_table(path, COLUMNS)
    _require_columns(path, table.headers)
    answers = Answers(table.headers)
    first: dict[str, int] = {}
    for raw in table.rows:
        row = _read(raw, table.headers, first)
        if isinstance(row, Answered):
            answers.rows.append(row)
        else:
            answers.rejected.append(row)
    if not answers.rows:
        reason = answers.rejected[0].reason
        raise Refused(f"文件 {path.name} 没有一行可以回放，请检查内容；{reason}")
    return answers


def _require_columns(path: Path, headers: Mapping[str, str]) -> None:
    needed = ("reported_at", "reply", "answered_at")
    missing = [COLUMNS[name][0] for name in needed if name not in headers]
    if missing:
        raise Refused(
            f"文件 {path.name} 缺少 {'、'.join(missing)} 列，回放需要每件的留言时间、"
            "答复意见和答复时间，请补齐后再试。"
        )


def _read(raw: RawRow, headers: Mapping[str, str], first: dict[str, int]) -> Answered | Rejected:
    """Read a row; ``first`` holds, by source id, the row that had it first."""
    fields = {name: raw.fields[name] for name in _ASKED if name in raw.fields}
    asked = RawRow(raw.number, fields, raw.problem)
    row = understand(asked, headers)
    if isinstance(row, Rejected):
        return row
    try:
        _refuse_second(row.source_id, first)
        answered = _answered(asked, row, raw.fields, headers)
    except _Wrong as wrong:
        return Rejected(raw.number, f"第 {raw.number} 行{wrong}。", row.source_id)
    first[row.source_id] = raw.number
    return answered


def _refuse_second(source_id: str, first: Mapping[str, int]) -> None:
    if source_id in first:
        raise _Wrong(f"与第 {first[source_id]} 行编号相同（{source_id}），不重复回放")


def _answered(
    asked: RawRow, row: IncomingRow, fields: Mapping[str, str], headers: Mapping[str, str]
) -> Answered:
    reply = whole(fields.get("reply", ""))
    if row.reported_at is None:
        raise _Wrong(f"“{headers['reported_at']}”是空的")
    if not reply:
        raise _Wrong(f"“{headers['reply']}”是空的")
    answered_at = _instant(line(fields.get("answered_at", "")), headers["answered_at"])
    if answered_at < row.reported_at:
        times = f"{_written(answered_at)} 早于留言时间 {_written(row.reported_at)}"
        raise _Wrong(f"的答复时间 {times}")
    return Answered(asked, row.source_id, row.reported_at, answered_at, reply)


def _instant(text: str, header: str) -> datetime:
    instant = read_date(text)
    if instant is None:
        shown = mask(text)[:_SHOWN]
        raise _Wrong(f"“{header}”的值“{shown}”不是日期（如 2026/3/2 9:30:00）")
    return instant


def _written(instant: datetime) -> str:
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
