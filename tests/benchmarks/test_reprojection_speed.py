"""Running clocks counted again after a change of the calendar, against bare SQL that moves them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle
from time import perf_counter

import pytest

from tasks.reprojecting import load_calendar
from tasks.settings import Settings
from tests.benchmarks.many_cases import copies, settle
from tests.benchmarks.ratio import alternate, report
from tests.integration.conftest import Bench, bench_in
from tests.integration.newyear import EVE, day, desk

CLOCKS = 4
"""Clocks of a case just dispatched: sign, contact, interim, finish."""
MODELS = 25
"""Cases from which the others are copied, each dispatched at another second."""
ROUNDS = 5
AT_MOST = 7
"""Times as long as SQL that knows by how much each deadline moves and computes no calendar."""
LATER = EVE + timedelta(minutes=10)

# Every deadline moves by a day to and fro; history says so, and one notice a case is owed.
_BARE = """
with moved as (
    update clock set due_at = due_at + %(by)s, next_at = next_at + %(by)s,
        ladder = array[ladder[1] + %(by)s, ladder[2] + %(by)s, ladder[3] + %(by)s,
            ladder[4] + %(by)s, ladder[5] + %(by)s, ladder[6] + %(by)s]
    where stopped_at is null
    returning case_id, kind, slot, due_at
), told as (
    select case_id, jsonb_build_object('policy', 1, 'calendar', 2, 'cause', 'calendar',
        'clocks', jsonb_agg(jsonb_build_object('op', 'reproject', 'kind', kind, 'slot', slot)),
        'moved', jsonb_agg(jsonb_build_object('clock', kind || '/' || slot,
            'from', extract(epoch from due_at - %(by)s)::bigint,
            'to', extract(epoch from due_at)::bigint))) as detail
    from moved group by case_id
), entry as (
    insert into history (case_id, seq, event, actor, occurred_at, recorded_at, detail, hash)
    select c.id, c.seq + 1, 'reprojected', 'office', %(at)s, %(at)s, t.detail,
        history_hash(c.head_hash, c.id, c.seq + 1, 'reprojected', 'office', '', %(at)s, %(at)s,
            t.detail)
    from told t join rectification_case c on c.id = t.case_id
    returning case_id, seq, hash, detail
), owed as (
    insert into notice (case_id, seq, template, unit, role, channel, args, owed_at)
    select e.case_id, e.seq, 'reprojected', c.lead_unit, 'contact', 'file',
        e.detail -> 'moved' -> 0, %(at)s
    from entry e join rectification_case c on c.id = e.case_id
)
update rectification_case c set seq = e.seq, head_hash = e.hash, last_event_at = %(at)s
from entry e where e.case_id = c.id
"""


@dataclass
class Ground:
    """Open cases whose four clocks all run into a year that is not published."""

    bench: Bench
    cases: int
    kinds: Iterator[str] = field(default_factory=lambda: cycle(("rest", "work")))

    def ours(self) -> None:
        """Make New Year's Day a rest day, or a working day again: every deadline moves."""
        changed = day(1, 1, "元旦", next(self.kinds))  # type: ignore[arg-type]
        done = load_calendar(desk(self.bench, LATER), [changed], {}, "王科")
        assert done.moved == self.cases

    def bare(self) -> None:
        """Move every deadline in one statement, knowing by how much."""
        by = timedelta(1 if next(self.kinds) == "rest" else -1)
        with self.bench.owner.begin() as connection:
            moved = connection.exec_driver_sql(_BARE, {"by": by, "at": LATER}).rowcount
        assert moved == self.cases

    def written(self) -> list[tuple[object, ...]]:
        """How many rows of each kind were written so far."""
        return self.bench.rows(
            "select (select count(*) from history where event = 'reprojected'),"
            " (select count(*) from notice where template = 'reprojected'),"
            " (select sum(seq) from rectification_case)"
        )


def lay(bench: Bench, cases: int) -> Ground:
    """Fill a database with cases."""
    for number in range(MODELS):
        at = EVE + timedelta(seconds=number)
        model = bench.open(at=at, kind="harm")
        bench.dispatch(model, at=at)
        copies(bench, model, cases // MODELS - 1, first=number * cases + 1)
    settle(bench)
    return Ground(bench, cases)


@contextmanager
def laid(postgres: Settings, seeded: str, name: str, cases: int) -> Iterator[Ground]:
    with bench_in(postgres, seeded, name) as bench:
        yield lay(bench, cases)


def test_re_projecting_costs_a_bounded_multiple_of_bare_sql(
    postgres: Settings, seeded: str
) -> None:
    cases = 20_000 // CLOCKS
    with (
        laid(postgres, seeded, "moved_ours", cases) as ours,
        laid(postgres, seeded, "moved_bare", cases) as bare,
    ):
        before = ours.written()
        ours.ours()
        bare.bare()
        assert ours.written() == bare.written() != before, "both write the same rows"
        name = f"re-projecting {cases * CLOCKS} clocks of {cases} cases"
        assert alternate(ours.ours, bare.bare, rounds=ROUNDS, name=name).median <= AT_MOST


@pytest.mark.scale
def test_a_million_clocks_are_re_projected_within_minutes(postgres: Settings, seeded: str) -> None:
    cases = 1_000_000 // CLOCKS
    with laid(postgres, seeded, "moved_million", cases) as ground:
        started = perf_counter()
        ground.ours()
        report(f"re-projecting {cases * CLOCKS} clocks: {perf_counter() - started:.0f} s")
