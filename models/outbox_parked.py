"""What cannot be sent and waits for an operator: messages, and notices that fit no words."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Engine

from domain.errors import Misuse, Refused
from models.engine import transaction

_MESSAGES = """
select m.id, m.recipient, m.channel, m.subject, m.attempts, m.last_error as reason, m.created_at,
    (select count(*) from notice n where n.message_id = m.id) as notices
from message m where m.status = 'parked' order by m.created_at, m.id
"""
_NOTICES = """
select n.id, n.unit || '/' || n.role as recipient, n.channel, n.template, coalesce(c.no, '') as no,
    n.reason, n.owed_at
from notice n left join rectification_case c on c.id = n.case_id
where n.status = 'parked' order by n.owed_at, n.id
"""
_CONTACT = """
select k.address, k.bounce_reason from message m join contact k
    on k.unit = split_part(m.recipient, '/', 1) and k.role = split_part(m.recipient, '/', 2)
    and k.channel = m.channel
where m.id = %(id)s::uuid
"""
# The address is looked up again: a wrong one is the likeliest reason for parking.
_SEND_AGAIN = """
update message m set status = 'pending', attempts = 0, next_attempt_at = m.created_at,
    last_error = '', address = coalesce(%(address)s, m.address)
where m.id = %(id)s::uuid and m.status = 'parked'
"""
_OWE_AGAIN = """
update notice set status = 'owed', reason = '' where id = %(id)s and status = 'parked'
"""
_LONGEST_NUMBER = 18
"""Digits that surely fit the database's numbers."""


@dataclass(frozen=True)
class Parked:
    """A message that waits for an operator; ``reason`` is a Chinese sentence."""

    id: UUID
    recipient: str
    channel: str
    subject: str
    attempts: int
    reason: str
    created_at: datetime
    notices: int


@dataclass(frozen=True)
class ParkedNotice:
    """A notice that could not be put into words; ``reason`` is a Chinese sentence.

    ``no`` is empty where it is about no case.
    """

    id: int
    recipient: str
    channel: str
    template: str
    no: str
    reason: str
    owed_at: datetime


def parked(engine: Engine) -> list[Parked]:
    """Give the messages that wait for an operator, the oldest first."""
    with transaction(engine) as connection:
        return [Parked(**row) for row in connection.exec_driver_sql(_MESSAGES).mappings()]


def parked_notices(engine: Engine) -> list[ParkedNotice]:
    """Give the notices that could not be put into words, the oldest first."""
    with transaction(engine) as connection:
        return [ParkedNotice(**row) for row in connection.exec_driver_sql(_NOTICES).mappings()]


def send_again(engine: Engine, wanted: str | UUID) -> None:
    """Put a parked message back among those to send, to the contact's present address.

    A whole number means a parked notice, which is owed again. Refused where nothing of that number
    is parked, and while the contact's address is marked as bouncing.
    """
    word = str(wanted).strip()
    with transaction(engine) as connection:
        if word.isascii() and word.isdigit() and len(word) <= _LONGEST_NUMBER:
            found = connection.exec_driver_sql(_OWE_AGAIN, {"id": int(word)}).rowcount
        else:
            found = _again(connection, _message_id(word))
    if not found:
        raise Refused(
            f"没有编号为 {word} 的搁置信件或通知，可能已经重发；请用 notices parked 查看。"
        )


def _message_id(word: str) -> str:
    try:
        return str(UUID(word))
    except ValueError:
        raise Misuse(f"“{word}”不是信件或通知的编号，请用 notices parked 查看。") from None


def _again(connection: Connection, message_id: str) -> int:
    contact = connection.exec_driver_sql(_CONTACT, {"id": message_id}).one_or_none()
    if contact is not None and contact.bounce_reason:
        why = contact.bounce_reason.rstrip("。")
        raise Refused(
            f"收件地址 {contact.address} 退过信（{why}），"
            "请先用 unit contact 更正地址，或用 notices test 试发成功后再重发。"
        )
    address = contact.address if contact is not None else None
    arguments = {"id": message_id, "address": address}
    return connection.exec_driver_sql(_SEND_AGAIN, arguments).rowcount
