"""The cases that a change of calendar or policy may move: their clocks, each with its round."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row

from domain.calendar import WorkCalendar
from domain.clocks import Clock, ClockKey, Rules
from domain.codes import RUNGS, ClockKind
from domain.history import load_ops
from domain.limits import Limit
from domain.policy import Policy
from domain.recomputing import Round, followed
from domain.reprojecting import Recount, rebudgeted, recount
from models.reprojection_statements import CASES, CLOCKS, HISTORY, REACHED, STRETCH
from models.rulebook import RuleBook

BATCH = 2000
"""Cases a transaction: soon over, so that nobody waits long for a case."""


@dataclass(frozen=True)
class Change:
    """What the rules become: another calendar, or another policy that cases come under.

    ``since`` is the first instant of the first day that changed; ``None`` where any clock may move.
    """

    calendar: WorkCalendar
    policy: Policy | None
    since: datetime | None

    def rules(self, connection: Connection, book: RuleBook, version: int) -> Rules:
        """Give the rules for a case that is under a version of the policy."""
        return Rules(self.calendar, self.policy or book.policy(connection, version))


class Stretch(NamedTuple):
    """The next cases in order: the last of them, how many they are, which the change reaches."""

    last: int
    looked: int
    ids: list[int]


@dataclass(frozen=True)
class Standing:
    """A clock as it is stored, with what was done to it since it last started."""

    id: int
    clock: Clock
    done: Round


@dataclass(frozen=True)
class Reached:
    """A case that the change reaches; ``policy`` is the version that it is under."""

    id: int
    no: str
    kind: str
    urgency: str
    channel: str
    policy: int
    seq: int
    clocks: list[Standing] = field(default_factory=list)

    def recounts(self, rules: Rules, *, rebudget: bool) -> Iterator[tuple[int, Recount]]:
        """Give the clocks that differ under ``rules``, by row id; ``rebudget`` for a new policy."""
        own = rules.of(self.channel)
        for standing in self.clocks:
            limit = rebudgeted(standing.done, self.kind, self.urgency, own) if rebudget else None
            found = recount(standing.done, standing.clock, limit, rules)
            if found is not None:
                yield standing.id, found


def stretch(connection: Connection, change: Change, cursor: int) -> Stretch | None:
    """Find the next cases after ``cursor``; ``None`` when there is none left."""
    row = connection.exec_driver_sql(STRETCH, {"cursor": cursor, "batch": BATCH}).one()
    if not row.looked:
        return None
    place = {"cursor": cursor, "last": row.last, "since": change.since}
    ids = connection.exec_driver_sql(REACHED, place).scalars()
    return Stretch(row.last, row.looked, sorted(ids))


def read_reached(connection: Connection, change: Change, ids: Sequence[int]) -> list[Reached]:
    """Read cases in id order, with the clocks that the change may move."""
    place = {"ids": list(ids), "since": change.since}
    cases = {row[0]: Reached(*row) for row in connection.exec_driver_sql(CASES, place)}
    clocks = connection.exec_driver_sql(CLOCKS, place).all()
    wanted = {row.case_id: set[ClockKey]() for row in clocks}
    for row in clocks:
        wanted[row.case_id].add((_kind(row.kind), row.slot))
    rounds = _rounds(connection, wanted)
    for row in clocks:
        clock = _clock(row)
        done = rounds[row.case_id][clock.key]
        cases[row.case_id].clocks.append(Standing(row.id, clock, done))
    return list(cases.values())


def _rounds(
    connection: Connection, wanted: Mapping[int, set[ClockKey]]
) -> dict[int, dict[ClockKey, Round]]:
    rows = connection.exec_driver_sql(HISTORY, {"ids": list(wanted)})
    found: dict[int, dict[ClockKey, Round]] = {}
    for case_id, entries in groupby(rows, lambda row: row.case_id):
        rounds: dict[ClockKey, Round] = {}
        for entry in entries:
            ours = [op for op in entry.ops if (op["kind"], op["slot"]) in wanted[case_id]]
            for op in load_ops(ours):
                rounds[op.key] = followed(rounds.get(op.key, ()), entry.occurred_at, op)
        found[case_id] = rounds
    return found


def _clock(row: Row[Any]) -> Clock:
    """Make a clock; this runs once a clock: the row is taken apart at once."""
    kind, slot, holder, revision, limit, started, due, ladder, stopped, paused, rung, *rest = row[
        2:
    ]
    return Clock(
        _kind(kind),
        slot,
        holder,
        revision,
        _limit(limit),
        started,
        due,
        tuple(ladder),
        stopped,
        paused,
        RUNGS[rung - 1] if rung else None,
        *rest,
    )


_kind = cache(ClockKind)
_limit = cache(Limit.parse)
"""A handful of values, read a million times."""
