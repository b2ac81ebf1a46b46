"""Projects signed and not landed, what became of them, and each renewal of an inventory."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Column, Index, Numeric
from sqlmodel import Field, SQLModel, UniqueConstraint

from models.tables.columns import document, identity_key, moment

_DIGITS, _CENTS = 14, 2


class ProjectRow(SQLModel, table=True):
    """A project of a district's inventory; ``amount`` is in 10,000 yuan.

    ``settled_on`` is when it landed or was written off; ``missing_since`` when the district's
    inventory came without it.
    """

    __tablename__ = "project"
    __table_args__ = (UniqueConstraint("district", "code"),)
    id: int | None = identity_key()
    district: str = Field(foreign_key="unit.code")
    code: str
    name: str
    investor: str = ""
    signed_on: date
    amount: Decimal | None = Field(
        default=None, sa_column=Column(Numeric(_DIGITS, _CENTS), nullable=True)
    )
    starts_on: date | None = None
    status: str
    cause: str | None = None
    cause_text: str = ""
    progressed_on: date | None = None
    settled_on: date | None = None
    settle_reason: str = ""
    case_id: int | None = Field(
        default=None, sa_type=BigInteger, foreign_key="rectification_case.id", unique=True
    )
    missing_since: datetime | None = moment(nullable=True)


class ProjectEvent(SQLModel, table=True):
    """What became of a project, noted once and never changed."""

    __tablename__ = "project_event"
    __table_args__ = (Index("project_event_project", "project_id"),)
    id: int | None = identity_key()
    project_id: int = Field(sa_type=BigInteger, foreign_key="project.id")
    event: str
    actor: str = ""
    at: datetime = moment()
    recorded_at: datetime = moment()
    detail: dict[str, Any] = document()


class ProjectRenewal(SQLModel, table=True):
    """One renewal of a district's inventory: the rows read, and what became of each."""

    __tablename__ = "project_renewal"
    __table_args__ = (Index("project_renewal_district", "district", "renewed_at"),)
    id: int | None = identity_key()
    district: str = Field(foreign_key="unit.code")
    file: str
    actor: str = ""
    renewed_at: datetime = moment()
    recorded_at: datetime = moment()
    read: int
    added: int
    changed: int
    unchanged: int
    refused: int
    missing: int
