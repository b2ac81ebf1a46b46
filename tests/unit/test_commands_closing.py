"""From submission to closing, and resuming what was shelved."""

from dataclasses import replace

import pytest

from domain.case import Actor, Case
from domain.codes import ClockKind, Kind, Result, Role, Rung, State
from domain.commands import (
    Accept,
    EndNotice,
    Escalate,
    Object,
    Resume,
    Review,
    Rule,
    SignOff,
    Submit,
)
from domain.errors import Refused
from domain.refusals import WrongActor
from tests.unit.casework import (
    LEAD,
    OFFICE,
    VERIFIER_UNIT,
    after,
    case_in,
    clock,
    decide,
    order,
    signed_off,
    t,
)

SUBMITTED, REVIEWED = case_in(State.SUBMITTED), case_in(State.IN_REVIEW)


def ordinary(*, relapses: int = 0, reachable: bool = True) -> dict[str, object]:
    """Close an ordinary case; give the days of its re-checks and whether it is called back."""
    marks = {"relapses": relapses, "reachable": reachable}
    case = case_in(State.RECTIFYING, kind=Kind.ORDINARY, **marks)
    case = after(case, order(Submit, "03-04 15:00"), order(Accept, "03-05 10:00"))
    case = after(case, order(SignOff, "03-05 11:00"), order(Review, "03-05 16:00"))
    rechecks = [str(c.limit) for c in case.running(ClockKind.RECHECK)]
    callback = bool(case.running(ClockKind.CALLBACK))
    return {"rechecks": rechecks, "callback": callback, "wakes": case.wake_at is not None}


def test_an_accepted_submission_is_put_to_public_notice() -> None:
    outcome = decide(SUBMITTED, order(Accept, "03-05 10:00"))
    case = outcome.after
    assert case.state is State.IN_NOTICE
    assert case.wake_at == clock(case, ClockKind.NOTICE).due_at == t("03-12 18:00")
    assert clock(case, ClockKind.REVIEW).stopped_at == t("03-05 10:00")
    assert [n.template for n in outcome.change.notices] == ["public_notice"]


def test_simple_and_ordinary_kinds_skip_the_notice_unless_listed() -> None:
    for kind in (Kind.SIMPLE, Kind.ORDINARY):
        outcome = decide(case_in(State.SUBMITTED, kind=kind), order(Accept, "03-05 10:00"))
        assert outcome.after.state is State.IN_REVIEW
        assert [c.holder for c in outcome.after.running(ClockKind.SIGN_OFF)] == [LEAD]
        assert [n.template for n in outcome.change.notices] == ["sign_off"]
    listed = replace(case_in(State.SUBMITTED, kind=Kind.SIMPLE), listed=True)
    assert decide(listed, order(Accept, "03-05 10:00")).after.state is State.IN_NOTICE


def test_nobody_but_the_verifying_unit_accepts() -> None:
    for by in (Actor(Role.VERIFIER, LEAD), OFFICE):
        with pytest.raises(WrongActor, match=f"验收单位 {VERIFIER_UNIT}"):
            decide(SUBMITTED, order(Accept, "03-05 10:00", by))


def test_the_office_accepts_where_it_verifies() -> None:
    own = replace(SUBMITTED, verifying_unit="office")
    for by in (OFFICE, Actor(Role.VERIFIER, "office")):
        assert decide(own, order(Accept, "03-05 10:00", by)).after.state is State.IN_NOTICE


def test_an_unfounded_complaint_needs_the_verifiers_own_check() -> None:
    unfounded = after(
        case_in(State.RECTIFYING), order(Submit, "03-04 15:00", result=Result.UNFOUNDED)
    )
    with pytest.raises(Refused, match="自行核查"):
        decide(unfounded, order(Accept, "03-05 10:00"))
    outcome = decide(unfounded, order(Accept, "03-05 10:00", opinion="现场核查属实"))
    assert [text.kind for text in outcome.change.texts] == ["opinion"]


@pytest.mark.parametrize(
    ("case", "command", "step"),
    [
        (SUBMITTED, Accept, "accept"),
        (REVIEWED, SignOff, "sign_off"),
        (signed_off(), Review, "review"),
    ],
)
def test_each_step_can_send_the_case_back_with_an_opinion(
    case: Case, command: type[Accept | SignOff | Review], step: str
) -> None:
    outcome = decide(case, order(command, "03-16 10:00", accept=False, opinion="证据不足"))
    back = outcome.after
    assert back.state is State.RECTIFYING
    assert (back.signed_off, back.wake_at, back.result) == (False, None, None)
    assert [c.kind for c in back.running()] == [ClockKind.FINISH]
    assert clock(back, ClockKind.FINISH).due_at == t("04-02 18:00")
    assert outcome.change.detail == {"step": step}
    assert [n.template for n in outcome.change.notices] == ["rejected_submission"]
    assert outcome.change.withdraw == "rungs"


def test_a_case_is_not_sent_back_without_an_opinion() -> None:
    with pytest.raises(Refused, match="必须写明意见"):
        decide(SUBMITTED, order(Accept, "03-05 10:00", accept=False))


def test_sending_back_settles_objections() -> None:
    objected = after(case_in(State.IN_NOTICE), order(Object, "03-06 09:00"))
    reviewed = after(objected, order(EndNotice, "03-12 18:00"))
    back = after(reviewed, order(SignOff, "03-13 10:00", accept=False, opinion="先处理异议"))
    assert back.requests[0].status == "lapsed"


def test_the_notice_ends_when_its_time_has_run_and_not_before() -> None:
    case = case_in(State.IN_NOTICE)
    with pytest.raises(Refused, match="公示至 2026-03-12 18:00，尚未期满"):
        decide(case, order(EndNotice, "03-12 17:59"))
    outcome = decide(case, order(EndNotice, "03-12 18:00"))
    assert outcome.after.state is State.IN_REVIEW
    assert outcome.after.wake_at is None
    assert clock(outcome.after, ClockKind.SIGN_OFF).due_at == t("03-16 18:00")


def test_the_leader_of_the_lead_unit_signs_once() -> None:
    with pytest.raises(WrongActor, match=LEAD):
        decide(REVIEWED, order(SignOff, "03-13 10:00", Actor(Role.LEADER, VERIFIER_UNIT)))
    outcome = decide(REVIEWED, order(SignOff, "03-13 10:00"))
    assert outcome.after.signed_off
    assert [(c.kind, c.holder) for c in outcome.after.running()] == [
        (ClockKind.OFFICE_REVIEW, "office")
    ]
    with pytest.raises(Refused, match="领导已签批"):
        decide(outcome.after, order(SignOff, "03-13 11:00"))


def test_the_office_closes_after_the_leader_has_signed() -> None:
    with pytest.raises(Refused, match="尚未签批"):
        decide(REVIEWED, order(Review, "03-13 16:00"))
    outcome = decide(signed_off(), order(Review, "03-13 16:00"))
    case = outcome.after
    assert (case.state, case.closed_at, case.wake_at) == (State.CLOSED, t("03-13 16:00"), None)
    assert outcome.change.detail == {"result": "solved"}
    assert [n.template for n in outcome.change.notices] == ["closed"]


def test_the_office_does_not_close_over_an_objection() -> None:
    objected = after(case_in(State.IN_NOTICE), order(Object, "03-06 09:00"))
    signed = after(objected, order(EndNotice, "03-12 18:00"), order(SignOff, "03-13 10:00"))
    with pytest.raises(Refused, match="异议尚未裁定"):
        decide(signed, order(Review, "03-13 16:00"))
    ruled = after(signed, order(Rule, "03-13 16:00", grant=False))
    assert after(ruled, order(Review, "03-13 17:00")).state is State.CLOSED


def test_closing_starts_the_callback_and_the_whole_series_of_grave_cases() -> None:
    looks = [(c.kind, c.slot, c.due_at) for c in case_in(State.CLOSED).running()]
    assert looks == [
        (ClockKind.CALLBACK, 0, t("03-16 18:00")),
        (ClockKind.RECHECK, 1, t("04-13 18:00")),
        (ClockKind.RECHECK, 2, t("06-11 18:00")),
        (ClockKind.RECHECK, 3, t("09-09 18:00")),
    ]


def test_an_ordinary_case_waits_for_its_callback_alone_until_it_is_drawn() -> None:
    assert ordinary() == {"rechecks": [], "callback": True, "wakes": False}
    assert ordinary(reachable=False) == {
        "rechecks": [],
        "callback": False,
        "wakes": True,
    }


def test_a_listed_or_relapsed_case_gets_the_whole_series_whatever_its_kind() -> None:
    assert ordinary(relapses=1)["rechecks"] == ["30d", "90d", "180d"]
    listed = after(
        case_in(State.RECTIFYING, kind=Kind.ORDINARY),
        order(Escalate, "03-02 12:00", rung=Rung.LIST),
        order(Submit, "03-04 15:00"),
        order(Accept, "03-05 10:00"),
        order(EndNotice, "03-12 18:00"),
        order(SignOff, "03-13 10:00"),
        order(Review, "03-13 16:00"),
    )
    assert len(listed.running(ClockKind.RECHECK)) == 3


def test_a_resumed_case_goes_on_with_the_time_that_was_left() -> None:
    outcome = decide(case_in(State.SHELVED), order(Resume, "04-20 09:00"))
    case = outcome.after
    assert (case.state, case.wake_at) == (State.RECTIFYING, None)
    assert clock(case, ClockKind.FINISH).due_at == t("05-12 18:00")
    assert [n.template for n in outcome.change.notices] == ["resumed"]
