"""What stands in a cell stays text, and reads the same however it was saved."""

import csv
from datetime import date, datetime, timedelta
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from tasks.ledger.cells import as_text, digest, harmless, unguarded
from tasks.ledger.columns import SHEETS

AT = datetime(2026, 3, 2, 18, 0)  # noqa: DTZ001 - cells keep the wall clock


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", "'", "＝", "＋", "－", "＠", " =", "\u3000@"]
)
def test_what_could_start_a_formula_is_guarded(start: str) -> None:
    assert harmless(f"{start}HYPERLINK(1)") == f"'{start}HYPERLINK(1)"


RISKY = st.text(st.sampled_from("=+-@＝＋－＠' \u3000\t\r\n#N/A1"), max_size=6)
ANY = st.text(st.characters(codec="utf-8", min_codepoint=32), max_size=200)


@given(st.one_of(ANY, st.builds(str.__add__, RISKY, ANY)))
def test_a_guarded_text_never_starts_a_formula_and_comes_back_whole(text: str) -> None:
    written = harmless(text)
    assert not written.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert not written.startswith(("\t", "\r", "\n"))
    assert unguarded(written) == text


@given(st.builds(str.__add__, RISKY, ANY))
def test_a_spreadsheet_reads_back_a_text_that_no_program_evaluates(text: str) -> None:
    sheet = Workbook().worksheets[0]
    sheet["A1"] = harmless(text)
    assert sheet["A1"].data_type == "s" or sheet["A1"].value is None
    buffer = StringIO()
    csv.writer(buffer).writerow([harmless(text)])
    (row,) = csv.reader(StringIO(buffer.getvalue(), newline=""))
    assert unguarded(row[0] if row else "") == text


def test_characters_that_a_workbook_cannot_hold_are_left_out() -> None:
    assert harmless("甲\x00\x0b乙") == "甲乙"


def test_a_control_character_does_not_hide_a_formula() -> None:
    assert harmless("\x00=1+1") == "'=1+1"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (AT, AT - timedelta(milliseconds=1)),
        (AT.replace(hour=0), date(2026, 3, 2)),
        (3, 3.0),
        (None, ""),
        ("甲 乙", " 甲\r\n乙 "),
    ],
)
def test_a_cell_saved_in_another_way_is_the_same_cell(one: object, other: object) -> None:
    assert as_text(one) == as_text(other)
    assert digest(one) == digest(other)


def test_a_cell_that_was_changed_is_another_one() -> None:
    assert digest("甲") != digest("乙")
    assert digest("甲", "") != digest("", "甲")


def test_each_edit_stands_in_one_list_only() -> None:
    edits = [column.edits for columns in SHEETS.values() for column in columns if column.edits]
    assert sorted(edits) == ["assist", "environment", "party", "subject", "unit", "verify"]
    assert [column.edits for column in SHEETS["整改清单"] if column.edits] == []
