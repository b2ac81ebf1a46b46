"""Questionnaires, the answers that came in, and the clues among them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Numeric
from sqlmodel import Field, SQLModel, UniqueConstraint

from models.tables.columns import document, identity_key, moment, texts


class Survey(SQLModel, table=True):
    """A questionnaire, open from ``opens_on`` through ``closes_on``; ``planned`` answers wanted."""

    code: str = Field(primary_key=True)
    title: str
    opens_on: date
    closes_on: date
    planned: int = 0
    questions: list[dict[str, Any]] = document()
    salt: bytes = Field(sa_type=LargeBinary)
    created_at: datetime = moment()
    closed_at: datetime | None = moment(nullable=True)


class SurveyAnswer(SQLModel, table=True):
    """One respondent's answers by question; ``respondent`` is a salted hash, nobody's name."""

    __tablename__ = "survey_answer"
    __table_args__ = (UniqueConstraint("survey", "respondent"),)
    id: int | None = identity_key()
    survey: str = Field(foreign_key="survey.code")
    respondent: bytes = Field(sa_type=LargeBinary)
    answers: dict[str, Any] = document()
    file: str
    row_number: int
    received_at: datetime = moment()


class SurveyClue(SQLModel, table=True):
    """What one respondent marked low in one matter, until the office decides about it."""

    __tablename__ = "survey_clue"
    __table_args__ = (
        UniqueConstraint("answer_id", "matter"),
        Index("survey_clue_survey", "survey", "status"),
    )
    id: int | None = identity_key()
    survey: str = Field(foreign_key="survey.code")
    answer_id: int = Field(sa_type=BigInteger, foreign_key="survey_answer.id")
    matter: str
    unit: str | None = Field(default=None, foreign_key="unit.code")
    environment: str | None = None
    mark: Decimal = Field(sa_column=Column(Numeric(3, 1), nullable=False))
    questions: list[str] = texts()
    status: str = "open"
    reason: str = ""
    case_id: int | None = Field(
        default=None, sa_type=BigInteger, foreign_key="rectification_case.id"
    )
    decided_at: datetime | None = moment(nullable=True)
    decider: str = ""
