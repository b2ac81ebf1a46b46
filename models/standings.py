"""How cases stand at a glance, for whoever must decide what to do next with many of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from domain.codes import RUNGS, Rung
from models.engine import transaction

_STANDINGS = """
select c.no, i.source_id, c.state, coalesce(c.lead_unit, '') as unit,
    c.signed_off, c.reachable, f.due_at, coalesce(f.rung, 0) as rung,
    (select min(k.due_at) from clock k where k.case_id = c.id and k.kind = 'recheck'
        and k.stopped_at is null) as recheck_due,
    exists (select from clock k where k.case_id = c.id and k.kind = 'callback'
        and k.stopped_at is null) as callback_open,
    (select jsonb_object_agg(r.kind, r.number) from request r
        where r.case_id = c.id and r.status = 'pending') as requests
from rectification_case c
join intake_row i on i.case_id = c.id
left join clock f on f.case_id = c.id and f.kind = 'finish'
where c.state <> all (%(over)s)
"""


@dataclass(frozen=True)
class Standing:
    """One case: state, finish clock, pending requests by kind, what is left to look at."""

    no: str
    state: str
    unit: str
    signed_off: bool
    reachable: bool
    due_at: datetime | None
    rung: Rung | None
    recheck_due: datetime | None
    callback_open: bool
    requests: Mapping[str, int]


def standings(engine: Engine, *, over: tuple[str, ...] = ()) -> dict[str, Standing]:
    """Read all cases but those in the states ``over``, by the source id they came in with."""
    with transaction(engine) as connection:
        rows = connection.exec_driver_sql(_STANDINGS, {"over": list(over)})
        return {
            row.source_id: Standing(
                no=row.no,
                state=row.state,
                unit=row.unit,
                signed_off=row.signed_off,
                reachable=row.reachable,
                due_at=row.due_at,
                rung=RUNGS[row.rung - 1] if row.rung else None,
                recheck_due=row.recheck_due,
                callback_open=row.callback_open,
                requests=row.requests or {},
            )
            for row in rows
        }
