"""Keys of the Open311 interface: kept as digests, each with a bucket of tokens.

A bucket holds what a key may do in a minute; each use takes a token, and they come back evenly.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from models.engine import transaction

_NEW = """
insert into api_key (channel, name, digest, per_minute, tokens, refilled_at, created_at)
values (%(channel)s, %(name)s, %(digest)s, %(per_minute)s, %(per_minute)s, %(at)s, %(at)s)
returning id
"""
_LIST = """
select id, channel, name, per_minute, created_at, last_used_at, revoked_at from api_key order by id
"""
_REVOKE = """
update api_key set revoked_at = %(at)s where id = %(id)s and revoked_at is null
"""
# Clocks of several portals differ a little: time never runs backwards here.
_FULL = """
least(per_minute, tokens + per_minute / 60.0
    * greatest(0, extract(epoch from %(at)s - refilled_at)::double precision))
"""
_SPEND = f"""
update api_key set tokens = {_FULL} - 1, refilled_at = greatest(refilled_at, %(at)s),
    last_used_at = greatest(last_used_at, %(at)s)
where digest = %(digest)s and revoked_at is null and {_FULL} >= 1
returning id, channel, name
"""
_WAIT = f"""
select (1 - {_FULL}) * 60.0 / per_minute from api_key
where digest = %(digest)s and revoked_at is null
"""


@dataclass(frozen=True)
class Caller:
    """Whoever holds a key: its number, its channel, and the name it was given out under."""

    key_id: int
    channel: str
    name: str


@dataclass(frozen=True)
class Wait:
    """A key has used up its minute; ``seconds`` until it may go on."""

    seconds: float


def add_key(engine: Engine, row: Mapping[str, Any], at: datetime) -> int:
    """Keep a new key (``channel``, ``name``, ``digest``, ``per_minute``); gives its number."""
    with transaction(engine) as connection:
        return int(connection.exec_driver_sql(_NEW, {**row, "at": at}).scalar_one())


def keys(engine: Engine) -> list[dict[str, Any]]:
    """List all keys, the revoked ones too, without what would let anyone use them."""
    with transaction(engine) as connection:
        return [dict(row) for row in connection.exec_driver_sql(_LIST).mappings()]


def revoke_key(engine: Engine, key_id: int, at: datetime) -> bool:
    """End a key; false when there is none of that number in use."""
    with transaction(engine) as connection:
        return connection.exec_driver_sql(_REVOKE, {"id": key_id, "at": at}).rowcount == 1


def spend(engine: Engine, digest: bytes, at: datetime) -> Caller | Wait | None:
    """Take one use from a key; ``None`` when no key in use has this digest."""
    arguments = {"digest": digest, "at": at}
    with transaction(engine) as connection:
        used = connection.exec_driver_sql(_SPEND, arguments).one_or_none()
        if used is not None:
            return Caller(*used)
        seconds = connection.exec_driver_sql(_WAIT, arguments).scalar_one_or_none()
    return None if seconds is None else Wait(max(0.0, float(seconds)))
