"""A case with all that its clocks rest on, read for explaining it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row

from domain.codes import RUNGS, ClockKind
from domain.errors import RectifyError
from domain.explaining_record import Card, Entry, Record, Step, steps
from domain.history import load_ops
from models.loading import Loaded
from models.rulebook import RuleBook

_ENTRIES = """
select event, actor, claimed_name, occurred_at, detail, (detail ->> 'policy')::integer as policy,
    (detail ->> 'calendar')::integer as calendar
from history where case_id = %(id)s and detail ? 'clocks' order by seq
"""
# A notice that is still owed or bound may yet leave; one that is withdrawn never will.
_CARDS = """
select k.kind, k.slot, f.rung, f.at, h.occurred_at as checked_at, f.coalesced, f.withdrawn_at,
    coalesce(n.unsent, false) as unsent
from fired f
join clock k on k.id = f.clock_id
join history h on h.case_id = f.case_id and h.seq = f.seq
left join lateral (
    select bool_and(status = 'withdrawn') as unsent from notice
    where case_id = f.case_id and seq = f.seq and ladder and template <> 'task'
) n on true
where f.case_id = %(id)s order by f.at, f.revision, f.rung
"""


def record_of(connection: Connection, book: RuleBook, loaded: Loaded) -> Record:
    """Read what explains a case; a history that cannot be read gives no steps (see ``verify``)."""

    def rows(statement: str) -> Sequence[Row[Any]]:
        return connection.exec_driver_sql(statement, {"id": loaded.id}).all()

    case = loaded.case
    # A case keeps the policy it was dispatched under.
    version = case.policy_version if case.dispatched_at else None
    return Record(
        case=case,
        rules=book.rules(connection, version),
        steps=_steps(connection, book, rows(_ENTRIES)),
        cards=tuple(_card(row) for row in rows(_CARDS)),
    )


def _steps(connection: Connection, book: RuleBook, rows: Sequence[Row[Any]]) -> tuple[Step, ...]:
    try:
        return tuple(steps(_entry(connection, book, row) for row in rows))
    except (KeyError, TypeError, ValueError, RectifyError):
        return ()


def _entry(connection: Connection, book: RuleBook, row: Row[Any]) -> Entry:
    return Entry(
        at=row.occurred_at,
        event=row.event,
        actor=row.actor,
        ops=load_ops(row.detail["clocks"]),
        rules=book.rules_at(connection, row.policy, row.calendar),
        claimed=row.claimed_name,
        detail=row.detail,
    )


def _card(row: Row[Any]) -> Card:
    return Card(
        key=(ClockKind(row.kind), row.slot),
        rung=RUNGS[row.rung - 1],
        at=row.at,
        checked_at=row.checked_at,
        coalesced=row.coalesced,
        withdrawn_at=row.withdrawn_at,
        unsent=row.unsent,
    )
