"""What is kept too long erased, batch after batch; each batch is one transaction.

Killed at any point, the next run goes on where the last batch ended. Nothing is touched of a case
that runs or is held.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, Row

from domain.retaining import Retention
from models.engine import session_lock, transaction
from models.journaling import Occasion, append
from models.retention_statements import (
    COUNT_MESSAGES,
    DUE,
    ERASE_IDENTITIES,
    ERASE_LABELS,
    ERASE_MESSAGES,
    ERASE_REFUSALS,
    ERASE_TEXTS,
    ERASE_TRACES,
    LOCK,
    NEUTRAL,
    NOTE,
    PAGE,
    PUBLIC,
    UNREACHABLE,
)
from models.rulebook import book_for

BATCH = 200
"""Cases a transaction."""
_ALONE = 0x5EC7E7A5
"""Advisory lock of whoever erases, so that two at once do not compete."""


class Step(NamedTuple):
    """What one batch did: identities and cases' texts erased, cases held, since when the oldest.

    ``last`` is the row id of the last case looked at, ``None`` when none was left.
    """

    last: int | None
    identities: int = 0
    texts: int = 0
    held: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True)
class Erasing:
    """How long what is kept, and on what occasion it is erased; ``preview`` writes nothing."""

    terms: Retention
    occasion: Occasion
    preview: bool = False

    @property
    def figures(self) -> dict[str, Any]:
        """The figures as the statements take them."""
        return {
            "identity": self.terms.identity.amount,
            "texts": self.terms.texts.amount,
            "at": self.occasion.at,
            "neutral": NEUTRAL,
            "public": list(PUBLIC),
        }


def at_work(engine: Engine) -> AbstractContextManager[bool]:
    """Be the one that erases for the block; yields whether nobody else is."""
    return session_lock(engine, _ALONE)


def terms_in_force(engine: Engine) -> Retention:
    """Read how long what is kept: by the policy in force, whatever a case was dispatched under."""
    with transaction(engine) as connection:
        return book_for(engine).rules(connection).policy.retention


def erase_next(engine: Engine, erasing: Erasing, after: int) -> Step:
    """Erase what is due of the next cases after row id ``after``."""
    with transaction(engine) as connection:
        page = {"after": after, "batch": BATCH}
        ids = list(connection.exec_driver_sql(PAGE, page).scalars())
        if not ids:
            return Step(None)
        arguments = erasing.figures | {"ids": ids}
        if not erasing.preview:
            connection.exec_driver_sql(LOCK, {"ids": ids})
        due = connection.exec_driver_sql(DUE, arguments).all()
        free = [row for row in due if not row.held]
        told = _foreseen(free) if erasing.preview else _erase(connection, free, erasing)
        return Step(
            ids[-1],
            *told,
            held=len(due) - len(free),
            oldest=min((r.since for r in due), default=None),
        )


def erase_messages(engine: Engine, erasing: Erasing) -> int:
    """Erase the next messages that speak of nothing but what was erased; give how many."""
    with transaction(engine) as connection:
        figures = erasing.figures | {"batch": BATCH}
        if erasing.preview:
            return int(connection.exec_driver_sql(COUNT_MESSAGES, figures).scalar_one())
        return connection.exec_driver_sql(ERASE_MESSAGES, figures).rowcount


def erase_refusals(engine: Engine, erasing: Erasing) -> None:
    """Erase why rows were refused long ago: the reasons quote them."""
    with transaction(engine) as connection:
        connection.exec_driver_sql(ERASE_REFUSALS, erasing.figures)


def _foreseen(due: list[Row[Any]]) -> tuple[int, int]:
    identities = sum(row.identity_left and row.reachable for row in due)
    return identities, sum(row.texts_due for row in due)


def _erase(connection: Connection, due: list[Row[Any]], erasing: Erasing) -> tuple[int, int]:
    """Erase identities of all, texts of some; give of how many cases each was there."""
    ids, old = [row.id for row in due], [row.id for row in due if row.texts_due]
    if not ids:
        return 0, 0
    gone = set(connection.exec_driver_sql(ERASE_IDENTITIES, {"ids": ids}).scalars())
    connection.exec_driver_sql(UNREACHABLE, {"ids": ids, "gone": list(gone)})
    texts = _erase_texts(connection, old, erasing)
    entries = [
        {
            "case_id": id_,
            "event": "identity_erased" if id_ in gone else "texts_erased",
            "detail": {"identity": id_ in gone, "texts": texts.get(id_, 0)},
        }
        for id_ in ids
        if id_ in gone or id_ in texts
    ]
    if entries:
        append(connection, entries, erasing.occasion)
    connection.exec_driver_sql(NOTE, {"ids": ids, "texts": old})
    return len(gone), len(texts)


def _erase_texts(connection: Connection, ids: list[int], erasing: Erasing) -> dict[int, int]:
    """Erase the free texts of cases; give how many each had that history cites."""
    if not ids:
        return {}
    arguments = erasing.figures | {"ids": ids}
    found: dict[int, int] = {}
    for case_id in connection.exec_driver_sql(ERASE_TEXTS, arguments).scalars():
        found[case_id] = found.get(case_id, 0) + 1
    for case_id in connection.exec_driver_sql(ERASE_LABELS, arguments).scalars():
        found.setdefault(case_id, 0)
    connection.exec_driver_sql(ERASE_TRACES, arguments)
    return found
