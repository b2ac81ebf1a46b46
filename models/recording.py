"""Outcomes turned into the rows that record them: plain values for ``models.writing``."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from domain.change import Outcome, Text
from domain.clocks import Clock
from domain.codes import RUNGS, Urgency
from domain.history import dump_ops

Row = dict[str, Any]


@dataclass(frozen=True)
class EvidenceFile:
    """A file submitted as evidence: digest, its name as given, bytes."""

    sha256: str
    name: str
    size: int


@dataclass(frozen=True)
class Recorded:
    """One outcome to write: the row id of its case, its key, and when it is recorded (aware).

    ``calendar`` is the version of the calendar that it was computed with.
    """

    case_id: int
    outcome: Outcome
    key: str
    command: str
    recorded_at: datetime
    calendar: int
    evidence: tuple[EvidenceFile, ...] = ()
    texts: tuple[Row, ...] = field(init=False)

    def __post_init__(self) -> None:
        rows = tuple(new_text(self.case_id, self.seq, text) for text in self.outcome.change.texts)
        object.__setattr__(self, "texts", rows)

    @property
    def seq(self) -> int:
        """The place of this event in the history of its case."""
        return self.outcome.after.seq

    def case_row(self) -> Row:
        """The case as it is after, with its history entry."""
        after, change = self.outcome.after, self.outcome.change
        return {
            "case_id": self.case_id,
            "seq": after.seq,
            "event": change.event,
            "actor": self.outcome.actor,
            "claimed_name": self.outcome.claimed_name,
            "occurred_at": self.outcome.at.isoformat(),
            "recorded_at": self.recorded_at.isoformat(),
            "detail": self.detail(),
            "state": after.state,
            "environment": after.environment,
            "kind": after.kind,
            "urgency": after.urgency,
            "mode": after.mode,
            "lead_unit": after.lead_unit or None,
            "assisting": list(after.assisting),
            "verifying_unit": after.verifying_unit or None,
            "level": after.level,
            "listed": after.listed,
            "excluded": after.excluded,
            "returns": after.returns,
            "relapses": after.relapses,
            "rehandlings": after.rehandlings,
            "callback_attempts": after.callback_attempts,
            "signed_off": after.signed_off,
            "result": after.result,
            "lead_no": after.lead_case or None,
            "former": after.former,
            "dispatched_at": iso(after.dispatched_at),
            "closed_at": iso(after.closed_at),
            "wake_at": iso(after.wake_at),
            "policy_version": after.policy_version,
            "entry": after.entry,
            "slots": list(after.slots),
            "hops": list(after.hops),
            "accused": list(after.accused),
            "feedback": after.feedback,
            "feedback_due_at": iso(after.feedback_due_at),
        }

    def detail(self) -> Mapping[str, Any]:
        """What history keeps: codes, figures, references, and digests of the texts."""
        before, after, change = self.outcome.before, self.outcome.after, self.outcome.change
        full = {
            "from": before.state,
            "to": after.state,
            "policy": after.policy_version,
            "calendar": self.calendar if change.clocks else None,
            "clocks": dump_ops(change.clocks),
            "texts": {row["kind"]: row["digest"] for row in self.texts},
            **change.detail,
        }
        return {name: value for name, value in full.items() if value not in ([], {}, "", None)}

    def clock_rows(self) -> list[Row]:
        """The clocks that this outcome changed."""
        before = self.outcome.before.clocks
        return [
            clock_row(self.case_id, clock)
            for key, clock in self.outcome.after.clocks.items()
            if before.get(key) != clock
        ]

    def request_rows(self) -> list[Row]:
        """The requests that this outcome opened or decided."""
        before = {request.number: request for request in self.outcome.before.requests}
        return [
            {
                "case_id": self.case_id,
                "number": request.number,
                "kind": request.kind,
                "applicant": request.applicant,
                "asked_at": request.asked_at.isoformat(),
                "status": request.status,
                "days": request.days,
                "until": iso(request.until),
                "unit": request.unit,
                "rung": request.rung or "",
                "level": request.level,
                "decider": request.decider,
                "decided_at": iso(request.decided_at),
                "slot": request.slot,
            }
            for request in self.outcome.after.requests
            if before.get(request.number) != request
        ]

    def notice_rows(self) -> list[Row]:
        """The notices that this outcome owes."""
        return [
            {
                "case_id": self.case_id,
                "seq": self.seq,
                "template": notice.template,
                "unit": notice.unit,
                "role": notice.role,
                "args": dict(notice.args),
                "ladder": "rung" in notice.args,
                "urgent": self.outcome.after.urgency is Urgency.EMERGENCY,
                "owed_at": self.outcome.at.isoformat(),
            }
            for notice in self.outcome.change.notices
        ]


def clock_row(case_id: int, clock: Clock) -> Row:
    """A clock as its table keeps it."""
    upcoming = clock.next
    return {
        "case_id": case_id,
        "kind": clock.kind,
        "slot": clock.slot,
        "holder": clock.holder,
        "revision": clock.revision,
        "limit": str(clock.limit),
        "started_at": clock.started_at.isoformat(),
        "due_at": clock.due_at.isoformat(),
        "stopped_at": iso(clock.stopped_at),
        "paused_at": iso(clock.paused_at),
        "rung": RUNGS.index(clock.rung) + 1 if clock.rung else 0,
        "ladder": [iso(at) for at in clock.ladder],
        "next_at": iso(upcoming[1]) if upcoming else None,
        "provisional": clock.provisional,
        "rolled": clock.rolled,
        "rule": clock.rule,
    }


def new_text(case_id: int, seq: int, text: Text) -> Row:
    """A text as its table keeps it, with a fresh salt and the digest that history cites."""
    salt = secrets.token_bytes(16)
    return {
        "case_id": case_id,
        "seq": seq,
        "kind": text.kind,
        "salt": salt.hex(),
        "body": text.body,
        "digest": text_digest(salt, text.body),
    }


def text_digest(salt: bytes, body: str) -> str:
    """The salted hash by which history cites a text."""
    return sha256(salt + body.encode()).hexdigest()


def iso(at: datetime | None) -> str | None:
    """An instant as text, for a JSON row."""
    return None if at is None else at.isoformat()
