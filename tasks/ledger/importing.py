"""An edited ledger brought back: each changed cell shown first, then one command a case."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from domain.errors import RectifyError
from models.ledger import named
from tasks.carrying import Carried, carry_out_all, foresee_all
from tasks.desk import Desk
from tasks.ledger.changes import Cell, Change, understood
from tasks.ledger.reading import Edited, read_ledger, rows_of
from tasks.ordering.by_ledger import MOVED_ON
from tasks.ordering.order import Order

Progress = Callable[[int], None]
"""Told how many more cases were dealt with."""


@dataclass(frozen=True)
class Refusal:
    """A row that is not taken, and why; ``conflict`` where its case moved on since the export."""

    sheet: str
    row: int
    no: str
    reason: str
    conflict: bool = False


@dataclass
class Plan:
    """What an edited workbook asks for: changed cells, orders one a case, rows not taken.

    ``ignored`` are rows in which columns were changed that an import does not take.
    """

    cells: list[Cell] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    ignored: list[Edited] = field(default_factory=list)
    rows: dict[str, list[Edited]] = field(default_factory=dict, repr=False)

    def refuse(self, no: str, reason: str, *, conflict: bool = False) -> None:
        """Refuse every row of a case; nothing of it is taken."""
        self.cells = [cell for cell in self.cells if cell.no != no]
        self.refused += [Refusal(row.sheet, row.row, no, reason, conflict) for row in self.rows[no]]


def plan(desk: Desk, file: Path, *, reason: str = "", actor: str = "") -> Plan:
    """Understand an edited workbook; writes nothing. ``reason`` is that of every change of unit."""
    edited = read_ledger(file)
    made = Plan(ignored=[row for row in edited if row.ignored])
    asking = [row for row in edited if row.texts or row.problem]
    now = named(desk.engine, sorted({row.no for row in asking}))
    for no, rows in rows_of(asking):
        made.rows[no] = rows
        _case(desk, made, rows, now.get(no), Change(no, reason, actor))
    return made


def _case(
    desk: Desk, made: Plan, rows: Sequence[Edited], row: Mapping[str, Any] | None, change: Change
) -> None:
    no, fault = change.no, next((one.problem for one in rows if one.problem), "")
    if row is None:
        made.refuse(no, f"没有编号为 {no} 的案件，请核对“编号”列")
        return
    try:
        cells = [] if fault else list(understood(desk, rows, row, change))
    except RectifyError as error:
        fault = error.sentence
    if fault:
        made.refuse(no, fault)
    elif cells and any(one.seq != row["seq"] for one in rows):
        made.refuse(no, f"案件 {no} {MOVED_ON}", conflict=True)
    elif cells:
        made.cells += cells
        made.orders.append(change.order(desk, row))


def foreseen(desk: Desk, made: Plan) -> Plan:
    """Leave out what the rules would refuse now; nothing is written."""
    for carried in foresee_all(desk, made.orders):
        if carried.refusal:
            made.refuse(carried.no, carried.refusal)
    return made


def apply(desk: Desk, made: Plan, progress: Progress = lambda _: None) -> list[Carried]:
    """Carry the orders out; gives those that took effect, the plan takes in what was refused."""
    return list(_taken(made, carry_out_all(desk, made.orders), progress))


def _taken(made: Plan, carried: Iterable[Carried], progress: Progress) -> Iterator[Carried]:
    for one in carried:
        progress(1)
        if one.refusal:
            made.refuse(one.no, one.refusal, conflict=MOVED_ON in one.refusal)
        elif not one.repeated:
            yield one
