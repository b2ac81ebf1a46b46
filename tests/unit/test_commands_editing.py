"""台账更正: labels are put right without moving anything."""

import pytest

from domain.codes import FINAL, Environment, State
from domain.commands import Dispatch, Edit
from domain.editing import check_label
from domain.errors import Misuse, Refused
from tests.unit.casework import UNIT, a_case, case_in, decide, order


def test_an_edit_moves_no_clock_and_owes_no_notice() -> None:
    case = case_in(State.RECTIFYING)
    outcome = decide(case, order(Edit, "03-05 10:00", party="", environment=Environment.LAW))
    assert outcome.after.state is case.state
    assert outcome.after.clocks == case.clocks
    assert outcome.after.environment is Environment.LAW
    assert outcome.change.notices == ()
    assert [(text.kind, text.body) for text in outcome.change.texts] == [
        ("subject", "收费未公示"),
        ("party", ""),
    ]
    assert outcome.change.detail == {"environment": "law"}


def test_an_edit_keeps_the_environment_unless_another_is_given() -> None:
    case = a_case(environment=Environment.POLICY)
    assert decide(case, order(Edit, "03-02 10:00")).after.environment is Environment.POLICY


def test_an_edit_that_changes_nothing_is_refused() -> None:
    with pytest.raises(Refused, match="没有写明"):
        decide(a_case(), order(Edit, "03-02 10:00", subject=None))


@pytest.mark.parametrize("state", sorted(FINAL))
def test_what_has_ended_is_not_edited(state: State) -> None:
    with pytest.raises(Refused, match="不能执行"):
        decide(case_in(state), order(Edit, "03-05 10:00"))


def test_only_the_office_edits() -> None:
    with pytest.raises(Refused, match="指挥部办公室"):
        decide(case_in(State.ASSIGNED), order(Edit, "03-05 10:00", UNIT))


def test_a_dispatch_puts_labels_right_on_the_way_and_keeps_its_reason() -> None:
    outcome = decide(a_case(), order(Dispatch, "03-02 10:00", subject="新事由", reason="职责调整"))
    assert [(text.kind, text.body) for text in outcome.change.texts] == [
        ("subject", "新事由"),
        ("reason", "职责调整"),
    ]
    assert "reason" not in outcome.change.detail


def test_labels_stand_on_one_line() -> None:
    assert check_label("subject", "  收费\n未公示 ") == "收费 未公示"
    assert check_label("party", " ") == ""


@pytest.mark.parametrize(
    ("kind", "text", "why"),
    [
        ("subject", " ", "不能为空"),
        ("party", "长" * 201, "最多 200 字"),
        ("subject", "请致电13800001111", "号码"),
    ],
)
def test_a_label_that_cannot_stand_is_refused(kind: str, text: str, why: str) -> None:
    with pytest.raises(Misuse, match=why):
        check_label(kind, text)
