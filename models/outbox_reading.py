"""What is owed to whom, read with everything that a notice says, in sets."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import Connection

from models.outbox_statements import OWED, SPANS

Key = tuple[str, str, str]
"""Unit, role and channel: what makes one message."""

FIRST: Key = ("", "", "")
"""Before every key."""


class Running(NamedTuple):
    """A running clock of the case: its kind and slot, who holds it, when it is due (aware)."""

    kind: str
    slot: int
    holder: str
    due_at: datetime


class Copy(NamedTuple):
    """One recipient of a document, and the codes and figures of the notice that takes it there."""

    unit: str
    role: str
    args: Mapping[str, Any]


class Paper(NamedTuple):
    """The document that a notice is: its row id, its text once it went out, who gets it.

    ``body`` is empty until the text is kept. ``copies`` are in the order they became owed.
    """

    id: int
    title: str
    body: str
    copies: Sequence[Copy]


class Owed(NamedTuple):
    """A notice with what its text needs, in codes and figures; names are put in by the renderer.

    Its fields are the columns of the statement that reads it, in order.
    ``address`` is empty where the contact has none. ``opinion`` is free text, not masked yet.
    ``days``, ``until`` and ``suggested`` belong to the request that the notice is about, if any.
    ``wording`` is a demand in the office head's own words; ``paper`` is there for a document.
    A notice about no case has an empty ``no``, and says what stands in ``args`` alone.
    """

    id: int
    template: str
    unit: str
    role: str
    channel: str
    args: Mapping[str, Any]
    urgent: bool
    owed_at: datetime
    no: str
    subject: str
    environment: str
    kind: str
    lead_unit: str
    assisting: Sequence[str]
    verifying_unit: str
    level: int
    contact_name: str
    address: str
    document_number: str
    clocks: Sequence[Running]
    opinion: str
    days: int | None
    until: datetime | None
    suggested: str
    mode: str = "rectify"
    wording: str = ""
    paper: Paper | None = None

    @property
    def key(self) -> Key:
        """The message it belongs to."""
        return (self.unit, self.role, self.channel)


class Span(NamedTuple):
    """Recipients in order of their keys: those after ``after`` and up to ``through``."""

    after: Key
    through: Key


def spans(connection: Connection, at: datetime, recipients: int, *, everything: bool) -> list[Span]:
    """Divide those who are owed something at ``at`` into spans of so many recipients."""
    values = {"at": at, "everything": everything, "recipients": recipients}
    ends = [tuple(row) for row in connection.exec_driver_sql(SPANS, values)]
    return [Span(*pair) for pair in pairwise([FIRST, *ends])]


def owed(connection: Connection, at: datetime, span: Span, *, everything: bool) -> list[Owed]:
    """Lock and read what is owed at ``at`` to the recipients of a span.

    Notices that somebody else is writing just now are left for the next round.
    """
    values = {"at": at, "everything": everything}
    values |= dict(zip(("unit", "role", "channel"), span.after, strict=True))
    values |= dict(zip(("last_unit", "last_role", "last_channel"), span.through, strict=True))
    return [read(row) for row in connection.exec_driver_sql(OWED, values)]


def read(row: Sequence[Any]) -> Owed:
    """Make a notice of a row of ``NOTICE_COLUMNS``."""
    raw = Owed._make(row)
    return raw._replace(clocks=_running(raw.clocks), paper=_paper(raw.paper))


def _running(clocks: Sequence[tuple[str, int, str, Any]] | None) -> list[Running]:
    return [
        Running(kind, slot, holder, datetime.fromisoformat(due_at))
        for kind, slot, holder, due_at in clocks or ()
    ]


def _paper(paper: Sequence[Any] | None) -> Paper | None:
    if paper is None:
        return None
    id_, title, body, copies = paper
    return Paper(id_, title, body, [Copy._make(copy) for copy in copies])
