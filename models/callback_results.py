"""What callbacks gave, by lead unit: those that nobody could reach are counted apart."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from models.engine import transaction
from models.return_rates import Period

# A case that gave up after the last attempt counts as unreached; a return by a callback says how.
_RESULTS = """
with said as (
    select c.lead_unit as unit, h.event, h.detail from history h
    join rectification_case c on c.id = h.case_id
    where h.event in ('called_back', 'rehandled', 'callback_unreached')
        and h.occurred_at >= %(since)s and h.occurred_at < %(until)s
        and c.lead_unit is not null and not c.lead_unit = any (c.accused)
        and (h.event <> 'callback_unreached' or exists (
            select from clock k where k.case_id = c.id and k.kind = 'callback'
                and k.stopped_at = h.occurred_at))
)
select unit, count(*) filter (where event <> 'callback_unreached') as valid,
    count(*) filter (where (detail ->> 'solved')::boolean) as solved,
    count(*) filter (where (detail ->> 'satisfied')::boolean) as satisfied,
    count(*) filter (where event = 'rehandled') as rehandled,
    count(*) filter (where event = 'callback_unreached') as unreached
from said group by unit order by unit
"""


@dataclass(frozen=True)
class Results:
    """A unit's callbacks of a period: valid ones, what they said, cases reopened, unreached ones.

    ``unreached`` is in no rate: whoever could not be asked said nothing.
    """

    unit: str
    valid: int
    solved: int
    satisfied: int
    rehandled: int
    unreached: int


def callback_results(engine: Engine, since: datetime, until: datetime) -> list[Results]:
    """Count the callbacks from ``since`` up to but not including ``until``, by unit."""
    with transaction(engine) as connection:
        rows = connection.exec_driver_sql(_RESULTS, vars(Period(since, until)))
        return [Results(*row) for row in rows]
