"""Escalation by hand, the supervised list, reminders by hand."""

from dataclasses import replace

import pytest

from domain.case import Case
from domain.codes import ClockKind, Rung, State
from domain.commands import Delist, Escalate, Remind
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
    assert {n.template for n in outcome.change.notices} == {"delisted"}
    assert decide(LISTED, order(Delist, "03-05 09:00", reason="")).change.texts == ()
    with pytest.raises(Refused, match="未挂牌督办"):
        decide(WORKING, order(Delist, "03-05 09:00"))


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
