"""A case as a JSON document, whose fields scripts rely on."""

from collections.abc import Iterator, Mapping
from typing import Any

from deployments.cli.saying import iso
from domain.case import Request
from domain.clocks import Clock
from domain.codes import State
from domain.explaining import clock_reason
from domain.transitions import allowed
from models.reading import Whole

_COMMANDS = {
    "dispatch": "assign",
    "accept": "close --step accept",
    "sign_off": "close --step sign",
    "review": "close --step review",
    "order_recheck": "recheck",
}
_BY_SYSTEM = ("end_notice", "archive")
_AS_STORED = (
    "no", "subject", "state", "environment", "kind", "urgency", "mode", "channel",
    "level", "listed", "excluded", "returns", "relapses", "rehandlings", "result", "party",
    "party_hidden",
)  # fmt: skip
_INSTANTS = ("reported_at", "detected_at", "dispatched_at", "closed_at", "wake_at")


def document(case: Whole) -> dict[str, Any]:
    """Put a case into a document; instants are Shanghai time, codes are codes."""
    row = case.row
    return {
        **{name: row[name] for name in _AS_STORED},
        "lead_unit": row["lead_unit"],
        "assisting": list(row["assisting"]),
        "verifying_unit": row["verifying_unit"],
        "lead_case": case.loaded.case.lead_case or None,
        "followers": case.followers,
        **{name: iso(row[name]) for name in _INSTANTS},
        "parts": [vars(part) for part in case.loaded.case.parts],
        "feedback": case.loaded.case.feedback,
        "feedback_due_at": iso(case.loaded.case.feedback_due_at),
        "clocks": [_clock(clock) for clock in case.loaded.case.clocks.values()],
        "requests": [_request(request) for request in case.loaded.case.requests],
        "history": [_entry(entry) for entry in case.history],
        "notices": [_notice(notice) for notice in case.notices],
        "documents": [_official(paper) for paper in case.documents],
        "allowed": list(commands(case.loaded.case.state)),
    }


def commands(state: State) -> Iterator[str]:
    """Name the commands that a state allows, as they are typed."""
    names = (_COMMANDS.get(name, name) for name in allowed(state) if name not in _BY_SYSTEM)
    return iter(dict.fromkeys(names))


def number_of(paper: Mapping[str, Any]) -> str:
    """Write a document's number: 催办〔2026〕12号."""
    return f"{paper['type']}〔{paper['year']}〕{paper['number']}号"


def _clock(clock: Clock) -> dict[str, Any]:
    upcoming = clock.next
    return {
        "kind": clock.kind,
        "slot": clock.slot,
        "holder": clock.holder,
        "revision": clock.revision,
        "limit": str(clock.limit),
        "started_at": iso(clock.started_at),
        "due_at": iso(clock.due_at),
        "stopped_at": iso(clock.stopped_at),
        "paused": clock.paused_at is not None,
        "paused_at": iso(clock.paused_at),
        "rung": clock.rung,
        "next_rung": upcoming[0] if upcoming else None,
        "next_at": iso(upcoming[1]) if upcoming else None,
        "provisional": clock.provisional,
        "rule": clock.rule,
        "reason": clock_reason(clock),
    }


def _request(request: Request) -> dict[str, Any]:
    return {
        "number": request.number,
        "kind": request.kind,
        "applicant": request.applicant,
        "asked_at": iso(request.asked_at),
        "status": request.status,
        "days": request.days or None,
        "until": iso(request.until),
        "unit": request.unit or None,
        "rung": request.rung,
        "slot": request.slot,
        "decider": request.decider or None,
        "decided_at": iso(request.decided_at),
    }


def _entry(entry: Mapping[str, Any]) -> dict[str, Any]:
    instants = {name: iso(entry[name]) for name in ("occurred_at", "recorded_at")}
    return {**entry, **instants}


def _notice(notice: Mapping[str, Any]) -> dict[str, Any]:
    shown = ("seq", "template", "recipient", "channel", "status")
    return {**{name: notice[name] for name in shown}, "owed_at": iso(notice["owed_at"])}


def _official(paper: Mapping[str, Any]) -> dict[str, Any]:
    number = {"number": number_of(paper), "issued_at": iso(paper["issued_at"])}
    return {"seq": paper["seq"], "template": paper["template"], **number}
