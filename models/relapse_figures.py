"""Cases that came back: after which callbacks, and how often by unit and environment."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

# Like cases: compared and found alike, or of the same lead unit about the same firm or project.
_CALLED_BACK = """
select c.id, c.no, h.seq, array(
    select o.no from rectification_case o
    where o.id <> c.id and o.state in ('closed', 'verified') and o.lead_unit is not null
        and not o.lead_unit = any (o.accused) and o.id in (
            select s.other_id from suggestion s where s.case_id = c.id
            union select s.case_id from suggestion s where s.other_id = c.id
            union select p.id from rectification_case p where c.party <> ''
                and p.lead_unit = c.lead_unit and p.state in ('closed', 'verified')
                and p.party = c.party)
        and not exists (select from clock k where k.case_id = o.id and k.kind = 'recheck'
            and k.stopped_at is null and k.rule = 'triggered')
    order by o.closed_at desc, o.id limit %(most)s) as alike
from history h join rectification_case c on c.id = h.case_id
where h.event = 'rehandled' and h.occurred_at > %(since)s and h.occurred_at <= %(now)s
    and not exists (select from inspection_order x
        where x.key = 'callback:' || h.case_id || ':' || h.seq)
order by h.occurred_at, c.id
"""
# What a relapsed case counts for: its lead unit when it came back, its environment now.
_CLUSTERS = """
with relapsed as (
    select c.no, c.lead_unit, c.environment from history h
    join rectification_case c on c.id = h.case_id
    where h.event = 'relapsed' and h.occurred_at > %(since)s and h.occurred_at <= %(now)s
        and c.lead_unit is not null and not c.lead_unit = any (c.accused)
)
select lead_unit as unit, '' as environment, count(*) as relapses,
    array_agg(distinct no order by no) as nos from relapsed group by lead_unit
having count(*) >= %(least)s
union all
select '', environment, count(*), array_agg(distinct no order by no) from relapsed
where environment is not null group by environment having count(*) >= %(least)s
order by relapses desc, unit, environment
"""
_CLOSED = """
select count(*) from rectification_case
where lead_unit = %(unit)s and state in ('closed', 'verified') and closed_at > %(since)s
    and closed_at <= %(now)s
"""


@dataclass(frozen=True)
class Window:
    """After ``since`` up to ``now`` (aware instants)."""

    since: datetime
    now: datetime


@dataclass(frozen=True)
class CalledBack:
    """A case that its reporter was not content with, and the closed cases that are like it."""

    id: int
    no: str
    seq: int
    alike: list[str]

    @property
    def key(self) -> str:
        """The key of the inspections that this return calls for."""
        return f"callback:{self.id}:{self.seq}"


@dataclass(frozen=True)
class Cluster:
    """Many relapses of one unit or, where ``unit`` is empty, in one environment."""

    unit: str
    environment: str
    relapses: int
    nos: list[str]


def called_back(connection: Connection, window: Window, most: int) -> list[CalledBack]:
    """List the returns after a callback for which nothing was ordered, with ``most`` like cases."""
    values = vars(window) | {"most": most}
    return [CalledBack(*row) for row in connection.exec_driver_sql(_CALLED_BACK, values)]


def clusters(connection: Connection, window: Window, least: int) -> list[Cluster]:
    """List the units and environments with at least so many relapses."""
    values = vars(window) | {"least": least}
    return [Cluster(*row) for row in connection.exec_driver_sql(_CLUSTERS, values)]


def closed_cases(connection: Connection, window: Window, unit: str) -> int:
    """Count what a unit had closed in the window, and is closed still."""
    found: int = connection.exec_driver_sql(_CLOSED, vars(window) | {"unit": unit}).scalar_one()
    return found
