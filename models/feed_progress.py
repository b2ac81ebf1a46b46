"""How far a source was read: moved only after its rows are committed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from domain.errors import Refused
from models.engine import transaction
from models.feeds import Feed

_MINE = "where id = %(id)s and revision = %(revision)s"
_PAGE = f"""
update feed set position = %(position)s, reached = %(reached)s, page = %(page)s {_MINE}
"""
_WELL = f"""
update feed set pulled_at = greatest(pulled_at, %(at)s), note = %(note)s, failures = 0,
    failing_since = null, last_error = '', next_try_at = null {_MINE}
"""
_END = f"""
update feed set since = %(since)s, position = '', reached = '', page = 0 {_MINE}
"""
_FAILED = f"""
update feed set failures = %(failures)s, failing_since = coalesce(failing_since, %(at)s),
    last_error = %(error)s, next_try_at = %(at)s + %(rest)s {_MINE}
"""
_KNOWN = """
select digest from feed_rejected where feed_id = %(id)s and digest = any (%(digests)s)
"""
_REFUSED = """
insert into feed_rejected (feed_id, digest) select %(id)s, unnest(%(digests)s)
on conflict do nothing
"""


@dataclass(frozen=True)
class Failure:
    """A pull that broke: the sentence, failures in a row, and how long to leave the source."""

    sentence: str
    failures: int
    at: datetime
    rest: timedelta | None


def save_page(engine: Engine, feed: Feed, position: str, reached: str, page: int) -> None:
    """Note that ``page`` pages of a pull are taken in and the next one is at ``position``."""
    _write(engine, feed, _PAGE, position=position, reached=reached, page=page)


def save_end(engine: Engine, feed: Feed, since: str) -> None:
    """Note that a pull came to its end: all up to ``since`` is taken in."""
    _write(engine, feed, _END, since=since)


def save_well(engine: Engine, feed: Feed, at: datetime, note: str) -> None:
    """Note that a pull at ``at`` went well, with a remark where there is something to say."""
    _write(engine, feed, _WELL, at=at, note=note)


def save_failure(engine: Engine, feed: Feed, failure: Failure) -> None:
    """Note that a pull broke; a change by an operator in the meantime makes that void."""
    arguments = {
        "id": feed.id,
        "revision": feed.revision,
        "failures": failure.failures,
        "error": failure.sentence,
        "at": failure.at,
        "rest": failure.rest,
    }
    with transaction(engine) as connection:
        connection.exec_driver_sql(_FAILED, arguments)


def refused_before(engine: Engine, feed: Feed, digests: Sequence[bytes]) -> set[bytes]:
    """Say which of these rows were refused before."""
    with transaction(engine) as connection:
        found = connection.exec_driver_sql(_KNOWN, {"id": feed.id, "digests": list(digests)})
        return {bytes(digest) for digest in found.scalars()}


def note_refused(engine: Engine, feed: Feed, digests: Iterable[bytes]) -> None:
    """Remember rows that were refused, and stand in the intake register with the reason."""
    with transaction(engine) as connection:
        connection.exec_driver_sql(_REFUSED, {"id": feed.id, "digests": list(digests)})


def _write(engine: Engine, feed: Feed, statement: str, **arguments: object) -> None:
    mine = {"id": feed.id, "revision": feed.revision}
    with transaction(engine) as connection:
        if not connection.exec_driver_sql(statement, mine | arguments).rowcount:
            raise Refused(
                f"来源“{feed.name}”的设置刚刚改动过，本次拉取到此为止，下次按新设置拉取。"
            )
