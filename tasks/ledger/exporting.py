"""The three lists taken out as one workbook, whole or not at all."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook

from domain.errors import Refused
from models.ledger import count, entries, heads
from models.reading import Filter
from tasks.desk import Desk
from tasks.ledger.cells import wall_clock
from tasks.ledger.facts import Facts
from tasks.ledger.writing import MOST_ROWS, new_workbook

Progress = Callable[[int], None]
"""Told after each batch how many cases it had."""


@dataclass(frozen=True)
class Exported:
    """Where the workbook is, and how many cases are in it."""

    file: Path
    cases: int


def cases_to_export(desk: Desk, wanted: Filter) -> int:
    """Count what an export would have; refuses more than a sheet holds."""
    found = count(desk.engine, wanted)
    if found > MOST_ROWS:
        raise Refused(
            f"共 {found} 件，一张表最多 {MOST_ROWS} 行，请用 --unit 或 --state 分次导出。"
        )
    return found


def export_ledger(
    desk: Desk, wanted: Filter, file: Path, progress: Progress = lambda _: None
) -> Exported:
    """Write the workbook, readable by its owner alone; an earlier file of the name is replaced."""
    facts = Facts(desk.directory.names, desk.directory.channels, heads(desk.engine), desk.now)
    routable = [name for code, name in facts.units.items() if code not in desk.directory.doubtful]
    book, sheets, choices = new_workbook(sorted(routable))
    at = wall_clock(desk.now) or desk.now
    for sheet in sheets:
        sheet.open(at)
    for batch in entries(desk.engine, wanted):
        for entry in batch:
            for sheet in sheets:
                sheet.add(entry, facts)
        progress(len(batch))
    for sheet in sheets:
        sheet.close(choices)
    _save(book, file)
    return Exported(file, sheets[0].rows)


def _save(book: Workbook, file: Path) -> None:
    part = file.with_name(f".{file.name}.part")
    try:
        part.touch(mode=0o600)
        book.save(part)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
