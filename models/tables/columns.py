"""Column types that several tables share."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Column, DateTime, Identity, SmallInteger, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field


def identity_key() -> Any:  # noqa: ANN401 - a field of any annotated type
    """A bigint that the database numbers."""
    return Field(
        default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True)
    )


def moment(*, nullable: bool = False) -> Any:  # noqa: ANN401
    """An aware instant."""
    return Field(default=None, sa_column=Column(DateTime(timezone=True), nullable=nullable))


def texts() -> Any:  # noqa: ANN401
    """An array of codes."""
    return Field(default_factory=list, sa_column=Column(ARRAY(Text), nullable=False))


def small_numbers() -> Any:  # noqa: ANN401
    """An array of small whole numbers."""
    return Field(default_factory=list, sa_column=Column(ARRAY(SmallInteger), nullable=False))


def document() -> Any:  # noqa: ANN401
    """A JSON document."""
    return Field(sa_column=Column(JSONB, nullable=False))


Moments = Sequence[datetime | None]
"""A ladder as the database keeps it: one instant a rung."""
