"""Referrals on a real database: nothing reaches the accused, words are for named persons."""

from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from domain.referring import WITHHELD
from tasks.artifacts.case_card import case_card
from tasks.artifacts.units import unit_table
from tasks.artifacts.worklist import worklist
from tasks.desk import Desk
from tasks.referrals import remind
from tests.integration.conftest import AT, MONDAY, Bench, Terminal

SUBJECT = "窗口人员收受宴请"


def at(desk: Desk, days: int) -> Desk:
    now = MONDAY + timedelta(days=days)
    return Desk(desk.settings, desk.database, desk.engine, now, now)


@pytest.fixture
def referred(bench: Bench, terminal: Terminal) -> str:
    """A case that was with the unit it is about, and is now with the organ."""
    no = bench.open(subject=SUBJECT)
    bench.dispatch(no, unit="shenpi")
    terminal("refer", no, "--to", "jiwei", "--about", "审批局", "shinan", at=AT.format(2, 12))
    return no


def test_the_accused_get_nothing_and_find_nothing(
    bench: Bench, terminal: Terminal, desk: Desk, referred: str, tmp_path: Path
) -> None:
    owed = bench.rows("select unit, status from notice where status <> 'withdrawn'")
    assert owed == [("jiwei", "owed")]
    assert bench.value("select accused from rectification_case") == ["shenpi", "shinan"]
    for option in ("--unit", "--by"):
        assert terminal.document("case", "list", option, "shenpi") == []
    assert terminal.document("case", "list")[0]["no"] == referred
    unknown = f"没有编号为 {referred} 的案件"
    assert unknown in terminal("sign", referred, "--by", "shenpi", code=1, at=AT.format(2, 13))
    assert unknown in terminal("case", "show", referred, "--by", "shenpi", code=1)
    terminal("export", "ledger", "--unit", "shenpi", "--output", str(tmp_path / "a.xlsx"))
    cells = [
        str(cell)
        for sheet in load_workbook(tmp_path / "a.xlsx")
        for row in sheet.iter_rows(values_only=True)
        for cell in row
    ]
    assert not [cell for cell in cells if referred in cell]
    assert "行政审批" not in unit_table(desk)


def test_the_words_are_shown_to_nobody_but_named_persons(
    bench: Bench, terminal: Terminal, desk: Desk, referred: str, tmp_path: Path
) -> None:
    book = tmp_path / "b.xlsx"
    terminal("export", "ledger", "--output", str(book))
    sheets = load_workbook(book)
    shown = [str(cell.value) for sheet in sheets for row in sheet.iter_rows() for cell in row]
    shown += [terminal("case", "list"), terminal("case", "show", referred)]
    shown += [case_card(desk, referred, {}), terminal("referral", "list")]
    assert not [text for text in shown if SUBJECT in text]
    assert any(WITHHELD in text for text in shown)
    whole = "case", "show", referred, "--text"
    assert "只供指定人员查看" in terminal(*whole, code=1)
    assert "只供指定人员查看" in terminal(*whole, "--actor", "李某", code=1)
    terminal("referral", "reader", "王科", "--actor", "王主任")
    assert SUBJECT in terminal(*whole, "--actor", "王科")
    assert bench.rows("select reader from confidential_reading") == [("王科",)]
    assert [row["name"] for row in terminal.document("referral", "readers")] == ["王科"]
    terminal("referral", "reader", "王科", "--remove", "--actor", "王主任")
    assert "只供指定人员查看" in terminal(*whole, "--actor", "王科", code=1)


def test_an_unchanged_ledger_of_referred_cases_is_taken_back_without_a_change(
    terminal: Terminal, referred: str, tmp_path: Path
) -> None:
    book = tmp_path / "c.xlsx"
    terminal("export", "ledger", "--output", str(book))
    told = terminal.document("ledger", "import", str(book), "--dry-run")
    assert (told["cases"], told["refused"]) == (0, []), referred


def test_the_office_is_reminded_once_until_the_organ_says_something(
    bench: Bench, terminal: Terminal, desk: Desk, referred: str
) -> None:
    assert remind(at(desk, 29)) == 0
    assert [remind(at(desk, 31)), remind(at(desk, 32))] == [1, 0]
    told = bench.rows("select unit, template from notice where case_id is null")
    assert told == [("office", "referral_silent")]
    assert "移送后逾期未反馈" in worklist(at(desk, 31), MONDAY, {})
    feedback = "referral", "feedback", referred, "--result", "立案", "--text", "已立案调查"
    terminal(*feedback, "--on", "2026-03-30", "--actor", "王科", at=AT.format(31, 12))
    assert "移送后逾期未反馈" not in worklist(at(desk, 31), MONDAY, {})
    (one,) = terminal.document("referral", "list")
    assert (one["organ"], one["feedback"], one["overdue"]) == ("jiwei", "filed", False)
    texts = bench.rows("select body from case_text where kind = 'feedback'")
    assert texts == [("已立案调查",)]
    assert "已立案调查" not in str(bench.rows("select detail from history"))
    assert "移送反馈" in case_card(at(desk, 31), referred, {})


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("--to", "jiwei", "--about", "jiwei"), 1, "不能移送给被反映单位"),
        (("--to", "shenpi", "--about", "shinan"), 1, "不能移送给办理单位"),
        (("--to", "jiwei", "--about", "没有的单位"), 2, "没有代码或名称"),
    ],
)
def test_a_referral_to_whom_it_may_not_go_is_refused(
    bench: Bench, terminal: Terminal, words: tuple[str, ...], code: int, sentence: str
) -> None:
    no = bench.open(subject=SUBJECT)
    bench.dispatch(no, unit="shenpi")
    assert sentence in terminal("refer", no, *words, code=code, at=AT.format(2, 12))


def test_the_rules_propose_a_referral_and_dispatch_nothing(
    bench: Bench, terminal: Terminal
) -> None:
    no = bench.open(subject="自来水停水，工作人员索贿")
    assert terminal.document("assign", at=AT.format(2, 11))["dispatched"] == 0
    said = terminal("assign", no, code=1, at=AT.format(2, 11))
    assert "涉及人员问题线索（索贿），建议移送市纪委监委" in said
    assert f"refer {no} --to jiwei --about shuiwu" in said


def test_who_brought_a_matter_that_is_nobodys_is_proposed_first(
    bench: Bench, terminal: Terminal
) -> None:
    no = bench.open(subject="希望领导关注")
    with bench.owner.begin() as connection:
        connection.exec_driver_sql("alter table history disable trigger user")
        connection.exec_driver_sql(
            'update history set detail = detail || \'{"by_unit": "jimo"}\' where seq = 1'
        )
        connection.exec_driver_sql("alter table history enable trigger user")
    said = terminal("assign", no, code=1, at=AT.format(2, 11))
    assert "即墨区（jimo，首接负责：由其报来）" in said
