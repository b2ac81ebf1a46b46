"""Ledgers in files: every kind read alike, and every broken one refused in one sentence."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import Workbook

from domain.errors import Misuse, RectifyError, Refused
from tasks.reading import workbook_strings
from tasks.reading.files import open_table, read_rows
from tasks.reading.rows import RawRow
from tests.unit.workbooks import pack, sheet, texts

HEADER = ["留言编号", "留言主题", "留言详情"]
ROWS = [["1", "停水", "三天没有水"], ["2", "噪声", "夜里施工，\n影响休息"]]
READ = [
    {"source_id": "1", "subject": "停水", "body": "三天没有水"},
    {"source_id": "2", "subject": "噪声", "body": "夜里施工，\n影响休息"},
]


def fields(path: Path) -> list[dict[str, str]]:
    return [dict(row.fields) for row in read_rows(path)]


def csv_file(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "台账.csv"
    path.write_bytes(text.encode(encoding))
    return path


def csv_text(rows: Iterable[Sequence[str]], mark: str = ",") -> str:
    quoted = (mark.join(f'"{cell}"' if "\n" in cell else cell for cell in row) for row in rows)
    return "\r\n".join([*quoted, ""])


def workbook(path: Path, rows: Iterable[Sequence[object]]) -> Path:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def jsonl_file(folder: Path, lines: Iterable[str]) -> Path:
    path = folder / "台账.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(RectifyError) as caught:
        list(read_rows(path))
    sentence = caught.value.sentence
    assert path.name in sentence or "文件缺少" in sentence
    assert sentence.count("。") == 1
    return sentence


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_csv_is_read_in_every_encoding_that_ledgers_have(tmp_path: Path, encoding: str) -> None:
    assert fields(csv_file(tmp_path, csv_text([HEADER, *ROWS]), encoding)) == READ


@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_csv_may_part_its_cells_by_comma_tab_or_semicolon(tmp_path: Path, mark: str) -> None:
    assert fields(csv_file(tmp_path, csv_text([HEADER, *ROWS], mark))) == READ


def test_xlsx_is_read_like_csv(tmp_path: Path) -> None:
    assert fields(workbook(tmp_path / "台账.xlsx", [HEADER, *ROWS])) == READ


def test_jsonl_is_read_like_csv(tmp_path: Path) -> None:
    lines = [json.dumps(dict(zip(HEADER, row, strict=True)), ensure_ascii=False) for row in ROWS]
    assert fields(jsonl_file(tmp_path, lines)) == READ


def test_rows_are_numbered_as_a_spreadsheet_numbers_them(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "事由,内容\n甲,\n,\n\n乙,\n")
    assert [row.number for row in read_rows(path)] == [2, 5]
    assert open_table(path).total == 2
    sheet = workbook(tmp_path / "b.xlsx", [["事由"], ["甲"], [None], ["乙"]])
    assert [row.number for row in read_rows(sheet)] == [2, 4]


def test_a_title_above_the_header_is_passed_over(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "2026年整改台账,,\n填报单位：某局,,\n编号,事由,内容\n7,停水,无\n")
    assert list(read_rows(path)) == [RawRow(4, {"source_id": "7", "subject": "停水", "body": "无"})]
    assert open_table(path).total == 1
    sheet = workbook(tmp_path / "b.xlsx", [["整改台账"], ["编号", "事由"], [7, "停水"]])
    assert list(read_rows(sheet)) == [RawRow(3, {"source_id": "7", "subject": "停水"})]


def test_a_header_is_known_by_any_of_its_names_however_it_is_spaced(tmp_path: Path) -> None:
    path = csv_file(tmp_path, " 工单 编号*,标题：,Body,REPORTED_AT\n1,停水,无水,2026-03-02\n")
    assert fields(path) == [
        {"source_id": "1", "subject": "停水", "body": "无水", "reported_at": "2026-03-02"}
    ]
    assert open_table(path).headers["subject"] == "标题："


def test_of_two_columns_for_one_field_the_more_telling_name_counts(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "编号,留言编号,事由\n1,90001,停水\n")
    assert fields(path) == [{"source_id": "90001", "subject": "停水"}]


def test_a_row_wider_than_the_header_is_a_problem_of_that_row_alone(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "事由,内容\n停水,三天,没水\n噪声,夜里,\n断电\n")
    first, second, third = read_rows(path)
    assert "有 3 格，表头只有 2 格" in first.problem
    assert second == RawRow(3, {"subject": "噪声", "body": "夜里"})
    assert third == RawRow(4, {"subject": "断电"})


def test_excel_values_become_plain_texts(tmp_path: Path) -> None:
    when = datetime(2019, 4, 25, 9, 32, 9)  # noqa: DTZ001 - Excel knows no time zones
    rows: list[list[object]] = [
        ["编号", "事由", "电话", "时间"],
        [188006.0, "停水", 13800001001, when],
    ]
    assert fields(workbook(tmp_path / "a.xlsx", rows)) == [
        {
            "source_id": "188006",
            "subject": "停水",
            "phone": "13800001001",
            "reported_at": "2019-04-25 09:32:09",
        }
    ]


def test_a_cell_left_out_is_empty_and_a_number_is_as_people_write_it(tmp_path: Path) -> None:
    rows: list[list[object]] = [["编号", "事由", "内容"], [1.5, None, "无水"]]
    assert fields(workbook(tmp_path / "a.xlsx", rows)) == [
        {"source_id": "1.5", "subject": "", "body": "无水"}
    ]


def test_jsonl_takes_numbers_and_leaves_out_nothings(tmp_path: Path) -> None:
    path = jsonl_file(tmp_path, ['{"id": 7, "subject": "停水", "body": null, "likes": [1]}'])
    assert fields(path) == [{"source_id": "7", "subject": "停水"}]


def test_a_bad_line_of_jsonl_spoils_only_itself(tmp_path: Path) -> None:
    lines = ['{"subject": "甲"}', "{oops", "[1]", '{"subject": ["乙"]}', "", '{"subject": "丙"}']
    path = jsonl_file(tmp_path, lines)
    rows = list(read_rows(path))
    assert [(row.number, bool(row.problem)) for row in rows] == [
        (1, False),
        (2, True),
        (3, True),
        (4, True),
        (6, False),
    ]
    assert open_table(path).total == 5


def test_a_missing_file_and_an_unknown_ending_are_misuse(tmp_path: Path) -> None:
    with pytest.raises(Misuse, match="不存在"):
        open_table(tmp_path / "没有.csv")
    folder = tmp_path / "夹.csv"
    folder.mkdir()
    with pytest.raises(Misuse, match="是一个目录"):
        open_table(folder)
    other = tmp_path / "台账.docx"
    other.write_text("x")
    with pytest.raises(Misuse, match=r"\.csv、\.xlsx、\.xlsm、\.jsonl"):
        open_table(other)


@pytest.mark.parametrize("name", ["空.csv", "空.xlsx", "空.jsonl"])
def test_an_empty_file_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.touch()
    assert "是空的" in refusal(path)


@pytest.mark.parametrize("name", ["空.csv", "空.jsonl"])
def test_a_file_of_blank_lines_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("\n  \n\n")
    assert "是空的" in refusal(path)


def test_a_header_without_rows_is_refused(tmp_path: Path) -> None:
    assert "只有表头" in refusal(csv_file(tmp_path, "事由,内容\n,\n"))
    assert "只有表头" in refusal(workbook(tmp_path / "a.xlsx", [HEADER]))
    assert "“Sheet”是空的" in refusal(workbook(tmp_path / "b.xlsx", []))


def test_missing_columns_are_named_with_the_headers_that_would_do(tmp_path: Path) -> None:
    for path in (
        csv_file(tmp_path, "序号,单位\n1,某局\n"),
        workbook(tmp_path / "a.xlsx", [["序号", "单位"], [1, "某局"]]),
        jsonl_file(tmp_path, ['{"序号": 1, "单位": "某局"}']),
    ):
        sentence = refusal(path)
        assert "留言主题、事由、标题" in sentence
        assert "留言详情、问题描述" in sentence
        assert "序号、单位" in sentence


def test_content_that_is_not_what_the_ending_says_is_refused(tmp_path: Path) -> None:
    book = workbook(tmp_path / "a.xlsx", [HEADER, *ROWS])
    for name, content, told in (
        ("a.csv", book.read_bytes(), "实际是压缩包或 Excel 工作簿"),
        ("b.jsonl", book.read_bytes(), "实际是压缩包或 Excel 工作簿"),
        ("c.csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(90), "旧版 Excel"),
        ("d.csv", "事由,内容\n甲,乙\n".encode("utf-16"), "UTF-16"),
        ("e.csv", bytes(range(32)) * 20, "不是文本文件"),
        ("f.xlsx", csv_text([HEADER, *ROWS]).encode(), "不是可读的 xlsx"),
        ("g.jsonl", csv_text([HEADER, *ROWS]).encode(), "首行不是"),
        ("h.jsonl", b'[{"subject": "x"}]', "首行不是"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        assert told in refusal(path), name


def test_an_archive_that_is_no_workbook_or_a_damaged_one_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "a.xlsx"
    with ZipFile(other, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    assert "不是可读的 xlsx" in refusal(other)
    book = workbook(tmp_path / "b.xlsx", [HEADER, *ROWS])
    content = book.read_bytes()
    book.write_bytes(content[: len(content) // 2])
    assert "不是可读的 xlsx" in refusal(book)


def test_a_workbook_with_one_wrong_byte_is_refused_before_any_row(tmp_path: Path) -> None:
    packed = workbook(tmp_path / "a.xlsx", [HEADER, *ROWS])
    path = tmp_path / "b.xlsx"
    with ZipFile(packed) as source, ZipFile(path, "w") as plain:
        for name in source.namelist():
            plain.writestr(name, source.read(name))
    assert fields(path) == READ
    path.write_bytes(path.read_bytes().replace("停水".encode(), "断水".encode()))
    assert "已损坏" in refusal(path)


def test_a_workbook_too_large_for_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [texts(n, *cells) for n, cells in enumerate([HEADER, *ROWS], start=1)]
    path = pack(tmp_path / "a.xlsx", sheet(*rows), strings="<sst><si/></sst>")
    with ZipFile(path) as archive:
        size = archive.getinfo("xl/sharedStrings.xml").file_size
    monkeypatch.setattr(workbook_strings, "_MOST_STRINGS", size)
    assert len(fields(path)) == 2
    monkeypatch.setattr(workbook_strings, "_MOST_STRINGS", size - 1)
    assert "另存为 CSV" in refusal(path)


def test_quotes_that_do_not_close_are_refused_before_any_row(tmp_path: Path) -> None:
    path = csv_file(tmp_path, '事由,内容\n停水,"三天没水\n噪声,夜里\n')
    with pytest.raises(Refused, match="引号不成对"):
        open_table(path)


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "事由,内容\n停水," + "水" * (4 << 20) + "\n")
    assert "有一行超过" in refusal(path)
