"""Deciding what was asked."""

from dataclasses import replace

import pytest

from domain.case import Actor, Case, Request
from domain.clocks import ClockOp, Op, fold
from domain.codes import ClockKind, Kind, RequestKind, Role, Rung, State
from domain.commands import (
    AskExtension,
    AskShelving,
    Dispatch,
    Escalate,
    Exclude,
    Object,
    Resume,
    Return,
    Rule,
)
from domain.errors import Refused
from domain.refusals import WrongActor
from tests.unit.casework import (
    LEAD,
    OFFICE,
    OTHER,
    RULES,
    VERIFIER,
    VERIFIER_UNIT,
    a_case,
    after,
    case_in,
    clock,
    decide,
    order,
    t,
)

WORKING = case_in(State.RECTIFYING)
EXTENSION = after(WORKING, order(AskExtension, "03-20 15:00"))
SHELVING = after(WORKING, order(AskShelving, "03-20 15:00", until=t("06-01 09:00")))
RETURNED = case_in(State.RETURNED)


def proposal(case: Case, when: str, rung: Rung = Rung.CRITICISM) -> Request:
    number = case.next_request
    return Request(number, RequestKind.PROPOSAL, "system", t(when), rung=rung, level=case.level)


def with_proposal(case: Case, when: str, rung: Rung = Rung.CRITICISM) -> Case:
    return replace(case, requests=(*case.requests, proposal(case, when, rung)))


def red_carded(case: Case) -> Case:
    """The check fired yellow and red on 24 March."""
    fired = ClockOp(Op.FIRE, ClockKind.FINISH, rung=Rung.RED)
    clocks = fold(case.clocks, [fired], t("03-24 09:00"), RULES)
    return replace(case, clocks=clocks, level=2, last_event_at=t("03-24 09:00"))


def test_a_granted_extension_moves_the_due_instant_and_tells_the_lead() -> None:
    outcome = decide(EXTENSION, order(Rule, "03-23 10:00", VERIFIER, opinion="同意"))
    assert clock(outcome.after, ClockKind.FINISH).due_at == t("03-26 18:00")
    assert outcome.change.event == "extended"
    assert outcome.after.requests[0].status == "granted"
    assert outcome.after.requests[0].decider == f"verifier:{VERIFIER_UNIT}"
    assert [(n.template, n.unit) for n in outcome.change.notices] == [("extension_granted", LEAD)]
    assert [text.body for text in outcome.change.texts] == ["同意"]
    assert outcome.change.withdraw == "rungs"


def test_an_extension_approved_after_expiry_withdraws_what_fired_meanwhile() -> None:
    late = with_proposal(red_carded(EXTENSION), "03-30 09:00")
    outcome = decide(late, order(Rule, "03-30 10:00", VERIFIER))
    finish = clock(outcome.after, ClockKind.FINISH)
    assert finish.due_at == t("03-26 18:00")
    assert finish.rung is None
    assert outcome.after.level == 0
    assert [request.status for request in outcome.after.requests] == ["granted", "lapsed"]
    assert outcome.change.detail["since"] == int(t("03-20 15:00").timestamp())


def test_an_extension_leaves_what_was_proposed_before_it_and_what_a_leader_decided() -> None:
    earlier = with_proposal(WORKING, "03-02 12:00", Rung.LIST)
    asked = after(earlier, order(AskExtension, "03-20 15:00"))
    signed = after(asked, order(Escalate, "03-20 16:00", rung=Rung.CRITICISM))
    granted = after(signed, order(Rule, "03-23 10:00", VERIFIER, request=2))
    assert granted.level == 3
    assert granted.requests[0].pending


def test_a_refused_extension_changes_no_clock() -> None:
    outcome = decide(EXTENSION, order(Rule, "03-23 10:00", VERIFIER, grant=False))
    assert outcome.change.clocks == ()
    assert outcome.after.requests[0].status == "refused"
    assert [n.template for n in outcome.change.notices] == ["extension_refused"]


def test_the_verifying_unit_alone_decides_a_first_extension() -> None:
    with pytest.raises(WrongActor, match=f"验收单位 {VERIFIER_UNIT}"):
        decide(EXTENSION, order(Rule, "03-23 10:00", OFFICE))
    with pytest.raises(WrongActor, match=f"验收单位 {VERIFIER_UNIT}"):
        decide(EXTENSION, order(Rule, "03-23 10:00", Actor(Role.VERIFIER, OTHER)))


def test_the_office_decides_a_second_extension_and_what_it_verifies_itself() -> None:
    granted = after(EXTENSION, order(Rule, "03-20 16:00", VERIFIER))
    second = after(granted, order(AskExtension, "03-24 09:00"))
    with pytest.raises(WrongActor, match="指挥部办公室"):
        decide(second, order(Rule, "03-24 10:00", VERIFIER, request=2))
    assert after(second, order(Rule, "03-24 10:00", request=2)).granted(RequestKind.EXTENSION) == 2
    own = replace(EXTENSION, verifying_unit="office")
    head = Actor(Role.OFFICE, "office", "王主任")
    assert after(own, order(Rule, "03-23 10:00", head)).granted(RequestKind.EXTENSION) == 1


def test_an_inspection_case_never_takes_more_than_twelve_months() -> None:
    case = case_in(State.RECTIFYING, kind=Kind.INSPECTION)
    for day, days in (("03-03", 10), ("03-04", 100)):
        case = after(case, order(AskExtension, f"{day} 09:00", days=days))
        number = case.requests[-1].number
        by = VERIFIER if number == 1 else OFFICE
        case = after(case, order(Rule, f"{day} 10:00", by, request=number))
    asked = after(case, order(AskExtension, "03-05 09:00", days=30))
    with pytest.raises(Refused, match=r"最迟 2027-03-02 办结，不能再延 30 个工作日"):
        decide(asked, order(Rule, "03-05 10:00", request=3))


def test_a_shelved_case_pauses_until_its_date() -> None:
    outcome = decide(SHELVING, order(Rule, "03-23 10:00"))
    case = outcome.after
    assert case.state is State.SHELVED
    assert case.wake_at == t("06-01 09:00")
    assert case.running() == ()
    assert outcome.change.withdraw == "rungs"
    assert outcome.change.detail["until"] == int(t("06-01 09:00").timestamp())
    assert "since" not in outcome.change.detail


def test_a_shelved_case_keeps_its_cards_and_ends_its_proposals() -> None:
    yellow = ClockOp(Op.FIRE, ClockKind.FINISH, rung=Rung.YELLOW)
    clocks = fold(SHELVING.clocks, [yellow], t("03-20 15:00"), RULES)
    warned = with_proposal(replace(SHELVING, clocks=clocks, level=1), "03-20 16:00", Rung.LIST)
    case = after(warned, order(Rule, "03-23 10:00"))
    assert case.level == 1
    assert clock(case, ClockKind.FINISH).rung is Rung.YELLOW
    assert case.pending() == ()


def test_shelving_approved_after_expiry_dates_from_the_due_instant() -> None:
    late = with_proposal(red_carded(SHELVING), "03-30 09:00")
    outcome = decide(late, order(Rule, "03-30 10:00"))
    assert outcome.after.level == 0
    assert outcome.change.detail["since"] == int(t("03-20 15:00").timestamp())
    assert outcome.after.pending() == ()
    finish = clock(outcome.after, ClockKind.FINISH)
    assert finish.paused_at == finish.due_at == t("03-23 18:00")
    resumed = after(outcome.after, order(Resume, "06-01 09:00"))
    assert clock(resumed, ClockKind.FINISH).due_at == t("06-01 18:00")
    assert clock(outcome.after, ClockKind.CONTACT).paused_at == t("03-30 10:00")


def test_shelving_is_refused_or_can_no_longer_be_granted() -> None:
    outcome = decide(SHELVING, order(Rule, "03-23 10:00", grant=False))
    assert outcome.after.state is State.RECTIFYING
    assert [n.template for n in outcome.change.notices] == ["shelving_refused"]
    with pytest.raises(Refused, match="挂账期限已过"):
        decide(SHELVING, order(Rule, "06-01 09:00"))


def test_a_granted_return_goes_to_the_suggested_unit_or_another() -> None:
    outcome = decide(RETURNED, order(Rule, "03-03 10:00"))
    case = outcome.after
    assert (case.state, case.lead_unit) == (State.ASSIGNED, OTHER)
    assert case.requests[0].status == "granted"
    assert clock(case, ClockKind.FINISH).holder == OTHER
    assert "returned" in {n.template for n in outcome.change.notices}
    elsewhere = after(RETURNED, order(Rule, "03-03 10:00", unit="gongan"))
    assert elsewhere.lead_unit == "gongan"


def test_a_confirmed_unit_goes_on_with_the_time_it_has_used() -> None:
    outcome = decide(RETURNED, order(Rule, "03-03 10:00", grant=False))
    case = outcome.after
    assert (case.state, case.lead_unit) == (State.ASSIGNED, LEAD)
    assert outcome.change.event == "confirmed"
    assert clock(case, ClockKind.RULING).stopped_at == t("03-03 10:00")
    assert clock(case, ClockKind.FINISH).due_at == t("03-24 18:00")
    assert clock(case, ClockKind.SIGN).due_at == t("03-04 18:00")
    assert {n.template for n in outcome.change.notices} == {"ruling_confirmed"}


def test_an_upheld_objection_sends_the_case_back_and_settles_the_others() -> None:
    objected = after(
        case_in(State.IN_NOTICE), order(Object, "03-06 09:00"), order(Object, "03-06 10:00")
    )
    outcome = decide(objected, order(Rule, "03-09 10:00"))
    assert outcome.after.state is State.RECTIFYING
    assert outcome.change.event == "objection_upheld"
    assert outcome.after.wake_at is None
    assert [request.status for request in outcome.after.requests] == ["granted", "lapsed"]
    assert clock(outcome.after, ClockKind.NOTICE).stopped_at is not None


def test_a_refused_objection_lets_the_notice_run_on() -> None:
    objected = after(case_in(State.IN_NOTICE), order(Object, "03-06 09:00"))
    outcome = decide(objected, order(Rule, "03-09 10:00", grant=False))
    assert outcome.after.state is State.IN_NOTICE
    assert outcome.after.wake_at == t("03-12 18:00")


@pytest.mark.parametrize("grant", [True, False])
def test_an_exclusion_is_decided_by_the_office(*, grant: bool) -> None:
    asked = after(WORKING, order(Exclude, "03-03 09:00"))
    assert after(asked, order(Rule, "03-03 10:00", grant=grant)).excluded is grant


def test_a_redispatch_cannot_be_ruled_to_the_same_unit() -> None:
    with pytest.raises(Refused, match="维持交办"):
        decide(RETURNED, order(Rule, "03-03 10:00", unit=LEAD))


def test_a_return_before_dispatch_is_impossible() -> None:
    with pytest.raises(Refused):
        decide(a_case(), order(Return, "03-02 10:00"))
    assert decide(a_case(), order(Dispatch, "03-02 10:00")).after.requests == ()
