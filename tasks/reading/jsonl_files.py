"""Ledgers as JSON, one object a line."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from domain.errors import Refused
from tasks.reading.columns import COLUMNS, Columns, match, plain
from tasks.reading.rows import RawRow, Table
from tasks.reading.texts import encoding_of, lines_of


def open_jsonl(path: Path, columns: Columns = COLUMNS) -> Table:
    """Check the file as a whole and its first object, then give its rows."""
    encoding = encoding_of(path)
    lines = _lines(path, encoding)
    first = next(lines, None)
    if first is None:
        raise Refused(f"文件 {path.name} 是空的，请检查导出是否完整。")
    headers = match(list(_first(path, first[1])), columns)
    total = 1 + sum(1 for _ in lines)
    fields = {
        plain(name): (field, n) for field, names in columns.items() for n, name in enumerate(names)
    }
    rows = (_row(number, line, fields) for number, line in _lines(path, encoding))
    return Table(rows, total, headers)


def _first(path: Path, line: str) -> dict[str, Any]:
    """A first line that is no object means a file of another kind, not one bad row."""
    found = _parsed(line)
    if not isinstance(found, dict):
        raise Refused(f"文件 {path.name} 不是 jsonl：每行应是一个 JSON 对象，首行不是，请检查。")
    return found


def _lines(path: Path, encoding: str) -> Iterator[tuple[int, str]]:
    with path.open(encoding=encoding) as file:
        for number, line in enumerate(lines_of(path, file), start=1):
            if line.strip():
                yield number, line


def _row(number: int, line: str, fields: Mapping[str, tuple[str, int]]) -> RawRow:
    """Give the fields of one object; of several names of a field the first in order counts."""
    found = _parsed(line)
    if not isinstance(found, dict):
        return RawRow(number, {}, "不是一个 JSON 对象")
    best: dict[str, tuple[int, str]] = {}
    for key, value in found.items():
        field, place = fields.get(plain(key), ("", 0))
        if not field or value is None or best.get(field, (place + 1,))[0] <= place:
            continue
        if isinstance(value, (dict, list)):
            return RawRow(number, {}, f"“{key}”的值应是文字或数字")
        best[field] = (place, str(value))
    return RawRow(number, {field: text for field, (_, text) in best.items()})


def _parsed(line: str) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None
