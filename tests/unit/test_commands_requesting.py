"""Asking for more time, for shelving, for exclusion; objecting; taking a request back."""

from dataclasses import replace
from typing import Any

import pytest

from domain.case import Actor
from domain.codes import Kind, RequestKind, Role, Rung, State, Urgency
from domain.commands import (
    AskExtension,
    AskShelving,
    Escalate,
    Exclude,
    Object,
    Return,
    Rule,
    Submit,
    Withdraw,
)
from domain.errors import Refused
from domain.refusals import WrongActor
from tests.unit.casework import (
    LEAD,
    OBJECTOR,
    OFFICE,
    OTHER,
    VERIFIER,
    VERIFIER_UNIT,
    after,
    case_in,
    decide,
    order,
    t,
)

WORKING = case_in(State.RECTIFYING)
ASKED = after(WORKING, order(AskExtension, "03-03 09:00"))


def test_a_first_extension_is_put_before_the_verifying_unit() -> None:
    outcome = decide(WORKING, order(AskExtension, "03-03 09:00"))
    request = outcome.change.opened[0]
    assert (request.number, request.days, request.applicant) == (1, 3, LEAD)
    assert outcome.change.detail == {"request": 1, "kind": "extension", "days": 3}
    assert [(n.unit, n.role) for n in outcome.change.notices] == [(VERIFIER_UNIT, "contact")]


def test_a_second_extension_is_put_before_the_office_and_has_no_cap() -> None:
    granted = after(ASKED, order(Rule, "03-03 10:00", VERIFIER))
    outcome = decide(granted, order(AskExtension, "03-04 09:00", days=40))
    assert outcome.change.opened[0].number == 2
    assert [n.unit for n in outcome.change.notices] == ["office"]


@pytest.mark.parametrize(
    ("kind", "most"),
    [(Kind.SIMPLE, 3), (Kind.ORDINARY, 5), (Kind.HARM, 15), (Kind.MULTI, 10)],
)
def test_a_first_extension_is_at_most_the_cap_of_its_kind_and_the_original_term(
    kind: Kind, most: int
) -> None:
    case = case_in(State.RECTIFYING, kind=kind)
    assert decide(case, order(AskExtension, "03-03 09:00", days=most)).after.pending()
    with pytest.raises(Refused, match=f"首次延期最多 {most}个工作日"):
        decide(case, order(AskExtension, "03-03 09:00", days=most + 1))


def test_an_emergency_cannot_be_extended_by_working_days() -> None:
    case = case_in(State.RECTIFYING, urgency=Urgency.EMERGENCY)
    with pytest.raises(Refused, match="首次延期最多 24小时"):
        decide(case, order(AskExtension, "03-02 12:00", days=1))


@pytest.mark.parametrize("command", [AskExtension, AskShelving])
def test_time_is_asked_for_before_expiry(
    command: type[AskExtension | AskShelving],
) -> None:
    until: dict[str, Any] = {"until": t("06-01 09:00")} if command is AskShelving else {}
    decide(WORKING, order(command, "03-23 17:59", **until))
    with pytest.raises(Refused, match=r"须在到期前申请，办结时限已于 2026-03-23 18:00 届满"):
        decide(WORKING, order(command, "03-23 18:00", **until))


def test_only_one_request_for_time_waits_at_once() -> None:
    with pytest.raises(Refused, match="已有待裁定的延期或挂账申请"):
        decide(ASKED, order(AskShelving, "03-03 10:00", until=t("06-01 09:00")))


def test_a_request_for_time_says_how_much_and_why() -> None:
    with pytest.raises(Refused, match="正整数"):
        decide(WORKING, order(AskExtension, "03-03 09:00", days=0))
    with pytest.raises(Refused, match="理由"):
        decide(WORKING, order(AskExtension, "03-03 09:00", reason=""))
    with pytest.raises(Refused, match="理由"):
        decide(WORKING, order(AskShelving, "03-03 09:00", reason="", until=t("06-01 09:00")))
    with pytest.raises(Refused, match="须晚于申请时间"):
        decide(WORKING, order(AskShelving, "03-03 09:00", until=t("03-03 09:00")))


def test_a_case_without_a_running_limit_has_nothing_to_extend() -> None:
    with pytest.raises(Refused, match="没有正在计时的办结时限"):
        decide(replace(WORKING, clocks={}), order(AskExtension, "03-03 09:00"))


def test_a_listed_case_asks_twenty_working_days_ahead() -> None:
    listed = after(WORKING, order(Escalate, "03-02 12:00", rung=Rung.LIST))
    with pytest.raises(Refused, match="至少 20 个工作日申请，现只剩 14 个"):
        decide(listed, order(AskExtension, "03-03 09:00"))
    slow = case_in(State.RECTIFYING, kind=Kind.MULTI)
    slow = after(slow, order(Escalate, "03-02 12:00", rung=Rung.LIST))
    assert decide(slow, order(AskExtension, "03-03 09:00")).after.pending()


def test_shelving_is_put_before_the_office_with_its_date() -> None:
    outcome = decide(WORKING, order(AskShelving, "03-03 09:00", until=t("06-01 09:00")))
    assert outcome.change.opened[0].until == t("06-01 09:00")
    assert [(n.unit, n.args["task"]) for n in outcome.change.notices] == [("office", "shelving")]


def test_an_objection_opens_a_task_and_the_notice_runs_on() -> None:
    outcome = decide(case_in(State.IN_NOTICE), order(Object, "03-06 09:00"))
    assert outcome.after.state is State.IN_NOTICE
    assert outcome.after.pending(RequestKind.OBJECTION)[0].applicant == "objector"
    assert [n.args["task"] for n in outcome.change.notices] == ["objection"]
    with pytest.raises(Refused, match="理由"):
        decide(case_in(State.IN_NOTICE), order(Object, "03-06 09:00", reason=""))


def test_a_unit_asks_for_exclusion_and_the_office_does_it() -> None:
    asked = decide(WORKING, order(Exclude, "03-03 09:00"))
    assert not asked.after.excluded
    assert asked.after.pending(RequestKind.EXCLUSION)
    done = decide(WORKING, order(Exclude, "03-03 09:00", OFFICE))
    assert done.after.excluded
    assert done.change.event == "excluded"
    assert done.after.requests[0].status == "granted"
    assert done.after.running() == WORKING.running()


def test_exclusion_is_asked_by_the_lead_with_a_reason_and_once() -> None:
    with pytest.raises(WrongActor, match=LEAD):
        decide(WORKING, order(Exclude, "03-03 09:00", Actor(Role.UNIT, OTHER)))
    with pytest.raises(WrongActor, match="尚未交办"):
        decide(case_in(State.DETECTED), order(Exclude, "03-03 09:00", Actor(Role.UNIT)))
    with pytest.raises(Refused, match="理由"):
        decide(WORKING, order(Exclude, "03-03 09:00", reason=""))
    done = after(WORKING, order(Exclude, "03-03 09:00", OFFICE))
    with pytest.raises(Refused, match="已经剔单"):
        decide(done, order(Exclude, "03-03 10:00", OFFICE))


def test_an_applicant_takes_its_request_back() -> None:
    outcome = decide(ASKED, order(Withdraw, "03-03 10:00"))
    assert outcome.after.requests[0].status == "withdrawn"
    assert decide(outcome.after, order(AskExtension, "03-03 11:00")).change.opened[0].number == 2


def test_an_objector_without_a_code_withdraws_what_an_objector_asked() -> None:
    objected = after(case_in(State.IN_NOTICE), order(Object, "03-06 09:00"))
    assert after(objected, order(Withdraw, "03-06 10:00", OBJECTOR)).pending() == ()


def test_nobody_takes_back_what_another_asked_or_a_return() -> None:
    with pytest.raises(WrongActor, match=f"申请人 {LEAD}"):
        decide(ASKED, order(Withdraw, "03-03 10:00", Actor(Role.UNIT, OTHER)))
    returned = after(case_in(State.ASSIGNED), order(Return, "03-02 14:00"))
    with pytest.raises(WrongActor, match="退单须由办公室裁定"):
        decide(returned, order(Withdraw, "03-02 15:00"))


def test_a_request_that_does_not_wait_is_refused_naming_those_that_do() -> None:
    with pytest.raises(Refused, match="没有编号为 9 的待裁定申请；现有待裁定申请：1（延期）"):
        decide(ASKED, order(Withdraw, "03-03 10:00", request=9))
    with pytest.raises(Refused, match="现有待裁定申请：无"):
        decide(after(ASKED, order(Submit, "03-03 10:00")), order(Withdraw, "03-03 11:00"))
