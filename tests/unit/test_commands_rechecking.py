"""After closing: callback, re-check, re-handling, relapse, archiving."""

from dataclasses import replace
from typing import Any

import pytest

from domain.apply import apply
from domain.case import Actor, Case
from domain.clocks import Rules
from domain.codes import ClockKind, Kind, RequestKind, Role, Rung, State
from domain.commands import (
    Accept,
    Archive,
    Callback,
    Command,
    EndNotice,
    OrderRecheck,
    Recheck,
    Review,
    Rule,
    SignOff,
    Submit,
)
from domain.errors import Refused
from tests.unit.casework import INSPECTOR, LEAD, after, case_in, clock, decide, order, t

CLOSED, VERIFIED = case_in(State.CLOSED), case_in(State.VERIFIED)
NOBODY = case_in(State.CLOSED, reachable=False)
ANGRY = order(Callback, "03-16 10:00", satisfied=False)
FAILED = order(Recheck, "04-10 10:00", passed=False, finding="又收费了")


def called_only() -> Case:
    """A closed ordinary case that owes nothing but its callback."""
    case = case_in(State.RECTIFYING, no="QD2026-000000", kind=Kind.ORDINARY)
    case = after(case, order(Submit, "03-04 15:00"), order(Accept, "03-05 10:00"))
    case = after(case, order(SignOff, "03-05 11:00"), order(Review, "03-05 16:00"))
    assert [c.kind for c in case.running()] == [ClockKind.CALLBACK]
    return case


def closed_again(case: Case, month: str) -> Case:
    return after(
        case,
        order(Submit, f"{month}-20 09:00"),
        order(Accept, f"{month}-20 10:00"),
        order(EndNotice, f"{month}-28 18:00"),
        order(SignOff, f"{month}-28 19:00"),
        order(Review, f"{month}-28 20:00"),
    )


def test_a_satisfied_reporter_ends_the_callback() -> None:
    outcome = decide(CLOSED, order(Callback, "03-16 10:00"))
    assert outcome.after.state is State.CLOSED
    assert clock(outcome.after, ClockKind.CALLBACK).stopped_at is not None
    assert outcome.change.detail == {"solved": True, "satisfied": True}
    with pytest.raises(Refused, match="回访已经完成"):
        decide(outcome.after, order(Callback, "03-16 11:00"))


def test_a_case_that_owes_nothing_more_is_archived_with_its_callback() -> None:
    assert decide(called_only(), order(Callback, "03-06 10:00")).after.state is State.VERIFIED


def test_there_is_no_callback_without_a_reachable_reporter() -> None:
    with pytest.raises(Refused, match="反映人无法联系"):
        decide(NOBODY, order(Callback, "03-16 10:00"))


def test_three_attempts_over_two_days_end_the_callback() -> None:
    once = after(called_only(), order(Callback, "03-06 10:00", reached=False))
    assert clock(once, ClockKind.CALLBACK).due_at == t("03-09 18:00")
    twice = after(once, order(Callback, "03-06 16:00", reached=False))
    assert clock(twice, ClockKind.CALLBACK).due_at == t("03-09 18:00")
    assert (twice.state, twice.callback_attempts) == (State.CLOSED, 2)
    thrice = decide(twice, order(Callback, "03-09 10:00", reached=False))
    assert thrice.after.state is State.VERIFIED
    assert thrice.change.detail == {"attempts": 3}


def test_attempts_on_one_day_alone_leave_the_callback_as_it_was(rules: Rules) -> None:
    callback = replace(rules.policy.callback, over_days=1)
    same_day = replace(rules, policy=replace(rules.policy, callback=callback))
    once = apply(CLOSED, order(Callback, "03-16 10:00", reached=False), same_day).after
    assert clock(once, ClockKind.CALLBACK) == clock(CLOSED, ClockKind.CALLBACK)


@pytest.mark.parametrize("answer", [{"solved": False}, {"satisfied": False}])
def test_an_unsolved_or_dissatisfied_answer_means_handling_again(answer: dict[str, Any]) -> None:
    outcome = decide(CLOSED, order(Callback, "03-16 10:00", **answer))
    case = outcome.after
    assert (case.state, case.rehandlings, case.relapses) == (State.RECTIFYING, 1, 0)
    assert (case.level, case.closed_at, case.callback_attempts) == (1, None, 0)
    finish = clock(case, ClockKind.FINISH)
    assert (str(finish.limit), finish.due_at, finish.rung) == ("8wd", t("03-26 18:00"), None)
    assert [c.kind for c in case.running()] == [ClockKind.FINISH]
    assert outcome.change.event == "rehandled"
    assert {n.template for n in outcome.change.notices} == {"reopened"}
    assert outcome.change.withdraw == "rungs"
    assert case.requests == ()


def test_a_failed_recheck_reopens_the_same_case_as_a_relapse() -> None:
    outcome = decide(CLOSED, FAILED)
    case = outcome.after
    assert (case.state, case.relapses, case.rehandlings, case.level) == (State.RECTIFYING, 1, 0, 1)
    assert outcome.change.event == "relapsed"
    assert outcome.change.detail == {"relapses": 1, "slot": 1}
    assert {n.template for n in outcome.change.notices} == {"reopened", "recheck_failed"}
    assert [text.body for text in outcome.change.texts] == ["又收费了"]


@pytest.mark.parametrize(
    ("level", "listed", "reached", "proposed"),
    [
        (0, False, 1, None),
        (1, False, 2, None),
        (2, False, 2, Rung.CRITICISM),
        (3, False, 3, Rung.RAISE),
        (4, False, 4, Rung.LIST),
        (5, False, 5, Rung.LIST),
        (5, True, 5, None),
    ],
)
@pytest.mark.parametrize("back", [FAILED, ANGRY], ids=["relapse", "dissatisfied"])
def test_a_return_enters_one_level_higher_at_once_or_by_a_proposal_that_a_leader_signs(
    back: Command, level: int, reached: int, proposed: Rung | None, *, listed: bool
) -> None:
    outcome = decide(replace(CLOSED, level=level, listed=listed), back)
    assert outcome.after.level == reached
    assert [r.rung for r in outcome.change.opened] == ([proposed] if proposed else [])
    tasks = [n.args for n in outcome.change.notices if n.template == "task"]
    assert tasks == ([{"task": "proposal", "request": 1}] if proposed else [])
    if proposed:
        signed = after(outcome.after, order(Rule, "04-10 11:00"))
        assert signed.level == min(level + 1, 5)


def test_the_second_return_proposes_the_supervised_list_unless_listed() -> None:
    case = closed_again(after(CLOSED, FAILED), "04")
    again = order(Recheck, "06-01 10:00", passed=False, finding="第三次了")
    outcome = decide(case, again)
    assert [(r.number, r.kind, r.rung) for r in outcome.change.opened] == [
        (1, RequestKind.PROPOSAL, Rung.LIST)
    ]
    tasks = [n.args for n in outcome.change.notices if n.template == "task"]
    assert tasks == [{"task": "proposal", "request": 1}]
    assert decide(replace(case, listed=True), again).change.opened == ()


def test_the_policy_says_what_dissatisfaction_triggers(rules: Rules) -> None:
    triggers = replace(rules.policy.triggers, dissatisfied=False, dissatisfied_again=False)
    calm = replace(rules, policy=replace(rules.policy, triggers=triggers))
    outcome = apply(replace(CLOSED, rehandlings=1), ANGRY, calm)
    assert outcome.after.level == 0
    assert outcome.change.opened == ()
    strict = decide(replace(CLOSED, rehandlings=1), ANGRY)
    assert strict.after.level == 1
    assert len(strict.change.opened) == 1


def test_passed_rechecks_archive_the_case_with_the_last_one() -> None:
    case = after(CLOSED, order(Callback, "03-16 10:00"))
    for when in ("04-10 10:00", "06-10 10:00"):
        case = after(case, order(Recheck, when))
        assert case.state is State.CLOSED
    assert after(case, order(Recheck, "09-08 10:00")).state is State.VERIFIED


def test_a_recheck_is_about_the_look_that_is_due_next() -> None:
    outcome = decide(CLOSED, order(Recheck, "04-10 10:00", finding="完好"))
    assert outcome.change.detail == {"slot": 1}
    assert [text.kind for text in outcome.change.texts] == ["finding"]
    assert clock(outcome.after, ClockKind.RECHECK, 1).stopped_at is not None


def test_nobody_rechecks_what_they_handled_and_a_failure_says_what_was_found() -> None:
    with pytest.raises(Refused, match=f"{LEAD} 是办理单位"):
        decide(CLOSED, order(Recheck, "04-10 10:00", Actor(Role.INSPECTOR, LEAD)))
    with pytest.raises(Refused, match="发现的问题"):
        decide(CLOSED, order(Recheck, "04-10 10:00", passed=False))


def test_a_triggered_look_at_an_archived_case_can_reopen_it() -> None:
    with pytest.raises(Refused, match="没有待办的复查"):
        decide(VERIFIED, order(Recheck, "10-08 10:00"))
    ordered = decide(VERIFIED, order(OrderRecheck, "10-08 10:00"))
    assert ordered.after.state is State.VERIFIED
    look = clock(ordered.after, ClockKind.RECHECK, 4)
    assert (look.holder, look.due_at) == ("office", t("10-15 18:00"))
    assert {n.template for n in ordered.change.notices} == {"recheck", "task"}
    passed = after(ordered.after, order(Recheck, "10-09 10:00", Actor(Role.OFFICE)))
    assert passed.state is State.VERIFIED
    failed = order(Recheck, "10-09 10:00", INSPECTOR, passed=False, finding="反弹")
    assert after(ordered.after, failed).state is State.RECTIFYING


def test_a_case_without_looks_is_archived_unless_one_is_ordered_first() -> None:
    case = case_in(State.RECTIFYING, no="QD2026-000000", kind=Kind.ORDINARY, reachable=False)
    case = after(case, order(Submit, "03-04 15:00"), order(Accept, "03-05 10:00"))
    case = after(case, order(SignOff, "03-05 11:00"), order(Review, "03-05 16:00"))
    assert case.wake_at == t("03-05 16:00")
    archived = decide(case, order(Archive, "03-05 16:05"))
    assert (archived.after.state, archived.after.wake_at) == (State.VERIFIED, None)
    assert archived.change.event == "verified"
    ordered = after(case, order(OrderRecheck, "03-05 16:01", reason=""))
    assert ordered.wake_at is None
    with pytest.raises(Refused, match="还有回访或复查未完成"):
        decide(ordered, order(Archive, "03-05 16:05"))


def test_a_case_drawn_is_due_thirty_days_after_closing_and_nobody_is_warned() -> None:
    archived = after(called_only(), order(Callback, "03-06 10:00"))
    assert archived.state is State.VERIFIED
    outcome = decide(archived, order(OrderRecheck, "03-10 10:00", drawn=True))
    [found] = outcome.after.running(ClockKind.RECHECK)
    assert (str(found.limit), found.rule) == ("25d", "drawn")
    assert outcome.change.notices == ()
    assert outcome.after.state is State.VERIFIED
    late = decide(archived, order(OrderRecheck, "04-20 10:00", drawn=True)).after
    assert [str(one.limit) for one in late.running(ClockKind.RECHECK)] == ["5wd"]


def slots(case: Case) -> list[int]:
    return [slot for kind, slot in case.clocks if kind is ClockKind.RECHECK]


def test_a_finding_is_about_the_recheck_named_and_refused_for_one_that_is_over() -> None:
    both = after(CLOSED, order(OrderRecheck, "03-17 10:00"), order(OrderRecheck, "03-18 10:00"))
    last = max(slots(both))
    done = decide(both, order(Recheck, "03-19 10:00", passed=True, slot=last))
    assert done.change.detail == {"slot": last}
    with pytest.raises(Refused, match="这次复查已有结论或者已经失效"):
        decide(done.after, order(Recheck, "03-19 11:00", passed=True, slot=last))
