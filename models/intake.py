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

    ``progress`` is told after each batch how many rows it had.
    """
    report = IntakeReport()
    for batch in _batches(rows):
        _take_batch(engine, batch, delivery, sealer, report)
        progress(len(batch))
    return report


def _take_batch(
    engine: Engine, batch: list[Row], delivery: Delivery, sealer: Sealer, report: IntakeReport
) -> None:
    rejected = [row for row in batch if isinstance(row, Rejected)]
    good = [row for row in batch if isinstance(row, IncomingRow)]
    opened = 0
    with transaction(engine) as connection:
        if good:
            rules = book_for(engine).rules(connection)
            opened = write_batch(connection, good, delivery, rules, sealer)
        if rejected:
            write_rejected(connection, rejected, delivery)
    report.read += len(batch)
    report.opened += opened
    report.duplicate += len(good) - opened
    report.rejected += rejected


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
