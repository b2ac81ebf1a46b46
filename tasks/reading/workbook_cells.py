"""What a cell says, as text; or why nobody can tell."""

import re
from typing import NamedTuple

from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from tasks.reading.workbook_parts import Book
from tasks.reading.workbook_strings import plain_text

_PLACE = re.compile(r"([A-Z]{1,3})\d+")
_LETTERS = 26
_BOOLEANS = {"0": "FALSE", "1": "TRUE"}


class Cell(NamedTuple):
    """A cell's text; ``problem`` says why it has none, as the end of 第 5 行…."""

    text: str
    problem: str = ""


class Given(NamedTuple):
    """A cell as it stands in the file: where, of which type and style, its value and formula."""

    place: str
    kind: str
    style: int
    value: str
    formula: bool


def cell_of(given: Given, book: Book) -> Cell:
    """Read a cell; of a formula, the value that was last worked out and saved."""
    if given.kind == "e":
        shown = given.value[:20]
        return Cell("", f"的单元格 {given.place} 是错误值 {shown}，请改正后再登记")
    if given.formula and not given.value and given.kind != "str":
        return Cell(
            "", f"的单元格 {given.place} 是公式而没有计算结果，请用 Excel 打开并保存后再登记"
        )
    return Cell(_text(given, book))


def _text(given: Given, book: Book) -> str:
    value = given.value
    if given.kind == "s":
        return book.strings[int(value)] if value else ""
    if given.kind in ("str", "inlineStr"):
        return plain_text(value)
    if given.kind == "b":
        return _BOOLEANS.get(value, value)
    if given.kind == "d" or not value:
        return value
    return _moment(value, book) if given.style in book.dates else _number(value)


def _number(value: str) -> str:
    """A number as people write it: whole ones without a point."""
    if value.isdecimal():
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    return str(int(number)) if number.is_integer() else str(number)


def _moment(value: str, book: Book) -> str:
    """A day and time as text; a number that is no day stays a number."""
    epoch = MAC_EPOCH if book.epoch_1904 else WINDOWS_EPOCH
    try:
        return str(from_excel(float(value), epoch))
    except (ValueError, OverflowError):
        return _number(value)


def column_of(place: str) -> int:
    """The column of a place such as ``AB12``, counted from 0; raises ``ValueError``."""
    found = _PLACE.fullmatch(place)
    if found is None:
        message = "no place of a cell"
        raise ValueError(message)
    number = 0
    for letter in found[1]:
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number - 1


def row_of(place: str) -> int:
    """The row of a place such as ``AB12``; raises ``ValueError``."""
    return int(place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
