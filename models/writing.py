"""Outcomes written: case, history, clocks, requests, texts, notices, documents; each set-based.

Every statement takes its rows as one JSON document, so that one outcome and a thousand take the
same number of round trips.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

from sqlalchemy import Connection

from domain.calendar import SHANGHAI
from domain.errors import Refused
from domain.notifying import DOCUMENT_TYPES
from models.recording import Recorded, Row
from models.statements import (
    CASES,
    CLOCKS,
    COUNT,
    DOCUMENTS,
    EVIDENCE,
    KEYS,
    NOTICES,
    REQUESTS,
    TEXTS,
    WITHDRAW_CARDS,
    WITHDRAW_NOTICES,
)


def write(connection: Connection, recorded: Sequence[Recorded]) -> None:
    """Write outcomes of locked cases, at most one a case, in the caller's transaction."""
    rows = [item.case_row() for item in recorded]
    if _run(connection, CASES, rows) != len(rows):
        raise Refused("案件在办理期间被其他操作改动，未写入任何内容，请重试。")
    _run(connection, CLOCKS, _all(item.clock_rows() for item in recorded))
    _run(connection, REQUESTS, _all(item.request_rows() for item in recorded))
    _run(connection, TEXTS, _all(item.texts for item in recorded))
    _run(connection, EVIDENCE, _all(_evidence(item) for item in recorded))
    _run(connection, KEYS, [_key(item) for item in recorded if item.key])
    _withdraw(connection, recorded)
    notices = _all(item.notice_rows() for item in recorded)
    _number(connection, recorded, notices)
    _run(connection, NOTICES, notices)


def _run(connection: Connection, statement: str, rows: Sequence[Row]) -> int:
    if not rows:
        return 0
    return connection.exec_driver_sql(statement, {"rows": json.dumps(rows)}).rowcount


def _all(parts: Iterable[Iterable[Row]]) -> list[Row]:
    return list(chain.from_iterable(parts))


def _key(item: Recorded) -> Row:
    return {"key": item.key, "case_id": item.case_id, "command": item.command, "seq": item.seq}


def _evidence(item: Recorded) -> list[Row]:
    place = {"case_id": item.case_id, "seq": item.seq}
    return [place | {"sha256": f.sha256, "name": f.name, "size": f.size} for f in item.evidence]


def _withdraw(connection: Connection, recorded: Sequence[Recorded]) -> None:
    """Mark what lost its ground: unsent notices, and cards overtaken by an approval."""
    losing = [
        {"case_id": item.case_id, "everything": item.outcome.change.withdraw == "all"}
        for item in recorded
        if item.outcome.change.withdraw
    ]
    _run(connection, WITHDRAW_NOTICES, losing)
    approved = [
        {
            "case_id": item.case_id,
            "since": item.outcome.change.detail["since"],
            "at": item.outcome.at.isoformat(),
        }
        for item in recorded
        if "since" in item.outcome.change.detail
    ]
    _run(connection, WITHDRAW_CARDS, approved)


def _number(connection: Connection, recorded: Sequence[Recorded], notices: Sequence[Row]) -> None:
    """Give each official document its number: per type and year, never twice."""
    years = {item.case_id: item.outcome.at.astimezone(SHANGHAI) for item in recorded}
    wanted = dict.fromkeys(
        (row["case_id"], row["seq"], row["template"])
        for row in notices
        if row["template"] in DOCUMENT_TYPES
    )
    series = Counter((DOCUMENT_TYPES[t], years[case_id].year) for case_id, _, t in wanted)
    last = {name: _advance(connection, *name, count) for name, count in series.items()}
    documents = []
    for case_id, seq, template in wanted:
        kind, at = DOCUMENT_TYPES[template], years[case_id]
        number = last[kind, at.year] - series[kind, at.year] + 1
        series[kind, at.year] -= 1
        documents.append(
            {
                "type": kind,
                "year": at.year,
                "number": number,
                "case_id": case_id,
                "seq": seq,
                "template": template,
                "issued_at": at.isoformat(),
            }
        )
    _run(connection, DOCUMENTS, documents)


def _advance(connection: Connection, kind: str, year: int, count: int) -> int:
    """Move a series on and give its last number."""
    found: int = connection.exec_driver_sql(
        COUNT, {"name": f"document:{kind}:{year}", "count": count}
    ).scalar_one()
    return found
