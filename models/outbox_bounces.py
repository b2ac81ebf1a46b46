"""Contacts whose address bounced: marked, listed, cleared; their messages wait for an operator.

The mark goes when the address is changed (models/units.py) or when something gets through.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from models.engine import transaction
from models.units import Address

_REACHED = """
from json_to_recordset(%(rows)s::json) as r(id uuid, status text, error text,
    bounced_at timestamptz)
join message m on m.id = r.id
where k.unit = split_part(m.recipient, '/', 1) and k.role = split_part(m.recipient, '/', 2)
    and k.channel = m.channel and k.address = m.address
"""
MARK = f"""
update contact k set bounced_at = r.bounced_at, bounce_reason = r.error
{_REACHED} and r.bounced_at is not null
"""
"""Marks the contacts of messages whose address was refused."""

CLEAR = f"""
update contact k set bounced_at = null, bounce_reason = ''
{_REACHED} and r.status = 'sent' and k.bounced_at is not null
"""
"""Clears the marks of contacts that a message got through to."""

_PARK = """
with lost as materialized (
    select m.id, k.bounce_reason from message m
    join contact k on k.unit || '/' || k.role = m.recipient and k.channel = m.channel
        and k.address = m.address
    where m.status = 'pending' and k.bounced_at is not null
        and (m.leased_until is null or m.leased_until < clock_timestamp())
    for update of m skip locked
)
update message m set status = 'parked', last_error = l.bounce_reason
from lost l where m.id = l.id
"""
_MARK_ADDRESS = """
update contact set bounced_at = %(at)s, bounce_reason = %(reason)s where address = %(address)s
"""
_SET = """
update contact set bounced_at = %(at)s, bounce_reason = %(reason)s
where unit = %(unit)s and role = %(role)s and channel = %(channel)s
"""
_LIST = """
select unit, role, name, channel, address, bounced_at, bounce_reason from contact
where bounced_at is not null order by bounced_at, id
"""


@dataclass(frozen=True)
class Bounced:
    """A contact that cannot be reached, since when (aware) and why (in Chinese)."""

    unit: str
    role: str
    name: str
    channel: str
    address: str
    bounced_at: datetime
    bounce_reason: str


def bounced(engine: Engine) -> list[Bounced]:
    """List the contacts whose address bounced, the oldest mark first."""
    with transaction(engine) as connection:
        return [Bounced(**row) for row in connection.exec_driver_sql(_LIST).mappings()]


def mark_address(engine: Engine, address: str, reason: str, at: datetime) -> int:
    """Mark every contact at an address, as when a bounce comes back by mail; gives how many."""
    arguments = {"address": address, "reason": reason, "at": at}
    with transaction(engine) as connection:
        return connection.exec_driver_sql(_MARK_ADDRESS, arguments).rowcount


def note_bounce(engine: Engine, where: Address, at: datetime | None, reason: str = "") -> None:
    """Mark one contact as bouncing since ``at`` (aware), or clear its mark with ``None``."""
    place = {"unit": where.unit, "role": where.role, "channel": where.channel}
    with transaction(engine) as connection:
        connection.exec_driver_sql(_SET, place | {"at": at, "reason": reason})


def park_bounced(engine: Engine) -> int:
    """Park unsent messages to addresses that bounced; gives how many."""
    with transaction(engine) as connection:
        return connection.exec_driver_sql(_PARK).rowcount
