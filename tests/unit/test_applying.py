"""Applying a command: who may, when, and what every outcome carries."""

import pytest

from domain.apply import HANDLERS, apply
from domain.case import Actor
from domain.change import Change
from domain.codes import Kind, Role, State
from domain.commands import (
    Accept,
    Command,
    Contact,
    Dispatch,
    Merge,
    Recheck,
    Refer,
    Reject,
    Resume,
    Return,
    Review,
    Sign,
    SignOff,
    Submit,
)
from domain.errors import Refused
from domain.refusals import NotAllowed, TooEarly, WrongActor
from tests.unit.casework import OFFICE, RULES, UNIT, a_case, case_in, decide, order


def test_every_command_has_a_handler() -> None:
    assert set(HANDLERS) == set(Command.__subclasses__())


def test_an_outcome_holds_the_case_before_and_after_with_who_and_when() -> None:
    case, command = a_case(), order(Dispatch, "03-02 10:00")
    outcome = decide(case, command)
    assert outcome.before is case
    assert outcome.after.state is outcome.change.state is State.ASSIGNED
    assert (outcome.actor, outcome.claimed_name) == ("office", "王主任")
    assert outcome.at == command.at == outcome.after.last_event_at
    assert outcome.after.seq == case.seq + 1


def test_a_unit_stands_in_history_by_its_code() -> None:
    assert decide(case_in(State.ASSIGNED), order(Sign, "03-02 11:00")).actor == "unit:shuiwu"


def test_entering_a_state_counts_and_staying_in_it_does_not() -> None:
    case = case_in(State.RECTIFYING)
    assert decide(case, order(Contact, "03-03 09:00")).after.entry == case.entry
    assert decide(case, order(Submit, "03-03 09:00")).after.entry == case.entry + 1
    again = order(Dispatch, "03-03 09:00", unit="jiaotong")
    redispatched = decide(case_in(State.ASSIGNED), again)
    assert redispatched.after.entry == redispatched.before.entry + 1


def test_a_command_before_the_last_event_is_refused_naming_both_times() -> None:
    with pytest.raises(TooEarly, match=r"03-02 09:59 早于.*03-02 10:00"):
        decide(case_in(State.ASSIGNED), order(Sign, "03-02 09:59"))


def test_a_command_at_the_instant_of_the_last_event_is_allowed() -> None:
    assert decide(case_in(State.ASSIGNED), order(Sign, "03-02 10:00")).change.event == "signed"


def test_a_role_that_may_not_is_refused_naming_who_may() -> None:
    with pytest.raises(WrongActor, match="应由指挥部办公室办理，责任单位 shuiwu 不能代为办理"):
        decide(case_in(State.IN_REVIEW), order(Review, "03-16 09:00", UNIT))
    with pytest.raises(WrongActor, match="应由责任单位办理，指挥部办公室不能代为办理"):
        decide(case_in(State.ASSIGNED), order(Sign, "03-02 11:00", OFFICE))
    with pytest.raises(WrongActor, match="指挥部办公室或系统"):
        decide(a_case(), order(Dispatch, "03-02 10:00", Actor(Role.UNIT, "jiaotong")))


def test_refusals_are_one_family_and_say_which_command() -> None:
    command = order(Submit, "03-02 10:00")
    with pytest.raises(Refused) as caught:
        apply(a_case(), command, RULES)
    refusal = caught.value
    assert isinstance(refusal, NotAllowed)
    assert refusal.command is command
    assert refusal.sentence == str(refusal)


def test_a_handler_cannot_lead_outside_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(HANDLERS, Contact, lambda *_: Change(State.CLOSED, "contacted"))
    with pytest.raises(AssertionError, match="outside the table"):
        decide(case_in(State.RECTIFYING), order(Contact, "03-03 09:00"))


@pytest.mark.parametrize(
    ("state", "command", "withdrawn"),
    [
        (State.DETECTED, order(Dispatch, "12-01 09:00"), "all"),
        (State.DETECTED, order(Reject, "12-01 09:00"), "all"),
        (State.ASSIGNED, order(Dispatch, "12-01 09:00", unit="jiaotong"), "all"),
        (State.ASSIGNED, order(Merge, "12-01 09:00", into=a_case(no="QD2026-000002")), "all"),
        (State.ASSIGNED, order(Refer, "12-01 09:00"), "all"),
        (State.ASSIGNED, order(Return, "03-02 11:00"), "rungs"),
        (State.RECTIFYING, order(Submit, "12-01 09:00"), "rungs"),
        (State.SUBMITTED, order(Accept, "12-01 09:00"), "rungs"),
        (State.SUBMITTED, order(Accept, "12-01 09:00", accept=False, opinion="不足"), "rungs"),
        (State.CLOSED, order(Recheck, "12-01 09:00", passed=False, finding="反弹"), "rungs"),
        (State.RECTIFYING, order(Contact, "12-01 09:00"), ""),
        (State.SHELVED, order(Resume, "12-01 09:00"), ""),
    ],
)
def test_notices_that_lost_their_ground_are_withdrawn(
    state: State, command: Command, withdrawn: str
) -> None:
    assert decide(case_in(state), command).change.withdraw == withdrawn


def test_signing_and_closing_withdraw_the_cards_of_the_step_that_is_done() -> None:
    signed = decide(case_in(State.IN_REVIEW), order(SignOff, "03-13 10:00"))
    assert signed.change.withdraw == "rungs"
    assert decide(signed.after, order(Review, "03-13 11:00")).change.withdraw == "rungs"
    waived = case_in(State.SUBMITTED, kind=Kind.SIMPLE)
    assert decide(waived, order(Accept, "03-05 10:00")).change.withdraw == "rungs"
