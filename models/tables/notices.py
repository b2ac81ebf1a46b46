"""What is owed to whom (the outbox), what was sent, and the numbered documents."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel, UniqueConstraint

from models.tables.columns import document, identity_key, moment


class NoticeRow(SQLModel, table=True):
    """A notice owed to one role of one unit on one channel, until it is bound to a message.

    ``reason`` says why it is parked, or why an operator had it taken for sent. It is about an entry
    in the history of a case, or about none: then ``key`` says what duty it tells of.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("case_id", "seq", "template", "unit", "role", "channel"),
        Index(
            "notice_owed",
            "unit",
            "role",
            "channel",
            postgresql_where=text("status = 'owed'::text"),
        ),
        Index("notice_message", "message_id", postgresql_where=text("message_id is not null")),
        Index(
            "notice_duty",
            "key",
            "template",
            "unit",
            "role",
            "channel",
            unique=True,
            postgresql_where=text("key is not null"),
        ),
        Index("notice_parked", "id", postgresql_where=text("status = 'parked'::text")),
    )
    id: int | None = identity_key()
    case_id: int | None = Field(
        default=None, sa_type=BigInteger, foreign_key="rectification_case.id"
    )
    seq: int | None = None
    key: str | None = None
    template: str
    unit: str = Field(foreign_key="unit.code")
    role: str
    channel: str
    args: dict[str, Any] = document()
    ladder: bool = False
    urgent: bool = False
    owed_at: datetime = moment()
    status: str = "owed"
    message_id: UUID | None = Field(default=None, foreign_key="message.id")
    reason: str = ""


class MessageRow(SQLModel, table=True):
    """A message as it was bound: a retry sends it again byte for byte, with the same id."""

    __tablename__ = "message"
    __table_args__ = (
        Index(
            "message_pending",
            "next_attempt_at",
            postgresql_where=text("status = 'pending'::text"),
        ),
        Index("message_parked", "created_at", postgresql_where=text("status = 'parked'::text")),
    )
    id: UUID = Field(primary_key=True)
    recipient: str
    channel: str
    address: str
    subject: str
    body: str
    urgent: bool = False
    status: str
    created_at: datetime = moment()
    attempts: int = 0
    next_attempt_at: datetime = moment()
    leased_until: datetime | None = moment(nullable=True)
    sent_at: datetime | None = moment(nullable=True)
    last_error: str = ""


class DocumentRow(SQLModel, table=True):
    """An official document: its number, which may skip and never repeats, and its text as sent."""

    __tablename__ = "document"
    __table_args__ = (
        UniqueConstraint("type", "year", "number"),
        UniqueConstraint("case_id", "seq", "template"),
    )
    id: int | None = identity_key()
    type: str
    year: int
    number: int
    case_id: int = Field(sa_type=BigInteger, foreign_key="rectification_case.id")
    seq: int
    template: str
    issued_at: datetime = moment()
    title: str = ""
    body: str = ""
