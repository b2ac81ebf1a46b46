"""Receivers that were found away, and until when they are left alone."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from models.engine import transaction

_LIST = "select route, failures, since, open_until, last_error from receiver order by since, route"
_FAILING = """
insert into receiver (route, failures, since, open_until, last_error)
select r.route, r.failures, r.since, r.open_until, r.last_error
from json_to_recordset(%(rows)s::json) as r(
    route text, failures integer, since timestamptz, open_until timestamptz, last_error text)
order by r.route
on conflict (route) do update set failures = excluded.failures, since = excluded.since,
    open_until = excluded.open_until, last_error = excluded.last_error
"""
_WORKING = "delete from receiver where route = any (%(routes)s)"
_DUE = """
select channel, address, count(*) filter (where not urgent) as ordinary from message
where status = 'pending' and next_attempt_at <= %(at)s and (urgent or %(everything)s)
    and (leased_until is null or leased_until < clock_timestamp())
group by channel, address
"""


@dataclass(frozen=True)
class Receiver:
    """A receiver found away in ``failures`` rounds running, the first at ``since`` (aware).

    It is left alone until ``open_until``, if that is set; ``last_error`` is a Chinese sentence.
    """

    route: str
    failures: int
    since: datetime
    open_until: datetime | None
    last_error: str


@dataclass(frozen=True)
class Due:
    """A channel and an address to which messages are due, so many of them not urgent."""

    channel: str
    address: str
    ordinary: int


def receivers(engine: Engine) -> list[Receiver]:
    """List the receivers that failed last time, those longest away first."""
    with transaction(engine) as connection:
        return [Receiver(**row) for row in connection.exec_driver_sql(_LIST).mappings()]


def note_receivers(engine: Engine, working: Sequence[str], failing: Sequence[Receiver]) -> None:
    """Write what a round found: which receivers work (by route), and which are away."""
    rows = [
        {
            "route": item.route,
            "failures": item.failures,
            "since": item.since.isoformat(),
            "open_until": item.open_until.isoformat() if item.open_until else None,
            "last_error": item.last_error,
        }
        for item in failing
    ]
    with transaction(engine) as connection:
        if working:
            connection.exec_driver_sql(_WORKING, {"routes": list(working)})
        if rows:
            connection.exec_driver_sql(_FAILING, {"rows": json.dumps(rows, ensure_ascii=False)})


def due(engine: Engine, at: datetime, *, everything: bool) -> list[Due]:
    """Say where messages are due to at ``at``; only urgent ones unless ``everything``."""
    arguments = {"at": at, "everything": everything}
    with transaction(engine) as connection:
        return [Due(**row) for row in connection.exec_driver_sql(_DUE, arguments).mappings()]
