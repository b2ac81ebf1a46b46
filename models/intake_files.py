"""The record of each intake: what was read, and what became of it, counted as it is committed."""

from typing import NamedTuple

from sqlalchemy import Connection, Engine

from domain.errors import Misuse
from models.engine import transaction
from models.intake_rows import Delivery

_START = """
insert into intake_file (channel, file, received_at, started_at)
select code, %(file)s, %(received_at)s, %(recorded_at)s from channel where code = %(channel)s
returning id
"""
_COUNT = """
update intake_file set read = read + %(opened)s + %(duplicate)s + %(rejected)s,
    opened = opened + %(opened)s, duplicate = duplicate + %(duplicate)s,
    changed = changed + %(changed)s, rejected = rejected + %(rejected)s
where id = %(id)s
"""
_FINISH = "update intake_file set finished = true where id = %(id)s"


class UnknownChannel(Misuse):
    """No channel has this code."""

    def __init__(self, channel: str) -> None:
        super().__init__(f"没有代码为“{channel}”的渠道，请用 rectify channel list 查看渠道代码。")


class Tally(NamedTuple):
    """What became of the rows of a batch; the ``changed`` ones are among the ``duplicate``."""

    opened: int
    duplicate: int
    changed: int
    rejected: int


def start(connection: Connection, delivery: Delivery) -> int:
    """Begin the record of an intake in the transaction of its first batch; give its id.

    Raises ``UnknownChannel``.
    """
    place = {
        "channel": delivery.channel,
        "file": delivery.file,
        "received_at": delivery.received_at,
        "recorded_at": delivery.recorded_at,
    }
    found: int | None = connection.exec_driver_sql(_START, place).scalar_one_or_none()
    if found is None:
        raise UnknownChannel(delivery.channel)
    return found


def count(connection: Connection, run: int, tally: Tally) -> None:
    """Count a batch in its own transaction."""
    connection.exec_driver_sql(_COUNT, tally._asdict() | {"id": run})


def finish(engine: Engine, run: int) -> None:
    """Note that an intake came to its end."""
    with transaction(engine) as connection:
        connection.exec_driver_sql(_FINISH, {"id": run})
