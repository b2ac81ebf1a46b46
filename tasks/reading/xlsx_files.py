"""Ledgers as Excel workbooks: the first sheet, streamed."""

import zlib
from collections.abc import Generator, Mapping
from contextlib import closing
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from domain.errors import Refused
from tasks.reading.columns import COLUMNS, Columns, find_header
from tasks.reading.rows import RawRow, Table

_BROKEN = (
    BadZipFile,
    EOFError,
    InvalidFileException,
    KeyError,
    NotImplementedError,
    OSError,
    ParseError,
    RuntimeError,
    ValueError,
    zlib.error,
)
"""What zipfile and openpyxl raise on a file that is no workbook, or a damaged or locked one."""
_STRINGS = "xl/sharedStrings.xml"
_MOST_STRINGS = 256 << 20
"""Bytes of shared strings, which have to be in memory as a whole."""


def open_xlsx(path: Path, columns: Columns = COLUMNS) -> Table:
    """Check that the file is a sound workbook with a header and a row, then give its rows."""
    _check(path)
    with closing(_records(path)) as records:
        if next(records, None) is None:
            raise Refused(f"工作簿 {path.name} 的第一张表是空的，请检查导出是否完整。")
    with closing(_records(path)) as records:
        (row, names), headers = find_header(records, columns)
    places = {field: names.index(name) for field, name in headers.items()}
    with closing(_rows(path, row, places)) as rows:
        if next(rows, None) is None:
            raise Refused(f"工作簿 {path.name} 只有表头，没有数据行，请检查导出是否完整。")
    return Table(_rows(path, row, places), None, headers)


def _rows(path: Path, header: int, places: Mapping[str, int]) -> Generator[RawRow, None, None]:
    with closing(_records(path)) as records:
        for number, cells in records:
            if number > header:
                here = len(cells)
                fields = {field: cells[at] for field, at in places.items() if at < here}
                yield RawRow(number, fields)


def _check(path: Path) -> None:
    """Read the archive's checksums once, so that damage shows before any row is taken in."""
    try:
        with ZipFile(path) as archive:
            damaged = archive.testzip()
            sizes = {member.filename: member.file_size for member in archive.infolist()}
    except _BROKEN:
        raise _no_workbook(path) from None
    if damaged:
        raise Refused(f"工作簿 {path.name} 已损坏，请用 Excel 打开后重新保存再试。")
    if sizes.get(_STRINGS, 0) > _MOST_STRINGS:
        raise Refused(f"工作簿 {path.name} 太大，请另存为 CSV UTF-8 文件后再试。")


def _records(path: Path) -> Generator[tuple[int, list[str]], None, None]:
    """The rows with anything in them, numbered as Excel numbers them."""
    try:
        with closing(load_workbook(path, read_only=True, data_only=True)) as book:
            sheet = book.worksheets[0]
            # Some programs write a dimension that is wrong; the rows themselves count.
            sheet.reset_dimensions()
            for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                texts = [_text(cell) for cell in cells]
                if any(map(str.strip, texts)):
                    yield number, texts
    except (*_BROKEN, IndexError):
        raise _no_workbook(path) from None


def _no_workbook(path: Path) -> Refused:
    return Refused(
        f"文件 {path.name} 的内容与扩展名不符：不是可读的 xlsx 工作簿（或已加密、损坏），"
        "请用 Excel 另存为 xlsx 后再试。"
    )


def _text(cell: object) -> str:
    """A cell as text, whole numbers without a point."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)
