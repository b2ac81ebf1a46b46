"""Escalation by hand, the supervised list, reminders by hand."""

from dataclasses import replace

import pytest

from domain.case import Case
from domain.codes import ClockKind, Rung, State
from domain.commands import Deescalate, Delist, Escalate, Remind
from domain.errors import Refused
from domain.notifying import target
from tests.unit.casework import (
    LEAD,
    VERIFIER_UNIT,
    a_case,
    after,
    case_in,
    clock,
    decide,
    order,
    signed_off,
    t,
)

WORKING = case_in(State.RECTIFYING)
LISTED = after(WORKING, order(Escalate, "03-03 09:00", rung=Rung.LIST))


def test_a_case_raised_by_hand_enters_the_ladder_above_its_rung() -> None:
    outcome = decide(WORKING, order(Escalate, "03-03 09:00", rung=Rung.RAISE))
    assert outcome.after.level == 4
    assert not outcome.after.listed
    assert clock(outcome.after, ClockKind.FINISH).next == (Rung.LIST, t("04-21 09:00"))
    assert {n.template for n in outcome.change.notices} == {"raise"}
    assert outcome.change.detail == {"rung": "raise", "level": 4}
    assert [text.body for text in outcome.change.texts] == ["推诿"]


def test_a_case_that_nobody_handles_yet_is_raised_without_a_letter_to_a_unit() -> None:
    outcome = decide(a_case(), order(Escalate, "03-02 10:00"))
    assert outcome.after.level == 3
    assert outcome.change.notices == ()
    assert outcome.change.clocks == ()


def test_a_submitted_case_is_raised_though_its_clock_has_stopped() -> None:
    outcome = decide(case_in(State.SUBMITTED), order(Escalate, "03-05 09:00"))
    assert (outcome.after.level, outcome.change.clocks) == (3, ())


def test_an_escalation_goes_up_and_says_why() -> None:
    with pytest.raises(Refused, match="理由"):
        decide(WORKING, order(Escalate, "03-03 09:00", reason=""))
    for rung in (Rung.BLUE, Rung.CRITICISM):
        with pytest.raises(Refused, match=f"“{rung.zh}”不高于它"):
            decide(replace(WORKING, level=3), order(Escalate, "03-03 09:00", rung=rung))


def test_a_case_at_level_five_can_still_be_listed_once() -> None:
    top = replace(WORKING, level=5)
    assert decide(top, order(Escalate, "03-03 09:00", rung=Rung.LIST)).after.listed
    with pytest.raises(Refused, match="不高于它"):
        decide(LISTED, order(Escalate, "03-03 10:00", rung=Rung.LIST))


def test_a_delisted_case_keeps_its_level() -> None:
    outcome = decide(LISTED, order(Delist, "03-05 09:00"))
    assert (outcome.after.listed, outcome.after.level) == (False, 5)
    told = {n.template: n for n in outcome.change.notices}
    assert told.keys() == {"delisted", "delisted_announced"}
    assert told["delisted_announced"].unit == "office"
    assert told["delisted_announced"].args == {"publish_by": seconds("03-12 18:00")}
    assert decide(LISTED, order(Delist, "03-05 09:00", reason="")).change.texts == ()
    with pytest.raises(Refused, match="未挂牌督办"):
        decide(WORKING, order(Delist, "03-05 09:00"))


def seconds(when: str) -> int:
    return int(t(when).timestamp())


def test_a_listed_case_is_registered_and_announced_with_its_term_and_dates() -> None:
    told = {
        n.template: n
        for n in decide(WORKING, order(Escalate, "03-03 09:00", rung=Rung.LIST)).change.notices
    }
    assert told["list"].args == {
        "rung": "list",
        "term": "12个月",
        "ends": seconds("2027-03-03 18:00"),
        "ask": "20个工作日",
        "decide": "10个工作日",
    }
    announced = told["list_announced"]
    assert (announced.unit, announced.role) == ("office", "contact")
    assert announced.args == {"rung": "list", "publish_by": seconds("03-10 18:00")}


def test_a_level_is_lowered_by_hand_and_what_fired_stays_fired() -> None:
    raised = after(WORKING, order(Escalate, "03-03 09:00", rung=Rung.RAISE))
    outcome = decide(raised, order(Deescalate, "03-04 09:00", level=1))
    assert (outcome.after.level, outcome.after.state) == (1, State.RECTIFYING)
    assert outcome.change.event == "deescalated"
    assert outcome.change.detail == {"before": 4, "level": 1}
    assert {(n.template, n.unit) for n in outcome.change.notices} == {("deescalated", LEAD)}
    assert outcome.change.notices[0].args == {"before": 4, "level": 1}
    assert [text.body for text in outcome.change.texts] == ["整改进展明显"]
    assert outcome.after.clocks == raised.clocks


def test_a_level_is_only_lowered_with_a_reason_and_never_under_a_listing() -> None:
    raised = replace(WORKING, level=3)
    with pytest.raises(Refused, match="必须写明理由"):
        decide(raised, order(Deescalate, "03-04 09:00", reason=" "))
    for level in (-1, 3, 4):
        with pytest.raises(Refused, match="现为 3 级，只能降到比它低的级别"):
            decide(raised, order(Deescalate, "03-04 09:00", level=level))
    with pytest.raises(Refused, match="请先解除挂牌"):
        decide(LISTED, order(Deescalate, "03-04 09:00"))
    delisted = after(LISTED, order(Delist, "03-05 09:00"), order(Deescalate, "03-05 10:00"))
    assert delisted.level == 1


@pytest.mark.parametrize(
    ("case", "holder"),
    [
        (case_in(State.ASSIGNED), LEAD),
        (WORKING, LEAD),
        (case_in(State.SUBMITTED), VERIFIER_UNIT),
        (case_in(State.IN_REVIEW), LEAD),
        (signed_off(), "office"),
    ],
)
def test_a_reminder_goes_to_whoever_has_the_case_in_hand(case: Case, holder: str) -> None:
    outcome = decide(case, order(Remind, "03-13 11:00"))
    assert outcome.change.detail == {"unit": holder}
    assert {n.unit for n in outcome.change.notices} == {holder}
    assert outcome.after.state is outcome.before.state


def test_the_document_of_a_rung_can_also_go_to_the_office() -> None:
    assert target(LEAD, "office") == ("office", "contact")
    assert target(LEAD, "head") == (LEAD, "head")
