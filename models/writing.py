"""Outcomes written: case, history, clocks, requests, texts, notices, documents; each set-based.

Every statement takes its rows as one JSON document, and all of them go to the server at once: one
outcome and a thousand take the same single round trip.
"""

import json
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import Connection

from domain.calendar import SHANGHAI
from domain.case import SYSTEM
from domain.editing import PARTY, SUBJECT
from domain.errors import Refused
from domain.notifying import DOCUMENT_TYPES
from models.recording import Recorded, Row
from models.statements import (
    CASES,
    CLOCKS,
    DOCUMENTS,
    EVIDENCE,
    KEYS,
    LABELS,
    NOTICES,
    REQUESTS,
    TEXTS,
    WITHDRAW_CARDS,
    WITHDRAW_NOTICES,
)
from models.suggestion_statements import DECIDED

_IN_ORDER = {
    "clocks": CLOCKS,
    "requests": REQUESTS,
    "texts": TEXTS,
    "labels": LABELS,
    "suggested": DECIDED,
    "evidence": EVIDENCE,
    "keys": KEYS,
    "withdrawn": WITHDRAW_NOTICES,
    "cards": WITHDRAW_CARDS,
    "notices": NOTICES,
    "documents": DOCUMENTS,
    "cases": CASES,
}
"""In the order they run: cards after clocks, whose new revision they look for; what is withdrawn
before what is newly owed; counters late, for others wait for them; cases last, to be counted."""
_STATEMENTS = {
    name: statement.replace("%(rows)s", f"%({name})s") for name, statement in _IN_ORDER.items()
}

_DECIDING = {"merged", "split", "rejected", "referred"}
"""Events that decide what was suggested about duplicates."""


def write(connection: Connection, recorded: Sequence[Recorded]) -> None:
    """Write outcomes of locked cases, at most one a case, in the caller's transaction."""
    rows = {name: found for name, found in _rows(recorded).items() if found}
    statement = ";".join(text for name, text in _STATEMENTS.items() if name in rows)
    arguments: dict[str, Any] = {name: json.dumps(found) for name, found in rows.items()}
    arguments["ids"] = [item.case_id for item in recorded]
    if connection.exec_driver_sql(statement, arguments).rowcount != len(recorded):
        raise Refused("案件在办理期间被其他操作改动，未写入任何内容，请重试。")


def _rows(recorded: Sequence[Recorded]) -> dict[str, list[Row]]:
    notices = _all(item.notice_rows() for item in recorded)
    return {
        "cases": [item.case_row() for item in recorded],
        "clocks": _all(item.clock_rows() for item in recorded),
        "requests": _all(item.request_rows() for item in recorded),
        "texts": _all(item.texts for item in recorded),
        "labels": [row for row in map(_labels, recorded) if len(row) > 1],
        "suggested": [_decided(item) for item in recorded if item.command in _DECIDING],
        "evidence": _all(_evidence(item) for item in recorded),
        "keys": [_key(item) for item in recorded if item.key],
        "withdrawn": [_losing(item) for item in recorded if item.outcome.change.withdraw],
        "cards": [_overtaken(item) for item in recorded if "since" in item.outcome.change.detail],
        "notices": notices,
        "documents": _documents(recorded, notices),
    }


def _all(parts: Iterable[Iterable[Row]]) -> list[Row]:
    return list(chain.from_iterable(parts))


def _key(item: Recorded) -> Row:
    return {"key": item.key, "case_id": item.case_id, "command": item.command, "seq": item.seq}


def _evidence(item: Recorded) -> list[Row]:
    place = {"case_id": item.case_id, "seq": item.seq}
    return [place | {"sha256": f.sha256, "name": f.name, "size": f.size} for f in item.evidence]


def _labels(item: Recorded) -> Row:
    """What the case is called and whom it concerns from now on, where that was corrected."""
    named = {row["kind"]: row["body"] for row in item.texts if row["kind"] in (SUBJECT, PARTY)}
    return {"case_id": item.case_id, **named}


def _decided(item: Recorded) -> Row:
    """What the order decides of suggestions that name the case, and who gave it."""
    outcome = item.outcome
    return {
        "case_id": item.case_id,
        "event": outcome.change.event,
        "lead_no": outcome.after.lead_case or outcome.before.lead_case or None,
        "decider": outcome.claimed_name or (outcome.actor if outcome.actor == str(SYSTEM) else ""),
        "at": outcome.at.isoformat(),
    }


def _losing(item: Recorded) -> Row:
    """Which unsent notices of the case lost their ground."""
    change = item.outcome.change
    everything = change.withdraw == "all"
    return {"case_id": item.case_id, "everything": everything, "unit": change.withdraw_from}


def _overtaken(item: Recorded) -> Row:
    """The cards that fired while an extension or shelving was pending that is now approved."""
    return {
        "case_id": item.case_id,
        "since": item.outcome.change.detail["since"],
        "at": item.outcome.at.isoformat(),
    }


def _documents(recorded: Sequence[Recorded], notices: Sequence[Row]) -> list[Row]:
    """The official documents among the notices, each to be numbered in its type and year."""
    issued = {item.case_id: item.outcome.at.astimezone(SHANGHAI) for item in recorded}
    wanted = dict.fromkeys((row["case_id"], row["seq"], row["template"]) for row in notices)
    return [
        {
            "type": DOCUMENT_TYPES[template],
            "year": issued[case_id].year,
            "case_id": case_id,
            "seq": seq,
            "template": template,
            "issued_at": issued[case_id].isoformat(),
        }
        for case_id, seq, template in wanted
        if template in DOCUMENT_TYPES
    ]
