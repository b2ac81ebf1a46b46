"""Who may push and read over Open311, and what a request said of its place."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary
from sqlmodel import Field, SQLModel

from models.tables.columns import identity_key, moment


class ApiKey(SQLModel, table=True):
    """A key for one channel, kept as a digest; ``tokens`` were left at ``refilled_at``."""

    __tablename__ = "api_key"
    id: int | None = identity_key()
    channel: str = Field(foreign_key="channel.code")
    name: str
    digest: bytes = Field(sa_type=LargeBinary, unique=True)
    per_minute: int
    tokens: float
    refilled_at: datetime = moment()
    created_at: datetime = moment()
    last_used_at: datetime | None = moment(nullable=True)
    revoked_at: datetime | None = moment(nullable=True)


class Open311Request(SQLModel, table=True):
    """What a request said of its place, for the key that sent it; erasable."""

    __tablename__ = "open311_request"
    case_id: int = Field(
        sa_column=Column(
            BigInteger,
            ForeignKey("rectification_case.id"),
            primary_key=True,
            autoincrement=False,
        )
    )
    key_id: int = Field(sa_type=BigInteger, foreign_key="api_key.id")
    address: str = ""
    address_id: str = ""
    lat: float | None = None
    long: float | None = None
    media_url: str = ""
