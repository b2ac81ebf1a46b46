"""Proposals: signed, amended, or refused by the office head."""

from dataclasses import replace
from typing import Any

import pytest

from domain.clocks import ClockOp, Op, fold
from domain.codes import ClockKind, Rung
from domain.commands import AskExtension, Deescalate, Rule
from domain.errors import Refused
from tests.unit.casework import RULES, VERIFIER, after, clock, decide, order, t
from tests.unit.test_commands_ruling import EXTENSION, WORKING, red_carded, with_proposal


def test_a_signed_proposal_raises_the_level_and_sends_its_document() -> None:
    proposed = with_proposal(red_carded(WORKING), "03-30 09:00")
    outcome = decide(proposed, order(Rule, "03-30 15:00"))
    assert outcome.after.level == 3
    assert clock(outcome.after, ClockKind.FINISH).rung is Rung.CRITICISM
    assert {(n.template, n.role) for n in outcome.change.notices} == {
        ("criticism", role) for role in ("contact", "deputy", "head")
    }
    assert outcome.after.requests[0].status == "granted"
    assert outcome.change.detail["rung"] == "criticism"


def test_a_signed_proposal_overtakes_lower_ones_and_not_higher_ones() -> None:
    case = red_carded(WORKING)
    for rung in (Rung.CRITICISM, Rung.RAISE, Rung.LIST):
        case = with_proposal(case, "04-21 09:00", rung)
    signed = after(case, order(Rule, "04-21 10:00", request=2))
    assert [r.status for r in signed.requests] == ["superseded", "granted", "pending"]
    assert signed.level == 4


PROPOSED = with_proposal(red_carded(WORKING), "03-30 09:00")


def test_a_proposal_that_is_not_signed_changes_nothing_and_says_why() -> None:
    refused = order(Rule, "03-30 15:00", grant=False, opinion="已约谈，再看一周")
    outcome = decide(PROPOSED, refused)
    assert outcome.after.level == 2
    assert outcome.change.notices == ()
    assert outcome.after.clocks == PROPOSED.clocks
    assert [(text.kind, text.body) for text in outcome.change.texts] == [
        ("opinion", "已约谈，再看一周")
    ]
    with pytest.raises(Refused, match="不予签发升级建议，必须写明理由"):
        decide(PROPOSED, order(Rule, "03-30 15:00", grant=False))


@pytest.mark.parametrize(
    ("rung", "level", "templates"),
    [
        (Rung.CRITICISM, 3, {"criticism"}),
        (Rung.RAISE, 4, {"raise"}),
        (Rung.LIST, 5, {"list", "list_announced"}),
    ],
)
def test_the_measure_signed_decides_document_and_level(
    rung: Rung, level: int, templates: set[str]
) -> None:
    outcome = decide(PROPOSED, order(Rule, "03-30 15:00", rung=rung))
    assert (outcome.after.level, outcome.after.listed) == (level, rung is Rung.LIST)
    assert {n.template for n in outcome.change.notices} == templates
    assert outcome.change.detail["rung"] == rung
    assert outcome.after.requests[0].status == "granted"


def test_a_lesser_measure_leaves_the_rung_that_was_passed() -> None:
    proposed = with_proposal(red_carded(WORKING), "04-07 09:00", Rung.RAISE)
    fired = ClockOp(Op.FIRE, ClockKind.FINISH, rung=Rung.RAISE)
    proposed = replace(proposed, clocks=fold(proposed.clocks, [fired], t("04-07 09:00"), RULES))
    case = after(proposed, order(Rule, "04-07 10:00", rung=Rung.CRITICISM))
    assert case.level == 3
    assert clock(case, ClockKind.FINISH).rung is Rung.RAISE
    assert clock(case, ClockKind.FINISH).next == (Rung.LIST, t("04-21 09:00"))


def test_a_demand_in_the_leaders_words_goes_with_the_document() -> None:
    outcome = decide(PROPOSED, order(Rule, "03-30 15:00", opinion="同意", wording="三日内整改"))
    assert [(text.kind, text.body) for text in outcome.change.texts] == [
        ("opinion", "同意"),
        ("wording", "三日内整改"),
    ]
    assert "三日内整改" not in str(outcome.change.detail)


@pytest.mark.parametrize("amended", [{"rung": Rung.RAISE}, {"wording": "三日内整改"}])
def test_only_a_proposal_that_is_signed_can_be_amended(amended: dict[str, Any]) -> None:
    refusal = "只有签发升级建议时才能"
    with pytest.raises(Refused, match=refusal):
        decide(PROPOSED, order(Rule, "03-30 15:00", grant=False, opinion="再看", **amended))
    with pytest.raises(Refused, match=refusal):
        decide(EXTENSION, order(Rule, "03-23 10:00", VERIFIER, **amended))


def test_what_cannot_be_signed_is_refused_in_a_sentence() -> None:
    with pytest.raises(Refused, match="“红牌”由系统自动发出，签发时只能改用：criticism"):
        decide(PROPOSED, order(Rule, "03-30 15:00", rung=Rung.RED))
    listed = replace(PROPOSED, listed=True, level=5)
    with pytest.raises(Refused, match="已挂牌督办，请改用其他措施"):
        decide(listed, order(Rule, "03-30 15:00", rung=Rung.LIST))


def test_an_extension_granted_after_a_level_was_lowered_does_not_raise_it_again() -> None:
    asked = after(replace(WORKING, level=2), order(AskExtension, "03-20 15:00"))
    lowered = after(asked, order(Deescalate, "03-20 16:00", level=0))
    assert after(lowered, order(Rule, "03-23 10:00", VERIFIER)).level == 0
