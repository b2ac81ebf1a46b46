"""What the tests of the rules share: a small calendar, people, and commands with usual contents.

Times are written ``03-02 09:00``: Shanghai time of 2026, where 2 March is a Monday.
"""

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

from domain.apply import apply
from domain.calendar import SHANGHAI, WorkCalendar
from domain.case import SYSTEM, Actor, Case
from domain.change import Outcome
from domain.clocks import Clock, Rules, fold
from domain.codes import ClockKind, Feedback, Kind, Result, Role, Rung, State, Urgency
from domain.commands import (
    Accept,
    Archive,
    AskExtension,
    AskShelving,
    Callback,
    Command,
    Contact,
    Deescalate,
    Delist,
    Dispatch,
    Edit,
    EndNotice,
    Escalate,
    Exclude,
    Interim,
    Merge,
    Object,
    OrderRecheck,
    Recheck,
    RecordFeedback,
    Refer,
    Reject,
    Remind,
    Resume,
    Return,
    Review,
    Rule,
    Sign,
    SignOff,
    Split,
    Submit,
    Withdraw,
)
from domain.detecting import opening
from domain.policy import read_policy

_POLICY = Path(__file__).parents[2] / "deployments" / "reference" / "policy.toml"
RULES = Rules(
    calendar=WorkCalendar(
        version=7,
        rest=frozenset({date(2026, 4, 6), date(2026, 5, 1), date(2026, 5, 4), date(2026, 5, 5)}),
        work=frozenset({date(2026, 5, 9)}),
        published=frozenset({2026}),
    ),
    policy=read_policy(tomllib.loads(_POLICY.read_text(encoding="utf-8"))),
)
"""Tomb-sweeping Monday and four days of May are off, Saturday 9 May is worked."""

LEAD, HELPER, OTHER, VERIFIER_UNIT = "shuiwu", "chengguan", "jiaotong", "zhujian"
OFFICE = Actor(Role.OFFICE, name="王主任")
UNIT = Actor(Role.UNIT, LEAD)
VERIFIER = Actor(Role.VERIFIER, VERIFIER_UNIT)
LEADER = Actor(Role.LEADER, LEAD)
INSPECTOR = Actor(Role.INSPECTOR, "dudao")
OBJECTOR = Actor(Role.OBJECTOR, name="某企业")

_USUAL: dict[type[Command], tuple[Actor, dict[str, Any]]] = {
    Dispatch: (OFFICE, {"unit": LEAD, "verifying_unit": VERIFIER_UNIT}),
    Edit: (OFFICE, {"subject": "收费未公示"}),
    Reject: (OFFICE, {"reason": "不属于受理范围"}),
    Merge: (OFFICE, {}),
    Split: (OFFICE, {}),
    Refer: (OFFICE, {"to": "jiwei"}),
    RecordFeedback: (OFFICE, {"result": Feedback.FILED, "on": date(2026, 3, 2), "text": "已立案"}),
    Sign: (UNIT, {}),
    Contact: (UNIT, {}),
    Interim: (UNIT, {"reply": "正在核查"}),
    Submit: (UNIT, {"result": Result.SOLVED, "reply": "已经修好", "evidence": ("ab12",)}),
    Return: (UNIT, {"reason": "不归我管", "suggested": OTHER}),
    AskExtension: (UNIT, {"days": 3, "reason": "材料未到"}),
    AskShelving: (UNIT, {"until": None, "reason": "等待上级批复"}),
    Object: (OBJECTOR, {"reason": "问题仍在"}),
    Exclude: (UNIT, {"reason": "重复投诉"}),
    Withdraw: (UNIT, {"request": 1}),
    Rule: (OFFICE, {"request": 1, "grant": True}),
    Resume: (OFFICE, {}),
    Accept: (VERIFIER, {"accept": True}),
    EndNotice: (SYSTEM, {}),
    SignOff: (LEADER, {"accept": True}),
    Review: (OFFICE, {"accept": True}),
    Callback: (OFFICE, {"reached": True, "solved": True, "satisfied": True}),
    Archive: (SYSTEM, {}),
    OrderRecheck: (OFFICE, {"reason": "群众反映"}),
    Recheck: (INSPECTOR, {"passed": True}),
    Escalate: (OFFICE, {"rung": Rung.CRITICISM, "reason": "推诿"}),
    Deescalate: (OFFICE, {"level": 1, "reason": "整改进展明显"}),
    Delist: (OFFICE, {"reason": "已整改到位"}),
    Remind: (OFFICE, {"reason": "请抓紧"}),
}
"""Who usually gives a command, and its usual contents."""


def t(text: str) -> datetime:
    """Read ``03-02 09:00`` as Shanghai time of 2026, or a full date of another year."""
    full = text if text.startswith("20") else f"2026-{text}"
    return datetime.fromisoformat(full).replace(tzinfo=SHANGHAI)


def order(
    command: type[Command],
    when: str,
    by: Actor | None = None,
    **fields: Any,  # noqa: ANN401 each command has its own
) -> Command:
    """Make a command with its usual contents, but for the fields given."""
    usual, contents = _USUAL[command]
    return command(at=t(when), by=by or usual, **{**contents, **fields})


def a_case(when: str = "03-02 09:00", **fields: Any) -> Case:  # noqa: ANN401 those of a case
    """Detect a case of an environment harmed, normal and with a reachable reporter."""
    at = t(when)
    ordinary: dict[str, Any] = {
        "no": "QD2026-000001",
        "state": State.DETECTED,
        "environment": None,
        "kind": Kind.HARM,
        "urgency": Urgency.NORMAL,
        "channel": "hall_day",
        "detected_at": at,
        "last_event_at": at,
    }
    case = Case(**{**ordinary, **fields})
    clocks = fold({}, opening(case.urgency, at, RULES), at, RULES)
    return Case(**{**ordinary, "clocks": clocks, **fields})


def after(case: Case, *commands: Command) -> Case:
    """Give the case as it is after the commands."""
    for command in commands:
        case = apply(case, command, RULES).after
    return case


def decide(case: Case, command: Command) -> Outcome:
    """Apply one command with the rules of the tests."""
    return apply(case, command, RULES)


def clock(case: Case, kind: ClockKind, slot: int = 0) -> Clock:
    """Find a clock that must be there."""
    found = case.clock(kind, slot)
    assert found is not None, f"no clock {kind}/{slot}"
    return found


_ROAD = (
    (State.ASSIGNED, order(Dispatch, "03-02 10:00")),
    (State.RECTIFYING, order(Sign, "03-02 11:00")),
    (State.SUBMITTED, order(Submit, "03-04 15:00")),
    (State.IN_NOTICE, order(Accept, "03-05 10:00")),
    (State.IN_REVIEW, order(EndNotice, "03-12 18:00")),
    (State.IN_REVIEW, order(SignOff, "03-13 10:00")),
    (State.CLOSED, order(Review, "03-13 16:00")),
)
"""The road of a case that harms the environment, from dispatch to closing."""
_SIDE = {
    State.RETURNED: (State.ASSIGNED, (order(Return, "03-02 14:00"),)),
    State.SHELVED: (
        State.RECTIFYING,
        (
            order(AskShelving, "03-03 09:00", until=t("04-20 09:00")),
            order(Rule, "03-03 10:00"),
        ),
    ),
    State.MERGED: (
        State.RECTIFYING,
        (order(Merge, "03-03 09:00", into=a_case(no="QD2026-000002")),),
    ),
    State.REJECTED: (State.DETECTED, (order(Reject, "03-02 10:00"),)),
    State.REFERRED: (State.ASSIGNED, (order(Refer, "03-02 12:00"),)),
    State.VERIFIED: (
        State.CLOSED,
        (
            order(Callback, "03-16 10:00"),
            order(Recheck, "04-10 10:00"),
            order(Recheck, "06-10 10:00"),
            order(Recheck, "09-08 10:00"),
        ),
    ),
}
"""Off the road: from where, and by which commands."""


def case_in(state: State, **fields: Any) -> Case:  # noqa: ANN401 those of a case
    """Give a case that has come to a state by commands; ``fields`` are those of its detection."""
    if state in _SIDE:
        start, commands = _SIDE[state]
        return after(case_in(start, **fields), *commands)
    case = a_case(**fields)
    for reached, command in _ROAD:
        if case.state is state:
            break
        case = after(case, command)
        assert case.state is reached
    return case


def signed_off() -> Case:
    """Give a case in review that the leader has signed."""
    return after(case_in(State.IN_REVIEW), order(SignOff, "03-13 10:00"))
