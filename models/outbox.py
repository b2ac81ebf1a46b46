"""The outbox: owed notices bound to messages, and unsent messages taken apart again.

A message is bound once, with its address, subject and whole text, and committed before anything is
sent: whatever happens afterwards, a retry sends the same text under the same id.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Engine

from models.documents import KeptOtherwise, Sent, keep
from models.engine import transaction
from models.outbox_reading import Key, Owed, Span, owed, spans
from models.outbox_statements import (
    BIND,
    COUNT_WAITING,
    DISSOLVE,
    LOCK_BINDING,
    MESSAGES,
    PARK_NOTICES,
)

RECIPIENTS = 250
"""Recipients bound in one transaction."""
BINDERS = 2
"""Transactions at once: while the database writes one, the next is put into words."""


@dataclass(frozen=True)
class Letter:
    """What one recipient will read, in Chinese; ``documents`` are those whose text it is first."""

    subject: str
    body: str
    documents: tuple[Sent, ...] = ()


@dataclass(frozen=True)
class Composed:
    """What one recipient's notices became.

    ``letter`` holds those that fit their templates, ``None`` when none does; ``misfits`` says of
    the others, by notice id and in a Chinese sentence, why they do not.
    """

    letter: Letter | None = None
    misfits: Mapping[int, str] = field(default_factory=dict)


Render = Callable[[Sequence[Owed]], Composed]
"""Puts what one recipient is owed into words."""


@dataclass(frozen=True)
class Binding:
    """How many notices were bound, and how many could not be put into words and are parked."""

    bound: int = 0
    unrendered: int = 0

    def __add__(self, other: "Binding") -> "Binding":
        return Binding(self.bound + other.bound, self.unrendered + other.unrendered)


def bind(engine: Engine, at: datetime, render: Render, *, everything: bool) -> Binding:
    """Bind what is owed at ``at`` to messages, one a recipient and channel.

    Only urgent notices unless ``everything`` may go out now. ``render`` is called in several
    threads, so that some notices are put into words while others are written. Two rounds at once do
    not split a recipient's notices: the second waits for the first.
    """

    def bind_span(span: Span) -> Binding:
        try:
            with transaction(engine) as connection:
                notices = owed(connection, at, span, everything=everything)
                return _write(connection, at, render, notices)
        except KeptOtherwise:
            return bind_span(span)

    with transaction(engine) as guard, ThreadPoolExecutor(BINDERS) as pool:
        guard.exec_driver_sql(LOCK_BINDING)
        found = spans(guard, at, RECIPIENTS, everything=everything)
        return sum(pool.map(bind_span, found), Binding())


def _write(connection: Connection, at: datetime, render: Render, notices: list[Owed]) -> Binding:
    messages: list[dict[str, Any]] = []
    bound: list[dict[str, Any]] = []
    misfits: list[dict[str, Any]] = []
    documents: list[Sent] = []
    for group in _by_recipient(notices):
        composed = render(group)
        fitting = [item for item in group if item.id not in composed.misfits]
        misfits += [{"id": id_, "reason": reason} for id_, reason in composed.misfits.items()]
        if composed.letter is not None:
            documents += composed.letter.documents
            messages.append(_message(fitting, composed.letter, at))
            bound += [{"id": item.id, "message_id": messages[-1]["id"]} for item in fitting]
    for statement, rows in ((MESSAGES, messages), (BIND, bound), (PARK_NOTICES, misfits)):
        if rows:
            document = json.dumps(rows, ensure_ascii=False)
            connection.exec_driver_sql(statement, {"rows": document})
    keep(connection, documents)
    return Binding(len(bound), len(misfits))


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

    Parked ones too: nothing that lost its ground is sent again by hand. Only messages that
    certainly reached nobody: one whose sending ended in doubt is sent again as it is, under its id.
    Gives the number of notices taken back.
    """
    with transaction(engine) as connection:
        taken_back: int = connection.exec_driver_sql(DISSOLVE).scalar_one()
    return taken_back


def waiting(engine: Engine, at: datetime) -> int:
    """Count the notices, owed or bound, that may not go out before working hours begin."""
    with transaction(engine) as connection:
        count: int = connection.exec_driver_sql(COUNT_WAITING, {"at": at}).scalar_one()
    return count
