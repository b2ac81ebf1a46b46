"""Who may read what a referred case says, and who did."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from models.tables.columns import identity_key, moment


class Confidant(SQLModel, table=True):
    """A person of the office, by name, who may read what referred cases say."""

    name: str = Field(primary_key=True)
    added_by: str
    added_at: datetime = moment()


class ConfidentialReading(SQLModel, table=True):
    """One reading of what a referred case says."""

    __tablename__ = "confidential_reading"
    __table_args__ = (Index("confidential_reading_case", "case_id"),)
    id: int | None = identity_key()
    case_id: int = Field(sa_type=BigInteger, foreign_key="rectification_case.id")
    reader: str
    at: datetime = moment()
