"""The deadline check among 100,000 open cases against bare set-based SQL that writes the same."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

import pytest

from models.checking import CheckReport, Moment, fire_due
from tests.benchmarks.many_cases import copies, settle
from tests.benchmarks.ratio import alternate
from tests.integration.conftest import MONDAY, Bench

CASES = 100_000
DUE = CASES // 100
"""Cases due in a round, half of them for a yellow card and half for a red one."""
FIRST = MONDAY + timedelta(days=400)

# Nothing is due for a year; then, minute by minute, one case in a hundred.
_LATER = """
update clock set next_at = next_at + interval '800 days',
    ladder = (select array_agg(at + interval '800 days' order by n)
              from unnest(ladder) with ordinality as l(at, n))
where next_at is not null
"""
_SPREAD = """
update clock set rung = case when case_id %% 200 < 100 then 1 else 2 end,
    next_at = %(first)s + (case_id %% 100) * interval '1 minute',
    ladder = array[null,
        case when case_id %% 200 < 100 then %(first)s + (case_id %% 100) * interval '1 minute' end,
        case when case_id %% 200 < 100 then ladder[3]
             else %(first)s + (case_id %% 100) * interval '1 minute' end,
        ladder[4], ladder[5], ladder[6]]
where kind = 'finish' and stopped_at is null
"""

_BARE = (
    """
create temporary table due on commit drop as
select k.id, k.case_id, k.revision, k.holder, k.rung + 1 as rung, k.ladder[k.rung + 1] as at,
    k.ladder[k.rung + 2] as upcoming, c.seq + 1 as seq, c.head_hash,
    jsonb_build_object('policy', c.policy_version, 'clocks', jsonb_build_array(jsonb_build_object(
        'op', 'fire', 'kind', k.kind, 'slot', k.slot,
        'rung', (array['blue', 'yellow', 'red'])[k.rung + 1]))) as detail
from clock k join rectification_case c on c.id = k.case_id where k.next_at <= %(at)s
""",
    """
update clock k set rung = d.rung, next_at = d.upcoming from due d where k.id = d.id
""",
    """
insert into fired (clock_id, revision, rung, case_id, seq, at, coalesced)
select id, revision, rung, case_id, seq, at, false from due
""",
    """
with entry as (
    insert into history (case_id, seq, event, actor, occurred_at, recorded_at, detail, hash)
    select case_id, seq, 'fired', 'system', %(at)s, %(at)s, detail,
        history_hash(head_hash, case_id, seq, 'fired', 'system', '', %(at)s, %(at)s, detail)
    from due returning case_id, seq, hash
)
update rectification_case c set seq = e.seq, head_hash = e.hash, last_event_at = %(at)s,
    level = greatest(c.level, d.rung - 1)
from entry e join due d on d.case_id = e.case_id where c.id = e.case_id
""",
    """
insert into notice (case_id, seq, template, unit, role, channel, args, ladder, owed_at)
select d.case_id, d.seq, t.template, d.holder, t.role, 'file',
    jsonb_build_object('rung', t.template, 'clocks', array['finish/0']), true, %(at)s
from due d join (values (2, 'yellow', 'contact'), (3, 'red', 'contact'), (3, 'red', 'deputy'))
    as t(rung, template, role) using (rung)
""",
    """
with number as (
    insert into counter as n select 'document:bare', count(*) from due where rung = 3
    on conflict (name) do update set value = n.value + excluded.value returning value
)
insert into document (type, year, number, case_id, seq, template, issued_at)
select 'bare', 2027, value + 1 - row_number() over (order by case_id desc), case_id, seq, 'red',
    %(at)s
from due cross join number where rung = 3
""",
)


@dataclass
class Ground:
    """A hundred thousand open cases, and the minutes at which one in a hundred is due."""

    bench: Bench
    minutes: Iterator[int] = field(default_factory=count)

    def next_minute(self) -> datetime:
        return FIRST + timedelta(minutes=next(self.minutes))

    def ours(self) -> None:
        at, report = self.next_minute(), CheckReport()
        fire_due(self.bench.engine, Moment(at, at), report)
        assert sum(report.fired.values()) == DUE
        assert len(report.cases) == DUE

    def bare(self) -> None:
        at = self.next_minute()
        with self.bench.owner.begin() as connection:
            for statement in _BARE:
                connection.exec_driver_sql(statement, {"at": at})

    def written(self) -> list[tuple[object, ...]]:
        return self.bench.rows(
            "select (select count(*) from fired), (select count(*) from notice where ladder),"
            " (select count(*) from document where template = 'red'),"
            " (select count(*) from history where event = 'fired'),"
            " (select count(*) from clock where kind = 'finish' and rung = 3)"
        )


@pytest.fixture
def ground(bench: Bench) -> Ground:
    model = bench.open()
    bench.dispatch(model)
    bench.sign(model)
    copies(bench, model, CASES - 1)
    with bench.owner.begin() as connection:
        connection.exec_driver_sql(_LATER)
        connection.exec_driver_sql(_SPREAD, {"first": FIRST})
    settle(bench)
    return Ground(bench)


def test_a_check_takes_at_most_half_as_long_again_as_bare_sql(ground: Ground) -> None:
    written = []
    for step in (ground.ours, ground.bare):
        before = ground.written()[0]
        step()
        after = ground.written()[0]
        written.append([a - b for a, b in zip(after, before, strict=True)])  # type: ignore[operator]
    ours, bare = written
    assert ours == bare, "both write the same rows"
    name = f"a check of {CASES} cases, {DUE} due"
    assert alternate(ground.ours, ground.bare, name=name).median <= 1.5


def test_an_idle_check_does_not_look_at_every_case(ground: Ground) -> None:
    started = time.perf_counter()
    report = CheckReport()
    fire_due(ground.bench.engine, Moment(FIRST - timedelta(1), FIRST), report)
    idle = time.perf_counter() - started
    started = time.perf_counter()
    ground.bench.value("select count(*) from clock where next_at + interval '0' <= now()")
    whole = time.perf_counter() - started
    print(f"\nan idle check of {CASES} cases: {idle:.4f} s, a full scan {whole:.4f} s")  # noqa: T201
    assert report == CheckReport()
    assert idle < whole
