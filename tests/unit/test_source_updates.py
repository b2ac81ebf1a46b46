"""What tells contents apart, what a later one writes into history, and how its difference shows."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.codes import State
from domain.differing import marked
from domain.updating import SOURCE_FIELDS, source_updated
from models.intake_marks import SIZE, Marker, differing
from models.intake_rows import IncomingRow
from tests.unit.casework import case_in, t

MONDAY = t("03-02 10:00")
ROW = IncomingRow(2, "A-1", "停水", "三天没水", "王女士", "13800001001", MONDAY, "某公司")
OTHERS: dict[str, Any] = {
    "subject": "停电",
    "party": "",
    "body": "三天没水。",
    "reported_at": None,
    "environment": "law",
    "kind": "harm",
    "urgency": "urgent",
    "named_unit": "shuiwu",
}
MARKER = Marker(bytes(32))


@pytest.mark.parametrize(("field", "value"), OTHERS.items())
def test_each_field_that_changes_is_named(field: str, value: object) -> None:
    changes: dict[str, Any] = {field: value}
    other = ROW._replace(**changes)
    assert differing(MARKER.marks(ROW), MARKER.marks(other)) == (field,)


def test_name_and_phone_are_one_thing_and_neither_is_said() -> None:
    for other in (ROW._replace(phone="13900001001"), ROW._replace(reporter="")):
        assert differing(MARKER.marks(ROW), MARKER.marks(other)) == ("reporter",)
    assert set(SOURCE_FIELDS) == {*OTHERS, "reporter"}


def test_where_a_row_stands_is_no_content() -> None:
    assert MARKER.marks(ROW._replace(number=9, source_id="x")) == MARKER.marks(ROW)
    assert len(MARKER.marks(ROW)) == SIZE


def test_marks_say_nothing_without_the_key() -> None:
    other = Marker(b"\x01" * 32)
    assert other.marks(ROW)[:-20] != MARKER.marks(ROW)[:-20]
    assert not other.knows(MARKER.marks(ROW))
    assert MARKER.knows(MARKER.marks(ROW))
    assert not MARKER.knows(None)


@pytest.mark.parametrize(
    "state", [State.DETECTED, State.RECTIFYING, State.VERIFIED, State.REJECTED]
)
def test_an_update_moves_nothing_but_the_end_of_history(state: State) -> None:
    before = case_in(state)
    outcome = source_updated(before, MONDAY, 2, ["body", "party"], {"body": "新", "party": ""})
    assert outcome.after.seq == before.seq + 1
    assert outcome.after.state is state
    assert [(text.kind, text.body) for text in outcome.change.texts] == [("source_body", "新")]
    assert outcome.change.detail == {"version": 2, "changed": ["body", "party"]}


def test_an_update_dated_before_the_last_event_counts_from_it() -> None:
    before = case_in(State.DETECTED, last_event_at=MONDAY)
    assert source_updated(before, MONDAY - timedelta(days=3), 2, ["body"], {}).at == MONDAY


def test_a_difference_shows_both_sides_and_the_words_around() -> None:
    assert marked("小区停水三天", "小区停电三天") == "小区停[-水-]{+电+}三天"
    assert marked("停水", "停水三天") == "停水{+三天+}"
    assert marked("停水", "停水") == ""
    long = "前" * 300
    assert marked(f"{long}甲{long}", f"{long}{long}") == f"…{'前' * 20}[-甲-]{'前' * 20}…"
    assert "余 4600 字" in marked("", "字" * 5000)


@given(st.text(max_size=60), st.text(max_size=60))
def test_both_sides_of_a_difference_are_told_apart(before: str, after: str) -> None:
    assert (marked(before, after) == "") == (before == after)
