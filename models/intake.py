"""Intake: rows become cases, once each, batch after batch.

A batch is a transaction of its own. Interrupted at any point, even by force, a second run of the
same rows opens what is missing with the numbers it would have had.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from sqlalchemy import Connection, Engine

from models.comparing import await_comparing
from models.engine import transaction
from models.identity import Sealer
from models.intake_batch import write_batch, write_rejected
from models.intake_files import Tally, count, finish, start
from models.intake_rows import Delivery, IncomingRow, IntakeReport, Rejected
from models.intake_versions import write_versions
from models.rulebook import RuleBook, book_for

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

    ``progress`` is told after each batch how many rows it had. What was opened waits to be compared
    with other cases (``models.comparing``), unless comparing is switched off.
    """
    report = IntakeReport()
    for batch in _batches(rows):
        delivery, tally = _take_batch(engine, batch, delivery, sealer)
        _tell(report, batch, tally)
        progress(len(batch))
    if delivery.run is not None:
        finish(engine, delivery.run)
    return report


def _take_batch(
    engine: Engine, batch: list[Row], delivery: Delivery, sealer: Sealer
) -> tuple[Delivery, Tally]:
    """Write a batch; give its delivery, on record from the first batch on, and what it came to."""
    with transaction(engine) as connection:
        run = delivery.run or start(connection, delivery)
        delivery = replace(delivery, run=run)
        tally = _written(connection, book_for(engine), batch, delivery, sealer)
        count(connection, run, tally)
    return delivery, tally


def _written(
    connection: Connection, book: RuleBook, batch: list[Row], delivery: Delivery, sealer: Sealer
) -> Tally:
    good = [row for row in batch if isinstance(row, IncomingRow)]
    opened = changed = 0
    if good:
        opened = write_batch(connection, good, delivery, book.rules(connection), sealer)
    if opened < len(good):
        changed = write_versions(connection, good, delivery, sealer)
    if opened:
        await_comparing(connection)
    if rejected := _rejected(batch):
        write_rejected(connection, rejected, delivery)
    return Tally(opened, len(good) - opened, changed, len(rejected))


def _tell(report: IntakeReport, batch: list[Row], tally: Tally) -> None:
    report.read += len(batch)
    report.opened += tally.opened
    report.duplicate += tally.duplicate
    report.changed += tally.changed
    report.rejected += _rejected(batch)


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
