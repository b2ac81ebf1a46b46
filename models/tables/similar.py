"""What finds cases about the same thing, and what was suggested."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ARRAY, REAL, BigInteger, Column, Index, Integer, LargeBinary, text
from sqlmodel import Field, SQLModel

from models.tables.columns import identity_key, moment, texts


class FingerprintRow(SQLModel, table=True):
    """Hashed shingles of a case's message: ``keys`` to find it by, all of it packed."""

    __tablename__ = "fingerprint"
    __table_args__ = (
        Index(
            "fingerprint_keys",
            "keys",
            postgresql_using="gin",
            postgresql_with={"fastupdate": "off"},
        ),
    )
    case_id: int = Field(sa_type=BigInteger, primary_key=True, foreign_key="rectification_case.id")
    keys: Sequence[int] = Field(sa_column=Column(ARRAY(Integer), nullable=False))
    packed: bytes = Field(sa_type=LargeBinary)


class ShingleRow(SQLModel, table=True):
    """In how many counted messages a shingle stood, and how many fingerprints have it as a key."""

    __tablename__ = "shingle"
    hash: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    seen: int
    keyed: int


class UncomparedRow(SQLModel, table=True):
    """A case that waits to be compared with others, in the order of ``place``.

    ``again`` says that it was compared before, or came in unnoticed: later cases are looked through
    as well.
    """

    __tablename__ = "uncompared"
    place: int | None = identity_key()
    case_id: int = Field(sa_type=BigInteger)
    again: bool = False


class SuggestionRow(SQLModel, table=True):
    """A new case that may be about the same thing as another; ``words`` made it so.

    ``relapse`` says that the other was closed; ``rechecked_at`` when its re-inspection was ordered.
    """

    __tablename__ = "suggestion"
    __table_args__ = (
        Index("suggestion_open", "case_id", postgresql_where=text("status = 'open'::text")),
        Index("suggestion_other", "other_id"),
        Index(
            "suggestion_relapse",
            "other_id",
            postgresql_where=text("relapse and rechecked_at is null"),
        ),
    )
    case_id: int = Field(sa_type=BigInteger, primary_key=True, foreign_key="rectification_case.id")
    other_id: int = Field(sa_type=BigInteger, primary_key=True, foreign_key="rectification_case.id")
    score: float = Field(sa_type=REAL)
    words: list[str] = texts()
    relapse: bool
    status: str = "open"
    suggested_at: datetime = moment()
    decided_at: datetime | None = moment(nullable=True)
    decider: str = ""
    rechecked_at: datetime | None = moment(nullable=True)


class DuplicateSetting(SQLModel, table=True):
    """The one row that says whether and with what new cases are compared; at first they are.

    ``join_from`` is the score from which they join by themselves, null for never; cases closed for
    more than ``closed_days`` are not looked at.
    """

    __tablename__ = "duplicate_setting"
    id: bool = Field(default=True, primary_key=True)
    compared: bool = True
    join_from: float | None = Field(default=None, sa_type=REAL)
    closed_days: int = 180
