"""New rounds of a finish clock: reopening, direct entry, approval after expiry, another unit."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.case import Request
from domain.clocks import ClockOp, Op, fold
from domain.codes import ClockKind, Kind, RequestKind, Rung, State, Urgency
from domain.commands import (
    AskExtension,
    AskShelving,
    Callback,
    Command,
    Dispatch,
    Escalate,
    Recheck,
    Rule,
    Sign,
)
from domain.errors import Refused
from domain.ladder import next_rung
from tests.unit.casework import OTHER, RULES, VERIFIER, a_case, after, case_in, clock, order, t

FINISH = ClockKind.FINISH
ORDINARY = {"kind": Kind.ORDINARY}
BEGUN = (order(Dispatch, "03-02 10:00"), order(Sign, "03-02 11:00"))


@pytest.mark.parametrize(
    ("fields", "limit", "due"),
    [
        ({"kind": Kind.SIMPLE}, "2wd", "03-18 18:00"),
        ({"kind": Kind.ORDINARY}, "3wd", "03-19 18:00"),
        ({"kind": Kind.HARM}, "8wd", "03-26 18:00"),
        ({"kind": Kind.MULTI}, "15wd", "04-07 18:00"),
        ({"kind": Kind.INSPECTION}, "3mo", "06-16 18:00"),
        ({"urgency": Urgency.EMERGENCY}, "12h", "03-16 22:00"),
    ],
)
def test_a_reopened_case_has_half_of_its_limit_rounded_up(
    fields: dict[str, Any], limit: str, due: str
) -> None:
    closed = replace(case_in(State.CLOSED), **fields)
    for back in (
        order(Callback, "03-16 10:00", satisfied=False),
        order(Recheck, "03-16 10:00", passed=False, finding="又发现"),
    ):
        finish = clock(after(closed, back), FINISH)
        assert (str(finish.limit), finish.due_at, finish.rung) == (limit, t(due), None)


@pytest.mark.parametrize(
    ("commands", "fired", "left"),
    [
        ((order(Dispatch, "03-02 10:00"),), None, (Rung.BLUE, "03-18 09:00")),
        ((order(Dispatch, "03-02 10:00", level=4),), Rung.RAISE, (Rung.LIST, "04-21 09:00")),
        ((order(Dispatch, "03-02 10:00", level=5),), Rung.LIST, None),
        (
            (*BEGUN, order(Escalate, "03-03 10:00", rung=Rung.CRITICISM)),
            Rung.CRITICISM,
            (Rung.RAISE, "04-07 09:00"),
        ),
    ],
)
def test_entering_at_a_rung_disarms_it_and_all_below_but_moves_no_deadline(
    commands: tuple[Command, ...], fired: Rung | None, left: tuple[Rung, str] | None
) -> None:
    finish = clock(after(a_case(), *commands), FINISH)
    assert finish.due_at == t("03-23 18:00")
    assert finish.rung is fired
    expected = None if left is None else (left[0], t(left[1]))
    assert next_rung(finish.ladder, finish.rung) == expected


@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=1), timedelta(days=30)])
def test_no_time_is_asked_for_from_the_due_instant_on(late: timedelta) -> None:
    case = after(a_case(**ORDINARY), *BEGUN)
    at = clock(case, FINISH).due_at + late
    for what, more in ((AskExtension, {"days": 1}), (AskShelving, {"until": t("12-01 09:00")})):
        with pytest.raises(Refused, match="须在到期前申请"):
            after(case, order(what, f"{at:%m-%d %H:%M}", **more))


def test_an_approval_after_expiry_takes_back_level_card_and_proposal_that_came_meanwhile() -> None:
    case = after(a_case(**ORDINARY), *BEGUN, order(AskExtension, "03-09 10:00", days=5))
    red = ClockOp(Op.FIRE, FINISH, rung=Rung.CRITICISM)
    proposal = Request(2, RequestKind.PROPOSAL, "system", t("03-16 09:00"), rung=Rung.CRITICISM)
    late = replace(
        case,
        clocks=fold(case.clocks, [red], t("03-16 09:00"), RULES),
        level=2,
        requests=(*case.requests, proposal),
    )
    granted = after(late, order(Rule, "03-16 10:00", VERIFIER))
    assert clock(granted, FINISH).due_at == t("03-16 18:00")
    assert (granted.level, clock(granted, FINISH).rung) == (0, None)
    assert [request.status for request in granted.requests] == ["granted", "lapsed"]
    assert clock(granted, FINISH).next == (Rung.RED, t("03-17 09:00"))


def test_a_new_unit_owes_everything_anew_and_the_old_one_nothing() -> None:
    case = after(a_case(), *BEGUN, order(Dispatch, "03-10 10:00", unit=OTHER))
    assert {c.holder for c in case.unstopped()} == {OTHER}
    assert {c.started_at for c in case.unstopped()} == {t("03-10 10:00")}
