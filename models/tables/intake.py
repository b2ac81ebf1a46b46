"""Intakes, one record each, and what came later under an id that had opened a case."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from models.tables.columns import identity_key, moment, texts


class IntakeFile(SQLModel, table=True):
    """One run of intake, its rows counted by what became of them; unfinished when it broke off."""

    __tablename__ = "intake_file"
    id: int | None = identity_key()
    channel: str = Field(foreign_key="channel.code")
    file: str
    received_at: datetime = moment()
    started_at: datetime = moment()
    finished: bool = False
    read: int = 0
    opened: int = 0
    duplicate: int = 0
    changed: int = 0
    rejected: int = 0


class IntakeVersion(SQLModel, table=True):
    """Other content under a known id; its texts are those of the history entry at ``seq``."""

    __tablename__ = "intake_version"
    __table_args__ = (
        ForeignKeyConstraint(["case_id", "seq"], ["history.case_id", "history.seq"]),
        Index("intake_version_case", "case_id"),
        Index("intake_version_unseen", "received_at", postgresql_where=text("seen_at is null")),
    )
    intake_id: int = Field(sa_type=BigInteger, primary_key=True, foreign_key="intake_row.id")
    number: int = Field(primary_key=True)
    case_id: int = Field(sa_type=BigInteger)
    seq: int
    file: str
    row_number: int
    received_at: datetime = moment()
    changed: list[str] = texts()
    seen_at: datetime | None = moment(nullable=True)
    seen_by: str = ""


class ReporterVersion(SQLModel, table=True):
    """Who reported by a later version, sealed."""

    __tablename__ = "reporter_version"
    __table_args__ = ({"schema": "identity"},)
    case_id: int = Field(sa_type=BigInteger, primary_key=True, foreign_key="rectification_case.id")
    number: int = Field(primary_key=True)
    key_id: str
    sealed: bytes = Field(sa_type=LargeBinary)
    lookup: bytes = Field(sa_type=LargeBinary)
