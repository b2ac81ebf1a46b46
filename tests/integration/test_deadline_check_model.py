"""The check against a model of it in plain Python, on arbitrary clocks."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.ladder import next_rung
from models.checking import CheckReport, due_now
from tests.integration.checkmodel import (
    CASES,
    CLOCKS,
    as_rung,
    cases,
    check,
    found,
    mark,
    modelled,
)
from tests.integration.conftest import MONDAY, Bench

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
