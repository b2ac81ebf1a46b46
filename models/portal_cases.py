"""A unit's cases as its officers see them: what is due first, page after page, and what it lost.

Cases of the discipline organ, and those about a unit's own persons, are none of its cases here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine

from domain.codes import OPEN
from domain.wording import mask
from models.engine import transaction

NO_TERM = datetime(9999, 1, 1, tzinfo=UTC)
"""When a case is due in which nothing runs for the unit: after all others."""

# Each arm has an index of its own; a unit never verifies what it handles.
_MINE = """
with mine as (
    select id, 'lead' as part from rectification_case
    where lead_unit = %(unit)s and state = any (%(open)s)
    union all
    select id, 'assist' from rectification_case
    where assisting <> '{}' and assisting @> array[%(unit)s] and state = any (%(open)s)
    union all
    select id, 'verify' from rectification_case
    where verifying_unit = %(unit)s and state = 'submitted'
), seen as (
    select c.id, c.no, c.subject, c.state, c.kind, c.urgency, c.level, c.listed, c.lead_unit,
        m.part, coalesce(k.due_at, %(no_term)s) as due_at, k.kind as clock, k.paused, k.rung,
        exists (select from request r where r.case_id = c.id and r.status = 'pending'
            and r.applicant = %(unit)s) as asked
    from mine m join rectification_case c on c.id = m.id
    left join lateral (
        select kind, due_at, paused_at is not null as paused,
            max(case when paused_at is null then rung else 0 end) over () as rung
        from clock where case_id = c.id and holder = %(unit)s and stopped_at is null
        order by paused_at is not null, due_at, kind <> 'sign' limit 1
    ) k on true
    where c.mode <> 'discipline' and c.state <> 'referred' and not %(unit)s = any (c.accused)
)
"""
_PAGE = f"""{_MINE}
select * from seen
where (%(part)s = '' or part = %(part)s)
    and (%(state)s = '' or state = %(state)s)
    and (not %(late)s or (due_at < %(at)s and not paused))
    and (due_at, id) > (%(after_due)s, %(after_id)s)
order by due_at, id limit %(limit)s
"""
_COUNTS = f"""{_MINE}
select part, count(*) as open, count(*) filter (where due_at < %(at)s and not paused) as late,
    count(*) filter (where due_at >= %(at)s and due_at < %(soon)s and not paused) as soon,
    count(*) filter (where rung >= 2) as yellow, count(*) filter (where rung >= 3) as red,
    count(*) filter (where listed) as listed
from seen group by part
"""
_LAST = """
select count(*) filter (where h.event = 'closed') as closed,
    count(*) filter (where h.event <> 'closed') as reopened
from history h join rectification_case c on c.id = h.case_id
where c.lead_unit = %(unit)s and h.occurred_at >= %(since)s and h.occurred_at <= %(at)s
    and h.event in ('closed', 'rehandled', 'relapsed')
"""
_HAD = """
select exists (
    select from history h join rectification_case c on c.id = h.case_id
    where c.no = %(no)s and c.mode <> 'discipline' and c.state <> 'referred'
        and not %(unit)s = any (c.accused)
        and h.event in ('dispatched', 'redispatched', 'part_redispatched')
        and coalesce(h.detail -> 'given', jsonb_build_array(h.detail -> 'unit')
            || coalesce(h.detail -> 'assisting', '[]')) @> to_jsonb(%(unit)s::text))
"""
_EVIDENCE = """
select e.sha256, e.name, e.size, h.occurred_at from evidence e
join rectification_case c on c.id = e.case_id
join history h on h.case_id = e.case_id and h.seq = e.seq
where c.no = %(no)s order by e.seq, e.name, e.sha256
"""


@dataclass(frozen=True)
class Wanted:
    """Which of a unit's cases: ``part`` lead, assist or verify; ``after`` is the last one seen."""

    unit: str
    at: datetime
    part: str = ""
    state: str = ""
    late: bool = False
    after: tuple[datetime, int] = (datetime.min.replace(tzinfo=UTC), 0)
    limit: int = 20


@dataclass(frozen=True)
class Counts:
    """How many cases are open in one part; which are late or due soon; which have cards."""

    part: str
    open: int
    late: int
    soon: int
    yellow: int
    red: int
    listed: int


@dataclass(frozen=True)
class Kept:
    """An evidence file of a case."""

    sha256: str
    name: str
    size: int
    at: datetime


def unit_cases(engine: Engine, wanted: Wanted) -> Sequence[Any]:
    """Read a page: rows of number, subject, state, part, the unit's own clock that is due first."""
    arguments = {
        **_who(wanted.unit),
        "at": wanted.at,
        "part": wanted.part,
        "state": wanted.state,
        "late": wanted.late,
        "after_due": wanted.after[0],
        "after_id": wanted.after[1],
        "limit": wanted.limit,
    }
    with transaction(engine) as connection:
        return connection.exec_driver_sql(_PAGE, arguments).all()


def unit_counts(engine: Engine, unit: str, at: datetime, soon: datetime) -> list[Counts]:
    """Count a unit's open cases by part; ``soon`` is until when a case is due soon."""
    arguments = {**_who(unit), "at": at, "soon": soon}
    with transaction(engine) as connection:
        return [Counts(*row) for row in connection.exec_driver_sql(_COUNTS, arguments)]


def closed_and_reopened(
    engine: Engine, unit: str, since: datetime, at: datetime
) -> tuple[int, int]:
    """Count what closed and what came back of the cases that a unit leads, in a period."""
    with transaction(engine) as connection:
        row = connection.exec_driver_sql(_LAST, {"unit": unit, "since": since, "at": at}).one()
    return row.closed, row.reopened


def was_given(engine: Engine, no: str, unit: str) -> bool:
    """Tell whether a case was ever given to a unit, which may then know that it is gone."""
    with transaction(engine) as connection:
        return bool(connection.exec_driver_sql(_HAD, {"no": no, "unit": unit}).scalar_one())


def evidence_of(engine: Engine, no: str) -> list[Kept]:
    """List the evidence files of a case, in the order they were submitted; names are masked."""
    with transaction(engine) as connection:
        rows = connection.exec_driver_sql(_EVIDENCE, {"no": no}).all()
    return [Kept(row.sha256, mask(row.name), row.size, row.occurred_at) for row in rows]


def _who(unit: str) -> dict[str, object]:
    return {"unit": unit, "open": [state.value for state in OPEN], "no_term": NO_TERM}
