"""Ledgers as Excel workbooks: the first visible sheet, streamed.

The sheet is read twice: once to its end, to know that it is whole, what is merged and what is
hidden; then row by row. Nothing of it is run or looked up elsewhere.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from domain.errors import Refused
from tasks.reading.columns import COLUMNS, SEARCHED, Columns, Headers, find_header
from tasks.reading.rows import RawRow, Table
from tasks.reading.workbook_cells import Cell
from tasks.reading.workbook_guard import archive_of
from tasks.reading.workbook_headers import headers_in
from tasks.reading.workbook_merges import Merges
from tasks.reading.workbook_parts import Book, book_of
from tasks.reading.workbook_sheet import Sheet, SheetRow


def open_xlsx(path: Path, columns: Columns = COLUMNS) -> Table:
    """Check that the file is a sound workbook with a header and a row, then give its rows."""
    survey = _survey(path)
    if not survey.first:
        raise Refused(
            f"工作簿 {path.name} 的工作表“{survey.sheet.book.name}”是空的，请检查导出是否完整。"
        )
    rows = headers_in(survey.first, survey.sheet.merged, columns)
    (last, names), headers = find_header(rows, columns)
    places = {name: names.index(header) for name, header in headers.items()}
    total = survey.filled - sum(row.number <= last for row in survey.first)
    if not total:
        raise Refused(f"工作簿 {path.name} 只有表头，没有数据行，请检查导出是否完整。")
    return Table(
        _rows(path, survey.sheet, last, places),
        total,
        Headers(headers, names),
        tuple(_notes(survey, last, places)),
    )


@dataclass
class _Survey:
    """What a sheet has: its first rows, how many have anything in them, which of them are hidden.

    ``hidden`` are the numbers of the first hidden ones; ``hidden_rows`` counts all.
    """

    sheet: Sheet
    first: list[SheetRow] = field(default_factory=list)
    filled: int = 0
    hidden_rows: int = 0


_FIRST = SEARCHED * 2
"""Rows that are kept for finding the header, which may take several."""


def _survey(path: Path) -> _Survey:
    """Read the sheet to its end, so that damage shows before any row is taken in."""
    with archive_of(path) as archive:
        found = _Survey(Sheet(book_of(archive, path)))
        for row in found.sheet.rows(archive):
            found.filled += 1
            found.hidden_rows += row.hidden
            if len(found.first) < _FIRST:
                found.first.append(row)
    return found


def _rows(path: Path, sheet: Sheet, header: int, places: Mapping[str, int]) -> Iterator[RawRow]:
    merges = Merges(sheet.merged, places)
    with archive_of(path) as archive:
        for row in Sheet(sheet.book).rows(archive):
            if row.number > header and (found := merges.fields(row)):
                yield _raw(row.number, found)


def _raw(number: int, found: Mapping[str, Cell]) -> RawRow:
    fields = {name: cell.text for name, cell in found.items()}
    problem = next((cell.problem for cell in found.values() if cell.problem), "")
    return RawRow(number, fields, problem)


def _notes(survey: _Survey, header: int, places: Mapping[str, int]) -> Iterator[str]:
    """Say what people who look at the workbook do not see, and what of it was left aside."""
    book = survey.sheet.book
    rows = survey.hidden_rows - sum(row.hidden for row in survey.first if row.number <= header)
    columns = sum(
        any(place in hidden for hidden in survey.sheet.hidden_columns)
        for place in set(places.values())
    )
    parts = [f"{rows} 行"] * bool(rows) + [f"{columns} 列"] * bool(columns)
    if parts:
        yield f"工作表“{book.name}”中有 {'、'.join(parts)}是隐藏的，已照常读取。"
    yield from _left_aside(book)


def _left_aside(book: Book) -> Iterator[str]:
    if book.others:
        yield f"只读取了工作表“{book.name}”，没有读取：{'、'.join(book.others)}。"
    if book.macros:
        yield "工作簿含有宏：只读取了数据，宏没有运行。"
