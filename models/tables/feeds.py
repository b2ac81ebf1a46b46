"""Sources that are asked for new problems, and what they sent that was refused before."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary
from sqlmodel import Field, SQLModel

from models.tables.columns import document, identity_key, moment


class FeedRow(SQLModel, table=True):
    """A source: how it is asked, how far it was read, and since when it fails."""

    __tablename__ = "feed"
    id: int | None = identity_key()
    name: str = Field(unique=True)
    channel: str = Field(foreign_key="channel.code")
    url: str
    shape: dict[str, Any] = document()
    enabled: bool = True
    revision: int = 1
    created_at: datetime = moment()
    since: str = ""
    reached: str = ""
    position: str = ""
    page: int = 0
    pulled_at: datetime | None = moment(nullable=True)
    note: str = ""
    failures: int = 0
    failing_since: datetime | None = moment(nullable=True)
    last_error: str = ""
    next_try_at: datetime | None = moment(nullable=True)


class FeedRejected(SQLModel, table=True):
    """A row that a source sent and intake refused, by its keyed digest."""

    __tablename__ = "feed_rejected"
    feed_id: int = Field(
        sa_column=Column(
            BigInteger,
            ForeignKey("feed.id", ondelete="CASCADE"),
            primary_key=True,
            autoincrement=False,
        )
    )
    digest: bytes = Field(sa_type=LargeBinary, primary_key=True)
