"""What goes into intake and what comes out: rows understood, rows refused, and the report."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


class IncomingRow(NamedTuple):
    """One problem as it came in, understood and clean.

    ``number`` is its row in the file, ``source_id`` what the source calls it. ``subject`` is
    masked already; ``body`` is whole. ``environment``, ``kind`` and ``urgency`` are codes; an empty
    ``kind`` stands for the channel's own. ``reported_at`` (aware) is when it was said, ``None``
    when that is unknown: then it counts as said at intake. ``named_unit`` is the code of the unit
    that the row names as responsible: a hint for the office, kept in history.
    """

    number: int
    source_id: str
    subject: str
    body: str = ""
    reporter: str = ""
    phone: str = ""
    reported_at: datetime | None = None
    party: str = ""
    environment: str = ""
    kind: str = ""
    urgency: str = "normal"
    named_unit: str = ""


class Rejected(NamedTuple):
    """A row that cannot become a case; ``reason`` names row, column and value in one sentence."""

    row: int
    reason: str
    source_id: str = ""


@dataclass(frozen=True)
class Delivery:
    """What comes in together: through which channel, called what, received when (aware).

    ``received_at`` is business time: cases are detected and triage starts then. ``recorded_at`` is
    when it is really written. ``by_unit`` is the code of the unit that brings it by itself, empty
    where the office does. ``run`` is the record of this intake, once it has begun.
    """

    channel: str
    file: str
    received_at: datetime
    recorded_at: datetime
    by_unit: str = ""
    run: int | None = None


@dataclass
class IntakeReport:
    """How many rows were read, and what became of them; ``duplicate`` ones came in before.

    ``changed`` counts those among them that say something else than they did. ``unreported`` rows
    name nobody to answer where the channel expects somebody, in ``unknown_units`` ones the unit
    named as responsible is none of the registry. ``notes`` are sentences about the file as such.
    ``rechecks`` are the numbers of closed cases that are looked at again because of what came in.
    """

    read: int = 0
    opened: int = 0
    duplicate: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    unreported: int = 0
    unknown_units: int = 0
    changed: int = 0
    notes: tuple[str, ...] = ()
    rechecks: tuple[str, ...] = ()
