"""Cases locked and read: the lock in one statement, the state in the next (design: locking)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from domain.case import Case, Follower, Request
from domain.clocks import Clock, ClockKey
from domain.codes import (
    RUNGS,
    ClockKind,
    Environment,
    Feedback,
    Kind,
    Mode,
    RequestKind,
    Result,
    Rung,
    State,
    Urgency,
)
from domain.limits import Limit

_LOCK = """
select id from rectification_case where no = any (%(nos)s) order by id for update
"""
_FIND = "select id from rectification_case where no = any (%(nos)s) order by id"
_READ = """
select c.*, l.no as lead_no,
    (select coalesce(jsonb_agg(to_jsonb(k)), '[]') from clock k where k.case_id = c.id) as clocks,
    (select coalesce(jsonb_agg(to_jsonb(r) order by r.number), '[]')
       from request r where r.case_id = c.id) as requests
from rectification_case c left join rectification_case l on l.id = c.lead_case_id
where c.id = any (%(ids)s) order by c.id
"""
# Who reports through the interface reads there how the lead stands.
_FOLLOWERS = """
select f.no, f.reachable, f.lead_unit, f.assisting,
    exists (select from open311_request p where p.case_id = f.id) as answered
from rectification_case f where f.lead_case_id = %(id)s order by f.no
"""
_CLOCKS = "select to_jsonb(k) as clock from clock k where case_id = any (%(ids)s)"


@dataclass(frozen=True)
class StoredClock:
    """A clock as stored, with the instant at which the check looks at it next."""

    clock: Clock
    next_at: datetime | None


@dataclass(frozen=True)
class Loaded:
    """A case with its row id and what the rules do not need but the writer does."""

    id: int
    case: Case
    subject: str


def lock(connection: Connection, nos: Iterable[str]) -> list[int]:
    """Lock the rows of these case numbers in id order; unknown numbers are left out."""
    rows = connection.exec_driver_sql(_LOCK, {"nos": sorted(set(nos))})
    return [row.id for row in rows]


def find(connection: Connection, nos: Iterable[str]) -> list[int]:
    """Look these case numbers up without locking; unknown ones are left out."""
    rows = connection.exec_driver_sql(_FIND, {"nos": sorted(set(nos))})
    return [row.id for row in rows]


def read(connection: Connection, ids: Sequence[int]) -> dict[str, Loaded]:
    """Read cases as the rules see them, by number."""
    rows = connection.exec_driver_sql(_READ, {"ids": list(ids)}).mappings()
    return {row["no"]: Loaded(row["id"], _case(dict(row)), row["subject"]) for row in rows}


def followers_of(connection: Connection, case_id: int) -> tuple[Follower, ...]:
    """Read the cases that follow this one, by number."""
    rows = connection.exec_driver_sql(_FOLLOWERS, {"id": case_id})
    return tuple(
        Follower(row.no, row.reachable, row.answered, tuple(filter(None, units)))
        for row in rows
        for units in [(row.lead_unit, *row.assisting)]
    )


def stored_clocks(
    connection: Connection, ids: Sequence[int]
) -> dict[int, dict[ClockKey, StoredClock]]:
    """Read the clocks of cases by row id."""
    found: dict[int, dict[ClockKey, StoredClock]] = {}
    for item in connection.exec_driver_sql(_CLOCKS, {"ids": list(ids)}).scalars():
        clock = _clock(item)
        stored = StoredClock(clock, _moment(item["next_at"]))
        found.setdefault(item["case_id"], {})[clock.key] = stored
    return found


def _case(row: Mapping[str, Any]) -> Case:
    clocks = [_clock(item) for item in row["clocks"]]
    return Case(
        no=row["no"],
        state=State(row["state"]),
        environment=Environment(row["environment"]) if row["environment"] else None,
        kind=Kind(row["kind"]),
        urgency=Urgency(row["urgency"]),
        mode=Mode(row["mode"]),
        result=Result(row["result"]) if row["result"] else None,
        former=State(row["former"]) if row["former"] else None,
        lead_unit=row["lead_unit"] or "",
        assisting=tuple(row["assisting"]),
        verifying_unit=row["verifying_unit"] or "",
        lead_case=row["lead_no"] or "",
        slots=tuple(row["slots"]),
        hops=tuple(row["hops"]),
        accused=tuple(row["accused"]),
        feedback=Feedback(row["feedback"]) if row["feedback"] else None,
        clocks=_by_key(clocks),
        requests=tuple(_request(item) for item in row["requests"]),
        **{name: row[name] for name in _PLAIN},
    )


_PLAIN = (
    "channel",
    "detected_at",
    "last_event_at",
    "seq",
    "entry",
    "level",
    "listed",
    "excluded",
    "reachable",
    "returns",
    "relapses",
    "rehandlings",
    "callback_attempts",
    "signed_off",
    "dispatched_at",
    "closed_at",
    "wake_at",
    "policy_version",
    "feedback_due_at",
)
"""Columns that the rules take as they are."""


def _by_key(clocks: Iterable[Clock]) -> dict[ClockKey, Clock]:
    return {clock.key: clock for clock in clocks}


def _clock(item: Mapping[str, Any]) -> Clock:
    return Clock(
        kind=ClockKind(item["kind"]),
        slot=item["slot"],
        holder=item["holder"],
        revision=item["revision"],
        limit=Limit.parse(item["limit"]),
        started_at=datetime.fromisoformat(item["started_at"]),
        due_at=datetime.fromisoformat(item["due_at"]),
        stopped_at=_moment(item["stopped_at"]),
        paused_at=_moment(item["paused_at"]),
        rung=RUNGS[item["rung"] - 1] if item["rung"] else None,
        ladder=tuple(_moment(at) for at in item["ladder"]),
        provisional=item["provisional"],
        rolled=item["rolled"],
        rule=item["rule"],
    )


def _request(item: Mapping[str, Any]) -> Request:
    return Request(
        number=item["number"],
        kind=RequestKind(item["kind"]),
        applicant=item["applicant"],
        asked_at=datetime.fromisoformat(item["asked_at"]),
        status=item["status"],
        days=item["days"],
        until=_moment(item["until"]),
        unit=item["unit"],
        rung=Rung(item["rung"]) if item["rung"] else None,
        level=item["level"],
        decider=item["decider"],
        decided_at=_moment(item["decided_at"]),
        slot=item["slot"],
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
