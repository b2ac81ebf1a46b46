"""How often units return what they were given, over a period; the returns that hint at a rule."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from models.engine import transaction

# Entries written before parts were told apart do not say what was given: all their units were.
_RATES = """
with given as (
    select unit, count(*) as given
    from history h
    cross join lateral jsonb_array_elements_text(coalesce(h.detail -> 'given',
        jsonb_build_array(h.detail -> 'unit') || coalesce(h.detail -> 'assisting', '[]'))) as unit
    where h.event in ('dispatched', 'redispatched', 'part_redispatched')
        and h.occurred_at >= %(since)s and h.occurred_at < %(until)s
    group by unit
), asked as (
    select r.applicant as unit, count(*) as asked,
        count(*) filter (where r.status = 'granted') as upheld,
        count(*) filter (where r.status = 'refused') as refused,
        max(c.returns + (select coalesce(sum(n), 0) from unnest(c.hops) n)) as hops
    from request r join rectification_case c on c.id = r.case_id
    where r.kind = 'return' and r.asked_at >= %(since)s and r.asked_at < %(until)s
        and not r.applicant = any (c.accused)
    group by r.applicant
)
select coalesce(g.unit, a.unit) as unit, coalesce(g.given, 0) as given,
    coalesce(a.asked, 0) as asked, coalesce(a.upheld, 0) as upheld,
    coalesce(a.refused, 0) as refused, coalesce(a.hops, 0)::integer as hops
from given g full join asked a on a.unit = g.unit
where %(unit)s::text is null or coalesce(g.unit, a.unit) = %(unit)s
order by asked desc, given desc, unit
"""
# What is with the discipline organ is for named persons only.
_RETURNED = """
select c.no, c.subject, c.channel, coalesce(t.body, '') as body, r.applicant, r.status,
    coalesce(h.detail ->> 'named_unit', '') as named_unit,
    coalesce(h.detail ->> 'by_unit', '') as by_unit
from request r join rectification_case c on c.id = r.case_id
join history h on h.case_id = c.id and h.seq = 1
left join case_text t on t.case_id = c.id and t.seq = 1 and t.kind = 'body'
where r.kind = 'return' and r.slot = 0 and r.asked_at >= %(since)s and r.asked_at < %(until)s
    and c.state <> 'referred' and c.mode <> 'discipline'
order by r.asked_at desc limit %(limit)s
"""
MOST = 2000
"""Returns that are looked at for hints, the newest."""


@dataclass(frozen=True)
class Rate:
    """A unit in a period: how often it was given a case or a part, asked to return one, and so on.

    ``upheld`` and ``refused`` are how the office ruled; the others wait or lost their ground.
    ``hops`` is the most returns that any case had which it returned.
    """

    unit: str
    given: int
    asked: int
    upheld: int
    refused: int
    hops: int

    @property
    def share(self) -> float | None:
        """Returns asked by what was given, from 0; ``None`` where nothing was given."""
        return self.asked / self.given if self.given else None


@dataclass(frozen=True)
class Returned:
    """A return of a lead unit, with the text that its case came in with."""

    no: str
    subject: str
    channel: str
    body: str
    unit: str
    status: str
    named_unit: str
    by_unit: str


@dataclass(frozen=True)
class Period:
    """From ``since`` up to but not including ``until`` (aware instants)."""

    since: datetime
    until: datetime


def return_rates(engine: Engine, period: Period, unit: str = "") -> list[Rate]:
    """Give the rates of all units that were given or returned anything, or of one."""
    with transaction(engine) as connection:
        values = {**vars(period), "unit": unit or None}
        rows = connection.exec_driver_sql(_RATES, values).mappings()
        return [Rate(**dict(row)) for row in rows]


def returned(engine: Engine, period: Period) -> Iterator[Returned]:
    """Give the returns of lead units in a period, the newest first, at most ``MOST``."""
    with transaction(engine) as connection:
        rows = connection.exec_driver_sql(_RETURNED, {**vars(period), "limit": MOST}).all()
    for row in rows:
        yield Returned(
            row.no,
            row.subject,
            row.channel,
            row.body,
            row.applicant,
            row.status,
            row.named_unit,
            row.by_unit,
        )
