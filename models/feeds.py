"""Sources that are asked for new problems: kept, changed, listed, removed."""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from domain.errors import Misuse
from models.engine import session_lock, transaction

_ALONE = 0x5EC7FEED << 24
"""Advisory locks from here on, one a source: it is pulled by one process at a time."""

_COLUMNS = """
id, name, channel, url, shape, enabled, revision, since, reached, position, page, pulled_at, note,
failures, failing_since, last_error, next_try_at
"""
_LIST = f"select {_COLUMNS} from feed order by name"
_ONE = f"select {_COLUMNS} from feed where name = %(name)s"
_ADD = """
insert into feed (name, channel, url, shape, since, created_at)
values (%(name)s, %(channel)s, %(url)s, %(shape)s, %(since)s, %(at)s) on conflict (name) do nothing
"""
# A pull under way goes by the old words: it stops, and the next begins at the beginning.
_CHANGE = """
update feed set channel = %(channel)s, url = %(url)s, shape = %(shape)s, since = %(since)s,
    reached = '', position = '', page = 0, revision = revision + 1, note = '', failures = 0,
    failing_since = null, last_error = '', next_try_at = null
where name = %(name)s returning id
"""
_FORGET = "delete from feed_rejected where feed_id = %(id)s"
_ENABLE = """
update feed set enabled = %(enabled)s, revision = revision + 1, next_try_at = null
where name = %(name)s
"""
_REMOVE = "delete from feed where name = %(name)s"


@dataclass(frozen=True)
class Feed:
    """A source as it is kept.

    ``shape`` says how to ask and how to read, without secrets. ``since`` is how far everything is
    taken in; ``reached``, ``position`` (of the next page) and ``page`` (pages taken in) belong to a
    pull that did not come to its end. ``failures`` pulls in a row failed, the first at
    ``failing_since``; ``last_error`` is a Chinese sentence, ``note`` a remark on the last good one.
    """

    id: int
    name: str
    channel: str
    url: str
    shape: Mapping[str, Any]
    enabled: bool
    revision: int
    since: str
    reached: str
    position: str
    page: int
    pulled_at: datetime | None
    note: str
    failures: int
    failing_since: datetime | None
    last_error: str
    next_try_at: datetime | None


@dataclass(frozen=True)
class Wanted:
    """What an operator says about a source; ``since`` is where its next pull begins."""

    name: str
    channel: str
    url: str
    shape: Mapping[str, Any]
    since: str = ""


def pulling_alone(engine: Engine, feed: Feed) -> AbstractContextManager[bool]:
    """Hold a source for the block; yields whether no other process held it."""
    return session_lock(engine, _ALONE + feed.id)


def feeds(engine: Engine) -> list[Feed]:
    """List all sources by name."""
    with transaction(engine) as connection:
        return [Feed(**row) for row in connection.exec_driver_sql(_LIST).mappings()]


def feed_named(engine: Engine, name: str) -> Feed:
    """Read one source; refuses an unknown name."""
    with transaction(engine) as connection:
        row = connection.exec_driver_sql(_ONE, {"name": name}).mappings().one_or_none()
    if row is None:
        raise _unknown(name)
    return Feed(**row)


def add_feed(engine: Engine, wanted: Wanted, at: datetime) -> bool:
    """Keep a new source; false when there is one of that name."""
    with transaction(engine) as connection:
        return connection.exec_driver_sql(_ADD, _row(wanted) | {"at": at}).rowcount == 1


def change_feed(engine: Engine, wanted: Wanted) -> None:
    """Change a source; what it was refused before is tried again. Refuses an unknown name."""
    with transaction(engine) as connection:
        changed = connection.exec_driver_sql(_CHANGE, _row(wanted)).scalar_one_or_none()
        if changed is None:
            raise _unknown(wanted.name)
        connection.exec_driver_sql(_FORGET, {"id": changed})


def enable_feed(engine: Engine, name: str, *, enabled: bool) -> None:
    """Let scheduled pulls have a source, or leave it alone; refuses an unknown name."""
    with transaction(engine) as connection:
        if not connection.exec_driver_sql(_ENABLE, {"name": name, "enabled": enabled}).rowcount:
            raise _unknown(name)


def remove_feed(engine: Engine, name: str) -> None:
    """Forget a source, never what it sent; refuses an unknown name."""
    with transaction(engine) as connection:
        if not connection.exec_driver_sql(_REMOVE, {"name": name}).rowcount:
            raise _unknown(name)


def _row(wanted: Wanted) -> dict[str, Any]:
    return {
        "name": wanted.name,
        "channel": wanted.channel,
        "url": wanted.url,
        "shape": json.dumps(wanted.shape, ensure_ascii=False),
        "since": wanted.since,
    }


def _unknown(name: str) -> Misuse:
    return Misuse(f"没有名为“{name}”的来源，请用 ./rectify feed list 查看。")
