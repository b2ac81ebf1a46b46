"""Orders carried out: keys derived, executed in sets, told as plain records."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from domain.case import Case
from domain.errors import RectifyError
from domain.referring import unless_withheld
from models.executing import Done, Item, Repeated, Result, execute, foresee
from models.positions import Position, positions
from tasks.desk import Desk
from tasks.ordering.order import Order, default_key

SET = 200
"""Orders a transaction: set-based, yet no lock is held for long."""


@dataclass(frozen=True)
class Carried:
    """What became of one order. ``refusal`` is empty unless it was refused."""

    no: str
    event: str = ""
    state: str = ""
    before: str = ""
    subject: str = ""
    unit: str = ""
    repeated: bool = False
    refusal: str = ""


def carry_out(desk: Desk, order: Order) -> Carried:
    """Carry out one order; a refusal is raised."""
    result = _execute(desk, [order])[0]
    if isinstance(result, RectifyError):
        raise result
    return _carried(order, result)


def carry_out_all(desk: Desk, orders: Iterable[Order]) -> Iterator[Carried]:
    """Carry out orders on different cases, in sets; a refusal stands in the record of its order."""
    remaining = iter(orders)
    while batch := list(islice(remaining, SET)):
        for order, result in zip(batch, _execute(desk, batch), strict=True):
            yield _carried(order, result)


def foresee_all(desk: Desk, orders: Iterable[Order]) -> Iterator[Carried]:
    """Say what ``carry_out_all`` would do now, each case by itself; nothing is written."""
    remaining = iter(orders)
    while batch := list(islice(remaining, SET)):
        for order, result in zip(batch, foresee(desk.engine, _items(desk, batch)), strict=True):
            yield _carried(order, result)


def _execute(desk: Desk, orders: Sequence[Order]) -> list[Result]:
    return execute(desk.engine, _items(desk, orders), desk.recorded_at)


def _items(desk: Desk, orders: Sequence[Order]) -> list[Item]:
    where = positions(desk.engine, {order.no for order in orders if not order.key})
    return [_item(order, where.get(order.no)) for order in orders]


def _item(order: Order, position: Position | None) -> Item:
    key = order.key or (_derived(order, position) if position else "")
    return Item(order.no, order.make, key, order.related, order.evidence)


def _derived(order: Order, position: Position) -> str:
    """An order repeated right after it took effect is the same one, though the state moved on."""
    before = default_key(order, position.entry - 1)
    return before if before == position.last_key else default_key(order, position.entry)


def _carried(order: Order, result: Result) -> Carried:
    if isinstance(result, Done):
        outcome = result.outcome
        return Carried(
            no=order.no,
            event=outcome.change.event,
            state=outcome.after.state,
            before=outcome.before.state,
            subject=unless_withheld(result.subject, outcome.after.state),
            unit=_unit(outcome.after),
        )
    if isinstance(result, Repeated):
        return Carried(no=order.no, repeated=True)
    return Carried(no=order.no, refusal=result.sentence)


def _unit(case: Case) -> str:
    """The lead unit, unless the case is about its persons: that stands nowhere."""
    return "" if case.lead_unit in case.accused else case.lead_unit
