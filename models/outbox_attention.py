"""What about delivery needs an operator's eye, counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from models.engine import transaction

_COUNTS = """
select (select count(*) from message where status = 'parked') as messages,
    (select count(*) from notice where status = 'parked') as notices,
    (select count(*) from contact where bounced_at is not null) as bounced,
    (select count(*) from receiver where open_until > %(at)s) as away
"""
# Only units that have something in hand: the others will be told nothing.
_MISSING = """
select u.code, r.role
from unit u cross join unnest(array['contact', 'deputy', 'head']) with ordinality as r(role, place)
where not exists (select from contact k where k.unit = u.code and k.role = r.role)
    and (u.kind = 'office' and r.role = 'contact' or exists (
        select from rectification_case c where c.lead_unit = u.code
            and c.state not in ('verified', 'merged', 'rejected', 'referred')))
order by u.code, r.place
"""


@dataclass(frozen=True)
class Attention:
    """Parked messages and notices, contacts that bounced, receivers left alone (counts).

    ``missing`` are units in charge of open cases with a role that has no address: what is owed to
    them becomes files.
    """

    messages: int
    notices: int
    bounced: int
    away: int
    missing: Sequence[tuple[str, str]]


def attention(engine: Engine, at: datetime) -> Attention:
    """Count it as it stands at ``at`` (aware)."""
    with transaction(engine) as connection:
        counts = connection.exec_driver_sql(_COUNTS, {"at": at}).mappings().one()
        missing = [(row.code, row.role) for row in connection.exec_driver_sql(_MISSING)]
    return Attention(**counts, missing=missing)
