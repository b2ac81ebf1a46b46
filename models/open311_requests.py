"""Requests of the Open311 interface: where a case's request stands in the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from models.engine import transaction
from models.open311_keys import Caller

Row = Mapping[str, Any]

_OPENED = """
select c.id, c.no from intake_row r join rectification_case c on c.id = r.case_id
where r.channel = %(channel)s and r.source_id = %(source_id)s and r.outcome = 'opened'
"""
# A request sent again keeps the place it had first.
_NOTE = f"""
with opened as ({_OPENED}), noted as (
    insert into open311_request (case_id, key_id, address, address_id, lat, long, media_url)
    select id, %(key_id)s, %(address)s, %(address_id)s, %(lat)s, %(long)s, %(media_url)s
    from opened on conflict (case_id) do nothing
)
select no from opened
"""
_BY_TOKEN = f"""
select no from ({_OPENED}) opened
union all
select no from rectification_case where no = %(source_id)s and channel = %(channel)s
limit 1
"""
# A merged case stands where its lead stands. The place is for the key that sent it.
_FIND = """
select c.no, c.subject, c.environment, c.state, lead.state as lead_state,
    coalesce(lead.result, c.result) as result, coalesce(lead.mode, c.mode) as mode,
    c.detected_at, greatest(c.last_event_at, lead.last_event_at) as last_event_at,
    coalesce(lead.closed_at, c.closed_at) as closed_at, u.name as unit,
    case when k.paused_at is null then k.due_at end as due_at,
    p.address, p.address_id, p.lat, p.long, p.media_url
from rectification_case c
left join rectification_case lead on lead.id = c.lead_case_id
left join unit u on u.code = coalesce(lead.lead_unit, c.lead_unit)
left join clock k on k.case_id = coalesce(lead.id, c.id) and k.kind = 'finish' and k.slot = 0
left join open311_request p on p.case_id = c.id and p.key_id = %(key_id)s
where c.channel = %(channel)s
    and (%(nos)s::text[] is null or c.no = any (%(nos)s))
    and (%(since)s::timestamptz is null or c.detected_at >= %(since)s)
    and (%(until)s::timestamptz is null or c.detected_at <= %(until)s)
    and (%(services)s::text[] is null or coalesce(c.environment, '') = any (%(services)s))
    and (%(states)s::text[] is null or coalesce(lead.state, c.state) = any (%(states)s))
order by c.detected_at desc, c.id desc
limit %(limit)s offset %(offset)s
"""


@dataclass(frozen=True)
class Place:
    """Where a request says its problem is, and where there is a picture of it."""

    address: str = ""
    address_id: str = ""
    lat: float | None = None
    long: float | None = None
    media_url: str = ""


@dataclass(frozen=True)
class Wanted:
    """Which requests are asked for; ``None`` asks for any.

    ``since`` and ``until`` (aware) bound when a case was detected; ``services`` are environments,
    the empty one for cases that have none; ``states`` are those of the lead where a case is merged.
    """

    nos: Sequence[str] | None = None
    since: datetime | None = None
    until: datetime | None = None
    services: Sequence[str] | None = None
    states: Sequence[str] | None = None
    limit: int = 1000
    offset: int = 0


def note_request(engine: Engine, caller: Caller, source_id: str, place: Place) -> str:
    """Note where a request that was taken in says its problem is; gives the case number."""
    arguments = {"channel": caller.channel, "source_id": source_id, "key_id": caller.key_id}
    with transaction(engine) as connection:
        return str(connection.exec_driver_sql(_NOTE, arguments | vars(place)).scalar_one())


def no_by_token(engine: Engine, channel: str, token: str) -> str | None:
    """Give the case that a channel's own id, or a case number of the channel, stands for."""
    with transaction(engine) as connection:
        arguments = {"channel": channel, "source_id": token}
        return connection.exec_driver_sql(_BY_TOKEN, arguments).scalar_one_or_none()


def find_requests(engine: Engine, caller: Caller, wanted: Wanted) -> list[Row]:
    """Give the cases of the caller's channel that are asked for, the newest first."""
    arguments = {"channel": caller.channel, "key_id": caller.key_id, **vars(wanted)}
    with transaction(engine) as connection:
        return [dict(row) for row in connection.exec_driver_sql(_FIND, arguments).mappings()]
