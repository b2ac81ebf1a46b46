"""An edited workbook read back: only rows with a cell that the office changed come out."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, time
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from domain.errors import Refused
from tasks.ledger.cells import as_text, digest, unguarded
from tasks.ledger.columns import MARKS, NUMBER, SEQ, SHEETS, Column
from tasks.reading.workbook_faults import BROKEN, no_workbook
from tasks.reading.workbook_guard import archive_of

_BROKEN = (*BROKEN, InvalidFileException, ParseError, TypeError)
"""What openpyxl raises on a damaged workbook, beside what its archive does."""
_MOST_STRINGS = 256 << 20
"""Bytes of shared strings, which must fit into memory."""
_FEWER = "请只保留要修改的行后再导入"
_HEADER_WITHIN = 10
"""Rows in which the header must stand: offices put titles above it."""

_PLAIN = (str, int, float, date, time, type(None))
"""What openpyxl gives for a cell without a formula; a whole range's formula is an object."""


@dataclass(frozen=True)
class Edited:
    """A row that was changed: where it stands, its case, and the new texts by what they edit.

    ``seq`` is the place in history that the case had when it was exported. ``ignored`` says that a
    column was changed that an import does not take. ``problem`` says why the row cannot be read.
    """

    sheet: str
    row: int
    no: str
    seq: int
    texts: Mapping[str, str] = field(default_factory=dict)
    ignored: bool = False
    problem: str = ""


def read_ledger(file: Path) -> list[Edited]:
    """Read the changed rows of an exported workbook; refuses any other file in one sentence."""
    _check(file)
    edited: list[Edited] = []
    seen = 0
    try:
        with closing(load_workbook(file, read_only=True)) as book:
            for name in SHEETS.keys() & set(book.sheetnames):
                with closing(_rows(book[name], name)) as rows:
                    for row in rows:
                        seen += 1
                        edited += [row] if row.texts or row.ignored or row.problem else []
    except _BROKEN:
        raise no_workbook(file) from None
    if not seen:
        raise Refused(
            f"工作簿 {file.name} 里没有可导入的清单：请用 export ledger 导出的工作簿，"
            f"保留工作表名称、表头和隐藏的“{SEQ}”“{MARKS}”两列。"
        )
    order = list(SHEETS)
    return sorted(edited, key=lambda row: (order.index(row.sheet), row.row))


def _check(file: Path) -> None:
    """Refuse what would not fit into memory, before anything is unpacked."""
    with archive_of(file, _FEWER) as archive:
        sizes = {member.filename: member.file_size for member in archive.infolist()}
    if sizes.get("xl/sharedStrings.xml", 0) > _MOST_STRINGS:
        raise Refused(f"工作簿 {file.name} 展开后过大，{_FEWER}。")


def _rows(sheet: Any, name: str) -> Generator[Edited, None, None]:  # noqa: ANN401 - openpyxl's own
    """Give the rows below the header that name a case; a sheet without our columns has none."""
    # Some programs write a dimension that is wrong; the rows themselves count.
    sheet.reset_dimensions()
    places: dict[str, int] = {}
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
        if not places:
            titles = [as_text(cell) for cell in cells]
            if {NUMBER, SEQ, MARKS} <= set(titles):
                places = {title: place for place, title in enumerate(titles) if title}
            elif number >= _HEADER_WITHIN:
                return
            continue
        row = _Row(places, cells)
        if row.text(NUMBER):
            yield _read(name, number, row)


class _Row:
    """One row, its cells found by title."""

    def __init__(self, places: Mapping[str, int], cells: Sequence[Any]) -> None:
        self._places, self._cells = places, cells

    def value(self, title: str) -> object:
        place = self._places.get(title)
        return None if place is None or place >= len(self._cells) else self._cells[place]

    def text(self, title: str) -> str:
        return as_text(self.value(title))

    def is_formula(self, title: str) -> bool:
        value = self.value(title)
        return as_text(value).startswith("=") or not isinstance(value, _PLAIN)


def _read(sheet: str, number: int, row: _Row) -> Edited:
    columns = SHEETS[sheet]
    no, seq, marks = row.text(NUMBER), row.text(SEQ), row.text(MARKS).split("-")
    own = [column for column in columns if column.edits]
    if not (seq.isascii() and seq.isdigit()) or len(marks) != len(own) + 1:
        return Edited(sheet, number, no, 0, problem="隐藏的“版本”“校验”列不完整，请重新导出后修改")
    changed = [
        column
        for column, mark in zip(own, marks, strict=False)
        if digest(row.value(column.title)) != mark
    ]
    formula = next((column.title for column in changed if row.is_formula(column.title)), "")
    if formula:
        return Edited(sheet, number, no, 0, problem=f"“{formula}”是公式，请改为文字")
    texts = {column.edits: unguarded(row.text(column.title)) for column in changed}
    rest = (row.value(column.title) for column in columns if not column.edits)
    return Edited(sheet, number, no, int(seq), texts, ignored=digest(*rest) != marks[-1])


def column_for(sheet: str, edits: str) -> Column:
    """Give the column of a sheet that edits something."""
    return next(column for column in SHEETS[sheet] if column.edits == edits)


def rows_of(edited: Sequence[Edited]) -> Iterator[tuple[str, list[Edited]]]:
    """Give the rows of each case together, in the order of the first."""
    cases: dict[str, list[Edited]] = {}
    for row in edited:
        cases.setdefault(row.no, []).append(row)
    yield from cases.items()
