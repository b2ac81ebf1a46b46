"""Links in notices that let their recipient in: signed, for one case, expiring, revocable.

A link names unit, role and the second it expires. Signed with them are the case, the unit's
generation of links, and name and address of whoever held the role: it dies when another person
takes the role, when the address changes, and when the unit's links are revoked.
"""

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Engine

from domain.codes import OFFICE_UNIT
from domain.errors import Refused
from domain.policy_portal import Portal
from domain.policy_sections import ROLES
from models.links import contacts, generation, generations, revoke_links
from models.outbox_reading import Owed
from models.sessions import Session
from tasks.accounts.roles import Post
from tasks.accounts.sessions import begin, terms
from tasks.desk import Desk
from tasks.portal.key import portal_key

_LONGEST = 200
_SIGNATURE_HEX = 40
"""160 bits."""
_PARTS = 4
_PERSONAL = frozenset({"email", "webhook", "file"})
"""Channels that reach one recipient; the robots speak to a whole group."""
_SLACK = timedelta(days=1)
"""By how much the clock may have been ahead when a link was made."""


class DeadLink(Refused):
    """The link opens nothing: expired, revoked, edited, or for somebody else."""

    def __init__(self) -> None:
        super().__init__("这个链接已经过期或失效，请使用最近一封通知里的链接，或用账号登录。")


@dataclass(frozen=True)
class Contact:
    """Whom a link is for."""

    unit: str
    role: str
    name: str
    address: str


def signer(key: bytes, generations: Mapping[str, int], expires: datetime) -> Callable[[Owed], str]:
    """Give what makes the query of a notice's link; empty where its recipient gets none."""

    def query(owed: Owed) -> str:
        if owed.channel not in _PERSONAL or owed.unit == OFFICE_UNIT or not owed.address:
            return ""
        whose = Contact(owed.unit, owed.role, owed.contact_name, owed.address)
        token = _token(key, owed.no, whose, int(expires.timestamp()), generations.get(owed.unit, 0))
        return f"?k={token}"

    return query


def links_from(
    engine: Engine, home: Path, sent_at: datetime, portal: Portal
) -> Callable[[Owed], str]:
    """Give the signer of the notices that leave at ``sent_at``."""
    expires = sent_at + timedelta(days=portal.link.amount)
    return signer(portal_key(home), generations(engine), expires)


def no_link(_: Owed) -> str:
    """The query of a link that lets nobody in."""
    return ""


def holder(desk: Desk, no: str, token: str) -> Contact:
    """Say whom a link of a case was made for; refuses a dead one. Nothing is changed."""
    unit, role, expires = _read(token)
    now, longest = desk.now, timedelta(days=terms(desk).link.amount)
    if not now < expires <= now + longest + _SLACK:
        raise DeadLink
    key, number = portal_key(desk.settings.home), generation(desk.engine, unit)
    for name, address in contacts(desk.engine, unit, role):
        whose = Contact(unit, role, name, address)
        right = _token(key, no, whose, int(expires.timestamp()), number)
        if hmac.compare_digest(right.encode(), token.encode()):
            return whose
    raise DeadLink


def enter(desk: Desk, no: str, token: str) -> str:
    """Let the holder of a link in, as an officer of the unit; gives the token of the session."""
    whose = holder(desk, no, token)
    name = f"{whose.name}（凭通知链接）"
    return begin(desk, Session(None, whose.unit, Post.OFFICER.value, name, whose.role))


def revoke(desk: Desk, unit: str) -> str:
    """Let no link sent so far to a unit open anything; gives the unit's code."""
    code = desk.directory.unit(unit)
    revoke_links(desk.engine, code)
    return code


def _token(key: bytes, no: str, whose: Contact, expires: int, number: int) -> str:
    said = "\x1f".join(
        ("link", no, whose.unit, whose.role, whose.name, whose.address, str(expires), str(number))
    )
    signature = hmac.new(key, said.encode(), sha256).hexdigest()[:_SIGNATURE_HEX]
    return f"{whose.unit}.{whose.role}.{expires}.{signature}"


def _read(token: str) -> tuple[str, str, datetime]:
    parts = token.split(".") if len(token) <= _LONGEST and token.isascii() else []
    if len(parts) != _PARTS or parts[1] not in ROLES or not parts[2].isdigit():
        raise DeadLink
    try:
        return parts[0], parts[1], datetime.fromtimestamp(int(parts[2]), UTC)
    except (ValueError, OverflowError, OSError):
        raise DeadLink from None
