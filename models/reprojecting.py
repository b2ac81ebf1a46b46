"""Running clocks counted again after a change of calendar or policy, batch after batch.

Each batch is one transaction that also moves the cursor: killed at any point, whoever goes on
continues after the last batch that was committed. Until a case is done its old deadlines hold
(design: clocks and rungs).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine

from domain.calendar import at_hour
from domain.change import Notice
from domain.clocks import Clock, Rules
from domain.codes import ClockKind, Urgency
from domain.history import dump_ops
from domain.notifying import notices
from domain.reprojecting import Recount
from models.calendars import MIDNIGHT
from models.engine import transaction
from models.recording import Row, iso
from models.reprojection_reading import Change, Reached, read_reached, stretch
from models.reprojection_statements import FIRST_DAY, JOURNAL, LOCK, MOVE
from models.reprojections import Reprojection, advance, finish, hold
from models.rulebook import RuleBook, book_for
from models.statements import NOTICES

TEMPLATE = "reprojected"
"""What a unit is told when its time to finish ends on another day."""


class Step(NamedTuple):
    """What one batch did: cases looked at and journalled; ``over`` when nothing is left to do."""

    looked: int = 0
    moved: int = 0
    over: bool = False


@dataclass(frozen=True)
class Moment:
    """``now`` is business time, ``recorded_at`` when it really happens (aware)."""

    now: datetime
    recorded_at: datetime


def step(engine: Engine, moment: Moment) -> Step:
    """Do the next batch of the unfinished re-projection, or find that there is none."""
    book = book_for(engine)
    with transaction(engine) as connection:
        held = hold(connection)
        if held is None:
            return Step(over=True)
        change = change_of(connection, book, held)
        found = stretch(connection, change, held.cursor)
        if found is None:
            finish(connection, held, moment.recorded_at)
            return Step(over=True)
        moved = 0
        if found.ids:
            connection.exec_driver_sql(LOCK, {"ids": found.ids})
            cases = read_reached(connection, change, found.ids)
            moved = _write(connection, _drafts(connection, book, held, change, cases), held, moment)
        advance(connection, held, found.last, looked=found.looked, moved=moved)
        return Step(found.looked, moved)


def change_of(connection: Connection, book: RuleBook, held: Reprojection) -> Change:
    """Say what the rules become, from the row alone."""
    calendar = book.calendar(connection, held.calendar)
    if held.policy is not None:
        return Change(calendar, book.policy(connection, held.policy), None)
    place = {"version": held.calendar}
    first = connection.exec_driver_sql(FIRST_DAY, place).scalar_one()
    return Change(calendar, None, at_hour(first, MIDNIGHT))


@dataclass(frozen=True)
class _Draft:
    """What a case becomes: its clocks by row id, and the rules that it is under from now on."""

    case: Reached
    rules: Rules
    recounts: Sequence[tuple[int, Recount]]

    def detail(self, cause: str) -> Mapping[str, Any]:
        """What history keeps: operations, versions, and which deadlines moved (epoch seconds)."""
        full = {
            "policy": self.rules.policy.version,
            "calendar": self.rules.calendar.version,
            "cause": cause,
            "clocks": dump_ops(found.op for _, found in self.recounts),
            "moved": [_moved(found) for _, found in self.recounts if found.moved],
        }
        return {name: value for name, value in full.items() if value != []}

    def notices(self, cause: str) -> list[Row]:
        """What units are told: that the day changed by which they must finish."""
        return [
            self._notice(told)
            for _, found in self.recounts
            if found.moved and found.after.running and found.after.kind is ClockKind.FINISH
            for told in notices(
                self.rules, TEMPLATE, found.after.holder, **_moved(found), cause=cause
            )
        ]

    def _notice(self, told: Notice) -> Row:
        return {
            "case_id": self.case.id,
            "seq": self.case.seq + 1,
            "template": told.template,
            "unit": told.unit,
            "role": told.role,
            "args": dict(told.args),
            "ladder": False,
            "urgent": self.case.urgency == Urgency.EMERGENCY,
        }


def _drafts(
    connection: Connection,
    book: RuleBook,
    held: Reprojection,
    change: Change,
    cases: Sequence[Reached],
) -> list[_Draft]:
    """Leave out the cases in which nothing changes: their history says nothing of it."""
    found = []
    for case in cases:
        rules = change.rules(connection, book, case.policy)
        recounts = list(case.recounts(rules, rebudget=held.policy is not None))
        if recounts or held.policy not in (None, case.policy):
            found.append(_Draft(case, rules, recounts))
    return found


def _moved(found: Recount) -> dict[str, str | int]:
    return {
        "clock": f"{found.after.kind}/{found.after.slot}",
        "from": int(found.before.due_at.timestamp()),
        "to": int(found.after.due_at.timestamp()),
    }


def _write(
    connection: Connection, drafts: Sequence[_Draft], held: Reprojection, moment: Moment
) -> int:
    """Write everything in one round trip; cases last, to be counted."""
    if not drafts:
        return 0
    owed = {"owed_at": moment.now.isoformat()}
    rows = {
        "clocks": [
            _clock_row(id_, found.after) for draft in drafts for id_, found in draft.recounts
        ],
        "rows": [row | owed for draft in drafts for row in draft.notices(held.cause)],
        "entries": [_entry(draft, held.cause) for draft in drafts],
    }
    arguments: dict[str, Any] = {name: json.dumps(found) for name, found in rows.items()}
    actor, _, claimed = held.actor.partition(":")
    arguments |= {
        "at": moment.now,
        "recorded_at": moment.recorded_at,
        "actor": actor,
        "claimed": claimed,
    }
    return connection.exec_driver_sql(f"{MOVE};{NOTICES};{JOURNAL}", arguments).rowcount


def _entry(draft: _Draft, cause: str) -> Row:
    return {
        "case_id": draft.case.id,
        "policy": draft.rules.policy.version,
        "detail": draft.detail(cause),
    }


def _clock_row(id_: int, clock: Clock) -> Row:
    upcoming = clock.next
    return {
        "id": id_,
        "limit": str(clock.limit),
        "started_at": clock.started_at.isoformat(),
        "due_at": clock.due_at.isoformat(),
        "paused_at": iso(clock.paused_at),
        "ladder": [iso(at) for at in clock.ladder],
        "next_at": iso(upcoming[1]) if upcoming else None,
        "provisional": clock.provisional,
        "rolled": clock.rolled,
    }
