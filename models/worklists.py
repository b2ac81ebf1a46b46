"""What waits for the office and how units stand, set-based."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from models.engine import transaction

Row = Mapping[str, Any]

_WAITING = """
select c.no, c.subject, c.state, c.lead_unit, c.level, '' as request_kind, 0 as request,
    k.kind as clock, k.due_at, k.rung,
    case when k.slot = 0 then c.returns
        else coalesce(c.hops[coalesce(array_position(c.slots, k.slot), k.slot)], 0) end as hops,
    (select count(*) from rectification_case f
     where k.kind = 'callback' and f.lead_case_id = c.id and f.reachable) as followers
from clock k join rectification_case c on c.id = k.case_id
where k.holder = 'office' and k.stopped_at is null and k.paused_at is null
    and k.kind <> 'notice' and (k.kind <> 'recheck' or k.due_at <= %(soon)s)
union all
select c.no, c.subject, c.state, c.lead_unit, c.level, r.kind, r.number, r.rung, null, 0, 0, 0
from request r join rectification_case c on c.id = r.case_id
where r.status = 'pending' and r.kind <> 'return'
order by due_at nulls first, no limit %(limit)s
"""

_UNITS = """
select c.lead_unit as unit,
    count(*) filter (where c.state in ('assigned', 'rectifying', 'returned')) as handling,
    count(*) filter (where c.state = 'assigned') as unsigned,
    count(*) filter (where k.due_at < %(now)s) as overdue,
    count(*) filter (where k.due_at >= %(now)s and k.due_at < %(soon)s) as due_soon,
    count(*) filter (where c.state in ('submitted', 'in_notice', 'in_review')) as closing,
    count(*) filter (where c.state in ('closed', 'verified')) as closed,
    count(*) filter (where c.level >= 2 and c.state not in ('closed', 'verified')) as red,
    count(*) filter (where c.listed) as listed, coalesce(sum(c.relapses), 0) as relapses,
    coalesce(sum(c.returns), 0) as returns
from rectification_case c
left join clock k on k.case_id = c.id and k.kind = 'finish' and k.slot = 0
    and k.stopped_at is null and k.paused_at is null
where c.lead_unit is not null and c.state <> 'merged' and not c.lead_unit = any (c.accused)
group by c.lead_unit order by overdue desc, handling desc, c.lead_unit
"""


def waiting_for_office(
    engine: Engine, now: datetime, soon: datetime, limit: int = 300
) -> list[Row]:
    """List what the office owes: its clocks, re-checks due by ``soon``, and requests to decide."""
    return _rows(engine, _WAITING, {"now": now, "soon": soon, "limit": limit})


def standing_of_units(engine: Engine, now: datetime, soon: datetime) -> list[Row]:
    """Count, by lead unit, what is in hand, late, nearly late, being closed, closed and listed."""
    return _rows(engine, _UNITS, {"now": now, "soon": soon})


def _rows(engine: Engine, statement: str, arguments: Mapping[str, object]) -> list[Row]:
    with transaction(engine) as connection:
        return [dict(row) for row in connection.exec_driver_sql(statement, arguments).mappings()]
