"""What an intake would do, and how it understands the file; nothing is written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from models.channels import IntakeChannel, read_channel
from models.intake_known import known_ids
from models.intake_rows import IncomingRow, Rejected
from tasks.channels import brought_by
from tasks.desk import Desk
from tasks.intake import Asked, Progress, opened
from tasks.reading.columns import Headers
from tasks.understanding import Understanding

SHOWN = 5
"""Rows that are shown as they would be opened."""
_BATCH = 5_000
"""Rows looked up at a time."""


@dataclass
class Preview:
    """How a file is understood: its columns by field, those left alone, and what rows would be.

    ``new`` would become cases, ``known`` ones came in before or stand twice in the file; ``rows``
    are the first new ones. The other counts are those of ``IntakeReport``.
    """

    channel: IntakeChannel
    columns: Mapping[str, str]
    ignored: tuple[str, ...]
    read: int = 0
    new: int = 0
    known: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    rows: list[IncomingRow] = field(default_factory=list)
    unreported: int = 0
    unknown_units: int = 0


def preview_file(desk: Desk, path: Path, channel: str, progress: Progress, asked: Asked) -> Preview:
    """Read a file as intake would, refusing what intake would refuse."""
    kind = read_channel(desk.engine, channel)
    brought_by(desk, kind, asked.by)
    table = opened(path, kind, asked.mapping)
    preview = Preview(kind, table.headers, _ignored(table.headers))
    understanding = Understanding(kind, desk.directory)
    rows = understanding.rows(table)
    seen: set[str] = set()
    while batch := list(islice(rows, _BATCH)):
        _count(desk, preview, batch, seen)
        progress(len(batch))
    preview.unreported = understanding.unreported
    preview.unknown_units = understanding.unknown_units
    return preview


def _ignored(headers: Mapping[str, str]) -> tuple[str, ...]:
    """Name the columns that no field takes."""
    given = headers.given if isinstance(headers, Headers) else ()
    taken = set(headers.values())
    return tuple(header for header in given if header and header not in taken)


def _count(
    desk: Desk, preview: Preview, batch: list[IncomingRow | Rejected], seen: set[str]
) -> None:
    good = [row for row in batch if isinstance(row, IncomingRow)]
    seen |= known_ids(desk.engine, preview.channel.code, {row.source_id for row in good} - seen)
    fresh = list(_fresh(good, seen))
    preview.read += len(batch)
    preview.new += len(fresh)
    preview.known += len(good) - len(fresh)
    preview.rejected += [row for row in batch if isinstance(row, Rejected)]
    preview.rows += fresh[: SHOWN - len(preview.rows)]


def _fresh(rows: list[IncomingRow], seen: set[str]) -> Iterator[IncomingRow]:
    for row in rows:
        if row.source_id not in seen:
            seen.add(row.source_id)
            yield row
