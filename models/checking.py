"""The deadline check: set-based, repeatable, alone (design: the check).

Due cases are locked in one statement and their clocks moved in the next, batch after batch, until
nothing is due. Every rung that passed is in ``fired`` once; the highest is sent, those below it
that downtime skipped are journalled as coalesced.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from domain.calendar import SHANGHAI
from domain.codes import AUTOMATIC_RUNGS, RUNG_LEVEL, RUNGS
from domain.notifying import DOCUMENT_TYPES, target
from domain.policy import Policy
from models.engine import session_lock, transaction
from models.firing import DUE, DUE_WAKING, FIRE, LOCK, PRESENT_DUE
from models.rulebook import RuleBook, book_for

_ALONE = 0x5EC7C4EC
"""Advisory lock that a check holds, so that two at once do not compete."""
BATCH = 5000
"""Cases a transaction: large enough to be set-based, small enough to hold locks for a moment."""


@dataclass
class CheckReport:
    """What a check did: rungs fired by clock and rung, coalesced rungs, notices owed, cases woken.

    ``reprojected`` counts the cases that it moved to rules put in force before, where that was cut
    off; ``compared`` those that it compared with others, ``rechecks`` and ``joined`` what it
    ordered because of what it found; ``reinspected`` the re-inspections that it ordered by itself,
    ``inspectors_named`` the inspections given to somebody. ``held`` says that another check was
    running, ``behind`` that a later one had already run; in both cases nothing was changed.
    """

    fired: Counter[str] = field(default_factory=Counter)
    coalesced: int = 0
    notices: int = 0
    woken: int = 0
    reprojected: int = 0
    compared: int = 0
    rechecks: int = 0
    joined: int = 0
    reinspected: int = 0
    inspectors_named: int = 0
    cases: list[str] = field(default_factory=list)
    held: bool = False
    behind: datetime | None = None


def alone(engine: Engine) -> AbstractContextManager[bool]:
    """Hold the check's lock for the block; yields whether it was free."""
    return session_lock(engine, _ALONE)


def last_check(engine: Engine) -> datetime | None:
    """Give the business time of the last check."""
    with transaction(engine) as connection:
        found: datetime | None = connection.exec_driver_sql(
            "select checked_as_of from setting"
        ).scalar_one()
    return found


def mark_checked(engine: Engine, as_of: datetime) -> None:
    """Note how far the check has come."""
    with transaction(engine) as connection:
        connection.exec_driver_sql(
            "update setting set checked_as_of = greatest(checked_as_of, %(at)s)", {"at": as_of}
        )


@dataclass(frozen=True)
class Moment:
    """``as_of`` is the business time of the check, ``recorded_at`` when it really runs (aware)."""

    as_of: datetime
    recorded_at: datetime


def fire_due(
    engine: Engine,
    moment: Moment,
    report: CheckReport,
    progress: Callable[[int], None] = lambda _: None,
) -> None:
    """Move every clock that is due to the highest rung passed; add to ``report``.

    Cases that somebody works on are passed over the first time and waited for the next. A case
    whose last event is later than the check is left alone.
    """
    clause = " skip locked"
    while due := _due(engine, moment.as_of):
        moved = 0
        for first in range(0, len(due), BATCH):
            with transaction(engine) as connection:
                locked = _lock(connection, due[first : first + BATCH], moment.as_of, clause)
                if locked:
                    _fire(connection, locked, moment, book_for(engine), report)
            moved += len(locked)
            progress(len(locked))
        if moved == len(due) or not (moved or clause):
            return
        clause = ""


def _due(engine: Engine, as_of: datetime) -> list[int]:
    """Find the cases with a clock that is due, in id order.

    By the index itself: what earlier checks moved is marked in it as gone when first met, while a
    bitmap scan would look at all of it again in every check until the table is vacuumed.
    """
    with transaction(engine) as connection:
        connection.exec_driver_sql("set local enable_bitmapscan = off")
        return list(connection.exec_driver_sql(DUE, {"as_of": as_of}).scalars())


def _lock(
    connection: Connection, ids: Sequence[int], as_of: datetime, clause: str
) -> dict[int, int]:
    """Lock the cases and give the policy version of each."""
    rows = connection.exec_driver_sql(LOCK + clause, {"ids": _array(ids), "as_of": as_of})
    return {row.id: row.policy_version for row in rows}


def _array(ids: Iterable[int]) -> str:
    """Write an array as PostgreSQL reads it fastest: thousands of literals take long to parse."""
    return "{" + ",".join(map(str, ids)) + "}"


def due_now(engine: Engine, as_of: datetime) -> int:
    """Count the clocks that a check at ``as_of`` would move."""
    with transaction(engine) as connection:
        found: int = connection.exec_driver_sql(PRESENT_DUE, {"as_of": as_of}).scalar_one()
    return found


def _fire(
    connection: Connection,
    locked: Mapping[int, int],
    moment: Moment,
    book: RuleBook,
    report: CheckReport,
) -> None:
    policies = [book.rules(connection, version).policy for version in set(locked.values())]
    row = connection.exec_driver_sql(
        FIRE,
        {
            "ids": _array(locked),
            "as_of": moment.as_of,
            "recorded_at": moment.recorded_at,
            "year": _year(moment.as_of),
            "targets": json.dumps([row for policy in policies for row in _targets(policy)]),
        },
    ).one()
    report.fired.update(row.fired or {})
    report.coalesced += row.coalesced
    report.notices += row.notices
    report.cases += row.nos


def _year(as_of: datetime) -> int:
    return as_of.astimezone(SHANGHAI).year


def _targets(policy: Policy) -> list[dict[str, Any]]:
    """Who is told when a rung fires by itself; an empty unit stands for the clock's holder."""
    targets = []
    for rung in RUNGS:
        if rung not in AUTOMATIC_RUNGS:
            continue
        rule = policy.rungs[rung]
        for unit, role in dict.fromkeys(target("", role) for role in rule.recipients):
            targets.append(
                {
                    "policy": policy.version,
                    "rung": RUNG_LEVEL[rung] + 1,
                    "template": rule.template,
                    "unit": unit,
                    "role": role,
                    "type": DOCUMENT_TYPES.get(rule.template),
                }
            )
    return targets


def waking(engine: Engine, as_of: datetime) -> list[tuple[str, str]]:
    """List cases, with their state, in which the system itself must act by ``as_of``."""
    with transaction(engine) as connection:
        rows = connection.exec_driver_sql(DUE_WAKING, {"as_of": as_of, "batch": BATCH})
        return [(row.no, row.state) for row in rows]
