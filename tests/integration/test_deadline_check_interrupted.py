"""The check cut off at every statement, run twice at once, and kept waiting: all is owed once."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from threading import Event, Thread

import pytest
from sqlalchemy import Connection, event

from domain.errors import Refused
from models import checking
from models.checking import CheckReport, Moment, fire_due
from models.engine import transaction
from models.firing import DUE, FIRE, LOCK
from models.loading import lock
from models.verifying import verify
from tests.integration.checkmodel import CASES, cases, check, found, mark, modelled
from tests.integration.concurrency import at_once, end_sessions
from tests.integration.conftest import MONDAY, Bench

DAY = timedelta(days=1)


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
