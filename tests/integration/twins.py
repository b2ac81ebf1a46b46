"""Databases copied as they are, to let the same cases live through different histories."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count

from models.checking import CheckReport
from models.engine import connect
from tasks.checking import check
from tasks.databases import database_url, drop_database, ensure_database
from tasks.desk import Desk
from tasks.settings import Settings
from tests.integration.conftest import Bench

Rows = list[tuple[object, ...]]
_numbers = count(1)
_STANDING = """
select c.no, c.state, c.level, k.kind, k.slot, k.revision, k.rung, k.next_at, k.due_at, k.paused_at,
    k.stopped_at
from rectification_case c join clock k on k.case_id = c.id order by c.no, k.kind, k.slot
"""
_FIRED = """
select c.no, k.kind, k.slot, f.revision, f.rung, f.at
from fired f join clock k on k.id = f.clock_id join rectification_case c on c.id = f.case_id
order by 1, 2, 3, 4, 5
"""
_PROPOSED = """
select c.no, r.rung from request r join rectification_case c on c.id = r.case_id
where r.kind = 'proposal' and r.status = 'pending' order by 1, 2
"""


@contextmanager
def copied(bench: Bench, settings: Settings) -> Iterator[Bench]:
    """Copy a database with all its content, as a backup restored elsewhere would."""
    name = f"twin_{next(_numbers)}"
    source = str(bench.engine.url.database).removeprefix("rectify_")
    for engine in (bench.engine, bench.owner):
        engine.dispose()
    ensure_database(settings, name, template=source)
    engines = [connect(database_url(settings, name, role)) for role in ("app", "owner")]
    yield Bench(*engines)
    for engine in engines:
        engine.dispose()
    drop_database(settings, name)


def check_at(bench: Bench, settings: Settings, at: datetime) -> CheckReport:
    """Run the whole check, what the system itself must do included."""
    return check(Desk(settings, "live", bench.engine, at, at))


def check_through(
    bench: Bench, settings: Settings, first: datetime, last: datetime, every: timedelta
) -> list[CheckReport]:
    """Check at every interval from the first instant through the last."""
    turns = (last - first) // every
    return [check_at(bench, settings, first + every * n) for n in range(turns + 1)]


def standing(bench: Bench) -> Rows:
    """Tell where every case and every clock is: state, level, rung, what comes next."""
    return bench.rows(_STANDING)


def fired(bench: Bench) -> Rows:
    """Tell every rung that fired with its instant by rule, whether sent or coalesced."""
    return bench.rows(_FIRED)


def proposed(bench: Bench) -> Rows:
    """Tell the proposals that wait for the office."""
    return bench.rows(_PROPOSED)
