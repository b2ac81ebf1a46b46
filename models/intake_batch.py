"""One batch of intake: in one transaction, all of it or nothing.

One batch is written at a time, whoever takes in: numbers are given without a gap and in the order
of the file, and the same source id never opens two cases.
"""

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection

from domain.calendar import SHANGHAI
from domain.case import SYSTEM
from domain.clocks import Rules, fold
from domain.codes import State, Urgency
from domain.detecting import DETECTED, opening
from domain.history import dump_ops
from models.identity import Sealer
from models.intake_copying import NULL, copy_in, escaped, octets, or_null
from models.intake_files import UnknownChannel
from models.intake_marks import Marker
from models.intake_rows import Delivery, IncomingRow, Rejected
from models.intake_statements import (
    CHANNEL,
    KNOWN,
    ONE_AT_A_TIME,
    REJECTED,
    STAGE,
    STAGED,
    WRITE,
)
from models.recording import Row, clock_row, text_digest
from models.statements import COUNT

_LOCK = 0x5EC71A7E
_SALT = 16


def write_batch(
    connection: Connection,
    rows: Sequence[IncomingRow],
    delivery: Delivery,
    rules: Rules,
    sealer: Sealer,
) -> int:
    """Open a case for each row whose source id is new to the channel; give how many were."""
    connection.exec_driver_sql(ONE_AT_A_TIME, {"key": _LOCK})
    fresh = _fresh(connection, rows, delivery.channel)
    if not fresh:
        return 0
    _stage(connection, fresh, delivery, sealer)
    arguments = _arguments({row.urgency for row in fresh}, delivery, rules)
    for statement in WRITE:
        connection.exec_driver_sql(statement, arguments | {"key_id": sealer.key_id})
    return len(fresh)


def write_rejected(
    connection: Connection, rejected: Sequence[Rejected], delivery: Delivery
) -> None:
    """Note the rows that were refused, with their reasons."""
    rows = json.dumps([row._asdict() for row in rejected])
    connection.exec_driver_sql(REJECTED, _place(delivery) | {"rows": rows})


def default_kind(connection: Connection, channel: str) -> str:
    """Give the kind that cases of a channel are unless a row says otherwise."""
    found = connection.exec_driver_sql(CHANNEL, {"channel": channel}).scalar_one_or_none()
    if found is None:
        raise UnknownChannel(channel)
    return str(found)


def _fresh(connection: Connection, rows: Sequence[IncomingRow], channel: str) -> list[IncomingRow]:
    """Leave out what came in before; of rows with the same source id the first stays."""
    ids = [row.source_id for row in rows]
    known = connection.exec_driver_sql(KNOWN, {"channel": channel, "ids": ids}).scalars()
    seen = set(known)
    fresh = []
    for row in rows:
        if row.source_id not in seen:
            seen.add(row.source_id)
            fresh.append(row)
    return fresh


def _stage(
    connection: Connection, rows: Sequence[IncomingRow], delivery: Delivery, sealer: Sealer
) -> None:
    kind = default_kind(connection, delivery.channel)
    nos = _numbers(connection, len(rows), delivery)
    connection.exec_driver_sql(STAGE)
    lines = _lines(rows, nos, kind, delivery.received_at.isoformat(), sealer)
    copy_in(connection, "intake_stage", STAGED, lines)


def _numbers(connection: Connection, count: int, delivery: Delivery) -> Iterator[str]:
    """Take case numbers of the year of intake; undone with the transaction, so none is lost."""
    year = delivery.received_at.astimezone(SHANGHAI).year
    last = connection.exec_driver_sql(COUNT, {"name": f"case:{year}", "count": count}).scalar_one()
    return (f"QD{year}-{number:06d}" for number in range(last - count + 1, last + 1))


def _lines(
    rows: Iterable[IncomingRow], nos: Iterable[str], kind: str, now: str, sealer: Sealer
) -> Iterator[str]:
    """The rows as COPY reads them. This runs once a row: it keeps to few calls."""
    marks = Marker(sealer.content_key).marks
    for row, no in zip(rows, nos, strict=True):
        sealed = lookup = salted = digest = NULL
        if row.reporter or row.phone:
            sealed, lookup = map(octets, sealer.seal(no, row.reporter, row.phone))
        if row.body:
            salt = os.urandom(_SALT)
            salted, digest = octets(salt), text_digest(salt, row.body)
        yield "\t".join(
            (
                no,
                escaped(row.source_id),
                str(row.number),
                escaped(row.subject),
                escaped(row.party),
                row.environment or NULL,
                row.kind or kind,
                row.urgency,
                "f" if sealed is NULL else "t",
                row.reported_at.isoformat() if row.reported_at else now,
                salted,
                digest,
                or_null(row.body),
                sealed,
                lookup,
                row.named_unit or NULL,
                octets(marks(row)),
            )
        )


def _place(delivery: Delivery) -> Row:
    return {
        "channel": delivery.channel,
        "file": delivery.file,
        "received_at": delivery.received_at,
        "delivery": delivery.run,
    }


def _arguments(urgencies: Iterable[str], delivery: Delivery, rules: Rules) -> dict[str, Any]:
    """What all cases of an urgency share: the detail of their first event, and their clocks."""
    details, clocks = [], []
    at = delivery.received_at
    for urgency in urgencies:
        ops = opening(Urgency(urgency), at, rules.of(delivery.channel))
        detail = {
            "to": State.DETECTED,
            "channel": delivery.channel,
            "policy": rules.policy.version,
            "calendar": rules.calendar.version,
            "clocks": dump_ops(ops),
            **({"by_unit": delivery.by_unit} if delivery.by_unit else {}),
        }
        details.append({"urgency": urgency, "detail": detail})
        started = fold({}, ops, at, rules).values()
        clocks += [clock_row(0, clock) | {"urgency": urgency} for clock in started]
    return _place(delivery) | {
        "recorded_at": delivery.recorded_at,
        "policy": rules.policy.version,
        "event": DETECTED,
        "actor": str(SYSTEM),
        "details": json.dumps(details),
        "clocks": json.dumps(clocks),
    }
