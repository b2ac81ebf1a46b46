"""Intake channels and the record of what was changed in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from models.tables.columns import document, identity_key, moment, texts


class Channel(SQLModel, table=True):
    """An intake channel, its layer, what its cases are unless told otherwise, and who may use it.

    ``users`` are codes of ``domain.channels``; ``extra_fields`` and the keys of ``columns`` are
    fields that files of the channel may have, ``columns`` giving the header of each.
    """

    code: str = Field(primary_key=True)
    name: str = Field(unique=True)
    layer: str
    default_kind: str
    expects_reporter: bool
    default_urgency: str = "normal"
    users: list[str] = texts()
    extra_fields: list[str] = texts()
    columns: dict[str, Any] = document()


class ChannelChange(SQLModel, table=True):
    """One change of a channel: which attribute, what stood there before, who, when."""

    __tablename__ = "channel_change"
    __table_args__ = (Index("channel_change_of", "channel", "id"),)
    id: int | None = identity_key()
    channel: str = Field(foreign_key="channel.code")
    field: str
    before: str
    after: str
    actor: str
    at: datetime = moment()
    recorded_at: datetime = moment()
