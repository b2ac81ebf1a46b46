"""The ledger as an office has it on its desk: exported, read, edited; and labels given to cases."""

from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from domain.commands import Merge
from models.executing import Item, execute_one
from tests.integration.conftest import AT, MONDAY, OFFICE, Bench, Terminal

TUESDAY = AT.format(3, 10)


def export(terminal: Terminal, book: Path, *words: str) -> Workbook:
    terminal("export", "ledger", "--format", "xlsx", "--output", str(book), *words, at=TUESDAY)
    return load_workbook(book)


def rows(book: Workbook, sheet: str) -> dict[str, dict[str, Any]]:
    """The rows of a list by case number, each by column title."""
    lines = list(book[sheet].iter_rows(min_row=2, values_only=True))
    found = [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
    return {str(row["编号"]): {str(name): value for name, value in row.items()} for row in found}


def change(file: Path, *changes: tuple[str, str, str, object]) -> None:
    """Write cells as an office would: sheet, case number, column, value."""
    book = load_workbook(file)
    for sheet, no, title, value in changes:
        titles = [cell.value for cell in book[sheet][2]]
        row = next(row for row in book[sheet].iter_rows(min_row=3) if row[1].value == no)
        row[titles.index(title)].value = value  # type: ignore[assignment]
    book.save(file)


def label(bench: Bench, no: str, subject: str, party: str = "") -> None:
    with bench.owner.begin() as connection:
        connection.exec_driver_sql(
            "update rectification_case set subject = %(subject)s, party = %(party)s"
            " where no = %(no)s",
            {"subject": subject, "party": party, "no": no},
        )


def events(bench: Bench, no: str) -> list[object]:
    statement = (
        "select h.event from history h join rectification_case c on c.id = h.case_id"
        " where c.no = %(no)s order by h.seq"
    )
    return [event for (event,) in bench.rows(statement, no=no)]


def merge(bench: Bench, no: str, into: str) -> None:
    item = Item(
        no,
        lambda view: Merge(at=MONDAY, by=OFFICE, into=view.related[into]),
        related=(into,),
    )
    execute_one(bench.engine, item, MONDAY)
