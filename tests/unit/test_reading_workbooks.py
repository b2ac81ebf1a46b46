"""Workbooks as offices really send them: merged, hidden, computed, in forms of several rows."""

from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from domain.calendar import SHANGHAI
from domain.errors import Refused
from tasks.reading.dates import read_date
from tasks.reading.files import open_table
from tests.unit.workbooks import HEADER, inline, pack, row, sheet, texts


def read(path: Path) -> list[dict[str, str]]:
    return [dict(one.fields) for one in open_table(path).rows]


def problems(path: Path) -> list[str]:
    return [one.problem for one in open_table(path).rows if one.problem]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "台账.xlsx"


def test_a_title_and_a_header_of_two_rows_give_each_column_its_name(book: Path) -> None:
    rows = [
        texts(1, "2026年问题台账"),
        texts(2, "编号", "问题", None, "反映人", None),
        texts(3, None, "标题", "详情", "姓名", "电话"),
        texts(4, "1", "停水", "三天没水", "王女士", "13800001001"),
    ]
    merged = ["A1:E1", "A2:A3", "B2:C2", "D2:E2"]
    assert read(pack(book, sheet(*rows, merged=merged))) == [
        {
            "source_id": "1",
            "subject": "停水",
            "body": "三天没水",
            "reporter": "王女士",
            "phone": "13800001001",
        }
    ]


def test_a_header_over_two_rows_need_not_be_merged_downward(book: Path) -> None:
    rows = [
        texts(1, "事由", "联系方式", None),
        texts(2, None, "联系人", "电话"),
        texts(3, "停水", "王女士", "138"),
    ]
    assert read(pack(book, sheet(*rows, merged=["B1:C1"]))) == [
        {"subject": "停水", "reporter": "王女士", "phone": "138"}
    ]


def test_a_merged_header_over_data_swallows_no_row(book: Path) -> None:
    rows = [texts(1, "编号", "事由", "备注", None), texts(2, "1", "停水", "急", "今天")]
    assert read(pack(book, sheet(*rows, merged=["C1:D1"]))) == [
        {"source_id": "1", "subject": "停水"}
    ]


def test_what_is_merged_downward_counts_in_each_of_its_rows(book: Path) -> None:
    rows = [
        texts(1, "编号", "事由", "内容", "涉事主体"),
        texts(2, "7", "停水", "东区", "甲公司"),
        texts(3, None, "停电", "西区"),
        texts(4, None, "噪声", "北区"),
        texts(5, "8", "积水", "南区", "乙公司"),
    ]
    found = read(pack(book, sheet(*rows, merged=["A2:A4", "D2:D4"])))
    assert [(one["source_id"], one["subject"], one["party"]) for one in found] == [
        ("7", "停水", "甲公司"),
        ("7#2", "停电", "甲公司"),
        ("7#3", "噪声", "甲公司"),
        ("8", "积水", "乙公司"),
    ]


def test_a_row_that_is_only_the_lower_part_of_another_is_no_row(book: Path) -> None:
    rows = [texts(1, *HEADER), texts(2, "7", "停水", "东区"), texts(3, "藏", None, "藏")]
    merged = ["A2:A3", "B2:B3", "C2:C3"]
    assert [one["subject"] for one in read(pack(book, sheet(*rows, merged=merged)))] == ["停水"]


def test_of_a_formula_the_saved_value_counts(book: Path) -> None:
    rows = [
        texts(1, *HEADER),
        row(2, '<c r="A2"><f>1+1</f><v>2</v></c>', '<c r="B2" t="str"><f>X</f><v>停水</v></c>'),
        row(3, inline("B3", "停电"), '<c r="C3" t="str"><f>X</f><v></v></c>'),
    ]
    path = pack(book, sheet(*rows))
    assert [one.get("subject") for one in read(path)] == ["停水", "停电"]
    assert read(path)[0]["source_id"] == "2"
    assert problems(path) == []


def test_a_formula_without_a_value_spoils_its_row_and_is_named(book: Path) -> None:
    made = Workbook()
    for cells in [HEADER, ["1", '="停"&"水"', "无"], ["2", "停电", "无"]]:
        made.worksheets[0].append(list(cells))
    made.save(book)
    assert problems(book) == ["的单元格 B2 是公式而没有计算结果，请用 Excel 打开并保存后再登记"]
    assert [bool(one.problem) for one in open_table(book).rows] == [True, False]


@pytest.mark.parametrize("value", ["#REF!", "#N/A", "#VALUE!"])
def test_an_error_cell_spoils_its_row_and_is_named(book: Path, value: str) -> None:
    rows = [
        texts(1, *HEADER),
        row(2, inline("B2", "停水"), f'<c r="C2" t="e"><f>Z9</f><v>{value}</v></c>'),
        row(3, inline("B3", "停电"), '<c r="F3" t="e"><v>#N/A</v></c>'),
    ]
    path = pack(book, sheet(*rows))
    assert problems(path) == [f"的单元格 C2 是错误值 {value}，请改正后再登记"]


def test_hidden_rows_and_columns_are_read_and_told_of(book: Path) -> None:
    rows = [
        texts(1, *HEADER),
        row(2, inline("A2", "1"), inline("B2", "停水"), hidden=True),
        texts(3, "2", "停电"),
        row(4, inline("A4", "3"), inline("B4", "噪声"), hidden=True),
    ]
    path = pack(book, sheet(*rows, before='<cols><col min="1" max="1" hidden="1"/></cols>'))
    table = open_table(path)
    assert [one.fields["source_id"] for one in table.rows] == ["1", "2", "3"]
    assert table.notes == ("工作表“表1”中有 2 行、1 列是隐藏的，已照常读取。",)


def test_the_first_visible_sheet_is_read_and_the_others_named(book: Path) -> None:
    def one(word: str) -> str:
        return sheet(texts(1, *HEADER), texts(2, "1", word))

    path = pack(
        book,
        one("隐藏"),
        one("停水"),
        one("另表"),
        one("选项"),
        states={1: "hidden", 4: "veryHidden"},
    )
    assert [found["subject"] for found in read(path)] == ["停水"]
    assert open_table(path).notes == ("只读取了工作表“表2”，没有读取：表1（隐藏）、表3。",)
    with pytest.raises(Refused, match="工作表都是隐藏的"):
        open_table(pack(book, one("停水"), states={1: "hidden"}))


def test_macros_and_outside_links_are_left_alone(tmp_path: Path) -> None:
    more = {
        "xl/vbaProject.bin": b"Shell",
        "xl/externalLinks/externalLink1.xml": b"<externalLink/>",
    }
    path = pack(tmp_path / "台账.xlsm", sheet(texts(1, *HEADER), texts(2, "1", "停水")), more=more)
    assert read(path) == [{"source_id": "1", "subject": "停水", "body": ""}]
    assert open_table(path).notes == ("工作簿含有宏：只读取了数据，宏没有运行。",)


def test_dates_are_read_in_every_form_that_workbooks_keep_them_in(book: Path) -> None:
    styles = (
        '<styleSheet><numFmts><numFmt numFmtId=\'200\' formatCode=\'yyyy"年"m"月"d"日" hh:mm\'/>'
        "</numFmts><cellStyleXfs><xf numFmtId='14'/></cellStyleXfs><cellXfs><xf numFmtId='0'/>"
        "<xf numFmtId='200'/><xf numFmtId='31'/></cellXfs></styleSheet>"
    )
    rows = [
        texts(1, "事由", "时间"),
        row(2, inline("A2", "甲"), '<c r="B2" s="1"><v>46083.586805555555</v></c>'),
        row(3, inline("A3", "乙"), '<c r="B3" s="2"><v>46083</v></c>'),
        row(4, inline("A4", "丙"), '<c r="B4"><v>46083</v></c>'),
        row(5, inline("A5", "丁"), '<c r="B5" t="d"><v>2026-03-02T14:05:00</v></c>'),
    ]
    moments = [
        read_date(one["reported_at"]) for one in read(pack(book, sheet(*rows), styles=styles))
    ]
    day = datetime(2026, 3, 2, tzinfo=SHANGHAI)
    assert moments == [day.replace(hour=14, minute=5), day, day, day.replace(hour=14, minute=5)]


def test_numbers_stand_as_people_write_them(book: Path) -> None:
    rows = [
        texts(1, "编号", "事由", "电话"),
        row(
            2,
            '<c r="A2"><v>188006</v></c>',
            inline("B2", "甲"),
            '<c r="C2"><v>1.38000010010E10</v></c>',
        ),
        row(3, '<c r="A3"><v>1.5</v></c>', inline("B3", "乙"), '<c r="C3" t="b"><v>1</v></c>'),
    ]
    assert read(pack(book, sheet(*rows))) == [
        {"source_id": "188006", "subject": "甲", "phone": "13800001001"},
        {"source_id": "1.5", "subject": "乙", "phone": "TRUE"},
    ]


def test_shared_texts_are_read_without_how_they_are_read_aloud(book: Path) -> None:
    strings = (
        "<sst><si><t>事由</t></si><si><r><t>停</t></r><r><t>水</t></r><rPh><t>ting</t></rPh></si>"
        "<si><t>上_x000A_下</t></si></sst>"
    )
    rows = [row(1, '<c r="A1" t="s"><v>0</v></c>')]
    rows += [row(n, f'<c r="A{n}" t="s"><v>{n - 1}</v></c>') for n in (2, 3)]
    assert [one["subject"] for one in read(pack(book, sheet(*rows), strings=strings))] == [
        "停水",
        "上\n下",
    ]


def test_rows_and_cells_without_places_follow_one_another(book: Path) -> None:
    cells = "<c t='inlineStr'><is><t>{}</t></is></c>"
    rows = [
        f"<row>{cells.format('事由')}{cells.format('内容')}</row>",
        f"<row>{cells.format('停水')}</row>",
    ]
    (found,) = open_table(pack(book, sheet(*rows, before='<dimension ref="A1:A1"/>'))).rows
    assert (found.number, found.fields) == (2, {"subject": "停水", "body": ""})


def test_what_the_sheet_says_of_its_size_is_not_believed(book: Path) -> None:
    lie = '<dimension ref="A1:XFD1048576"/>'
    path = pack(book, sheet(texts(1, *HEADER), texts(900_000, "1", "停水"), before=lie))
    assert [one.number for one in open_table(path).rows] == [900_000]
