"""Who is in the portal: sessions kept by the digest of a token, with an end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from models.engine import transaction

_STALE = timedelta(minutes=1)
"""How old ``seen_at`` may get before a request renews it: most requests write nothing."""
_PRUNE = "delete from portal_session where ends_at <= %(at)s"
_OPEN = """
insert into portal_session (digest, account_id, unit, role, name, contact_role, opened_at, seen_at,
    ends_at, idle_seconds)
values (%(digest)s, %(account_id)s, %(unit)s, %(role)s, %(name)s, %(contact_role)s, %(at)s, %(at)s,
    %(ends_at)s, %(idle_seconds)s)
"""
_FIND = """
select s.account_id, s.unit, s.role, s.name, s.contact_role, s.seen_at, u.name as unit_name
from portal_session s join unit u on u.code = s.unit
where s.digest = %(digest)s and s.ends_at > %(at)s
    and s.seen_at > %(at)s - make_interval(secs => s.idle_seconds)
"""
_SEEN = "update portal_session set seen_at = greatest(seen_at, %(at)s) where digest = %(digest)s"
_END = "delete from portal_session where digest = %(digest)s"


@dataclass(frozen=True)
class Session:
    """Who acts: ``account_id`` is absent where a link let a contact in (``contact_role``)."""

    account_id: int | None
    unit: str
    role: str
    name: str
    contact_role: str = ""


@dataclass(frozen=True)
class Lasting:
    """When a session ends, and how long nothing may come before that."""

    ends_at: datetime
    idle: timedelta


def open_session(
    engine: Engine, digest: bytes, who: Session, at: datetime, lasting: Lasting
) -> None:
    """Keep a session for as long as it lasts; those that have ended go."""
    arguments: dict[str, Any] = {
        "digest": digest,
        "at": at,
        "ends_at": lasting.ends_at,
        "idle_seconds": int(lasting.idle.total_seconds()),
        **vars(who),
    }
    with transaction(engine) as connection:
        connection.exec_driver_sql(_PRUNE, {"at": at})
        connection.exec_driver_sql(_OPEN, arguments)


def find_session(engine: Engine, digest: bytes, at: datetime) -> tuple[Session, str] | None:
    """Give who holds the token, and the unit's name, unless the session has ended."""
    arguments = {"digest": digest, "at": at}
    with transaction(engine) as connection:
        row = connection.exec_driver_sql(_FIND, arguments).one_or_none()
        if row is None:
            return None
        if row.seen_at < at - _STALE:
            connection.exec_driver_sql(_SEEN, arguments)
    who = Session(row.account_id, row.unit, row.role, row.name, row.contact_role)
    return who, row.unit_name


def end_session(engine: Engine, digest: bytes) -> None:
    """End a session; one that is not there is over already."""
    with transaction(engine) as connection:
        connection.exec_driver_sql(_END, {"digest": digest})
