"""The three lists taken out as a workbook, in the form offices use."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from domain.case import Actor
from domain.codes import Result, Role
from domain.commands import Submit
from domain.errors import Refused
from models.reading import Filter
from tasks.desk import Desk
from tasks.ledger.exporting import cases_to_export, export_ledger
from tests.integration.conftest import MONDAY, Bench, Terminal
from tests.integration.ledgers import export, label, merge, rows

SHEETS = ["问题清单", "责任清单", "整改清单"]
FORMULA = '=HYPERLINK("http://evil.example","点我")'


def test_a_workbook_has_the_three_lists_in_the_form_offices_use(
    bench: Bench, terminal: Terminal, book: Path
) -> None:
    no = bench.open()
    bench.dispatch(no, unit="shuiwu")
    found = export(terminal, book)
    assert [sheet.title for sheet in found if sheet.sheet_state == "visible"] == SHEETS
    for name in SHEETS:
        sheet = found[name]
        assert str(sheet["A1"].value).startswith(name)
        assert sheet.freeze_panes == "C3"
        assert str(sheet.auto_filter.ref).startswith("A2:")
    assert list(rows(found, "问题清单")) == [no]
    titles = [cell.value for cell in found["责任清单"][2]]
    due = found["责任清单"].cell(3, titles.index("应完成时间") + 1)
    assert due.data_type == "d"
    assert "年" in due.number_format
    choices = {str(one.formula1) for one in found["问题清单"].data_validations.dataValidation}
    assert any("法治环境" in choice for choice in choices)
    assert rows(found, "责任清单")[no]["主办单位"] == "市水务管理局"
    assert book.stat().st_mode & 0o077 == 0


def test_the_lists_follow_a_case_to_its_closing_and_tell_followers(
    bench: Bench, terminal: Terminal, book: Path
) -> None:
    lead, follower = bench.open(), bench.open()
    bench.dispatch(lead, unit="shuiwu")
    bench.sign(lead)
    merge(bench, follower, lead)
    done = {
        "result": Result.SOLVED,
        "reply": "已公示，可拨打13800001111咨询。",
        "evidence": ("ab",),
    }
    bench.give(lead, Submit(at=MONDAY, by=Actor(Role.UNIT, "shuiwu"), **done))  # type: ignore[arg-type]
    remedies = rows(export(terminal, book), "整改清单")
    assert remedies[follower]["并入主案"] == lead
    assert remedies[follower]["进展"] == "已并案"
    assert remedies[lead]["办理结论"] == "已解决"
    assert remedies[lead]["整改措施及结果"] == "已公示，可拨打＊＊＊＊＊＊＊＊＊＊＊咨询。"
    assert remedies[lead]["完成时间"] == MONDAY.replace(tzinfo=None)
    assert remedies[lead]["销号时间"] is None


def test_only_the_cases_asked_for_are_exported(
    bench: Bench, terminal: Terminal, book: Path
) -> None:
    first, second, _ = bench.open(), bench.open(), bench.open()
    bench.dispatch(first, unit="shuiwu")
    bench.dispatch(second, unit="caizheng")
    found = export(terminal, book, "--unit", "shuiwu", "--state", "已交办")
    assert list(rows(found, "责任清单")) == [first]


def test_nothing_exported_runs_in_a_spreadsheet(
    bench: Bench, terminal: Terminal, book: Path
) -> None:
    starts = {bench.open(): text for text in (FORMULA, "+1", "-1", "@SUM(A1)", "'=1")}
    for no, text in starts.items():
        label(bench, no, text, text)
    found = export(terminal, book)
    formulas = [c for s in found for row in s.iter_rows() for c in row if c.data_type == "f"]
    assert formulas == []
    problems = rows(found, "问题清单")
    assert {no: problems[no]["事由"] for no in starts} == {no: f"'{t}" for no, t in starts.items()}
    assert problems[next(iter(starts))]["涉事主体"] == f"'{FORMULA}"


def test_neither_body_nor_reporter_nor_numbers_are_exported(
    terminal: Terminal, taken_in: list[str], bench: Bench, book: Path
) -> None:
    label(bench, taken_in[0], "车牌鲁B12345的投诉", "电话13900002222")
    found = export(terminal, book)
    said = "".join(str(c) for s in found for row in s.iter_rows(values_only=True) for c in row)
    for secret in ("王女士", "13800000000", "擅自涨价", "鲁B12345", "13900002222"):
        assert secret not in said
    assert taken_in[0] in said


def test_an_export_reads_batch_by_batch_and_refuses_more_than_a_sheet_holds(
    bench: Bench, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.ledger.BATCH", 2)
    nos = [bench.open() for _ in range(5)]
    told: list[int] = []
    file = tmp_path / "台账.xlsx"
    assert export_ledger(desk, Filter(), file, told.append).cases == 5
    assert told == [2, 2, 1]
    assert list(rows(load_workbook(file), "整改清单")) == nos
    assert [path.name for path in tmp_path.iterdir()] == ["台账.xlsx"]
    monkeypatch.setattr("tasks.ledger.exporting.MOST_ROWS", 4)
    with pytest.raises(Refused, match="--unit"):
        cases_to_export(desk, Filter())
