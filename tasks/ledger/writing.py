"""The workbook written as it is read: one row at a time, so that any number of cases fits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from models.ledger import Entry
from tasks.ledger.cells import digest, harmless
from tasks.ledger.columns import MARKS, SEQ, SHEETS, Column, Form
from tasks.ledger.facts import Facts

MOST_ROWS = 1_048_576 - 2
"""Rows of a sheet, by Excel's own limit, less title and header."""
HEADER_ROW = 2
_CHOICES = "选项"
"""The hidden sheet that the drop-downs of units take their values from."""
_TITLE = Font(name="方正小标宋简体", size=16, bold=True)
_HEADER = Font(bold=True)
_FILL, _EDITABLE = (PatternFill("solid", fgColor=color) for color in ("DDE6F0", "FFF2CC"))
_THIN = Side(style="thin", color="999999")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_WRAP = Alignment(wrap_text=True, vertical="top")
_CENTER = Alignment(wrap_text=True, vertical="center", horizontal="center")
_EMPTY = (None, "")
_ORDINAL = 6
"""Width of the column of ordinals."""


@dataclass
class Sheet:
    """A list being written: the cell of each column is used again for every row."""

    name: str
    columns: Sequence[Column]
    sheet: Any
    cells: list[Cell] = field(init=False)
    rows: int = 0

    def __post_init__(self) -> None:
        self.cells = [self._cell(column.form) for column in self.columns]

    def _cell(self, form: Form) -> Cell:
        cell = WriteOnlyCell(self.sheet)
        cell.alignment = _WRAP
        if form.value:
            cell.number_format = form.value
        return cell

    def open(self, at: datetime) -> None:
        """Write what stands above the rows; ``at`` is when it is (Shanghai wall clock)."""
        letters = [get_column_letter(n) for n in range(1, len(self.columns) + 4)]
        for letter, width in zip(letters, self._widths(), strict=False):
            self.sheet.column_dimensions[letter].width = width
        for letter in letters[-2:]:
            self.sheet.column_dimensions[letter].hidden = True
        self.sheet.freeze_panes = f"C{HEADER_ROW + 1}"
        self.sheet.page_setup.orientation = "landscape"
        self.sheet.print_options.gridLines = True
        self.sheet.print_title_rows = f"1:{HEADER_ROW}"
        self.sheet.append([self._title(at)])
        self.sheet.append([self._head(title, edits=edits) for title, edits in self._heads()])

    def _widths(self) -> list[int]:
        return [_ORDINAL, *(column.width for column in self.columns)]

    def _heads(self) -> list[tuple[str, str]]:
        own = [(column.title, column.edits) for column in self.columns]
        return [("序号", ""), *own, (SEQ, ""), (MARKS, "")]

    def _title(self, at: datetime) -> Cell:
        until = f"{at.year}年{at.month}月{at.day}日{at.hour}时"
        cell = WriteOnlyCell(self.sheet, f"{self.name}（截至{until}；黄色列可修改后导回）")
        cell.font = _TITLE
        return cell

    def _head(self, title: str, *, edits: str) -> Cell:
        cell = WriteOnlyCell(self.sheet, title)
        cell.font, cell.alignment, cell.border = _HEADER, _CENTER, _BORDER
        cell.fill = _EDITABLE if edits else _FILL
        return cell

    def add(self, entry: Entry, facts: Facts) -> None:
        """Write one case."""
        self.rows += 1
        values = [_safe(column.value(entry, facts)) for column in self.columns]
        for cell, value in zip(self.cells, values, strict=True):
            cell.value = value
        written = (cell if cell.value not in _EMPTY else None for cell in self.cells)
        hidden = (entry.row["seq"], marks(self.columns, values))
        self.sheet.append([self.rows, *written, *hidden])

    def close(self, choices: Mapping[str, str]) -> None:
        """Add the filter and the drop-downs over the rows written; ``choices`` by column title."""
        last = max(self.rows, 1) + HEADER_ROW
        end = get_column_letter(len(self.columns) + 3)
        self.sheet.auto_filter.ref = f"A{HEADER_ROW}:{end}{last}"
        for place, column in enumerate(self.columns, start=2):
            if column.title in choices and column.edits:
                letter = get_column_letter(place)
                offered = DataValidation("list", formula1=choices[column.title], allow_blank=True)
                offered.error = f"请从下拉列表中选择{column.title}。"
                offered.add(f"{letter}{HEADER_ROW + 1}:{letter}{last}")
                self.sheet.data_validations.append(offered)


def marks(columns: Sequence[Column], values: Sequence[object]) -> str:
    """Say what the cells are: one digest a column that may be edited, then one of all the rest."""
    pairs = list(zip(columns, values, strict=True))
    own = [digest(value) for column, value in pairs if column.edits]
    return "-".join([*own, digest(*(value for column, value in pairs if not column.edits))])


def new_workbook(units: Sequence[str]) -> tuple[Workbook, list[Sheet], dict[str, str]]:
    """Start the workbook; ``units`` are the names offered. Gives the drop-downs by column title."""
    book = Workbook(write_only=True)
    sheets = [Sheet(name, columns, book.create_sheet(name)) for name, columns in SHEETS.items()]
    offered = book.create_sheet(_CHOICES)
    offered.sheet_state = "hidden"
    for name in units:
        offered.append([harmless(name)])
    choices = {
        column.title: _formula(column, len(units))
        for columns in SHEETS.values()
        for column in columns
        if column.choices or column.units
    }
    return book, sheets, choices


def _formula(column: Column, units: int) -> str:
    if column.units:
        return f"'{_CHOICES}'!$A$1:$A${max(units, 1)}"
    return f'"{",".join(column.choices)}"'


def _safe(value: object) -> Any:  # noqa: ANN401 - what a cell takes
    return harmless(value) if isinstance(value, str) else value
