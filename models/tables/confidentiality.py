"""What confidentiality keeps: retired keys, disclosures, holds, and what was erased when."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, func
from sqlmodel import Field, SQLModel

from models.tables.columns import moment


def _case() -> Column[int]:
    return Column(
        BigInteger, ForeignKey("rectification_case.id"), primary_key=True, autoincrement=False
    )


class RetiredKey(SQLModel, table=True):
    """A key that seals no more: rows that come sealed with it are refused."""

    __tablename__ = "retired_key"
    __table_args__ = ({"schema": "identity"},)
    key_id: str = Field(primary_key=True)
    retired_at: datetime = Field(
        sa_column=Column(
            DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()
        )
    )


class Disclosure(SQLModel, table=True):
    """A unit may read the reporter of a case until an instant; ``seq`` is the entry granting it."""

    case_id: int = Field(sa_column=_case())
    seq: int = Field(primary_key=True)
    unit: str = Field(foreign_key="unit.code")
    granted_at: datetime = moment()
    until: datetime = moment()
    revoked_at: datetime | None = moment(nullable=True)


class RetentionHold(SQLModel, table=True):
    """A case that keeps everything; ``seq`` is the entry that cites the reason."""

    __tablename__ = "retention_hold"
    case_id: int = Field(sa_column=_case())
    seq: int
    held_at: datetime = moment()


class Erasure(SQLModel, table=True):
    """When the identity and the free texts of a case were last erased."""

    case_id: int = Field(sa_column=_case())
    identity_at: datetime | None = moment(nullable=True)
    texts_at: datetime | None = moment(nullable=True)
