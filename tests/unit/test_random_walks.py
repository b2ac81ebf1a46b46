"""Cases walked through arbitrary commands at arbitrary times; what must hold after every step."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.apply import apply
from domain.calendar import local_date
from domain.case import Actor, Case
from domain.clocks import ClockOp, Op, fold
from domain.codes import (
    CARD_LEVEL,
    DONE,
    FINAL,
    HANDLING,
    OFFICE_UNIT,
    RUNG_LEVEL,
    ClockKind,
    Kind,
    RequestKind,
    Role,
    Rung,
    State,
    Urgency,
)
from domain.commands import (
    Accept,
    Archive,
    AskExtension,
    AskShelving,
    Callback,
    Command,
    Deescalate,
    Dispatch,
    EndNotice,
    Escalate,
    Interim,
    Merge,
    Recheck,
    RecordFeedback,
    Resume,
    Return,
    Review,
    Rule,
    Sign,
    SignOff,
)
from domain.detecting import opening
from domain.errors import Refused
from domain.history import dump_ops, load_ops
from domain.ladder import passed
from domain.recomputing import Entry, recompute
from domain.settling import GROUNDLESS
from domain.times import UNIT_CLOCKS, of_part
from domain.transitions import allowed
from tests.unit.casework import (
    HELPER,
    LEAD,
    OTHER,
    RULES,
    VERIFIER_UNIT,
    a_case,
    case_in,
    order,
    t,
)

LOWERING = {"extended", "shelved", "deescalated"}
"""Decisions that withdraw cards or lower the level; nothing else does."""
ONWARD = {
    State.DETECTED: ("dispatch", "dispatch"),
    State.ASSIGNED: ("sign", "sign"),
    State.RECTIFYING: ("submit", "submit"),
    State.SUBMITTED: ("accept", "accept"),
    State.IN_REVIEW: ("sign_off", "review"),
    State.CLOSED: ("callback", "recheck"),
    State.VERIFIED: ("order_recheck", "recheck"),
    State.MERGED: ("split", "split"),
}
"""What leads on; of two, the second when the leader has signed or the draw says yes."""
COMMANDS = {cls.name: cls for cls in Command.__subclasses__()}
UNITS = (LEAD, HELPER, OTHER, VERIFIER_UNIT)
ASSISTING = ((HELPER,), (HELPER, OTHER), (OTHER, HELPER, VERIFIER_UNIT))


@dataclass(frozen=True)
class Step:
    """One turn of a walk: how long after the last, and draws that choose what is done and how.

    ``onward`` takes the road to closing; otherwise ``choice`` picks any command allowed.
    """

    minutes: int
    onward: bool
    choice: int
    yes: bool
    number: int


@dataclass
class Walk:
    """A case on its way, with the history from which everything can be recomputed."""

    case: Case
    history: list[tuple[datetime, str]] = field(default_factory=list)

    def record(self, after: Case, ops: tuple[ClockOp, ...], at: datetime) -> None:
        self.case = after
        self.history.append((at, json.dumps(dump_ops(ops))))

    def give(self, command: Command) -> str:
        """Apply a command as the application does; a refusal changes nothing."""
        before = self.case
        try:
            outcome = apply(before, command, RULES)
        except Refused:
            return ""
        self.record(outcome.after, outcome.change.clocks, command.at)
        return outcome.change.event

    def check(self, at: datetime) -> None:
        """Fire what is due, as the deadline check does, and wake what the system must move."""
        ops = tuple(_due(self.case, at))
        if ops:
            cards = [RUNG_LEVEL[op.rung] for op in ops if op.rung and op.kind is ClockKind.FINISH]
            fired = replace(
                self.case,
                clocks=fold(self.case.clocks, ops, at, RULES),
                level=max([self.case.level, *(min(card, CARD_LEVEL) for card in cards)]),
                seq=self.case.seq + 1,
                last_event_at=at,
            )
            self.record(fired, ops, at)
        if self.case.wake_at is not None and self.case.wake_at <= at:
            waking = {State.IN_NOTICE: EndNotice, State.SHELVED: Resume, State.CLOSED: Archive}
            by = Actor(Role.SYSTEM)
            assert self.give(order(waking[self.case.state], f"{at:%Y-%m-%d %H:%M}", by))


def _due(case: Case, at: datetime) -> Iterator[ClockOp]:
    for clock in case.running():
        rungs = passed(clock.ladder, clock.rung, at)
        if rungs:
            yield ClockOp(Op.FIRE, clock.kind, clock.slot, rung=rungs[-1])


def _chosen(case: Case, step: Step) -> str:
    """Pick a command by the draws, leaving out those that are sure to be refused."""
    pointless = {
        "delist": not case.listed,
        "deescalate": case.listed or not case.level,
        "exclude": case.excluded,
        "withdraw": not case.pending(),
        "rule": not case.pending(),
        "reject": step.number != 0,
        "refer": step.number != 0,
    }
    names = [name for name in allowed(case.state) if not pointless.get(name, False)]
    if step.choice % 2 and "rule" in names:
        return "rule"
    onward = ONWARD.get(case.state)
    if step.onward and onward is not None:
        return onward[case.signed_off or step.yes]
    return names[step.choice % len(names)]


def _elsewhere(case: Case, step: Step) -> str:
    """A unit for a return to suggest: another one, or where the lead returns an assisting one."""
    others = [unit for unit in (*UNITS, "gongan", "shichang") if unit != case.lead_unit]
    free = [unit for unit in others if step.yes or unit not in case.assisting]
    return free[step.number % len(free)]


def made(case: Case, step: Step, at: datetime, name: str = "") -> Command:
    """Make a command that the state allows, or the one named, by whoever may give it."""
    cls = COMMANDS[name or _chosen(case, step)]
    drawn = UNITS[step.number % len(UNITS)]
    pending = case.pending()
    request = pending[step.number % len(pending)] if pending else None
    lead = Actor(Role.UNIT, case.lead_unit)
    contents: dict[type[Command], dict[str, Any]] = {
        Dispatch: {
            "unit": drawn,
            "assisting": ASSISTING[step.minutes % len(ASSISTING)] if step.yes else (),
            "level": 4 if step.number == 0 else 0,
        },
        Merge: {"into": case_in(State.DETECTED, no="QD2026-000002")},
        Return: {"suggested": _elsewhere(case, step)},
        AskExtension: {"days": 1 + step.number % 4},
        AskShelving: {"until": at + timedelta(days=1 + step.number)},
        Rule: {"request": request.number if request else 1, "grant": step.yes, "opinion": "意见"},
        Accept: {"accept": step.number > 1, "opinion": "意见"},
        SignOff: {"accept": step.number > 1, "opinion": "意见"},
        Review: {"accept": step.number > 1, "opinion": "意见"},
        RecordFeedback: {"on": local_date(at)},
        Callback: {"reached": step.number > 1, "satisfied": step.yes},
        Recheck: {"passed": step.yes, "finding": "情况"},
        Deescalate: {"level": step.number % 5},
        Escalate: {"rung": list(Rung)[step.number % len(Rung)]},
    }
    actors = {
        Sign: Actor(Role.UNIT, case.units[step.number % len(case.units)] if case.units else ""),
        Return: Actor(Role.UNIT, case.units[step.minutes % len(case.units)] if case.units else ""),
        Interim: Actor(Role.UNIT, case.units[-1] if case.units else ""),
        Accept: Actor(Role.VERIFIER, case.verifying_unit),
        SignOff: Actor(Role.LEADER, case.lead_unit),
    }
    first = request is not None and request.kind is RequestKind.EXTENSION
    if cls is Rule and first and not case.granted(RequestKind.EXTENSION):
        actors[Rule] = Actor(Role.VERIFIER, case.verifying_unit)
        if case.verifying_unit == OFFICE_UNIT:
            actors[Rule] = Actor(Role.OFFICE, OFFICE_UNIT)
    usual = order(cls, f"{at:%Y-%m-%d %H:%M}", **contents.get(cls, {}))
    by_unit = lead if usual.by.role is Role.UNIT else usual.by
    return replace(usual, by=actors.get(cls, by_unit))


steps = st.builds(
    Step,
    onward=st.booleans(),
    minutes=st.one_of(
        st.integers(0, 600), st.integers(0, 6 * 24 * 60), st.integers(0, 60 * 24 * 60)
    ),
    choice=st.integers(0, 19),
    yes=st.booleans(),
    number=st.integers(0, 7),
)
beginnings = st.builds(
    lambda kind, urgency, reachable: a_case(kind=kind, urgency=urgency, reachable=reachable),
    st.sampled_from(Kind),
    st.sampled_from([Urgency.NORMAL, Urgency.NORMAL, Urgency.EMERGENCY]),
    st.booleans(),
)


@settings(max_examples=300, deadline=None)
@given(beginnings, st.lists(steps, min_size=10, max_size=60))
def test_whatever_happens_to_a_case_the_rules_hold(case: Case, turns: list[Step]) -> None:
    at = t("03-02 09:00")
    walk = Walk(case)
    walk.history.append((at, json.dumps(dump_ops(opening(case.urgency, at, RULES)))))
    for step in turns:
        at += timedelta(minutes=step.minutes)
        level = walk.case.level
        walk.check(at)
        assert walk.case.level >= level, "time never lowers a level"
        before = walk.case
        if allowed(before.state):
            event = walk.give(made(before, step, at))
            lowered = walk.case.level < before.level
            assert not lowered or event in LOWERING
        holds(walk, at)


RETURNING = ("return", "return", "rule", "rule", "dispatch", "sign", "interim", "submit")
"""What goes on around returns; the rest is for the longer walks."""
turns = st.builds(
    Step,
    onward=st.just(value=False),
    minutes=st.integers(0, 90),
    choice=st.integers(0, len(RETURNING) - 1),
    yes=st.booleans(),
    number=st.integers(0, 7),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(turns, min_size=10, max_size=30))
def test_however_returns_cross_each_other_every_part_keeps_its_own_time(steps: list[Step]) -> None:
    at = t("03-02 09:00")
    walk = Walk(a_case())
    walk.history.append((at, json.dumps(dump_ops(opening(Urgency.NORMAL, at, RULES)))))
    walk.give(order(Dispatch, "03-02 09:00", assisting=ASSISTING[1]))
    for step in steps:
        at += timedelta(minutes=step.minutes)
        walk.check(at)
        name = RETURNING[step.choice]
        if name in allowed(walk.case.state):
            walk.give(made(walk.case, step, at, name))
        holds(walk, at)


def holds(walk: Walk, at: datetime) -> None:
    """Assert everything that is true of every case at every time."""
    case = walk.case
    read = (Entry(when, load_ops(json.loads(ops)), RULES) for when, ops in walk.history)
    assert dict(case.clocks) == recompute(read), "clocks are the fold of history"
    assert case.seq == len(walk.history), "the sequence has no gap"
    assert [r.number for r in case.requests] == list(range(1, len(case.requests) + 1))
    assert not case.lead_unit or case.verifying_unit not in case.units, "nobody verifies their own"
    assert case.lead_unit not in case.assisting
    assert 0 <= case.level <= 5
    clocks_hold(case, at)
    states_hold(case)
    parts_hold(case)


def parts_hold(case: Case) -> None:
    """Assert that each part has clocks of its own unit, standing still while its return waits."""
    parts = case.parts
    assert len({part.slot for part in parts}) == len(parts) == len(set(case.assisting))
    for part in parts:
        assert all(clock.holder == part.unit for clock in of_part(case, part.slot))
        assert part.hops <= RULES.policy.handling.max_returns
    returns = {request.slot: request for request in case.pending(RequestKind.RETURN)}
    rulings = {clock.slot for clock in case.unstopped(ClockKind.RULING)}
    assert set(returns) == rulings, "the office's time for ruling runs while a return waits"
    assert (0 in returns) == (case.state is State.RETURNED)
    holders = {0: case.lead_unit, **{part.slot: part.unit for part in parts}}
    for slot, request in returns.items():
        assert request.applicant == holders[slot]
        assert not slot or not any(clock.running for clock in of_part(case, slot))
    if case.state in HANDLING:
        free = [part for part in parts if part.slot not in returns]
        assert all(clock.running for part in free for clock in of_part(case, part.slot))


def clocks_hold(case: Case, at: datetime) -> None:
    for clock in case.clocks.values():
        assert clock.running or not clock.overdue(at), "only a running clock is overdue"
        present = [rung for rung in clock.ladder if rung is not None]
        assert present == sorted(present), "the ladder rises"
        assert all(rung > clock.started_at for rung in present)
        if clock.limit.unit != "h":
            day = local_date(clock.due_at)
            assert RULES.calendar.is_workday(day), "no limit in days ends on a rest day"
            assert clock.due_at.time() == RULES.policy.hours.closes


def states_hold(case: Case) -> None:
    """Assert what the state alone says about clocks, requests and waking."""
    if case.state not in HANDLING:
        assert not case.running(*UNIT_CLOCKS), "a unit's time runs only while it handles"
        assert not case.pending(*GROUNDLESS) or case.state not in {
            State.SHELVED,
            State.RETURNED,
            State.MERGED,
            State.SUBMITTED,
        }
    if case.state in FINAL:
        assert not case.unstopped()
        assert not case.pending()
    if case.state in HANDLING:
        assert case.running(ClockKind.FINISH), "whoever handles has a limit"
    waits = {State.IN_NOTICE, State.SHELVED}
    assert (case.wake_at is not None) == (
        case.state in waits or (case.state is State.CLOSED and not case.unstopped())
    )
    assert case.state in DONE or case.closed_at is None
    assert (case.state is State.MERGED) == bool(case.lead_case) == (case.former is not None)
    assert not case.listed or case.level == 5
