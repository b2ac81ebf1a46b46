"""Many cases made from one by set-based SQL, so that a benchmark starts within seconds."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

from tests.integration.conftest import Bench

RANGE = 50_000
"""Cases made in one transaction."""
WORKERS = 2
"""Ranges made at once."""
GROUPS = 1000
"""Copies of one model fall into so many groups, whose clocks run staggered."""
RUN = 5
"""Copies of one group that lie together, as cases do that were dispatched together."""

# Cases and history in one statement: the number is drawn first, since the hash contains it.
_CASES = """
with recursive model as (
    select * from rectification_case where no = %(model)s
), numbered as materialized (
    select n, nextval(pg_get_serial_sequence('rectification_case', 'id')) as id
    from generate_series(%(first)s::int, %(last)s) n
), chain as (
    select c.id, c.n, h.seq, h.event, h.actor, h.claimed_name, h.occurred_at, h.recorded_at,
        h.detail, history_hash('', c.id, 1, h.event, h.actor, h.claimed_name, h.occurred_at,
                               h.recorded_at, h.detail) as hash
    from numbered c cross join model m join history h on h.case_id = m.id and h.seq = 1
    union all
    select p.id, p.n, h.seq, h.event, h.actor, h.claimed_name, h.occurred_at, h.recorded_at,
        h.detail, history_hash(p.hash, p.id, h.seq, h.event, h.actor, h.claimed_name,
                               h.occurred_at, h.recorded_at, h.detail)
    from chain p cross join model m join history h on h.case_id = m.id and h.seq = p.seq + 1
), entries as (
    insert into history (case_id, seq, event, actor, claimed_name, occurred_at, recorded_at, detail,
        hash)
    select id, seq, event, actor, claimed_name, occurred_at, recorded_at, detail, hash
    from chain order by id, seq
)
insert into rectification_case (id, no, state, kind, urgency, channel, lead_unit, verifying_unit,
    reachable, detected_at, reported_at, dispatched_at, last_event_at, policy_version, seq, entry,
    head_hash, subject)
overriding system value
select p.id, 'QD2025-' || lpad(p.n::text, 7, '0'), m.state, m.kind, m.urgency, m.channel,
    m.lead_unit, m.verifying_unit, m.reachable, m.detected_at, m.reported_at, m.dispatched_at,
    m.last_event_at, m.policy_version, m.seq, m.entry, p.hash, m.subject
from chain p join model m on m.seq = p.seq order by p.id
"""
_CLOCKS = f"""
insert into clock (case_id, kind, slot, holder, revision, "limit", started_at, due_at, stopped_at,
    paused_at, rung, ladder, next_at, provisional, rolled, rule)
select c.id, k.kind, k.slot, k.holder, k.revision, k."limit", k.started_at, k.due_at, k.stopped_at,
    k.paused_at, k.rung,
    case when k.next_at is null then k.ladder else array[k.ladder[1] + s.later,
        k.ladder[2] + s.later, k.ladder[3] + s.later, k.ladder[4] + s.later, k.ladder[5] + s.later,
        k.ladder[6] + s.later] end,
    k.next_at + s.later, k.provisional, k.rolled, k.rule
from generate_series(%(first)s::int, %(last)s) n
join rectification_case c on c.no = 'QD2025-' || lpad(n::text, 7, '0')
cross join lateral (select n / {RUN} %% {GROUPS} * %(stagger)s::interval as later) s
cross join (
    select k.* from clock k join rectification_case m on m.id = k.case_id and m.no = %(model)s
) k
order by c.id, k.kind, k.slot
"""
_REFERENCES = """
select conrelid::regclass::text as owner, quote_ident(conname) as name,
    replace(pg_get_constraintdef(oid), ' NOT VALID', '') as definition
from pg_constraint where contype = 'f'
    and conrelid in ('rectification_case'::regclass, 'clock'::regclass, 'history'::regclass)
"""


def copies(
    bench: Bench, model: str, count: int, first: int = 1, stagger: timedelta = timedelta(0)
) -> list[str]:
    """Copy the case ``model`` with its history and clocks; gives the numbers of the copies.

    ``first`` numbers the first copy. The running clocks of copy n come ``n // RUN % GROUPS`` times
    ``stagger`` later than the model's.
    """
    end = first + count
    shared = {"model": model, "stagger": stagger}
    ranges = [
        shared | {"first": start, "last": min(start + RANGE, end) - 1}
        for start in range(first, end, RANGE)
    ]

    def copy(values: dict[str, object]) -> None:
        with bench.owner.begin() as connection:
            for statement in (_CASES, _CLOCKS):
                connection.exec_driver_sql(statement, values)

    with _references_unchecked(bench), ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(copy, ranges))
    settle(bench)
    return [f"QD2025-{n:07d}" for n in range(first, end)]


@contextmanager
def _references_unchecked(bench: Bench) -> Iterator[None]:
    """Leave foreign keys aside: checking them takes as long as making rows that are right."""
    with bench.owner.begin() as connection:
        references = connection.exec_driver_sql(_REFERENCES).all()
        for owner, name, _ in references:
            connection.exec_driver_sql(f"alter table {owner} drop constraint {name}")
    yield
    with bench.owner.begin() as connection:
        for owner, name, definition in references:
            connection.exec_driver_sql(
                f"alter table {owner} add constraint {name} {definition} not valid"
            )


def settle(bench: Bench) -> None:
    """Leave the tables as they are in service: vacuumed, with statistics."""
    with bench.owner.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        for table in ("rectification_case", "clock", "history"):
            connection.exec_driver_sql(f"vacuum analyze {table}")
