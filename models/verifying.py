"""The chain verified: hashes, order, ends, seals, texts, and clocks recomputed from history.

Batches keep memory bounded; each reads one snapshot, so that work going on does not look like a
fault.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, Engine

from domain.codes import State
from models.engine import transaction
from models.recomputing import recomputed_faults
from models.rulebook import RuleBook, book_for

BATCH = 2000
"""Cases a transaction."""

_CASES = """
select id, no from rectification_case where id > %(after)s order by id limit %(batch)s
"""
_COUNT = "select count(*) from history where case_id between %(first)s and %(last)s"

# Each part finds one kind of fault. The first entry of a chain follows no bytes at all.
_FAULTS = """
with chain as materialized (
    select h.*, lag(h.hash, 1, ''::bytea) over entries as previous,
        row_number() over entries as place
    from history h where h.case_id between %(first)s and %(last)s
    window entries as (partition by h.case_id order by h.seq)
), ends as materialized (
    select distinct on (case_id) case_id, seq, hash from chain order by case_id, seq desc
), moves as materialized (
    select distinct on (case_id) case_id, detail ->> 'to' as state from chain
    where detail ? 'to' order by case_id, seq desc
), cited as materialized (
    select h.case_id, h.seq, t.key as kind, t.value as digest
    from chain h cross join lateral jsonb_each_text(h.detail -> 'texts') t
    where jsonb_typeof(h.detail -> 'texts') = 'object'
), written as materialized (
    select t.case_id, t.seq, t.kind,
        encode(sha256(t.salt || convert_to(t.body, 'UTF8')), 'hex') as digest
    from case_text t where t.case_id between %(first)s and %(last)s
)
select case_id, 'gap' as fault, min(place)::text as at from chain where seq <> place
group by case_id
union all
select case_id, 'hash', seq::text from chain
where hash <> history_hash(previous, case_id, seq, event, actor, claimed_name, occurred_at,
                           recorded_at, detail)
union all
select c.id, 'end', c.seq::text
from rectification_case c left join ends e on e.case_id = c.id
where c.id between %(first)s and %(last)s
    and (e.seq is distinct from c.seq or e.hash is distinct from c.head_hash)
union all
select c.id, 'state', c.state
from rectification_case c join moves m on m.case_id = c.id
where c.id between %(first)s and %(last)s and m.state <> c.state
union all
select s.case_id, 'seal', s.sealed_on::text
from seal s left join chain h on h.case_id = s.case_id and h.seq = s.seq
where s.case_id between %(first)s and %(last)s and h.hash is distinct from s.head_hash
union all
select c.case_id, 'text_gone', c.seq::text
from cited c left join written w using (case_id, seq, kind) where w.case_id is null
union all
select w.case_id, 'text', w.seq::text
from written w left join cited c using (case_id, seq, kind)
where c.digest is null or w.digest <> c.digest
order by 1, 2, 3
"""
_SENTENCES = {
    "gap": "历史缺第 {at} 条，其后的编号不连续。",
    "hash": "历史第 {at} 条与其校验值不符，内容被改动过。",
    "end": "案件登记的历史末尾（第 {at} 条）与历史不符，末尾被删减或改动过。",
    "state": "案件现状“{at}”与历史最后一次变更的结果不符。",
    "seal": "历史与 {at} 的封存不符，封存过的内容被删减或改动过。",
    "text_gone": "历史第 {at} 条所引用的文本不存在。",
    "text": "历史第 {at} 条所附文本与历史所引校验值不符，文本被改动过。",
}


@dataclass(frozen=True)
class Fault:
    """What is wrong with case ``no``, as a Chinese sentence."""

    no: str
    sentence: str


@dataclass
class VerifyReport:
    """What was verified, and every fault found."""

    cases: int = 0
    entries: int = 0
    faults: list[Fault] = field(default_factory=list)


def verify(engine: Engine, progress: Callable[[int], None] = lambda _: None) -> VerifyReport:
    """Verify every case; ``progress`` is told after each batch how many cases it had."""
    report = VerifyReport()
    book = book_for(engine)
    snapshots = engine.execution_options(isolation_level="REPEATABLE READ")
    after = 0
    while True:
        with transaction(snapshots) as connection:
            nos = _batch(connection, after)
            if not nos:
                return report
            report.faults += _verified(connection, book, nos, report)
        report.cases += len(nos)
        after = max(nos)
        progress(len(nos))


def _batch(connection: Connection, after: int) -> dict[int, str]:
    rows = connection.exec_driver_sql(_CASES, {"after": after, "batch": BATCH})
    return {row.id: row.no for row in rows}


def _verified(
    connection: Connection, book: RuleBook, nos: dict[int, str], report: VerifyReport
) -> Iterator[Fault]:
    place = {"first": min(nos), "last": max(nos)}
    report.entries += connection.exec_driver_sql(_COUNT, place).scalar_one()
    for row in connection.exec_driver_sql(_FAULTS, place):
        no = nos[row.case_id]
        at = State(row.at).zh if row.fault == "state" else row.at
        yield Fault(no, f"案件 {no}：{_SENTENCES[row.fault].format(at=at)}")
    for case_id, sentence in recomputed_faults(connection, book, list(nos)):
        yield Fault(nos[case_id], f"案件 {nos[case_id]}：{sentence}")
