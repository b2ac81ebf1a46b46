"""Ledgers as Excel workbooks: the first sheet, streamed."""

import zlib
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from domain.errors import Refused
from tasks.reading.columns import COLUMNS, Columns, match
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

Cells = Sequence[object]


def open_xlsx(path: Path, columns: Columns = COLUMNS) -> Table:
    """Check that the file is a sound workbook with a header and a row, then give its rows."""
    _check(path)
    records = _records(path)
    with closing(records):
        header = next(records, None)
        if header is None:
            raise Refused(f"工作簿 {path.name} 的第一张表是空的，请检查导出是否完整。")
        names = [_text(cell) for cell in header[1]]
        headers = match(names, columns)
        if next(records, None) is None:
            raise Refused(f"工作簿 {path.name} 只有表头，没有数据行，请检查导出是否完整。")
    places = {field: names.index(name) for field, name in headers.items()}
    return Table(_rows(path, places), None, headers)


def _rows(path: Path, places: Mapping[str, int]) -> Iterator[RawRow]:
    with closing(_records(path)) as records:
        next(records)
        for number, cells in records:
            width = len(cells)
            yield RawRow(
                number, {field: _text(cells[at]) for field, at in places.items() if at < width}
            )


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


def _records(path: Path) -> Generator[tuple[int, Cells], None, None]:
    """The rows with anything in them, numbered as Excel numbers them."""
    try:
        with closing(load_workbook(path, read_only=True, data_only=True)) as book:
            sheet = book.worksheets[0]
            # Some programs write a dimension that is wrong; the rows themselves count.
            sheet.reset_dimensions()
            for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                if any(cell is not None and cell != "" for cell in cells):
                    yield number, cells
    except (*_BROKEN, IndexError):
        raise _no_workbook(path) from None


def _no_workbook(path: Path) -> Refused:
    return Refused(
        f"文件 {path.name} 的内容与扩展名不符：不是可读的 xlsx 工作簿（或已加密、损坏），"
        "请用 Excel 另存为 xlsx 后再试。"
    )


def _text(cell: object) -> str:
    """A cell as text: whole numbers without a point, instants as ISO."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, (datetime, date)):
        return cell.isoformat()
    return str(cell)
