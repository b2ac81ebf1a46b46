"""Suggestions of duplicates: listed, decided, and acted on by the system itself."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Engine

from models.engine import transaction
from models.suggestion_statements import (
    APART,
    COUNT_OPEN,
    COUNT_RELAPSES,
    JOINABLE,
    OF_CASE,
    OPEN,
    RECHECKED,
    RELAPSES,
    SET_COMPARED,
    SET_JOIN_FROM,
    SETTING,
)

Row = Mapping[str, Any]


class Pair(NamedTuple):
    """A new case and an earlier one, by their numbers."""

    no: str
    other: str
    score: float


def open_suggestions(engine: Engine, limit: int) -> list[Row]:
    """List what the office has not decided, the likeliest first."""
    return _rows(engine, OPEN, {"limit": limit})


def suggestions_of(engine: Engine, no: str) -> list[Row]:
    """List all suggestions of a case, decided or not, the likeliest first."""
    return _rows(engine, OF_CASE, {"no": no})


def count_open(engine: Engine) -> int:
    """Count the cases that have suggestions the office has not decided."""
    with transaction(engine) as connection:
        return int(connection.exec_driver_sql(COUNT_OPEN).scalar_one())


def count_relapses(engine: Engine) -> int:
    """Count the closed cases that undecided reports say have come back."""
    with transaction(engine) as connection:
        return int(connection.exec_driver_sql(COUNT_RELAPSES).scalar_one())


def keep_pair_apart(engine: Engine, pair: tuple[str, str], decider: str, at: datetime) -> bool:
    """Note that a case is to be kept apart from another; false when nothing open suggested it.

    ``pair`` is the case and the other, or the lead which that one follows by now. That cases were
    joined or split is noted where it is written (``models.writing``).
    """
    no, other = pair
    arguments = {"no": no, "other": other, "decider": decider, "at": at}
    with transaction(engine) as connection:
        return connection.exec_driver_sql(APART, arguments).rowcount > 0


def relapses(engine: Engine) -> list[Pair]:
    """List reports about closed cases whose re-inspection is not ordered yet, one a closed case."""
    return [Pair(**row) for row in _rows(engine, RELAPSES, {})]


def mark_rechecked(engine: Engine, others: Sequence[str], at: datetime) -> None:
    """Note that the re-inspection of these closed cases was ordered."""
    with transaction(engine) as connection:
        connection.exec_driver_sql(RECHECKED, {"others": list(others), "at": at})


def joinable(engine: Engine) -> list[Pair]:
    """List new cases that are to join another by themselves, oldest first, each with the likeliest.

    There are none unless an operator set the score from which they do.
    """
    return [Pair(**row) for row in _rows(engine, JOINABLE, {})]


def join_from(engine: Engine) -> float | None:
    """Give the score from which cases join by themselves, or nothing."""
    with transaction(engine) as connection:
        found = connection.exec_driver_sql(SETTING).scalar_one()
    return None if found is None else float(found)


def set_join_from(engine: Engine, score: float | None) -> None:
    """Set the score from which cases join by themselves; ``None`` means never."""
    with transaction(engine) as connection:
        connection.exec_driver_sql(SET_JOIN_FROM, {"score": score})


def set_compared(engine: Engine, *, compared: bool) -> None:
    """Switch on or off that new cases are compared with those there are."""
    with transaction(engine) as connection:
        connection.exec_driver_sql(SET_COMPARED, {"compared": compared})


def _rows(engine: Engine, statement: str, arguments: Mapping[str, object]) -> list[Row]:
    with transaction(engine) as connection:
        return [dict(row) for row in connection.exec_driver_sql(statement, arguments).mappings()]
