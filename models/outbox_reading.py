"""What is owed to whom, read with everything that a notice says, in sets."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from models.outbox_statements import OWED

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


class Owed(NamedTuple):
    """A notice with what its text needs, in codes and figures; names are put in by the renderer.

    Its fields are the columns of the statement that reads it, in order.
    ``address`` is empty where the contact has none. ``opinion`` is free text, not masked yet.
    ``days``, ``until`` and ``suggested`` belong to the request that the notice is about, if any.
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

    @property
    def key(self) -> Key:
        """The message it belongs to."""
        return (self.unit, self.role, self.channel)


def owed(
    connection: Connection, at: datetime, after: Key, recipients: int, *, everything: bool
) -> list[Owed]:
    """Lock and read what is owed at ``at`` to the next recipients after the key given.

    Notices that somebody else is writing just now are left for the next round.
    """
    values = {
        "at": at,
        "everything": everything,
        "unit": after[0],
        "role": after[1],
        "channel": after[2],
        "recipients": recipients,
    }
    rows = (Owed._make(row) for row in connection.exec_driver_sql(OWED, values))
    return [row._replace(clocks=_running(row.clocks)) for row in rows]


def _running(clocks: Sequence[tuple[str, int, str, Any]] | None) -> list[Running]:
    return [
        Running(kind, slot, holder, datetime.fromisoformat(due_at))
        for kind, slot, holder, due_at in clocks or ()
    ]
