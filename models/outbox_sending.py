"""Messages on their way: claimed with a lease, and settled."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from models.engine import transaction
from models.outbox_bounces import CLEAR, MARK
from models.outbox_statements import CLAIM, RELEASE, SETTLE


@dataclass(frozen=True)
class Message:
    """A claimed message, as it was bound.

    ``recipient`` is ``unit/role``; ``doubtful`` says that an earlier sending may have arrived.
    """

    id: UUID
    recipient: str
    channel: str
    address: str
    subject: str
    body: str
    urgent: bool
    created_at: datetime
    attempts: int = 0
    doubtful: bool = False


@dataclass(frozen=True)
class Claim:
    """What may be claimed at ``at``: urgent messages only unless ``everything``; for how long.

    Ordinary messages to ``shut`` receivers, each a channel and an address, are left alone.
    """

    at: datetime
    everything: bool
    batch: int
    lease: timedelta
    shut: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Settled:
    """What became of one sending: ``status`` is ``sent``, ``pending`` or ``parked``.

    ``bounced_at`` is when its address was refused for good, if it was.
    """

    message: Message
    status: str
    next_attempt_at: datetime
    sent_at: datetime | None = None
    error: str = ""
    doubtful: bool = False
    bounced_at: datetime | None = None


_LOSABLE = "set local synchronous_commit = off"
"""Losing what is written in a power cut costs at most a second arrival under the same id."""
_BEGINNING = {"urgent": True, "created_at": "-infinity", "id": UUID(int=0)}


def claim(engine: Engine, wanted: Claim) -> Iterator[list[Message]]:
    """Lease due messages to this process, batch by batch, each message at most once.

    Urgent ones come first, then the oldest. A message that should be taken apart is left alone.
    """
    place: dict[str, Any] = _BEGINNING
    fixed = {
        "at": wanted.at,
        "everything": wanted.everything,
        "batch": wanted.batch,
        "lease": wanted.lease,
        "shut_channels": [channel for channel, _ in wanted.shut],
        "shut_addresses": [address for _, address in wanted.shut],
    }
    while True:
        with transaction(engine) as connection:
            rows = connection.exec_driver_sql(CLAIM, fixed | _bindable(place)).mappings().all()
        if not rows:
            return
        place = {name: rows[-1][name] for name in _BEGINNING}
        yield [Message(**row) for row in rows]


def _bindable(place: dict[str, Any]) -> dict[str, Any]:
    return place | {"id": str(place["id"])}


def settle(engine: Engine, settled: Sequence[Settled]) -> None:
    """Write what became of sendings, and give their leases back.

    Contacts whose address was refused for good are marked, and marks of those reached are gone.
    """
    rows = [_row(item) for item in settled]
    bounced = any(item.bounced_at for item in settled)
    _write(engine, [SETTLE, CLEAR, *([MARK] if bounced else [])], rows)


def _row(item: Settled) -> dict[str, Any]:
    return {
        "id": str(item.message.id),
        "status": item.status,
        "next_attempt_at": item.next_attempt_at.isoformat(),
        "sent_at": item.sent_at.isoformat() if item.sent_at else None,
        "error": item.error,
        "doubtful": item.doubtful,
        "bounced_at": item.bounced_at.isoformat() if item.bounced_at else None,
    }


def release(engine: Engine, messages: Iterable[Message]) -> None:
    """Give back the leases of messages that were not tried."""
    rows = [{"id": str(message.id), "doubtful": message.doubtful} for message in messages]
    _write(engine, [RELEASE], rows)


def _write(engine: Engine, statements: Sequence[str], rows: list[dict[str, Any]]) -> None:
    if rows:
        document = json.dumps(rows, ensure_ascii=False)
        with transaction(engine) as connection:
            connection.exec_driver_sql(";".join((_LOSABLE, *statements)), {"rows": document})
