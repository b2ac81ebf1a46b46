"""Re-projections cut off at every statement, killed, run twice at once and worked beside."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import count
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from domain.case import SYSTEM, Actor
from domain.codes import Result, Role, State
from domain.commands import Submit
from domain.errors import Refused
from domain.transitions import allowed
from models import reprojection_reading
from models.calendars import Kind
from models.checking import CheckReport, Moment, fire_due, waking
from models.engine import transaction
from models.executing import Item
from models.loading import lock
from models.reprojections import at_work
from models.rulebook import book_for
from models.verifying import verify
from tasks import checking
from tasks.checking import check
from tasks.reprojecting import ReprojectionReport, continue_reprojection, load_calendar
from tasks.settings import CHECKOUT, Settings
from tests.integration.concurrency import at_once
from tests.integration.conftest import MONDAY, Bench
from tests.integration.newyear import DAYS, EVE, YEARS, day, desk
from tests.integration.test_deadline_check_interrupted import cut_off_at
from tests.integration.test_executing_walks import LEAD_CASE, WAKING, give, stored
from tests.integration.twins import copied
from tests.unit.test_random_walks import Step, made, steps

UNIT = Actor(Role.UNIT, "shuiwu")
NOW = EVE + timedelta(hours=1)
_WRITTEN = """
select c.no, c.seq, k.kind, k.slot, k.due_at, k.ladder, k.next_at, k.provisional,
    (select count(*) from history h where h.case_id = c.id and h.event = 'reprojected'),
    (select count(*) from notice n where n.case_id = c.id and n.template = 'reprojected')
from rectification_case c join clock k on k.case_id = c.id order by 1, 3, 4
"""


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reprojection_reading, "BATCH", 2)


def publish(bench: Bench) -> ReprojectionReport:
    return load_calendar(desk(bench, NOW), DAYS, YEARS, "王科")


def lay(bench: Bench, cases: int = 5) -> list[str]:
    """Open cases whose clocks run into the year."""
    nos = [bench.open(at=EVE) for _ in range(cases)]
    for no in nos:
        bench.dispatch(no, at=EVE)
    return nos


@pytest.fixture
def unbroken(bench: Bench, postgres: Settings) -> Iterator[object]:
    """Five cases in the database, and what becomes of them when nothing is in the way."""
    lay(bench)
    with copied(bench, postgres) as twin:
        assert publish(twin).moved == 5
        yield twin.rows(_WRITTEN)


def test_cut_off_before_any_statement_it_goes_on_as_if_unbroken(
    bench: Bench, unbroken: object
) -> None:
    for statement in count(1):
        with cut_off_at(bench, statement) as ran:
            try:
                publish(bench)
            except Refused:
                assert len(ran) >= statement
                continue
        break
    assert statement > 10, "it was cut off in every batch"
    assert bench.rows(_WRITTEN) == unbroken
    assert bench.value("select moved from reprojection where finished_at is not null") == 5
    assert verify(bench.engine).faults == []


KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from models import reprojection_reading
from models.engine import connect
from tasks.desk import Desk
from tasks.reprojecting import load_calendar
from tasks.settings import Settings
from tests.integration.newyear import DAYS, YEARS
reprojection_reading.BATCH = 2
now = datetime.fromisoformat(sys.argv[1])
desk = Desk(Settings(Path("/nowhere")), "live", connect(os.environ["TEST_URL"]), now, now)
load_calendar(desk, DAYS, YEARS, "王科", lambda _: os.kill(os.getpid(), signal.SIGKILL))
"""
"""A program that is killed after its first batch."""


def test_killed_in_the_middle_the_scheduled_check_finishes_it(
    bench: Bench, unbroken: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = bench.engine.url.render_as_string(hide_password=False)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, NOW.isoformat()],
        cwd=CHECKOUT,
        env=os.environ | {"TEST_URL": url, "PYTHONPATH": str(CHECKOUT)},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert bench.rows("select looked, moved, finished_at from reprojection") == [(2, 2, None)]
    monkeypatch.setattr(checking, "BATCHES", 1)
    assert [check(desk(bench, NOW)).reprojected for _ in range(4)] == [2, 1, 0, 0]
    assert bench.rows(_WRITTEN) == unbroken
    assert bench.value("select count(*) from reprojection where finished_at is null") == 0
    assert verify(bench.engine).faults == []


def test_two_at_once_move_every_case_once(bench: Bench, unbroken: object) -> None:
    reports = at_once(*[partial(publish, bench)] * 3)
    assert sum(report.changed for report in reports) == 1
    assert bench.rows(_WRITTEN) == unbroken
    assert verify(bench.engine).faults == []


def test_while_another_process_is_at_it_one_says_so_and_leaves_it_alone(bench: Bench) -> None:
    lay(bench, 1)
    with transaction(bench.engine) as connection:
        connection.exec_driver_sql(
            "insert into reprojection (cause, calendar_version, started_at)"
            " values ('calendar', 1, now())"
        )
    with at_work(bench.engine) as free:
        assert free
        for report in (publish(bench), continue_reprojection(desk(bench, NOW))):
            assert (report.held, report.finished, report.changed, report.looked) == (
                True,
                False,
                False,
                0,
            )
        assert check(desk(bench, NOW)).reprojected == 0
    assert publish(bench).changed


def test_until_a_case_is_done_its_old_deadline_holds_and_it_can_be_worked_on(
    bench: Bench,
) -> None:
    nos = lay(bench)
    due = "select k.due_at from clock k join rectification_case c on c.id = k.case_id"
    due += " where c.no = %(no)s and k.kind = 'finish'"
    old = bench.value(due, no=nos[-1])
    seen: list[object] = []

    def between(_: int) -> None:
        """After the first batch, sign and submit the last case, and sign the first."""
        if not seen:
            seen.append(bench.value(due, no=nos[-1]))
            bench.sign(nos[-1], at=NOW)
            bench.give(nos[-1], Submit(at=NOW, by=UNIT, result=Result.SOLVED, reply="已办结。"))
            bench.sign(nos[0], at=NOW)

    load_calendar(desk(bench, NOW), DAYS, YEARS, "王科", between)
    assert seen == [old]
    assert bench.value(due, no=nos[-1]) == bench.value(due, no=nos[0]) != old
    assert verify(bench.engine).faults == []


def waiting(bench: Bench) -> object:
    """How many sessions wait for a lock."""
    return bench.value(
        "select count(*) from pg_stat_activity where datname = current_database()"
        " and wait_event_type = 'Lock'"
    )


def published_while(bench: Bench, holding: Callable[[Connection], object]) -> ReprojectionReport:
    """Publish the list while a transaction holds something, until it is waited for."""
    reports: list[ReprojectionReport] = []
    publisher = Thread(target=lambda: reports.append(publish(bench)))
    with transaction(bench.engine) as connection:
        holding(connection)
        publisher.start()
        while not waiting(bench):
            publisher.join(timeout=0.02)
            assert publisher.is_alive(), "nothing was waited for"
    publisher.join(timeout=30)
    return reports[0]


def test_a_case_that_somebody_works_on_is_waited_for_and_moved_as_it_is_then(bench: Bench) -> None:
    nos = lay(bench)

    def stop(connection: Connection) -> None:
        connection.exec_driver_sql(
            "update clock set stopped_at = started_at, next_at = null"
            " where case_id = any (%(ids)s)",
            {"ids": lock(connection, nos[:1])},
        )

    assert published_while(bench, stop).moved == len(nos) - 1


def test_who_goes_by_the_rules_in_force_is_waited_for_before_they_change(bench: Bench) -> None:
    nos = lay(bench, 2)

    def decide(connection: Connection) -> None:
        assert book_for(bench.engine).rules(connection).calendar.version == 1

    assert published_while(bench, decide).moved == len(nos)


def walked(bench: Bench, no: str, turns: list[Step]) -> None:
    """Let arbitrary things happen to a case while days off come and go."""
    at, kinds = MONDAY, dict[int, Kind]()
    for turn, step in enumerate(turns):
        at += timedelta(minutes=step.minutes)
        fire_due(bench.engine, Moment(at, at), CheckReport())
        for woken, state in waking(bench.engine, at):
            act = WAKING[State(state)](at=at, by=SYSTEM)
            give(bench, Item(woken, lambda _, act=act: act))  # type: ignore[misc]
        if turn % 4 == 1:
            number = 3 + step.choice
            kinds[number] = "work" if kinds.get(number) == "rest" else "rest"
            changed = replace(day(3, number, "临时", year=2026), kind=kinds[number])
            load_calendar(desk(bench, at), [changed], {}, "王科")
        case = stored(bench, no)
        if allowed(case.state):
            command = made(case, step, at)
            give(bench, Item(no, lambda _, command=command: command))  # type: ignore[misc]


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(["ordinary", "harm", "inspection"]),
    st.lists(steps, min_size=10, max_size=30),
)
def test_whatever_happens_while_calendars_change_the_clocks_are_those_of_history(
    bench: Bench, kind: str, turns: list[Step]
) -> None:
    if not bench.value("select count(*) from rectification_case where no = %(no)s", no=LEAD_CASE):
        bench.open(no=LEAD_CASE)
    walked(bench, bench.open(kind=kind), turns)
    assert verify(bench.engine).faults == []
