"""The workbook that a unit fills in for a channel; intake reads it back as it is."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from domain.errors import Misuse, Refused
from models.channels import IntakeChannel, read_channel
from tasks.channel_layout import DAY, MOMENT, Column, layout
from tasks.channels import brought_by
from tasks.desk import Desk
from tasks.ledger.cells import harmless

FILLED_ROWS = 2000
"""Rows below the header that have drop-downs."""
_CHOICES, _GUIDE = "选项", "填写说明"
_LONGEST_SHEET = 31
"""Characters of a sheet's name, by Excel's own limit."""
_NOT_IN_A_NAME = str.maketrans("", "", "[]:*?/\\'")
_AUTHOR = "专项行动办公室"
_HEADER = Font(bold=True)
_FILL = PatternFill("solid", fgColor="DDE6F0")
_EDGE = Side(style="thin", color="999999")
_BORDER = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
_CENTER = Alignment(horizontal="center", vertical="center", wrap_text=True)
_WRAP = Alignment(vertical="top", wrap_text=True)
_NOTE_WIDTH, _NOTE_HEIGHT = 280, 90
_GUIDE_WIDTHS = (24, 70, 18)


def write_template(desk: Desk, code: str, out: Path, unit: str = "") -> list[str]:
    """Write the template of a channel, for a unit if one is named; gives its headers.

    Refuses a unit that may not use the channel, and a file that is there already.
    """
    channel = read_channel(desk.engine, code)
    filler = brought_by(desk, channel, unit)
    if out.suffix.lower() != ".xlsx":
        raise Misuse(f"模板是 xlsx 工作簿，请把 --out {out.name} 的扩展名改为 .xlsx。")
    if out.exists():
        raise Refused(f"文件 {out} 已经存在，不覆盖，请换一个名称。")
    columns = layout(channel, desk.directory, filler)
    book = _workbook(channel, columns, desk.directory.name(filler) if filler else "", filler)
    try:
        book.save(out)
    except (OSError, BadZipFile):
        raise Refused(f"文件 {out} 写不进去，请核对目录是否存在、是否有权限。") from None
    return [column.header for column in columns]


def _workbook(channel: IntakeChannel, columns: list[Column], name: str, filler: str) -> Workbook:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = channel.name.translate(_NOT_IN_A_NAME)[:_LONGEST_SHEET]
    places = _offer(book.create_sheet(_CHOICES), columns)
    for number, column in enumerate(columns, start=1):
        _head(sheet, number, column)
        if column.header in places:
            sheet.add_data_validation(_drop_down(number, column, places[column.header]))
    sheet.freeze_panes = "A2"
    guide = book.create_sheet(_GUIDE)
    for row in _guide(channel, columns, name, filler):
        guide.append(row)
    for letter, width in zip("ABC", _GUIDE_WIDTHS, strict=True):
        guide.column_dimensions[letter].width = width
    for cell in guide["B"]:
        cell.alignment = _WRAP
    return book


def _head(sheet: Worksheet, number: int, column: Column) -> None:
    """Write a header, with what belongs below it as its comment."""
    cell = sheet.cell(1, number, harmless(column.header))
    cell.font, cell.fill, cell.border, cell.alignment = _HEADER, _FILL, _BORDER, _CENTER
    cell.comment = Comment(column.note, _AUTHOR, height=_NOTE_HEIGHT, width=_NOTE_WIDTH)
    below = sheet.column_dimensions[get_column_letter(number)]
    below.width, below.number_format, below.alignment = column.width, column.form, _WRAP


def _offer(sheet: Worksheet, columns: Sequence[Column]) -> dict[str, str]:
    """Write what can be chosen on a hidden sheet; gives by header where it stands."""
    sheet.sheet_state = "hidden"
    places = {}
    offered = (column for column in columns if column.choices)
    for number, column in enumerate(offered, start=1):
        for row, choice in enumerate(column.choices, start=1):
            sheet.cell(row, number, harmless(choice))
        letter = get_column_letter(number)
        places[column.header] = f"'{_CHOICES}'!${letter}$1:${letter}${len(column.choices)}"
    return places


def _drop_down(number: int, column: Column, place: str) -> DataValidation:
    offered = DataValidation("list", formula1=place, allow_blank=True, showErrorMessage=True)
    offered.errorTitle, offered.error = "请选择", f"请从下拉列表中选择{column.header}。"
    letter = get_column_letter(number)
    offered.add(f"{letter}2:{letter}{FILLED_ROWS + 1}")
    return offered


def _guide(
    channel: IntakeChannel, columns: Sequence[Column], name: str, filler: str
) -> Iterator[tuple[str, ...]]:
    """Say how to fill the workbook in and how to hand it back, column by column."""
    by = f" --by {filler}" if filler else ""
    yield ("渠道", f"{channel.name}（{channel.code}）")
    if name:
        yield ("填报单位", name)
    yield ("填写", "在第一张表中从第 2 行起填写，一行一个问题；表头不要改，空行没有影响。")
    yield ("保密", "不要在事由和描述中写身份证号、银行卡号等个人信息。")
    yield (
        "导回",
        f"./rectify intake 本文件 --channel {channel.code}{by} --preview 先预览，再导入。",
    )
    yield ()
    yield ("列", "怎样填", "形式")
    for column in columns:
        yield (harmless(column.header), column.note, _form(column))


def _form(column: Column) -> str:
    if column.choices:
        return "下拉选择"
    return {DAY: "日期", MOMENT: "日期和时间"}.get(column.form, "文字")
