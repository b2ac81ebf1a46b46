"""The outbox: owed notices bound to messages, and unsent messages taken apart again.

A message is bound once, with its address, subject and whole text, and committed before anything is
sent: whatever happens afterwards, a retry sends the same text under the same id.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine

from models.engine import transaction
from models.outbox_reading import FIRST, Key, Owed, owed
from models.outbox_statements import BIND, COUNT_WAITING, DISSOLVE, LOCK_BINDING, MESSAGES

RECIPIENTS = 500
"""Recipients bound in one transaction."""


@dataclass(frozen=True)
class Letter:
    """What one recipient will read; both texts in Chinese."""

    subject: str
    body: str


Render = Callable[[Sequence[Owed]], Letter | None]
"""Puts what one recipient is owed into words; ``None`` leaves it owed."""


@dataclass(frozen=True)
class Binding:
    """How many notices were bound, and how many could not be put into words and stay owed."""

    bound: int = 0
    unrendered: int = 0

    def __add__(self, other: "Binding") -> "Binding":
        return Binding(self.bound + other.bound, self.unrendered + other.unrendered)


def bind(engine: Engine, at: datetime, render: Render, *, everything: bool) -> Binding:
    """Bind what is owed at ``at`` to messages, one a recipient and channel.

    Only urgent notices unless ``everything`` may go out now. Two rounds at once do not split a
    recipient's notices: the second waits for the first.
    """
    total, last = Binding(), FIRST
    while True:
        with transaction(engine) as connection:
            connection.exec_driver_sql(LOCK_BINDING)
            notices = owed(connection, at, last, RECIPIENTS, everything=everything)
            total += _write(connection, at, render, notices)
        if not notices:
            return total
        last = notices[-1].key


def _write(connection: Connection, at: datetime, render: Render, notices: list[Owed]) -> Binding:
    messages: list[dict[str, Any]] = []
    bound: list[dict[str, Any]] = []
    for group in _by_recipient(notices):
        letter = render(group)
        if letter is not None:
            messages.append(_message(group, letter, at))
            bound += [{"id": item.id, "message_id": messages[-1]["id"]} for item in group]
    for statement, rows in ((MESSAGES, messages), (BIND, bound)):
        if rows:
            document = json.dumps(rows, ensure_ascii=False)
            connection.exec_driver_sql(statement, {"rows": document})
    return Binding(len(bound), len(notices) - len(bound))


def _by_recipient(notices: list[Owed]) -> Iterator[list[Owed]]:
    def key(item: Owed) -> Key:
        return item.key

    return (list(group) for _, group in groupby(notices, key))


def _message(group: Sequence[Owed], letter: Letter, at: datetime) -> dict[str, Any]:
    first = group[0]
    return {
        "id": str(uuid4()),
        "recipient": f"{first.unit}/{first.role}",
        "channel": first.channel if first.address else "file",
        "address": first.address or f"{first.unit}/{first.role}",
        "subject": letter.subject,
        "body": letter.body,
        "urgent": any(item.urgent for item in group),
        "created_at": at.isoformat(),
    }


def dissolve(engine: Engine) -> int:
    """Take apart unsent messages that carry a withdrawn notice; what else they carry is owed again.

    Only messages that certainly reached nobody: one whose sending ended in doubt is sent again as
    it is, under its id. Gives the number of notices taken back.
    """
    with transaction(engine) as connection:
        taken_back: int = connection.exec_driver_sql(DISSOLVE).scalar_one()
    return taken_back


def waiting(engine: Engine, at: datetime) -> int:
    """Count the notices, owed or bound, that may not go out before working hours begin."""
    with transaction(engine) as connection:
        count: int = connection.exec_driver_sql(COUNT_WAITING, {"at": at}).scalar_one()
    return count
