"""The price of comparing new messages with the cases there are."""

import time
from collections.abc import Iterator, Sequence
from statistics import median, quantiles

import pytest
from sqlalchemy import Connection, Engine

from models.comparing import compare_pending, pending
from models.identity import Keys, Sealer
from models.intake import take_in
from models.intake_rows import Delivery, IncomingRow
from models.similar_statements import CANDIDATES, QUERY
from models.suggestions import set_compared
from tasks.settings import Settings
from tests.benchmarks.invented import messages
from tests.benchmarks.ratio import alternate, report
from tests.benchmarks.test_intake_speed import Ground
from tests.integration.conftest import MONDAY

ROWS = 10_000
CASES = 100_000
ASKED = 200
ARGUMENTS = {"nearest": 30, "most": 6, "times": 10}
DELIVERY = Delivery("12345", "rows.csv", MONDAY, MONDAY)
SEALER = Sealer(Keys("k", {"k": bytes(32)}, bytes(32)))

# Each message stands ten times: what is looked up is found ten times as often, which is harder.
CLONES = (
    """
    insert into rectification_case (no, state, kind, urgency, channel, reachable, detected_at,
        reported_at, last_event_at, policy_version, seq, head_hash, subject)
    select 'QD2025-' || lpad((c.id * 10 + n)::text, 7, '0'), 'detected', c.kind, c.urgency,
        c.channel, c.reachable, c.detected_at, c.reported_at, c.last_event_at, c.policy_version,
        c.seq, c.head_hash, c.id::text
    from rectification_case c, generate_series(1, %(times)s - 1) n
    """,
    """
    insert into fingerprint (case_id, keys, packed)
    select c.id, f.keys, f.packed from rectification_case c
    join fingerprint f on f.case_id = c.subject::bigint where c.no like 'QD2025-%%'
    """,
    "update shingle set keyed = keyed * %(times)s, seen = seen * %(times)s",
    "update counter set value = value * %(times)s where name = 'fingerprint'",
)

LOOKUP = """
insert into similar_query
select 1000000000, k.key, 10, 2, false, extract(epoch from timestamptz '2026-03-02')
from (select keys from fingerprint order by case_id limit 1) f, unnest(f.keys) k(key)
join shingle s on s.hash = k.key and s.keyed < 500
"""
"""The rare shingles of one message."""


@pytest.fixture
def ground(postgres: Settings, seeded: str) -> Iterator[Ground]:
    place = Ground(postgres, seeded)
    place.renew()
    yield place
    place.drop()


def take(ground: Ground, rows: Sequence[IncomingRow]) -> None:
    assert take_in(ground.desk.engine, rows, DELIVERY, SEALER).opened == len(rows)


def test_intake_with_search_keeps_a_tenth_of_its_speed_at_least(ground: Ground) -> None:
    rows = list(messages(ROWS))

    def searched() -> None:
        take(ground, rows)
        assert compare_pending(ground.desk.engine, MONDAY).cases == ROWS

    def plain() -> None:
        set_compared(ground.desk.engine, compared=False)
        take(ground, rows)

    ratio = alternate(searched, plain, rounds=3, before=ground.renew, name="intake with search")
    report(
        f"intake with search: {ROWS / median(ratio.ours_seconds):,.0f} messages a second, "
        f"without {ROWS / median(ratio.bare_seconds):,.0f}"
    )
    assert ratio.speed >= 1 / 10


def test_noting_what_waits_costs_intake_next_to_nothing(ground: Ground) -> None:
    rows = list(messages(ROWS))

    def noting() -> None:
        take(ground, rows)
        assert pending(ground.desk.engine) == ROWS

    def plain() -> None:
        set_compared(ground.desk.engine, compared=False)
        take(ground, rows)

    ratio = alternate(noting, plain, rounds=5, before=ground.renew, name="noting what waits")
    report(f"intake that notes what waits: {ratio.speed:.2f} of the speed without")
    assert ratio.speed >= 0.8


def test_a_suggestion_against_100_000_cases_is_found_by_the_index(ground: Ground) -> None:
    engine = ground.desk.engine
    take_in(engine, messages(ROWS), DELIVERY, SEALER)
    compare_pending(engine, MONDAY)
    with ground.owner() as cursor:
        for statement in CLONES:
            cursor.execute(statement, {"times": CASES // ROWS})
        cursor.execute("select count(*) from fingerprint")
        assert cursor.fetchall() == [(CASES,)]
        cursor.execute("analyze")
    asked = list(messages(ASKED, seed=8))
    seconds, found = [], 0
    for row in asked:
        taken, suggestions = _timed(engine, row)
        seconds.append(taken)
        found += suggestions
    tail = quantiles(seconds, n=20)[-1]
    report(
        f"one message against {CASES} cases: median {median(seconds) * 1e3:.1f} ms, "
        f"p95 {tail * 1e3:.1f} ms, {found} suggestions for {ASKED}"
    )
    with ground.desk.engine.connect() as connection:
        connection.exec_driver_sql(QUERY)
        connection.exec_driver_sql(LOOKUP)
        by_index = _seconds(connection)
        assert "fingerprint_keys" in _plan(connection)
        assert "Seq Scan on fingerprint" not in _plan(connection)
        connection.exec_driver_sql("set local enable_bitmapscan = off")
        connection.exec_driver_sql("set local enable_indexscan = off")
        assert "fingerprint_keys" not in _plan(connection)
        by_scan = _seconds(connection)
    report(f"looked up by the index {by_index * 1e3:.1f} ms, by a scan {by_scan * 1e3:.0f} ms")
    assert by_scan > 5 * by_index


def _seconds(connection: Connection) -> float:
    started = time.perf_counter()
    connection.exec_driver_sql(CANDIDATES, ARGUMENTS).all()
    return time.perf_counter() - started


def _plan(connection: Connection) -> str:
    lines = connection.exec_driver_sql(f"explain {CANDIDATES}", ARGUMENTS)
    return "\n".join(lines.scalars())


def _timed(engine: Engine, row: IncomingRow) -> tuple[float, int]:
    """Take one message in; give how long comparing it took, and what it suggested."""
    take_in(engine, [row], DELIVERY, SEALER)
    started = time.perf_counter()
    found = compare_pending(engine, MONDAY)
    seconds = time.perf_counter() - started
    assert found.cases == 1
    return seconds, found.suggested
