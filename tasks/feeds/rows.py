"""Rows of a source as intake reads rows: which path is which field, and texts by field."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from tasks.feeds.paths import BLOCKED, MISSING, dig
from tasks.feeds.shape import Shape
from tasks.feeds.trouble import Trouble
from tasks.reading.columns import TELLING, Columns, fields_in
from tasks.reading.rows import RawRow
from tasks.reading.words import line

_MILLISECONDS = 13
_SECONDS = 10


def columns_of(rows: Sequence[object], shape: Shape, known: Columns) -> dict[str, str]:
    """Give, by field, the path that holds it: as the operator said, else by the ``known`` headers.

    Without a number of its own a row could open a case twice, without text it says nothing: a
    source whose rows have no such column is refused as a whole.
    """
    found = dict(fields_in(keys_of(rows), known)) | dict(shape.columns)
    if "source_id" not in found:
        raise Trouble("来源的行里认不出编号列，请用 feed set --map source_id=路径 指明。")
    if not any(field in found for field in TELLING):
        raise Trouble(
            "来源的行里认不出事由列和内容列，请用 feed set --map subject=路径、"
            "--map body=路径 至少指明其一。"
        )
    return found


def keys_of(rows: Iterable[object]) -> list[str]:
    """Give the names of the columns that rows have, in the order in which they first come."""
    return list(dict.fromkeys(key for row in rows if isinstance(row, dict) for key in row))


def raw_rows(rows: Sequence[object], columns: Mapping[str, str]) -> list[RawRow]:
    """Read the rows of a page, numbered from 1; what cannot be read says why."""
    return [_raw(number, row, columns) for number, row in enumerate(rows, start=1)]


def _raw(number: int, row: object, columns: Mapping[str, str]) -> RawRow:
    if not isinstance(row, dict):
        return RawRow(number, {}, "不是一个对象，或者比表头多出几格")
    texts: dict[str, str] = {}
    for field, path in columns.items():
        value = dig(row, path)
        if isinstance(value, (dict, list)):
            return RawRow(number, _named(texts), f"“{path}”的值是嵌套结构，应指明其中的文字")
        if value is BLOCKED:
            return RawRow(number, _named(texts), f"按路径“{path}”取不到值，这一行的结构与别行不同")
        texts[field] = _text(field, value)
    if not line(texts["source_id"]):
        return RawRow(number, {}, f"没有编号（{columns['source_id']}），无法判断是否来过")
    return RawRow(number, texts)


def _named(texts: Mapping[str, str]) -> dict[str, str]:
    """Keep the number of a row that cannot be read, so that the register can be searched for it."""
    return {field: text for field, text in texts.items() if field == "source_id"}


def _text(field: str, value: object) -> str:
    if value is MISSING or value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return _from_epoch(text) if field == "reported_at" else text


def _from_epoch(text: str) -> str:
    """Write an instant that came as epoch seconds or milliseconds the way people do."""
    given = line(text)
    if not (given.isascii() and given.isdigit() and len(given) in {_SECONDS, _MILLISECONDS}):
        return text
    seconds = int(given) / (1000 if len(given) == _MILLISECONDS else 1)
    return datetime.fromtimestamp(seconds, UTC).isoformat()
