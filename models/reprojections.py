"""The row of a re-projection: what it is about, how far it has come, that there is one at a time.

Whoever changes what is in force opens the row in the same transaction; batches then move its cursor
(``models.reprojecting``), each by whichever process holds the row.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from domain.errors import Refused
from models.engine import session_lock, transaction

_ALONE = 0x5EC7BA7C
"""Advisory lock of whoever works through the batches, so that two at once do not compete."""
_OPEN = """
insert into reprojection (cause, calendar_version, policy_version, actor, started_at, reason)
values (%(cause)s, %(calendar)s, %(policy)s, %(actor)s, %(at)s, %(reason)s)
"""
_HOLD = """
select r.id, r.cause, r.calendar_version as calendar, r.policy_version as policy, r.actor, r.cursor
from reprojection r where r.finished_at is null for update
"""
_UNFINISHED = "select cause from reprojection where finished_at is null"
_ADVANCE = """
update reprojection set cursor = %(cursor)s, looked = looked + %(looked)s, moved = moved + %(moved)s
where id = %(id)s
"""
_FINISH = "update reprojection set finished_at = %(at)s where id = %(id)s"
_LEFT = """
select count(*) from rectification_case
where id > coalesce((select cursor from reprojection where finished_at is null), 0)
"""


@dataclass(frozen=True)
class Reprojection:
    """An unfinished re-projection, its row held by this transaction.

    ``cause`` is ``calendar`` or ``policy``. ``policy`` is the version that cases come under, or
    ``None`` where each keeps its own. ``actor`` is who changed the rules, as history has it.
    """

    id: int
    cause: str
    calendar: int
    policy: int | None
    actor: str
    cursor: int


@dataclass(frozen=True)
class Opening:
    """What a re-projection is opened with; see ``Reprojection``. ``at`` is when (aware).

    ``actor`` is ``system``, or ``office:`` and the name claimed; ``reason`` is why, if said.
    """

    cause: str
    calendar: int
    policy: int | None
    actor: str
    at: datetime
    reason: str = ""


def open_row(connection: Connection, opening: Opening) -> None:
    """Open a re-projection; the database refuses a second unfinished one."""
    connection.exec_driver_sql(_OPEN, vars(opening))


def at_work(engine: Engine) -> AbstractContextManager[bool]:
    """Be the one that works through the batches for the block; yields whether nobody else is."""
    return session_lock(engine, _ALONE)


def hold(connection: Connection) -> Reprojection | None:
    """Take the unfinished row until the transaction ends; ``None`` if there is none."""
    row = connection.exec_driver_sql(_HOLD).one_or_none()
    return None if row is None else Reprojection(*row)


def unfinished(connection: Connection) -> str:
    """Give the cause of the unfinished re-projection, at work or left behind; empty if none."""
    return str(connection.exec_driver_sql(_UNFINISHED).scalar_one_or_none() or "")


def refuse_unfinished(connection: Connection) -> None:
    """Refuse to change the rules again while cases are still being moved to the last ones."""
    if unfinished(connection):
        raise Refused("上一次时限重算尚未完成，请先运行 rectify reproject 等它完成后再试。")


def advance(
    connection: Connection, held: Reprojection, cursor: int, looked: int, moved: int
) -> None:
    """Note how far it has come: the last case, and of those since then how many were looked at."""
    connection.exec_driver_sql(
        _ADVANCE, {"id": held.id, "cursor": cursor, "looked": looked, "moved": moved}
    )


def finish(connection: Connection, held: Reprojection, at: datetime) -> None:
    """Close the row: every case is done."""
    connection.exec_driver_sql(_FINISH, {"id": held.id, "at": at})


def cases_left(engine: Engine) -> int:
    """Count the cases that the unfinished re-projection, or else a new one, looks at."""
    with transaction(engine) as connection:
        found: int = connection.exec_driver_sql(_LEFT).scalar_one()
    return found
