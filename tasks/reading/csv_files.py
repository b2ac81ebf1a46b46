"""Ledgers as comma-separated text."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from domain.errors import Refused
from tasks.reading.columns import COLUMNS, Columns, find_header
from tasks.reading.rows import RawRow, Table
from tasks.reading.texts import LONGEST_LINE, encoding_of, lines_of

_DELIMITERS = ",\t;"

# The module's own limit is 128 KiB; a text may be longer, and is refused later with its reason.
csv.field_size_limit(LONGEST_LINE)


@dataclass(frozen=True)
class _Layout:
    """How a file is written, in which row its header is and how wide, where each field stands."""

    encoding: str
    delimiter: str
    header: int
    width: int
    places: Mapping[str, int]


def open_csv(path: Path, columns: Columns = COLUMNS) -> Table:
    """Check the whole file, then give its rows; refuses, before any row, what is broken."""
    encoding = encoding_of(path)
    delimiter = delimiter_of(path, encoding)
    filled = sum(1 for _ in records(path, encoding, delimiter))
    if not filled:
        raise Refused(f"文件 {path.name} 是空的，请检查导出是否完整。")
    (row, names), headers = find_header(records(path, encoding, delimiter), columns)
    places = {field: names.index(name) for field, name in headers.items()}
    layout = _Layout(encoding, delimiter, row, len(names), places)
    above = sum(number <= row for number, _ in islice(records(path, encoding, delimiter), row))
    if filled == above:
        raise Refused(f"文件 {path.name} 只有表头，没有数据行，请检查导出是否完整。")
    return Table(_rows(path, layout), filled - above, headers)


def _rows(path: Path, layout: _Layout) -> Iterator[RawRow]:
    places, width = tuple(layout.places.items()), layout.width
    for number, cells in records(path, layout.encoding, layout.delimiter):
        if number <= layout.header:
            continue
        if any(cells[width:]):
            problem = f"有 {len(cells)} 格，表头只有 {width} 格，内容中的分隔符可能漏了引号"
            yield RawRow(number, {}, problem)
        else:
            here = len(cells)
            yield RawRow(number, {field: cells[at] for field, at in places if at < here})


def records(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """The rows with anything in them, numbered as a spreadsheet numbers them."""
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(lines_of(path, file), delimiter=delimiter, strict=True)
        try:
            for number, cells in enumerate(reader, start=1):
                if any(cells) and any(map(str.strip, cells)):
                    yield number, cells
        except csv.Error:
            raise Refused(
                f"文件 {path.name} 第 {reader.line_num} 行附近引号不成对，请修复或重新导出后再试。"
            ) from None


def delimiter_of(path: Path, encoding: str) -> str:
    """The mark that parts the header most; commas where it has one column only."""
    with path.open(encoding=encoding, newline="") as file:
        header = next((line for line in lines_of(path, file) if line.strip()), "")
    return max(_DELIMITERS, key=header.count)
