"""What the responsible units do."""

from typing import Any

import pytest

from domain.case import Actor
from domain.codes import ClockKind, Result, Role, State
from domain.commands import (
    AskExtension,
    Contact,
    Dispatch,
    Interim,
    Return,
    Rule,
    Sign,
    Submit,
)
from domain.errors import Refused
from domain.refusals import WrongActor
from tests.unit.casework import (
    HELPER,
    LEAD,
    OTHER,
    VERIFIER_UNIT,
    a_case,
    after,
    case_in,
    clock,
    decide,
    order,
    t,
)

ASSISTANT, STRANGER = Actor(Role.UNIT, HELPER), Actor(Role.UNIT, OTHER)
TOGETHER = after(a_case(), order(Dispatch, "03-02 10:00", assisting=(HELPER,)))
"""A case dispatched to a lead and an assisting unit."""


def test_the_lead_signs_and_works() -> None:
    case = after(case_in(State.ASSIGNED), order(Sign, "03-02 11:00"))
    assert case.state is State.RECTIFYING
    assert clock(case, ClockKind.SIGN).stopped_at == t("03-02 11:00")


def test_an_assisting_unit_signs_for_itself() -> None:
    outcome = decide(TOGETHER, order(Sign, "03-02 11:00", ASSISTANT))
    assert outcome.after.state is State.ASSIGNED
    assert clock(outcome.after, ClockKind.SIGN, 1).stopped_at is not None
    assert clock(outcome.after, ClockKind.SIGN).running
    later = after(outcome.after, order(Sign, "03-02 12:00"))
    assert later.state is State.RECTIFYING


def test_nobody_signs_twice() -> None:
    signed = after(TOGETHER, order(Sign, "03-02 11:00"), order(Sign, "03-02 12:00", ASSISTANT))
    for unit in (LEAD, HELPER):
        with pytest.raises(Refused, match=f"已由 {unit} 签收"):
            decide(signed, order(Sign, "03-02 13:00", Actor(Role.UNIT, unit)))


def test_a_unit_that_does_not_handle_the_case_is_refused_naming_those_that_do() -> None:
    with pytest.raises(WrongActor, match=f"主办单位 {LEAD}或协办单位 {HELPER}"):
        decide(TOGETHER, order(Sign, "03-02 11:00", STRANGER))
    with pytest.raises(WrongActor, match=f"应由主办单位 {LEAD}办理"):
        decide(case_in(State.ASSIGNED), order(Sign, "03-02 11:00", STRANGER))


def test_only_the_lead_submits() -> None:
    signed = after(TOGETHER, order(Sign, "03-02 11:00"))
    with pytest.raises(WrongActor, match=f"主办单位 {LEAD}"):
        decide(signed, order(Submit, "03-03 10:00", ASSISTANT))


def test_the_first_contact_stops_its_clock_and_later_ones_are_recorded() -> None:
    once = after(case_in(State.RECTIFYING), order(Contact, "03-03 09:00"))
    assert clock(once, ClockKind.CONTACT).stopped_at == t("03-03 09:00")
    again = decide(once, order(Contact, "03-04 09:00"))
    assert again.change.event == "contacted"
    assert again.change.clocks == ()


def test_there_is_nobody_to_contact_without_a_reachable_reporter() -> None:
    with pytest.raises(Refused, match="没有可联系的反映人"):
        decide(case_in(State.RECTIFYING, reachable=False), order(Contact, "03-03 09:00"))


def test_an_interim_reply_of_the_lead_stops_its_clock() -> None:
    outcome = decide(case_in(State.RECTIFYING), order(Interim, "03-03 09:00"))
    assert outcome.change.event == "replied"
    assert clock(outcome.after, ClockKind.INTERIM).stopped_at is not None
    assert [text.kind for text in outcome.change.texts] == ["reply"]


def test_a_reply_without_words_leaves_no_text() -> None:
    assert (
        decide(case_in(State.RECTIFYING), order(Interim, "03-03 09:00", reply="")).change.texts
        == ()
    )


def test_an_assisting_unit_gives_its_opinion_even_before_the_lead_signs() -> None:
    outcome = decide(TOGETHER, order(Interim, "03-03 09:00", ASSISTANT))
    assert outcome.change.event == "opined"
    assert clock(outcome.after, ClockKind.OPINION, 1).stopped_at is not None
    assert clock(outcome.after, ClockKind.INTERIM).running


def test_the_lead_signs_before_it_replies() -> None:
    with pytest.raises(Refused, match="请先签收"):
        decide(TOGETHER, order(Interim, "03-03 09:00"))


def test_a_submission_stops_the_units_clocks_and_starts_the_verifiers() -> None:
    outcome = decide(after(TOGETHER, order(Sign, "03-02 11:00")), order(Submit, "03-04 15:00"))
    assert [(c.kind, c.holder, c.due_at) for c in outcome.after.running()] == [
        (ClockKind.REVIEW, VERIFIER_UNIT, t("03-09 18:00"))
    ]
    assert outcome.after.result is Result.SOLVED
    assert outcome.change.withdraw == "rungs"
    assert [(n.template, n.unit) for n in outcome.change.notices] == [("submitted", VERIFIER_UNIT)]
    assert outcome.change.detail == {"result": "solved", "evidence": ["ab12"]}


def test_a_submission_ends_what_the_unit_asked() -> None:
    asked = after(case_in(State.RECTIFYING), order(AskExtension, "03-03 09:00"))
    assert after(asked, order(Submit, "03-04 15:00")).pending() == ()


def test_a_submission_needs_a_reply_and_a_result_that_ends_the_matter() -> None:
    case = case_in(State.RECTIFYING)
    with pytest.raises(Refused, match="答复意见"):
        decide(case, order(Submit, "03-04 15:00", reply=""))
    with pytest.raises(Refused, match="挂账"):
        decide(case, order(Submit, "03-04 15:00", result=Result.NOT_YET))


def test_a_return_pauses_the_units_clocks_and_asks_the_office_to_rule() -> None:
    outcome = decide(case_in(State.RECTIFYING), order(Return, "03-04 15:00"))
    case = outcome.after
    assert (case.state, case.returns) == (State.RETURNED, 1)
    assert [(c.kind, c.holder) for c in case.running()] == [(ClockKind.RULING, "office")]
    assert clock(case, ClockKind.FINISH).paused_at == t("03-04 15:00")
    assert clock(case, ClockKind.SIGN).paused_at is None
    assert (case.requests[0].unit, case.requests[0].applicant) == (OTHER, LEAD)
    assert [n.args["task"] for n in outcome.change.notices] == ["ruling"]


def test_a_return_is_possible_until_the_end_of_the_second_working_day() -> None:
    case = case_in(State.ASSIGNED)
    assert decide(case, order(Return, "03-04 18:00")).after.state is State.RETURNED
    with pytest.raises(Refused, match=r"2 个工作日内（2026-03-04 18:00 前）"):
        decide(case, order(Return, "03-04 18:01"))


def test_a_case_without_a_dispatch_time_counts_from_its_detection() -> None:
    odd = a_case(state=State.ASSIGNED, lead_unit=LEAD)
    with pytest.raises(Refused, match="现已超过"):
        decide(odd, order(Return, "03-05 10:00"))


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"reason": ""}, "理由"),
        ({"suggested": ""}, "建议承办单位"),
        ({"suggested": LEAD}, f"{LEAD} 已在办理本案"),
    ],
)
def test_a_return_says_why_and_whose_it_is(fields: dict[str, Any], why: str) -> None:
    with pytest.raises(Refused, match=why):
        decide(case_in(State.ASSIGNED), order(Return, "03-02 14:00", **fields))


def test_after_two_returns_the_office_has_ruled_with_finality() -> None:
    case = case_in(State.ASSIGNED)
    for number, hour in ((1, 11), (2, 14)):
        case = after(
            case,
            order(Return, f"03-02 {hour}:00"),
            order(Rule, f"03-02 {hour + 1}:00", request=number, grant=False),
        )
    with pytest.raises(Refused, match="已退回 2 次"):
        decide(case, order(Return, "03-02 16:00"))


def test_a_unit_confirmed_after_signing_signs_again() -> None:
    case = after(
        case_in(State.RECTIFYING),
        order(Return, "03-02 14:00"),
        order(Rule, "03-02 15:00", grant=False),
    )
    signed = decide(case, order(Sign, "03-02 16:00"))
    assert case.state is State.ASSIGNED
    assert signed.after.state is State.RECTIFYING
    assert clock(signed.after, ClockKind.SIGN).stopped_at == t("03-02 11:00")
