"""The check against a model of it in plain Python, undisturbed and cut off at every statement."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from threading import Event, Thread
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, event

from domain.codes import RUNGS, Rung
from domain.errors import Refused
from domain.ladder import next_rung, passed
from models import checking
from models.checking import CheckReport, Moment, due_now, fire_due
from models.engine import transaction
from models.firing import DUE, FIRE, LOCK
from models.loading import lock
from models.verifying import verify
from tests.integration.conftest import MONDAY, Bench
from tests.integration.test_locking import at_once, end_sessions

DAY = timedelta(days=1)
CASES = 4
CLOCKS = 5 * CASES
AUTOMATIC = 3
"""The highest rung that fires by itself."""
Ladder = tuple[datetime | None, ...]


@dataclass(frozen=True)
class Draw:
    """A clock as a test sets it; ``rung`` counts what fired, 0 for nothing."""

    ladder: Ladder
    rung: int
    running: bool


def at(hours: int) -> datetime:
    return MONDAY + timedelta(hours=hours)


@st.composite
def draws(draw: st.DrawFn) -> Draw:
    hours = sorted(draw(st.lists(st.integers(0, 200), min_size=6, max_size=6)))
    there = draw(st.lists(st.booleans(), min_size=6, max_size=6))
    ladder = tuple(at(h) if kept else None for h, kept in zip(hours, there, strict=True))
    return Draw(ladder, draw(st.integers(0, 6)), draw(st.booleans()))


def as_rung(rung: int) -> Rung | None:
    return RUNGS[rung - 1] if rung else None


def put(bench: Bench, clocks: list[Draw], last_events: list[int], revision: int) -> None:
    """Set every clock and the instant of every case's last event."""
    with bench.owner.begin() as connection:
        ids = connection.exec_driver_sql("select id from clock order by id").scalars().all()
        for id_, clock in zip(ids, clocks, strict=True):
            upcoming = next_rung(clock.ladder, as_rung(clock.rung)) if clock.running else None
            connection.exec_driver_sql(
                "update clock set ladder = %(ladder)s::timestamptz[], rung = %(rung)s,"
                " next_at = %(next)s, revision = %(revision)s, paused_at = null,"
                " stopped_at = %(stopped)s where id = %(id)s",
                {
                    "id": id_,
                    "ladder": list(clock.ladder),
                    "rung": clock.rung,
                    "revision": revision,
                    "next": upcoming[1] if upcoming else None,
                    "stopped": None if clock.running else MONDAY,
                },
            )
        for n, hours in enumerate(last_events):
            connection.exec_driver_sql(
                "update rectification_case set last_event_at = %(at)s, level = 0 where id ="
                " (select id from rectification_case order by id offset %(n)s limit 1)",
                {"at": at(hours), "n": n},
            )


@dataclass
class State:
    """What a check leaves behind, as the database has it or as the model says it must be."""

    fired: set[tuple[Any, ...]] = field(default_factory=set)
    clocks: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    levels: dict[int, int] = field(default_factory=dict)
    seqs: dict[int, int] = field(default_factory=dict)
    cards: dict[tuple[Any, ...], set[str]] = field(default_factory=dict)
    proposals: dict[int, int] = field(default_factory=dict)


def modelled(bench: Bench, now: datetime) -> State:
    """Say in plain Python what a check at ``now`` must leave behind."""
    model = State()
    rows: list[tuple[Any, ...]] = bench.rows(
        "select k.id, k.case_id, k.kind, k.slot, k.holder, k.revision, k.ladder, k.rung, k.next_at,"
        " c.level, c.seq, c.last_event_at from clock k join rectification_case c"
        " on c.id = k.case_id"
    )
    for id_, case_id, kind, slot, holder, revision, rungs, old, next_at, level, seq, last in rows:
        model.levels.setdefault(case_id, level)
        model.seqs.setdefault(case_id, seq)
        model.clocks[id_] = (old, next_at)
        if next_at is None or next_at > now or last > now:
            continue
        numbers = [RUNGS.index(rung) + 1 for rung in passed(tuple(rungs), as_rung(old), now)]
        new = numbers[-1]
        upcoming = next_rung(tuple(rungs), as_rung(new))
        model.clocks[id_] = (new, upcoming[1] if upcoming else None)
        model.fired |= {(id_, revision, number, number != new) for number in numbers}
        model.seqs[case_id] = seq + 1
        if kind == "finish":
            model.levels[case_id] = max(level, min(new - 1, 2))
        if new > AUTOMATIC:
            model.proposals[case_id] = max(model.proposals.get(case_id, 0), new)
        else:
            card = (case_id, str(RUNGS[new - 1]), holder)
            model.cards.setdefault(card, set()).add(f"{kind}/{slot}")
    return model


def found(bench: Bench, revision: int, last_notice: object) -> State:
    """Read what a check left behind; every notice twice owed would show as a conflict."""
    clocks: list[tuple[Any, ...]] = bench.rows("select id, rung, next_at from clock")
    cases: list[tuple[Any, ...]] = bench.rows("select id, level, seq from rectification_case")
    notices: list[tuple[Any, ...]] = bench.rows(
        "select case_id, args ->> 'rung', unit, template, args -> 'clocks' from notice"
        " where id > %(last)s and role = 'contact' order by 1, 2",
        last=last_notice,
    )
    cards = [row for row in notices if row[3] != "task"]
    state = State(
        fired=set(
            bench.rows(
                "select clock_id, revision, rung, coalesced from fired where revision = %(r)s",
                r=revision,
            )
        ),
        clocks={id_: (rung, next_at) for id_, rung, next_at in clocks},
        levels={id_: level for id_, level, _ in cases},
        seqs={id_: seq for id_, _, seq in cases},
        cards={(case_id, rung, unit): set(said) for case_id, rung, unit, _, said in cards},
        proposals={
            case_id: RUNGS.index(rung) + 1
            for case_id, rung, _, template, _ in notices
            if template == "task"
        },
    )
    assert len(cards) == len(state.cards), "no card is owed twice"
    return state


def cases(bench: Bench) -> None:
    for _ in range(CASES):
        bench.dispatch(bench.open())


def mark(bench: Bench) -> object:
    return bench.value("select coalesce(max(id), 0) from notice")


def check(bench: Bench, now: datetime) -> CheckReport:
    report = CheckReport()
    fire_due(bench.engine, Moment(now, now), report)
    return report


revisions = count(2)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(draws(), min_size=CLOCKS, max_size=CLOCKS),
    st.lists(st.integers(0, 150), min_size=CASES, max_size=CASES),
    st.integers(50, 220),
)
def test_a_check_does_what_the_model_says_and_then_nothing(
    bench: Bench, clocks: list[Draw], last_events: list[int], now: int
) -> None:
    if not bench.value("select count(*) from rectification_case"):
        cases(bench)
    revision, last = next(revisions), mark(bench)
    put(bench, clocks, last_events, revision)
    model = modelled(bench, at(now))
    report = check(bench, at(now))
    assert found(bench, revision, last) == model
    assert sum(report.fired.values()) == len({row[0] for row in model.fired})
    assert report.coalesced == sum(row[3] for row in model.fired)
    assert check(bench, at(now)) == CheckReport()
    assert due_now(bench.engine, at(now)) == 0
    assert found(bench, revision, last) == model


@contextmanager
def cut_off_at(bench: Bench, statement: int) -> Iterator[list[str]]:
    """End the session before it runs its statement of that number, as a crash would."""
    ran: list[str] = []

    def before(connection: Connection, _cursor: object, sql: str, *_: object) -> None:
        ran.append(sql)
        if len(ran) == statement:
            connection.connection.cursor().execute("select pg_terminate_backend(pg_backend_pid())")

    event.listen(bench.engine, "before_cursor_execute", before)
    try:
        yield ran
    finally:
        event.remove(bench.engine, "before_cursor_execute", before)


def test_cut_off_before_any_statement_a_check_run_again_owes_everything_once(bench: Bench) -> None:
    cases(bench)
    now = MONDAY + 30 * DAY
    model, last = modelled(bench, now), mark(bench)
    for statement in count(1):
        with cut_off_at(bench, statement) as ran:
            try:
                check(bench, now)
            except Refused:
                assert len(ran) == statement
                continue
        break
    assert statement > len((DUE, LOCK, FIRE)), "it was cut off before each of its statements"
    assert found(bench, 1, last) == model


def test_cut_off_at_random_moments_a_check_run_again_owes_everything_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "BATCH", 3)
    for _ in range(60):
        bench.dispatch(bench.open())
    now = MONDAY + 30 * DAY
    model, last = modelled(bench, now), mark(bench)
    done, chance = Event(), random.Random(3)

    def cut() -> None:
        while not done.wait(chance.uniform(0.001, 0.03)):
            end_sessions(bench)

    cutter = Thread(target=cut)
    cutter.start()
    cuts = 0
    while due_left(bench, now):
        try:
            check(bench, now)
        except Refused:
            cuts += 1
    done.set()
    cutter.join()
    assert cuts, "no check was cut off"
    assert found(bench, 1, last) == model
    assert verify(bench.engine).faults == []


def due_left(bench: Bench, now: datetime) -> object:
    return bench.value("select count(*) from clock where next_at <= %(now)s", now=now)


def test_two_checks_at_once_owe_everything_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "BATCH", 2)
    for _ in range(40):
        bench.dispatch(bench.open())
    now = MONDAY + 30 * DAY
    model, last = modelled(bench, now), mark(bench)
    reports = at_once(*[partial(check, bench, now)] * 3)
    assert found(bench, 1, last) == model
    assert sum(sum(report.fired.values()) for report in reports) == len(
        {row[0] for row in model.fired}
    )


def test_a_case_that_somebody_works_on_is_waited_for(bench: Bench) -> None:
    cases(bench)
    now = MONDAY + 30 * DAY
    no = str(bench.value("select min(no) from rectification_case"))
    model, last = modelled(bench, now), mark(bench)
    moved: list[int] = []
    report = CheckReport()
    with transaction(bench.engine) as connection:
        lock(connection, [no])
        checker = Thread(
            target=fire_due, args=(bench.engine, Moment(now, now), report, moved.append)
        )
        checker.start()
        while not moved:
            checker.join(timeout=0.02)
        checker.join(timeout=0.2)
        assert checker.is_alive(), "the others are done and the one under lock is waited for"
        assert moved == [CASES - 1]
    checker.join(timeout=30)
    assert moved == [CASES - 1, 1]
    assert found(bench, 1, last) == model


def test_what_happened_while_the_check_waited_counts(bench: Bench) -> None:
    cases(bench)
    now = MONDAY + 30 * DAY
    no = str(bench.value("select min(no) from rectification_case"))
    report = CheckReport()
    moved: list[int] = []
    with transaction(bench.engine) as connection:
        ids = lock(connection, [no])
        checker = Thread(
            target=fire_due, args=(bench.engine, Moment(now, now), report, moved.append)
        )
        checker.start()
        while not moved:
            checker.join(timeout=0.02)
        connection.exec_driver_sql(
            "update clock set stopped_at = next_at, next_at = null where case_id = any (%(ids)s)"
            " and stopped_at is null",
            {"ids": ids},
        )
    checker.join(timeout=30)
    assert no not in report.cases
    assert bench.value("select count(*) from fired where case_id = any (%(ids)s)", ids=ids) == 0
