"""What a policy gives a clock agrees with what the handlers start."""

import json
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.budgets import budget
from domain.case import Case
from domain.clocks import ClockOp, Op
from domain.codes import ClockKind, Kind, Urgency
from domain.history import load_ops
from domain.limits import Limit
from domain.transitions import allowed
from tests.unit.casework import RULES, t
from tests.unit.test_random_walks import Step, Walk, beginnings, made, steps

STAYS = {
    (ClockKind.NOTICE, "accepted"),
    (ClockKind.RECHECK, "lookback"),
    (ClockKind.RECHECK, "drawn"),
    (ClockKind.CALLBACK, "unreached"),
}
"""Starts whose limit is not a figure of the policy alone."""


@settings(max_examples=150, deadline=None)
@given(beginnings, st.lists(steps, min_size=10, max_size=60))
def test_whatever_a_handler_starts_has_the_budget_of_the_policy(
    case: Case, turns: list[Step]
) -> None:
    at, walk = t("03-02 09:00"), Walk(case)
    for step in turns:
        at += timedelta(minutes=step.minutes)
        walk.check(at)
        if allowed(walk.case.state):
            seen = len(walk.history)
            walk.give(made(walk.case, step, at))
            agrees(walk.case, walk.history[seen:])


def agrees(case: Case, written: Sequence[tuple[object, str]]) -> None:
    for start in (op for _, ops in written for op in load_ops(json.loads(ops))):
        if start.op is not Op.START:
            continue
        expected = None if (start.kind, start.rule) in STAYS else start.limit
        assert budget(start, case.kind, case.urgency, RULES.policy) == expected


@pytest.mark.parametrize(
    ("clock", "rule", "kind", "urgency", "limit"),
    [
        ("triage", "detected", "ordinary", "urgent", "24h"),
        ("sign", "dispatched", "ordinary", "normal", "1wd"),
        ("contact", "dispatched", "ordinary", "normal", "1wd"),
        ("interim", "dispatched", "ordinary", "normal", "3wd"),
        ("interim", "dispatched", "inspection", "normal", "2mo"),
        ("finish", "dispatched", "harm", "normal", "15wd"),
        ("finish", "dispatched", "harm", "emergency", "24h"),
        ("finish", "rehandled", "harm", "normal", "8wd"),
        ("finish", "relapsed", "ordinary", "normal", "3wd"),
        ("opinion", "dispatched", "multi", "normal", "15wd"),
        ("ruling", "returned", "harm", "normal", "1wd"),
        ("review", "submitted", "harm", "normal", "3wd"),
        ("sign_off", "in_review", "harm", "normal", "2wd"),
        ("office_review", "signed_off", "harm", "normal", "2wd"),
        ("callback", "closed", "harm", "normal", "1wd"),
        ("recheck", "triggered", "harm", "normal", "5wd"),
    ],
)
def test_budgets_follow_the_rule_of_the_start_the_kind_and_the_urgency(
    clock: str, rule: str, kind: str, urgency: str, limit: str
) -> None:
    start = ClockOp(Op.START, ClockKind(clock), rule=rule)
    found = budget(start, Kind(kind), Urgency(urgency), RULES.policy)
    assert found == Limit.parse(limit)


@pytest.mark.parametrize(("clock", "rule"), sorted(STAYS))
def test_what_was_announced_or_planned_stays(clock: ClockKind, rule: str) -> None:
    start = ClockOp(Op.START, clock, limit=Limit(9, "wd"), rule=rule)
    assert budget(start, Kind.HARM, Urgency.NORMAL, RULES.policy) is None
