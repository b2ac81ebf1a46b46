"""Failed attempts to sign in, counted in the database: a restart forgives nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine

from models.engine import transaction

_FORGOTTEN = timedelta(days=1)
"""After that every bucket is full again, so its row may go."""
_PRUNE = "delete from sign_in_bucket where refilled_at < %(before)s"
_FULL = """
least(%(size)s, b.tokens + %(per_hour)s / 3600.0
    * greatest(0, extract(epoch from %(at)s - b.refilled_at)::double precision))
"""
_LOCK = f"""
insert into sign_in_bucket as b (kind, subject, tokens, refilled_at)
values (%(kind)s, %(subject)s, %(size)s, %(at)s)
on conflict (kind, subject) do update
    set tokens = {_FULL}, refilled_at = greatest(b.refilled_at, %(at)s)
returning b.tokens
"""
_ADD = """
update sign_in_bucket set tokens = tokens + %(change)s
where kind = %(kind)s and subject = %(subject)s
"""


@dataclass(frozen=True)
class Bucket:
    """Whose attempts are counted: ``size`` at once, ``per_hour`` more with time."""

    kind: str
    subject: bytes
    size: int
    per_hour: int


def spend(engine: Engine, buckets: Sequence[Bucket], at: datetime) -> float:
    """Take one attempt from each; gives 0, or the seconds until there is one in every bucket."""
    with transaction(engine) as connection:
        connection.exec_driver_sql(_PRUNE, {"before": at - _FORGOTTEN})
        waits = [_wait(connection, bucket, at) for bucket in buckets]
        if not any(waits):
            _change(connection, buckets, -1)
    return max(waits)


def give_back(engine: Engine, buckets: Sequence[Bucket]) -> None:
    """Put an attempt back that was none: it succeeded."""
    with transaction(engine) as connection:
        _change(connection, buckets, 1)


def _wait(connection: Connection, bucket: Bucket, at: datetime) -> float:
    left = float(connection.exec_driver_sql(_LOCK, {**vars(bucket), "at": at}).scalar_one())
    return max(0.0, (1 - left) * 3600 / bucket.per_hour)


def _change(connection: Connection, buckets: Sequence[Bucket], change: int) -> None:
    for bucket in buckets:
        connection.exec_driver_sql(_ADD, {**vars(bucket), "change": change})
