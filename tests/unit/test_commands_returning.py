"""Returns of the lead and of an assisting unit's part, and the office's rulings on them."""

import pytest

from domain.case import Actor, Case, Part
from domain.codes import ClockKind, Role, State
from domain.commands import (
    AskShelving,
    Dispatch,
    Interim,
    Merge,
    Resume,
    Return,
    Rule,
    Sign,
    Split,
    Submit,
)
from domain.errors import Refused
from tests.unit.casework import (
    HELPER,
    LEAD,
    OTHER,
    VERIFIER_UNIT,
    a_case,
    after,
    clock,
    decide,
    order,
    t,
)

SECOND = "shichang"
HELPING = Actor(Role.UNIT, HELPER)
SEVERAL = after(
    a_case(),
    order(Dispatch, "03-02 10:00", assisting=(HELPER, SECOND)),
    order(Sign, "03-02 11:00"),
)
PART_BACK = after(SEVERAL, order(Return, "03-02 14:00", HELPING))
LEAD_BACK = after(SEVERAL, order(Return, "03-02 14:00"))


def opinion(case: Case, slot: int) -> str:
    return f"{clock(case, ClockKind.OPINION, slot).due_at:%m-%d %H:%M}"


def test_an_assisting_unit_returns_its_part_and_all_others_go_on() -> None:
    outcome = decide(SEVERAL, order(Return, "03-02 14:00", HELPING))
    case = outcome.after
    assert (case.state, outcome.change.event) == (State.RECTIFYING, "part_returned")
    assert clock(case, ClockKind.OPINION, 1).paused_at == t("03-02 14:00")
    assert clock(case, ClockKind.OPINION, 2).running
    assert clock(case, ClockKind.FINISH).running
    ruling = clock(case, ClockKind.RULING, 1)
    assert (ruling.holder, ruling.due_at) == ("office", t("03-03 18:00"))
    assert (case.returns, case.hops, case.all_returns) == (0, (1, 0), 1)
    assert (outcome.change.withdraw, outcome.change.withdraw_from) == ("rungs", HELPER)
    assert outcome.change.detail["hop"] == 1


def test_a_part_given_to_another_unit_gets_its_own_full_time_in_the_same_slot() -> None:
    outcome = decide(PART_BACK, order(Rule, "03-03 10:00", unit=OTHER))
    case = outcome.after
    assert case.assisting == (OTHER, SECOND)
    assert case.parts == (Part(OTHER, 1, 1), Part(SECOND, 2, 0))
    assert clock(case, ClockKind.SIGN, 1).holder == OTHER
    assert clock(case, ClockKind.SIGN, 1).due_at == t("03-04 18:00")
    assert clock(case, ClockKind.RULING, 1).stopped_at == t("03-03 10:00")
    assert opinion(case, 2) == opinion(SEVERAL, 2)
    assert case.entry == PART_BACK.entry + 1
    assert (outcome.change.withdraw, outcome.change.withdraw_from) == ("all", HELPER)
    told = [(notice.template, notice.unit) for notice in outcome.change.notices]
    assert told == [("assigned", OTHER), ("part_changed", LEAD)]
    with pytest.raises(Refused, match=f"主办单位 {LEAD}"):
        decide(case, order(Sign, "03-03 11:00", HELPING))


def test_a_part_confirmed_goes_on_with_the_time_it_has_used() -> None:
    outcome = decide(PART_BACK, order(Rule, "03-03 14:00", grant=False))
    case = outcome.after
    assert outcome.change.event == "part_confirmed"
    assert case.requests[0].status == "refused"
    assert clock(case, ClockKind.OPINION, 1).running
    assert clock(case, ClockKind.OPINION, 1).due_at > clock(SEVERAL, ClockKind.OPINION, 1).due_at
    told = {(notice.template, notice.unit) for notice in outcome.change.notices}
    assert told == {("ruling_confirmed", HELPER)}


def test_a_unit_with_a_return_pending_can_neither_sign_nor_opine_nor_return_again() -> None:
    for command in (Sign, Interim, Return):
        with pytest.raises(Refused, match="已提出退单"):
            decide(PART_BACK, order(command, "03-02 15:00", HELPING))


def test_two_returns_of_a_part_are_the_most_whoever_has_it() -> None:
    second = after(
        PART_BACK,
        order(Rule, "03-03 10:00", unit=OTHER),
        order(Return, "03-03 11:00", Actor(Role.UNIT, OTHER), suggested="gongan"),
        order(Rule, "03-03 12:00", request=2, unit="gongan"),
    )
    assert second.hops == (2, 0)
    last = Actor(Role.UNIT, "gongan")
    with pytest.raises(Refused, match="已退回 2 次，办公室裁定为终局"):
        decide(second, order(Return, "03-03 13:00", last, suggested=OTHER))
    theirs = order(Return, "03-03 13:00", Actor(Role.UNIT, SECOND))
    assert decide(second, theirs).after.hops == (2, 1)


def test_the_limit_of_a_part_runs_from_its_own_dispatch() -> None:
    with pytest.raises(Refused, match=r"2026-03-04 18:00 前"):
        decide(SEVERAL, order(Return, "03-05 09:00", HELPING))
    later = after(PART_BACK, order(Rule, "03-03 10:00", unit=OTHER))
    late = order(Return, "03-05 17:00", Actor(Role.UNIT, OTHER), suggested="gongan")
    assert decide(later, late).after.hops == (2, 0)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"reason": " "}, "必须写明理由"),
        ({"suggested": ""}, "必须提出建议承办单位"),
        ({"suggested": LEAD}, "已在办理本案"),
        ({"suggested": SECOND}, "已在办理本案"),
        ({"suggested": "office"}, "不能建议由指挥部办公室"),
    ],
)
def test_a_return_of_a_part_without_reason_or_use_is_refused(
    fields: dict[str, str], wrong: str
) -> None:
    with pytest.raises(Refused, match=wrong):
        decide(SEVERAL, order(Return, "03-02 14:00", HELPING, **fields))


def test_a_part_does_not_go_to_a_unit_that_handles_or_to_the_office() -> None:
    for unit in (LEAD, SECOND, "office"):
        with pytest.raises(Refused, match="不能改交"):
            decide(PART_BACK, order(Rule, "03-03 10:00", unit=unit))


def test_a_verifying_unit_that_takes_a_part_no_longer_verifies() -> None:
    case = after(PART_BACK, order(Rule, "03-03 10:00", unit=VERIFIER_UNIT))
    assert (case.assisting[0], case.verifying_unit) == (VERIFIER_UNIT, "office")


def test_the_leads_return_moves_the_lead_alone() -> None:
    assert not LEAD_BACK.running(ClockKind.OPINION)
    case = after(LEAD_BACK, order(Rule, "03-03 14:00"))
    assert (case.lead_unit, case.assisting) == (OTHER, (HELPER, SECOND))
    assert clock(case, ClockKind.FINISH).started_at == t("03-03 14:00")
    kept = clock(case, ClockKind.OPINION, 1)
    assert kept.running
    assert kept.started_at == t("03-02 10:00")
    assert kept.revision == clock(SEVERAL, ClockKind.OPINION, 1).revision


def test_an_assisting_unit_becomes_the_lead_and_the_others_keep_their_slots() -> None:
    back = after(SEVERAL, order(Return, "03-02 14:00", suggested=HELPER))
    outcome = decide(back, order(Rule, "03-03 10:00"))
    case = outcome.after
    assert (case.lead_unit, case.parts) == (HELPER, (Part(SECOND, 2, 0),))
    assert clock(case, ClockKind.OPINION, 1).stopped_at == t("03-03 10:00")
    assert clock(case, ClockKind.SIGN, 2).holder == SECOND
    assert outcome.change.detail["given"] == [HELPER]
    signed = after(case, order(Sign, "03-03 11:00", Actor(Role.UNIT, SECOND)))
    assert clock(signed, ClockKind.SIGN, 2).stopped_at == t("03-03 11:00")
    new = after(
        case,
        order(Return, "03-03 12:00", HELPING, suggested=OTHER),
        order(Dispatch, "03-03 13:00", unit=OTHER, assisting=(SECOND, "gongan")),
    )
    assert new.parts == (Part(SECOND, 2, 0), Part("gongan", 1, 0))


def test_a_part_whose_return_waits_stands_still_until_it_is_ruled_on() -> None:
    both = after(PART_BACK, order(Return, "03-02 15:00"))
    moved = after(both, order(Rule, "03-03 10:00", request=2))
    assert moved.lead_unit == OTHER
    assert clock(moved, ClockKind.OPINION, 1).paused_at is not None
    assert clock(moved, ClockKind.OPINION, 2).running
    assert [request.number for request in moved.pending()] == [1]
    first = after(both, order(Rule, "03-03 10:00", unit="gongan"))
    assert first.state is State.RETURNED
    assert clock(first, ClockKind.OPINION, 1).paused_at == t("03-03 10:00")
    assert clock(after(first, order(Rule, "03-03 11:00", request=2)), ClockKind.OPINION, 1).running


def test_a_part_ruled_on_while_shelved_goes_on_when_the_case_does() -> None:
    shelved = after(
        PART_BACK,
        order(AskShelving, "03-02 15:00", until=t("04-20 09:00")),
        order(Rule, "03-02 16:00", request=2),
    )
    resumed = after(shelved, order(Resume, "04-20 09:00"))
    assert clock(resumed, ClockKind.OPINION, 1).paused_at is not None
    confirmed = after(shelved, order(Rule, "03-03 10:00", grant=False))
    assert not clock(confirmed, ClockKind.OPINION, 1).running
    assert clock(after(confirmed, order(Resume, "04-20 09:00")), ClockKind.OPINION, 1).running


def test_submission_and_merging_end_a_part_s_return() -> None:
    submitted = after(PART_BACK, order(Submit, "03-03 10:00"))
    assert submitted.requests[0].status == "lapsed"
    assert clock(submitted, ClockKind.RULING, 1).stopped_at == t("03-03 10:00")
    merged = after(PART_BACK, order(Merge, "03-03 10:00", into=a_case(no="QD2026-000002")))
    split = after(merged, order(Split, "03-04 10:00"))
    assert clock(split, ClockKind.RULING, 1).stopped_at == t("03-03 10:00")
    assert clock(split, ClockKind.OPINION, 1).running


def test_a_redispatch_settles_the_returns_of_parts() -> None:
    gone = after(PART_BACK, order(Dispatch, "03-03 10:00", unit=OTHER, assisting=(SECOND,)))
    assert gone.requests[0].status == "granted"
    stays = after(PART_BACK, order(Dispatch, "03-03 10:00", unit=OTHER, assisting=(HELPER,)))
    assert stays.requests[0].status == "lapsed"
    assert stays.parts == (Part(HELPER, 1, 0),)
    assert clock(stays, ClockKind.OPINION, 1).started_at == t("03-03 10:00")


def test_a_returned_lead_cannot_be_dispatched_to_again() -> None:
    with pytest.raises(Refused, match="维持交办"):
        decide(LEAD_BACK, order(Dispatch, "03-03 10:00", assisting=(SECOND,)))
