"""Messages on their way: claimed with a lease, settled, parked, sent again."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Engine

from domain.errors import Misuse, Refused
from models.engine import transaction
from models.outbox_statements import CLAIM, PARKED, RELEASE, SEND_AGAIN, SETTLE


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
    """What may be claimed at ``at``: urgent messages only unless ``everything``; for how long."""

    at: datetime
    everything: bool
    batch: int
    lease: timedelta


@dataclass(frozen=True)
class Settled:
    """What became of one sending: ``status`` is ``sent``, ``pending`` or ``parked``."""

    message: Message
    status: str
    next_attempt_at: datetime
    sent_at: datetime | None = None
    error: str = ""
    doubtful: bool = False


@dataclass(frozen=True)
class Parked:
    """A message that waits for an operator; ``reason`` is a Chinese sentence."""

    id: UUID
    recipient: str
    channel: str
    subject: str
    attempts: int
    reason: str
    created_at: datetime
    notices: int


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


def settle(engine: Engine, settled: Iterable[Settled]) -> None:
    """Write what became of sendings, and give their leases back."""
    _write(
        engine,
        SETTLE,
        [
            {
                "id": str(item.message.id),
                "status": item.status,
                "next_attempt_at": item.next_attempt_at.isoformat(),
                "sent_at": item.sent_at.isoformat() if item.sent_at else None,
                "error": item.error,
                "doubtful": item.doubtful,
            }
            for item in settled
        ],
    )


def release(engine: Engine, messages: Iterable[Message]) -> None:
    """Give back the leases of messages that were not tried."""
    _write(
        engine,
        RELEASE,
        [{"id": str(message.id), "doubtful": message.doubtful} for message in messages],
    )


def _write(engine: Engine, statement: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        with transaction(engine) as connection:
            # Losing this in a power cut costs at most a second arrival under the same id.
            connection.exec_driver_sql("set local synchronous_commit = off")
            connection.exec_driver_sql(statement, {"rows": json.dumps(rows, ensure_ascii=False)})


def parked(engine: Engine) -> list[Parked]:
    """Give the messages that wait for an operator, the oldest first."""
    with transaction(engine) as connection:
        rows = connection.exec_driver_sql(PARKED).mappings().all()
    return [
        Parked(reason=row["last_error"], **{k: v for k, v in row.items() if k != "last_error"})
        for row in rows
    ]


def send_again(engine: Engine, message_id: str | UUID) -> None:
    """Put a parked message back among those to send, to the contact's present address."""
    try:
        wanted = UUID(str(message_id))
    except ValueError:
        raise Misuse(f"“{message_id}”不是消息编号，请用 notices parked 查看。") from None
    with transaction(engine) as connection:
        found = connection.exec_driver_sql(SEND_AGAIN, {"id": str(wanted)}).rowcount
    if not found:
        raise Refused(f"没有编号为 {wanted} 的搁置消息，可能已经重发；请用 notices parked 查看。")
