"""专项复查: an order of inspections is planned by a draw, written down once, and carried out."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from domain.case import SYSTEM, Actor
from domain.codes import Environment, Role
from domain.commands import OrderRecheck
from domain.drawing import Strata, draw, fingerprint
from domain.errors import Refused
from domain.inspecting import Cause
from domain.wording import check_opinion
from models.engine import transaction
from models.inspection_orders import (
    Ordered,
    Scope,
    Wanted,
    add_order,
    find_order,
    mark_done,
    population,
)
from models.inspections import create_ordered
from tasks.carrying import Carried, carry_out_all
from tasks.desk import Desk
from tasks.ordering.order import Order


@dataclass(frozen=True)
class Asked:
    """What the office asks for: which closed cases, why, what share of each unit's, drawn how."""

    scope: Scope
    reason: str
    share: int
    seed: str
    actor: str = ""


def plan(desk: Desk, asked: Asked, key: str) -> Wanted:
    """Draw the cases of an order of the office; nothing is written. Refuses where there are none.

    Texts are checked as opinions are: short, and without anybody's numbers.
    """
    reason = check_opinion(asked.reason)
    if not reason:
        raise Refused("专项复查须写明理由（--reason）。")
    with transaction(desk.engine) as connection:
        found = population(connection, asked.scope)
    if not found:
        raise Refused(f"{in_words(desk, asked.scope)}没有可以复查的已销号案件。")
    return drawn(
        Wanted(
            key=key,
            cause=Cause.OFFICE,
            scope=asked.scope,
            reason=reason,
            share=asked.share,
            seed=asked.seed,
            population=found,
            picks={},
            actor=asked.actor,
        )
    )


def drawn(wanted: Wanted) -> Wanted:
    """Draw from the population of an order, as share and seed say."""
    picks = draw(wanted.population, wanted.share, wanted.seed)
    return Wanted(**vars(wanted) | {"picks": picks})


def write_down(desk: Desk, wanted: Wanted) -> bool:
    """Write an order down, to be carried out by the next round; false where its key was used."""
    with transaction(desk.engine) as connection:
        return add_order(connection, wanted, desk.now) is not None


def carry(desk: Desk, order: Ordered) -> list[Carried]:
    """Order the re-checks of an order and make them inspections; safe to repeat.

    A case that was reopened since the draw is refused and left out.
    """
    done = list(carry_out_all(desk, [_recheck(desk, order, no) for no in order.nos]))
    nos = [one.no for one in done if not one.refusal]
    with transaction(desk.engine) as connection:
        create_ordered(connection, order.id, order.cause, nos, desk.now)
        mark_done(connection, order.id, desk.now)
    return done


def redraw(desk: Desk, number: int) -> tuple[Ordered, Strata, bool]:
    """Draw an order again from the list that it was drawn from; gives whether all is the same."""
    order = find_order(desk.engine, number)
    again = draw(order.population, order.share, order.seed)
    same = again == dict(order.picks) and fingerprint(order.population) == order.population_hash
    return order, again, same


def in_words(desk: Desk, scope: Scope) -> str:
    """Say which closed cases a scope means."""
    parts = [
        desk.directory.name(scope.unit) if scope.unit else "",
        Environment(scope.environment).zh if scope.environment else "",
        f"{scope.since:%Y-%m-%d}起" if scope.since else "",
        f"{scope.until:%Y-%m-%d}前" if scope.until else "",
    ]
    return "、".join(filter(None, parts)) or "全部"


def add_all(connection: Connection, wanted: Iterable[Wanted], desk: Desk) -> None:
    """Write orders down in a transaction of somebody else's."""
    for one in wanted:
        add_order(connection, one, desk.now)


def _recheck(desk: Desk, order: Ordered, no: str) -> Order:
    by = Actor(Role.OFFICE, name=order.actor) if order.cause is Cause.OFFICE else SYSTEM
    sampled = order.cause is Cause.SAMPLE
    command = OrderRecheck(at=desk.now, by=by, reason=order.reason, drawn=sampled)
    key = f"inspect:{order.id}:{no}"
    return Order(no, OrderRecheck.name, lambda _: command, key=key)
