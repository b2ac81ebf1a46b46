"""The append-only history, its seals, the erasable texts it cites, and the identity apart."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, Index, LargeBinary, func, text
from sqlmodel import Field, SQLModel, UniqueConstraint

from models.tables.columns import document, identity_key, moment


class HistoryRow(SQLModel, table=True):
    """One event of a case, chained by ``hash`` to the one before."""

    __tablename__ = "history"
    __table_args__ = (
        Index(
            "history_dispatches",
            "occurred_at",
            postgresql_where=text("event in ('dispatched', 'redispatched', 'part_redispatched')"),
        ),
        Index(
            "history_returned",
            "occurred_at",
            postgresql_where=text("event in ('rehandled', 'relapsed')"),
        ),
    )
    case_id: int = Field(sa_type=BigInteger, primary_key=True, foreign_key="rectification_case.id")
    seq: int = Field(primary_key=True)
    event: str
    actor: str
    claimed_name: str = ""
    occurred_at: datetime = moment()
    recorded_at: datetime = moment()
    detail: dict[str, Any] = document()
    hash: bytes = Field(sa_type=LargeBinary)


class SealRow(SQLModel, table=True):
    """The end of a case's history on a day, so that a cut tail shows."""

    __tablename__ = "seal"
    case_id: int = Field(sa_type=BigInteger, primary_key=True, foreign_key="rectification_case.id")
    sealed_on: date = Field(primary_key=True)
    seq: int
    head_hash: bytes = Field(sa_type=LargeBinary)


class CaseText(SQLModel, table=True):
    """Free text; ``body`` is null once retention has erased it."""

    __tablename__ = "case_text"
    __table_args__ = (UniqueConstraint("case_id", "seq", "kind"),)
    id: int | None = identity_key()
    case_id: int = Field(sa_type=BigInteger, foreign_key="rectification_case.id")
    seq: int
    kind: str
    salt: bytes = Field(sa_type=LargeBinary)
    body: str | None = None


class Reporter(SQLModel, table=True):
    """Who reported, sealed; only ``identity.read`` gives it, and logs it."""

    __table_args__ = (Index("reporter_lookup", "lookup"), {"schema": "identity"})
    case_id: int = Field(sa_type=BigInteger, primary_key=True, foreign_key="rectification_case.id")
    key_id: str
    sealed: bytes = Field(sa_type=LargeBinary)
    lookup: bytes = Field(sa_type=LargeBinary)


class IdentityReading(SQLModel, table=True):
    """One reading of an identity: who and why; a batch sealed anew is one, without a case."""

    __tablename__ = "reading"
    __table_args__ = (Index("reading_case", "case_id"), {"schema": "identity"})
    id: int | None = identity_key()
    case_id: int | None = Field(default=None, sa_type=BigInteger)
    reader: str
    purpose: str
    cases: int = 1
    at: datetime = Field(
        sa_column=Column(
            DateTime(timezone=True), nullable=False, server_default=func.clock_timestamp()
        )
    )
