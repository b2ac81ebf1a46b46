"""Arbitrary commands and checks on a real database: what is stored is what was decided."""

from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.case import SYSTEM, Case
from domain.codes import State, Urgency
from domain.commands import Archive, Command, EndNotice, Resume
from domain.errors import Refused
from domain.transitions import allowed
from models.checking import CheckReport, Moment, fire_due, waking
from models.executing import Done, Item, execute_one
from models.loading import lock, read
from models.verifying import verify
from tests.integration.conftest import MONDAY, Bench
from tests.unit.test_random_walks import Step, made, steps

LEAD_CASE = "QD2026-000002"
"""The case that walks merge into."""
WAKING = {State.IN_NOTICE: EndNotice, State.SHELVED: Resume, State.CLOSED: Archive}


def stored(bench: Bench, no: str) -> Case:
    with bench.engine.connect() as connection:
        return read(connection, lock(connection, [no]))[no].case


def give(bench: Bench, item: Item) -> None:
    """Carry out a command; whatever was decided must be read back, unless it was refused."""
    try:
        done = execute_one(bench.engine, item, MONDAY)
    except Refused:
        return
    assert isinstance(done, Done)
    assert stored(bench, item.no) == done.outcome.after


def walk(bench: Bench, no: str, turns: list[Step]) -> None:
    at = MONDAY
    for step in turns:
        at += timedelta(minutes=step.minutes)
        fire_due(bench.engine, Moment(at, at), CheckReport())
        for woken, state in waking(bench.engine, at):
            act = WAKING[State(state)](at=at, by=SYSTEM)
            give(bench, Item(woken, lambda _, act=act: act))  # type: ignore[misc]
        case = stored(bench, no)
        if allowed(case.state):
            command: Command = made(case, step, at)
            give(bench, Item(no, lambda _, command=command: command))  # type: ignore[misc]


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from([Urgency.NORMAL, Urgency.NORMAL, Urgency.EMERGENCY]),
    st.sampled_from(["ordinary", "harm", "inspection"]),
    st.lists(steps, min_size=10, max_size=40),
)
def test_whatever_happens_the_clocks_can_be_recomputed_from_history(
    bench: Bench, urgency: Urgency, kind: str, turns: list[Step]
) -> None:
    if not bench.value("select count(*) from rectification_case where no = %(no)s", no=LEAD_CASE):
        bench.open(no=LEAD_CASE)
    walk(bench, bench.open(urgency=urgency, kind=kind), turns)
    assert verify(bench.engine).faults == []
