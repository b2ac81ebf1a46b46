"""A sheet streamed row by row: what stands in its cells, which are merged, what is hidden.

What the sheet says of its own size is not looked at: some programs write it wrong.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple
from zipfile import ZipFile

from tasks.reading.workbook_cells import Cell, Given, cell_of, column_of, row_of
from tasks.reading.workbook_faults import TooLarge
from tasks.reading.workbook_parts import Book
from tasks.reading.workbook_xml import Attributes, parsed

_MOST_MERGES = 200_000
_LONGEST_TEXT = 4 << 20
"""Characters of one cell; Excel itself keeps 32,767."""
_HIDDEN = ("1", "true")


class Area(NamedTuple):
    """Merged cells, both ends included; columns are counted from 0."""

    top: int
    left: int
    bottom: int
    right: int


class SheetRow(NamedTuple):
    """A row with anything in it, its cells by column."""

    number: int
    cells: dict[int, Cell]
    hidden: bool = False


@dataclass
class Sheet:
    """A sheet being read. Merged areas are known once it was read to its end."""

    book: Book
    merged: list[Area] = field(default_factory=list)
    hidden_columns: list[range] = field(default_factory=list)
    _ready: list[SheetRow] = field(default_factory=list)
    _row: SheetRow = field(default_factory=lambda: SheetRow(0, {}))
    _cell: Attributes | None = None
    _column: int = -1
    _value: list[str] = field(default_factory=list)
    _length: int = 0
    _formula: bool = False
    _aloud: bool = False
    _inside: bool = False

    def rows(self, archive: ZipFile) -> Iterator[SheetRow]:
        """Give the rows that have anything in them."""
        part = archive.open(self.book.sheet)
        for _ in parsed(part, self._start, self._end, self._text):
            yield from self._ready
            self._ready.clear()

    def _start(self, name: str, given: Attributes) -> None:
        if name == "c":
            self._begin_cell(given)
        elif self._cell is not None:
            self._formula = self._formula or name == "f"
            self._aloud = self._aloud or name == "rPh"
            self._inside = name == "v" or (name == "t" and not self._aloud)
        elif name == "row":
            number = int(given.get("r", self._row.number + 1))
            self._row = SheetRow(number, {}, given.get("hidden") in _HIDDEN)
            self._column = -1
        elif name == "mergeCell":
            self._merge(given["ref"])
        elif name == "col" and given.get("hidden") in _HIDDEN:
            self.hidden_columns.append(range(int(given["min"]) - 1, int(given["max"])))

    def _begin_cell(self, given: Attributes) -> None:
        self._cell, self._value, self._length = given, [], 0
        self._formula = self._aloud = False
        place = given.get("r")
        self._column = _column(place.rstrip("0123456789")) if place else self._column + 1

    def _end(self, name: str) -> None:
        self._inside = False
        if name == "c":
            self._end_cell()
        elif name == "rPh":
            self._aloud = False
        elif name == "row" and self._row.cells:
            self._ready.append(self._row)

    def _end_cell(self) -> None:
        given, self._cell = self._cell, None
        if given is None or not (self._value or self._formula):
            return
        place = given.get("r", f"第 {self._column + 1} 列")
        kind, style = given.get("t", "n"), int(given.get("s", "0"))
        found = cell_of(Given(place, kind, style, "".join(self._value), self._formula), self.book)
        if found.problem or found.text.strip():
            self._row.cells[self._column] = found

    def _text(self, text: str) -> None:
        if self._inside:
            self._value.append(text)
            self._length += len(text)
            if self._length > _LONGEST_TEXT:
                raise TooLarge

    def _merge(self, ref: str) -> None:
        first, _, last = ref.replace("$", "").partition(":")
        area = Area(
            row_of(first), column_of(first), row_of(last or first), column_of(last or first)
        )
        self.merged.append(area)
        if len(self.merged) > _MOST_MERGES:
            raise TooLarge


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    return column_of(f"{letters}1")
