"""Ledgers as comma-separated text."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from domain.errors import Refused
from tasks.reading.columns import COLUMNS, Columns, match
from tasks.reading.rows import RawRow, Table
from tasks.reading.texts import LONGEST_LINE, encoding_of, lines_of

_DELIMITERS = ",\t;"

# The module's own limit is 128 KiB; a text may be longer, and is refused later with its reason.
csv.field_size_limit(LONGEST_LINE)


@dataclass(frozen=True)
class _Layout:
    """How a file is written, where each field stands, how wide the header is."""

    encoding: str
    delimiter: str
    places: Mapping[str, int]
    width: int


def open_csv(path: Path, columns: Columns = COLUMNS) -> Table:
    """Check the whole file, then give its rows; refuses, before any row, what is broken."""
    encoding = encoding_of(path)
    delimiter = _delimiter(path, encoding)
    records = _records(path, encoding, delimiter)
    header = next((cells for _, cells in records if any(cells)), None)
    if header is None:
        raise Refused(f"文件 {path.name} 是空的，请检查导出是否完整。")
    headers = match(header, columns)
    total = sum(any(map(str.strip, cells)) for _, cells in records)
    if not total:
        raise Refused(f"文件 {path.name} 只有表头，没有数据行，请检查导出是否完整。")
    places = {field: header.index(name) for field, name in headers.items()}
    layout = _Layout(encoding, delimiter, places, len(header))
    return Table(_rows(path, layout), total, headers)


def _rows(path: Path, layout: _Layout) -> Iterator[RawRow]:
    places, width = tuple(layout.places.items()), layout.width
    records = _records(path, layout.encoding, layout.delimiter)
    next(cells for _, cells in records if any(cells))
    for number, cells in records:
        if any(cells[width:]):
            problem = f"有 {len(cells)} 格，表头只有 {width} 格，内容中的分隔符可能漏了引号"
            yield RawRow(number, {}, problem)
        elif any(map(str.strip, cells)):
            here = len(cells)
            yield RawRow(number, {field: cells[at] for field, at in places if at < here})


def _records(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(lines_of(path, file), delimiter=delimiter, strict=True)
        try:
            yield from enumerate(reader, start=1)
        except csv.Error:
            raise Refused(
                f"文件 {path.name} 第 {reader.line_num} 行附近引号不成对，请修复或重新导出后再试。"
            ) from None


def _delimiter(path: Path, encoding: str) -> str:
    """The mark that parts the header most; commas where it has one column only."""
    with path.open(encoding=encoding, newline="") as file:
        header = next((line for line in lines_of(path, file) if line.strip()), "")
    return max(_DELIMITERS, key=header.count)
