"""Dispatch and redispatch."""

from typing import Any

import pytest

from domain.case import Case
from domain.codes import ClockKind, Environment, Kind, Mode, Rung, State, Urgency
from domain.commands import AskExtension, Dispatch, Return
from domain.errors import Refused
from domain.limits import Limit
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


def limits(case: Case, *assisting: str) -> dict[str, str]:
    """Dispatch a case and give the limit of each clock that starts, by kind and slot."""
    case = after(case, order(Dispatch, "03-02 10:00", assisting=assisting))
    return {f"{c.kind}/{c.slot}": str(c.limit) for c in case.running()}


def test_every_clock_of_the_lead_starts_at_dispatch_and_triage_stops() -> None:
    case = case_in(State.ASSIGNED)
    assert {(c.kind, c.due_at) for c in case.running()} == {
        (ClockKind.SIGN, t("03-03 18:00")),
        (ClockKind.CONTACT, t("03-03 18:00")),
        (ClockKind.INTERIM, t("03-05 18:00")),
        (ClockKind.FINISH, t("03-23 18:00")),
    }
    assert {c.holder for c in case.running()} == {LEAD}
    assert clock(case, ClockKind.TRIAGE).stopped_at == t("03-02 10:00")


@pytest.mark.parametrize(
    ("kind", "finish"),
    [("simple", "3wd"), ("ordinary", "5wd"), ("harm", "15wd"), ("multi", "30wd")],
)
def test_the_kind_sets_the_time_to_finish(kind: str, finish: str) -> None:
    assert limits(a_case(kind=Kind(kind)))["finish/0"] == finish


def test_an_emergency_must_be_finished_in_a_day_whatever_its_kind() -> None:
    assert limits(a_case(urgency=Urgency.EMERGENCY))["finish/0"] == "24h"


def test_an_inspection_case_reports_at_two_months_and_ends_at_six() -> None:
    assert limits(a_case(kind=Kind.INSPECTION, reachable=False)) == {
        "sign/0": "1wd",
        "finish/0": "6mo",
        "interim/0": "2mo",
    }


def test_without_a_reachable_reporter_nothing_is_owed_to_one() -> None:
    assert set(limits(a_case(reachable=False))) == {"sign/0", "finish/0"}


def test_assisting_units_sign_and_give_their_opinion_within_half_the_term() -> None:
    started = limits(a_case(), HELPER, OTHER)
    assert started["finish/0"] == "30wd"
    assert {k: v for k, v in started.items() if not k.endswith("/0")} == {
        "sign/1": "1wd",
        "opinion/1": "15wd",
        "sign/2": "1wd",
        "opinion/2": "15wd",
    }


def test_several_units_make_a_case_a_several_unit_one_but_not_an_inspection() -> None:
    command = order(Dispatch, "03-02 10:00", assisting=(HELPER,))
    assert decide(a_case(), command).after.kind is Kind.MULTI
    assert decide(a_case(kind=Kind.INSPECTION), command).after.kind is Kind.INSPECTION
    told = order(Dispatch, "03-02 10:00", assisting=(HELPER,), kind=Kind.SIMPLE)
    assert decide(a_case(), told).after.kind is Kind.SIMPLE


def test_dispatch_sets_what_it_names_and_keeps_the_rest() -> None:
    command = order(
        Dispatch,
        "03-02 10:00",
        environment=Environment.MARKET,
        urgency=Urgency.URGENT,
        mode=Mode.IMPROVE,
    )
    case = decide(a_case(), command).after
    assert (case.environment, case.urgency, case.mode) == ("market", "urgent", "improve")
    assert case.kind is Kind.HARM
    assert case.dispatched_at == t("03-02 10:00")


def test_every_unit_is_told_once() -> None:
    change = decide(a_case(), order(Dispatch, "03-02 10:00", assisting=(HELPER, HELPER))).change
    assert [(n.template, n.unit) for n in change.notices] == [
        ("assigned", LEAD),
        ("assigned", HELPER),
    ]
    assert change.detail["assisting"] == [HELPER]


def test_the_office_verifies_where_nobody_else_is_named() -> None:
    command = order(Dispatch, "03-02 10:00", verifying_unit="")
    assert decide(a_case(), command).after.verifying_unit == "office"


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"verifying_unit": LEAD}, f"验收单位 {LEAD} 不能是主办或协办单位"),
        ({"assisting": (HELPER,), "verifying_unit": HELPER}, f"验收单位 {HELPER}"),
        ({"assisting": (LEAD,)}, "不能同时协办"),
        ({"unit": "office"}, "不能交办给指挥部办公室自身"),
        ({"level": 3}, "只能是 4、5，不能是 3"),
    ],
)
def test_a_dispatch_that_breaks_a_rule_is_refused(fields: dict[str, Any], why: str) -> None:
    with pytest.raises(Refused, match=why):
        decide(a_case(), order(Dispatch, "03-02 10:00", **fields))


def test_direct_entry_starts_at_its_level_with_lower_rungs_disarmed() -> None:
    outcome = decide(a_case(), order(Dispatch, "03-02 10:00", level=4))
    finish = clock(outcome.after, ClockKind.FINISH)
    assert outcome.after.level == 4
    assert not outcome.after.listed
    assert finish.next == (Rung.LIST, t("04-21 09:00"))
    assert clock(outcome.after, ClockKind.SIGN).rung is None
    assert {n.role for n in outcome.change.notices if n.template == "raise"} == {
        "contact",
        "deputy",
        "head",
    }


def test_direct_entry_at_level_five_puts_the_case_on_the_supervised_list() -> None:
    outcome = decide(a_case(), order(Dispatch, "03-02 10:00", level=5))
    assert outcome.after.listed
    assert clock(outcome.after, ClockKind.FINISH).next is None
    assert "list" in {n.template for n in outcome.change.notices}


def test_a_redispatch_gives_the_new_unit_its_full_time() -> None:
    outcome = decide(case_in(State.RECTIFYING), order(Dispatch, "03-05 10:00", unit=OTHER))
    finish = clock(outcome.after, ClockKind.FINISH)
    assert outcome.change.event == "redispatched"
    assert outcome.change.withdraw == "all"
    assert outcome.change.detail["from_unit"] == LEAD
    assert (finish.holder, finish.revision, finish.due_at) == (OTHER, 2, t("03-26 18:00"))


def test_a_redispatch_keeps_assisting_units_that_it_does_not_name() -> None:
    first = after(a_case(), order(Dispatch, "03-02 10:00", assisting=(HELPER, OTHER)))
    second = after(first, order(Dispatch, "03-03 10:00", unit=HELPER))
    assert second.units == (HELPER, OTHER)
    assert clock(second, ClockKind.OPINION, 2).stopped_at == t("03-03 10:00")


def test_a_redispatch_to_the_verifier_leaves_verifying_to_the_office() -> None:
    command = order(Dispatch, "03-03 10:00", unit=VERIFIER_UNIT, verifying_unit="")
    assert after(case_in(State.ASSIGNED), command).verifying_unit == "office"


def test_a_redispatch_ends_what_the_former_unit_asked() -> None:
    asked = after(case_in(State.RECTIFYING), order(AskExtension, "03-03 09:00"))
    redispatched = after(asked, order(Dispatch, "03-04 10:00", unit=OTHER))
    assert redispatched.requests[0].status == "lapsed"


def test_dispatching_elsewhere_grants_a_pending_return() -> None:
    returned = after(case_in(State.ASSIGNED), order(Return, "03-02 14:00"))
    case = after(returned, order(Dispatch, "03-03 10:00", unit=OTHER))
    assert case.requests[0].status == "granted"
    assert case.requests[0].decided_at == t("03-03 10:00")
    assert clock(case, ClockKind.RULING).stopped_at is not None


def test_the_same_unit_again_is_refused_with_the_way_to_do_it() -> None:
    with pytest.raises(Refused, match="改派须另选单位"):
        decide(case_in(State.ASSIGNED), order(Dispatch, "03-03 10:00"))
    with pytest.raises(Refused, match="裁定"):
        decide(case_in(State.RETURNED), order(Dispatch, "03-03 10:00"))


def test_the_policy_version_is_that_of_the_dispatch() -> None:
    assert (
        decide(a_case(policy_version=0), order(Dispatch, "03-02 10:00")).after.policy_version == 1
    )
    assert clock(case_in(State.ASSIGNED), ClockKind.FINISH).limit == Limit(15, "wd")


@pytest.mark.parametrize(
    ("mode", "paper"),
    [(Mode.RECTIFY, ["warning"]), (Mode.DISCIPLINE, []), (Mode.IMPROVE, ["suggestion"])],
)
def test_the_mode_that_the_office_chooses_has_its_own_paper(mode: Mode, paper: list[str]) -> None:
    command = order(Dispatch, "03-02 10:00", mode=mode, assisting=(HELPER,))
    told = [(n.template, n.unit) for n in decide(a_case(), command).change.notices]
    assert told[:2] == [("assigned", LEAD), ("assigned", HELPER)]
    assert list(dict.fromkeys(told[2:])) == [(template, LEAD) for template in paper]


def test_without_a_chosen_mode_the_assignment_is_enough() -> None:
    plain = decide(a_case(), order(Dispatch, "03-02 10:00"))
    assert [n.template for n in plain.change.notices] == ["assigned"]


def test_the_next_unit_gets_the_suggestion_of_a_case_to_improve() -> None:
    case = after(a_case(), order(Dispatch, "03-02 10:00", mode=Mode.IMPROVE))
    again = decide(case, order(Dispatch, "03-02 11:00", unit=OTHER)).change.notices
    assert [(n.template, n.unit) for n in again] == [("assigned", OTHER), ("suggestion", OTHER)]
