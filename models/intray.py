"""Cases that wait for dispatch, with the text that says whose matter they are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Row

from models.engine import transaction
from models.executing import UnknownCase

BATCH = 500
"""Cases read at a time: bodies may be long."""

_PAGE = """
select c.id, c.no, c.subject, c.channel, coalesce(t.body, '') as body,
    coalesce(h.detail ->> 'named_unit', '') as named_unit,
    coalesce(h.detail ->> 'by_unit', '') as by_unit
from rectification_case c
join history h on h.case_id = c.id and h.seq = 1
left join case_text t on t.case_id = c.id and t.seq = 1 and t.kind = 'body'
where c.state = 'detected' and c.id > %(after)s order by c.id limit %(batch)s
"""
_ONE = """
select c.no, c.subject, c.channel, coalesce(t.body, '') as body,
    coalesce(h.detail ->> 'named_unit', '') as named_unit,
    coalesce(h.detail ->> 'by_unit', '') as by_unit
from rectification_case c
join history h on h.case_id = c.id and h.seq = 1
left join case_text t on t.case_id = c.id and t.seq = 1 and t.kind = 'body'
where c.no = %(no)s
"""


@dataclass(frozen=True)
class Incoming:
    """A case as it came in: ``subject`` is masked, ``body`` is what the reporter wrote.

    ``named_unit`` is the unit that the incoming row names as responsible, ``by_unit`` the one that
    brought the case in by itself; each a code, or empty.
    """

    no: str
    subject: str
    body: str
    channel: str
    named_unit: str = ""
    by_unit: str = ""


def undispatched(engine: Engine) -> Iterator[list[Incoming]]:
    """Give the cases not yet dispatched, the oldest first, batch by batch."""
    after = 0
    while True:
        with transaction(engine) as connection:
            rows = connection.exec_driver_sql(_PAGE, {"after": after, "batch": BATCH}).all()
        if not rows:
            return
        after = rows[-1].id
        yield [_incoming(row) for row in rows]


def count_undispatched(engine: Engine) -> int:
    """Count the cases not yet dispatched."""
    with transaction(engine) as connection:
        found: int = connection.exec_driver_sql(
            "select count(*) from rectification_case where state = 'detected'"
        ).scalar_one()
    return found


def incoming(engine: Engine, no: str) -> Incoming:
    """Read one case as it came in; refuses an unknown number."""
    with transaction(engine) as connection:
        row = connection.exec_driver_sql(_ONE, {"no": no}).one_or_none()
    if row is None:
        raise UnknownCase(no)
    return _incoming(row)


def _incoming(row: Row[Any]) -> Incoming:
    return Incoming(row.no, row.subject, row.body, row.channel, row.named_unit, row.by_unit)
