"""Intake: rows become cases, once each, batch after batch.

A batch is a transaction of its own. Interrupted at any point, even by force, a second run of the
same rows opens what is missing with the numbers it would have had.
"""

from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import Engine

from models.engine import transaction
from models.identity import Sealer
from models.intake_batch import write_batch, write_rejected
from models.intake_rows import Delivery, IncomingRow, IntakeReport, Rejected
from models.rulebook import book_for
from models.similar import Entry, enter
from models.similar_counts import Counts

BATCH_ROWS = 5_000
"""Rows a transaction: large enough to be set-based, small enough to be soon over."""
_BATCH_CHARACTERS = 4_000_000
"""Text a transaction, where rows are long; bounds the memory that a batch takes."""

Row = IncomingRow | Rejected


def take_in(
    engine: Engine,
    rows: Iterable[Row],
    delivery: Delivery,
    sealer: Sealer,
    progress: Callable[[int], None] = lambda _: None,
) -> IntakeReport:
    """Open a case for every row that is new to the channel, in the order of the rows.

    ``progress`` is told after each batch how many rows it had. Earlier cases about the same thing
    are suggested, unless comparing is switched off.
    """
    report = IntakeReport()
    counts = Counts()
    for batch in _batches(rows):
        opened = _take_batch(engine, batch, delivery, sealer, counts)
        _tell(report, batch, opened)
        progress(len(batch))
    return report


def _take_batch(
    engine: Engine, batch: list[Row], delivery: Delivery, sealer: Sealer, counts: Counts
) -> int:
    """Write a batch; give how many cases were opened."""
    good = [row for row in batch if isinstance(row, IncomingRow)]
    opened: list[Entry] = []
    with transaction(engine) as connection:
        if good:
            rules = book_for(engine).rules(connection)
            opened = write_batch(connection, good, delivery, rules, sealer)
        if opened:
            enter(connection, opened, counts, delivery.received_at)
        if rejected := _rejected(batch):
            write_rejected(connection, rejected, delivery)
    return len(opened)


def _tell(report: IntakeReport, batch: list[Row], opened: int) -> None:
    rejected = _rejected(batch)
    report.read += len(batch)
    report.opened += opened
    report.duplicate += len(batch) - len(rejected) - opened
    report.rejected += rejected


def _rejected(batch: list[Row]) -> list[Rejected]:
    return [row for row in batch if isinstance(row, Rejected)]


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    characters = 0
    for row in rows:
        batch.append(row)
        characters += len(row.body) if isinstance(row, IncomingRow) else len(row.reason)
        if len(batch) == BATCH_ROWS or characters > _BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch
