"""Sessions begun, recognised and ended; the token is long, random, and kept as a digest."""

import secrets
from datetime import timedelta
from hashlib import sha256

from domain.policy_portal import Portal
from models.engine import transaction
from models.rulebook import book_for
from models.sessions import Lasting, Session, end_session, find_session, open_session
from tasks.desk import Desk

_BYTES = 32
_LONGEST = 64


def begin(desk: Desk, who: Session) -> str:
    """Open a session for somebody who has shown who they are; gives its token."""
    token = secrets.token_urlsafe(_BYTES)
    portal = terms(desk)
    ends_at = desk.now + timedelta(hours=portal.session.amount)
    lasting = Lasting(ends_at, timedelta(hours=portal.idle.amount))
    open_session(desk.engine, _digest(token), who, desk.now, lasting)
    return token


def recognise(desk: Desk, token: str) -> tuple[Session, str] | None:
    """Give who holds a token and the name of their unit, while the session lasts."""
    if not 0 < len(token) <= _LONGEST:
        return None
    return find_session(desk.engine, _digest(token), desk.now)


def end(desk: Desk, token: str) -> None:
    """End the session of a token, if it has one."""
    end_session(desk.engine, _digest(token))


def terms(desk: Desk) -> Portal:
    """Give how long links and sessions last, by the policy in force."""
    with transaction(desk.engine) as connection:
        return book_for(desk.engine).rules(connection).policy.portal


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
