"""The three lists read in sets: cases with what hangs on them, one snapshot, batch by batch."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine

from models.engine import transaction
from models.reading import Filter

BATCH = 2000
"""Cases read at a time: bounds the memory that an export of any length takes."""

_WANTED = """
(%(state)s::text[] is null or c.state = any (%(state)s))
and (%(unit)s::text is null or (c.lead_unit = %(unit)s or %(unit)s = any (c.assisting))
     and not %(unit)s = any (c.accused))
and (%(level)s::int is null or c.level >= %(level)s)
and (%(environment)s::text is null or c.environment = %(environment)s)
and (%(channel)s::text is null or c.channel = %(channel)s)
"""
_COLUMNS = """
select c.id, c.no, c.seq, c.state, c.environment, c.kind, c.urgency, c.mode, c.channel, c.subject,
    c.party, c.party_hidden, coalesce(c.lead_unit, '') as lead_unit, c.assisting,
    coalesce(c.verifying_unit, '') as verifying_unit, c.level, c.listed, c.excluded, c.returns,
    c.relapses, c.rehandlings, c.result, c.reported_at, c.detected_at, c.dispatched_at,
    c.closed_at, l.no as lead_no, l.state as lead_state,
    array(select f.no from rectification_case f where f.lead_case_id = c.id order by f.no)
        as followers
from rectification_case c left join rectification_case l on l.id = c.lead_case_id
"""
_PAGE = f"{_COLUMNS} where c.id > %(after)s and {_WANTED} order by c.id limit %(batch)s"
_NAMED = f"{_COLUMNS} where c.no = any (%(nos)s)"
_COUNT = f"select count(*) from rectification_case c where {_WANTED}"
_NUMBERS = f"select c.no from rectification_case c where {_WANTED} order by c.id"
_CLOCKS = """
select case_id, kind, slot, "limit", started_at, due_at, stopped_at from clock
where case_id = any (%(ids)s) and kind in ('finish', 'notice', 'recheck') order by case_id, slot
"""
# The last event of each kind, with its place: what came before a setback counts no more.
_EVENTS = """
select distinct on (case_id, event) case_id, event, seq, occurred_at, detail from history
where case_id = any (%(ids)s) and event = any (%(events)s) order by case_id, event, seq desc
"""
_REPLIES = """
select distinct on (t.case_id) t.case_id, t.body from case_text t
join history h on h.case_id = t.case_id and h.seq = t.seq and h.event in ('submitted', 'replied')
where t.case_id = any (%(ids)s) and t.kind = 'reply' and t.body is not null
order by t.case_id, t.seq desc
"""
_HEADS = """
select distinct on (unit) unit, name from contact where role = 'head' order by unit, id
"""
EVENTS = (
    "submitted",
    "accepted",
    "called_back",
    "recheck_passed",
    "relapsed",
    "rehandled",
    "redispatched",
    "submission_rejected",
    "objection_upheld",
)
"""The events that the lists tell of."""


class ListedClock(NamedTuple):
    """A clock as the lists show it; instants are aware."""

    kind: str
    slot: int
    limit: str
    started_at: datetime
    due_at: datetime
    stopped_at: datetime | None


class ListedEvent(NamedTuple):
    """The last event of its kind, and its place in history."""

    seq: int
    at: datetime
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class Entry:
    """A case as the lists have it; ``reply`` is the unit's last, as it was written."""

    row: Mapping[str, Any]
    clocks: Sequence[ListedClock] = ()
    events: Mapping[str, ListedEvent] | None = None
    reply: str = ""


def entries(engine: Engine, wanted: Filter) -> Iterator[list[Entry]]:
    """Give the cases wanted in the order they came in, all of them as they were at one moment."""
    snapshots = engine.execution_options(isolation_level="REPEATABLE READ")
    after = 0
    with transaction(snapshots) as connection:
        while rows := _page(connection, wanted, after):
            after = rows[-1]["id"]
            yield _entries(connection, rows)


def _page(connection: Connection, wanted: Filter, after: int) -> list[Mapping[str, Any]]:
    arguments = {**_arguments(wanted), "after": after, "batch": BATCH}
    return [dict(row) for row in connection.exec_driver_sql(_PAGE, arguments).mappings()]


def _entries(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[Entry]:
    ids: dict[str, Any] = {"ids": [row["id"] for row in rows]}
    clocks: dict[int, list[ListedClock]] = {}
    events: dict[int, dict[str, ListedEvent]] = {}
    for case_id, *clock in connection.exec_driver_sql(_CLOCKS, ids):
        clocks.setdefault(case_id, []).append(ListedClock(*clock))
    for case_id, event, *what in connection.exec_driver_sql(_EVENTS, ids | {"events": [*EVENTS]}):
        events.setdefault(case_id, {})[event] = ListedEvent(*what)
    replies = {row.case_id: row.body for row in connection.exec_driver_sql(_REPLIES, ids)}
    return [
        Entry(row, clocks.get(row["id"], ()), events.get(row["id"], {}), replies.get(row["id"], ""))
        for row in rows
    ]


def named(engine: Engine, nos: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """Read the rows of these cases as they are now, by number; unknown ones are left out."""
    with transaction(engine) as connection:
        rows = connection.exec_driver_sql(_NAMED, {"nos": list(nos)}).mappings()
        return {row["no"]: dict(row) for row in rows}


def count(engine: Engine, wanted: Filter) -> int:
    """Count the cases wanted."""
    with transaction(engine) as connection:
        found: int = connection.exec_driver_sql(_COUNT, _arguments(wanted)).scalar_one()
    return found


def numbers(engine: Engine, wanted: Filter) -> list[str]:
    """List the numbers of the cases wanted, in the order they came in."""
    with transaction(engine) as connection:
        return list(connection.exec_driver_sql(_NUMBERS, _arguments(wanted)).scalars())


def heads(engine: Engine) -> dict[str, str]:
    """Name the first responsible person of each unit that has one registered."""
    with transaction(engine) as connection:
        return {row.unit: row.name for row in connection.exec_driver_sql(_HEADS)}


def _arguments(wanted: Filter) -> dict[str, Any]:
    return {
        "state": list(wanted.states) or None,
        "unit": wanted.unit or None,
        "level": wanted.level,
        "environment": wanted.environment or None,
        "channel": wanted.channel or None,
    }
