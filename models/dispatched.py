"""Past cases that were dispatched, with the text and the unit that leads them in the end."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Engine

from models.engine import transaction

BATCH = 500
"""Cases read at a time: bodies may be long."""

# What is with the discipline organ is for named persons only.
_PAGE = """
select c.id, c.no, c.subject, c.channel, c.lead_unit, coalesce(t.body, '') as body,
    exists (select from history h where h.case_id = c.id and h.event = 'dispatched'
        and h.actor <> 'system') as by_hand
from rectification_case c
left join case_text t on t.case_id = c.id and t.seq = 1 and t.kind = 'body'
where c.lead_unit is not null and c.state <> 'referred'
    and c.mode <> 'discipline' and c.id < %(before)s
order by c.id desc limit %(batch)s
"""
_FIRST = 2**62


@dataclass(frozen=True)
class Dispatched:
    """A past case: its masked subject, what came in, its channel, and who leads it now.

    ``by_hand`` says that a person dispatched it at least once.
    """

    no: str
    subject: str
    body: str
    channel: str
    lead: str
    by_hand: bool


def dispatched(engine: Engine, limit: int) -> Iterator[list[Dispatched]]:
    """Give the newest cases that were ever dispatched, at most ``limit``, batch by batch."""
    before = _FIRST
    while limit > 0:
        arguments = {"before": before, "batch": min(BATCH, limit)}
        with transaction(engine) as connection:
            rows = connection.exec_driver_sql(_PAGE, arguments).all()
        if not rows:
            return
        before, limit = rows[-1].id, limit - len(rows)
        yield [
            Dispatched(row.no, row.subject, row.body, row.channel, row.lead_unit, row.by_hand)
            for row in rows
        ]
