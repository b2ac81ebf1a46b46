"""Many cases made from one by set-based SQL, so that a benchmark starts within seconds."""

from tests.integration.conftest import Bench

_CASES = """
insert into rectification_case (no, state, kind, urgency, channel, lead_unit, verifying_unit,
    reachable, detected_at, reported_at, dispatched_at, last_event_at, policy_version, seq, entry,
    head_hash, subject)
select 'QD2025-' || lpad(n::text, 6, '0'), c.state, c.kind, c.urgency, c.channel, c.lead_unit,
    c.verifying_unit, c.reachable, c.detected_at, c.reported_at, c.dispatched_at, c.last_event_at,
    c.policy_version, c.seq, c.entry, sha256(''), c.subject
from rectification_case c cross join generate_series(1, %(count)s) n where c.no = %(model)s
order by n
"""
_HISTORY = """
with recursive model as (
    select h.* from history h join rectification_case c on c.id = h.case_id where c.no = %(model)s
), copied as (
    select c.id, m.seq, m.event, m.actor, m.claimed_name, m.occurred_at, m.recorded_at, m.detail,
        history_hash('', c.id, 1, m.event, m.actor, m.claimed_name, m.occurred_at, m.recorded_at,
                     m.detail) as hash
    from rectification_case c join model m on m.seq = 1 where c.no like 'QD2025-%%'
    union all
    select p.id, m.seq, m.event, m.actor, m.claimed_name, m.occurred_at, m.recorded_at, m.detail,
        history_hash(p.hash, p.id, m.seq, m.event, m.actor, m.claimed_name, m.occurred_at,
                     m.recorded_at, m.detail)
    from copied p join model m on m.seq = p.seq + 1
), entries as (
    insert into history (case_id, seq, event, actor, claimed_name, occurred_at, recorded_at, detail,
        hash)
    select * from copied returning case_id, seq, hash
)
update rectification_case c set head_hash = e.hash from entries e
where e.case_id = c.id and e.seq = c.seq
"""
_CLOCKS = """
insert into clock (case_id, kind, slot, holder, revision, "limit", started_at, due_at, stopped_at,
    paused_at, rung, ladder, next_at, provisional, rolled, rule)
select c.id, k.kind, k.slot, k.holder, k.revision, k."limit", k.started_at, k.due_at, k.stopped_at,
    k.paused_at, k.rung, k.ladder, k.next_at, k.provisional, k.rolled, k.rule
from clock k join rectification_case m on m.id = k.case_id and m.no = %(model)s
cross join rectification_case c where c.no like 'QD2025-%%' order by c.id, k.kind, k.slot
"""


def copies(bench: Bench, model: str, count: int) -> list[str]:
    """Copy the case ``model`` with its history and clocks; gives the numbers of the copies."""
    with bench.owner.begin() as connection:
        for statement in (_CASES, _HISTORY, _CLOCKS):
            connection.exec_driver_sql(statement, {"model": model, "count": count})
    settle(bench)
    return [f"QD2025-{n:06d}" for n in range(1, count + 1)]


def settle(bench: Bench) -> None:
    """Leave the tables as they are in service: with statistics, without dirty pages."""
    with bench.owner.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql("vacuum analyze rectification_case")
        connection.exec_driver_sql("vacuum analyze clock")
        connection.exec_driver_sql("vacuum analyze history")
