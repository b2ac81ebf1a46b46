"""What every flow does around its story: sit down at the desk, name its run, tell what it did."""

import os
from asyncio import to_thread
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from prefect import Flow, State, flow
from prefect.client.orchestration import PrefectClient
from prefect.context import FlowRunContext
from prefect.states import Completed, Failed

from domain.codes import State as CaseState
from domain.errors import RectifyError
from flows.instants import instant
from tasks import steps
from tasks.artifacts.publishing import publish_cards, publish_overview
from tasks.carrying import Carried
from tasks.desk import LIVE, Desk, open_desk
from tasks.events import Occasion, emit
from tasks.ordering.order import Order
from tasks.settings import load_settings
from tasks.steps import MakeOrder

P = ParamSpec("P")
T = TypeVar("T")
Story = Callable[P, Coroutine[Any, Any, State[Any]]]

DEMO = "演示"
"""The tag of every run that works on another database than the live one."""


def story(name: str) -> Callable[[Story[P]], Flow[P, Coroutine[Any, Any, State[Any]]]]:
    """Make a flow of a story; a refusal ends the run as Failed with its sentence, no traceback."""

    def decorate(tell: Story[P]) -> Flow[P, Coroutine[Any, Any, State[Any]]]:
        @wraps(tell)
        async def told(*args: P.args, **kwargs: P.kwargs) -> State[Any]:
            try:
                return await tell(*args, **kwargs)
            except RectifyError as refusal:
                return Failed(message=refusal.sentence)

        return flow(name=name)(told)

    return decorate


async def seat(database: str, as_of: str) -> Desk:
    """Sit down at a database; this is where the clock is read."""
    then = instant(as_of, "业务时间") if as_of.strip() else None
    return await to_thread(_sit, database, datetime.now(UTC), then)


def _sit(database: str, now: datetime, as_of: datetime | None) -> Desk:
    desk = open_desk(load_settings(os.environ), database.strip() or LIVE, now, as_of)
    # Read here, beside the event loop, since names are looked up on it later.
    _ = desk.directory
    return desk


def settled(answer: T | RectifyError) -> T:
    """Give a step's answer, or raise the refusal that it is."""
    if isinstance(answer, RectifyError):
        raise answer
    return answer


async def decide(stage: str, no: str, order: MakeOrder, *, database: str, as_of: str) -> State[Any]:
    """Carry out one decision on one case, under the key of this run, and tell what became of it."""
    desk, no, key = await seat(database, as_of), no.strip().upper(), run_key()

    def keyed(at: Desk) -> Order:
        return replace(order(at), no=no, key=key)

    answer = await steps.carry(desk, keyed)
    carried = answer if isinstance(answer, Carried) else Carried(no=no)
    await name_run(desk, stage, no, carried.unit)
    settled(answer)
    await announce(desk, [carried])
    return Completed(message=told_of(desk, carried), data=carried)


async def announce(desk: Desk, carried: Sequence[Carried], *, inspectors_wait: bool = True) -> None:
    """Tell what changed: events, the cards of the cases, and the office's overview.

    ``inspectors_wait`` unless inspectors are named already for the re-checks ordered.
    """
    changed = [one.no for one in carried if one.event and not one.refusal]
    if not changed:
        return
    occasion = Occasion(desk.database, desk.recorded_at, _run_id(), inspectors_wait)
    await to_thread(emit, desk.settings, carried, occasion)
    await publish_cards(desk, changed)
    await overview(desk)


async def overview(desk: Desk) -> None:
    """Refresh the office's overview, unless this run is part of another, which does it once."""
    if not _is_part():
        await publish_overview(desk)


async def name_run(desk: Desk, stage: str, no: str = "", unit: str = "") -> None:
    """Name and tag this run by stage, case number and unit, as operators look for it."""
    context = FlowRunContext.get()
    if context is None or not (context.flow_run and isinstance(context.client, PrefectClient)):
        return
    shown = [DEMO] if desk.simulated else []
    name = " · ".join(filter(None, [*shown, stage, no, desk.directory.name(unit)]))
    tags = {*context.flow_run.tags, *shown, f"stage:{stage}"}
    tags |= {f"{kind}:{code}" for kind, code in (("case", no), ("unit", unit)) if code}
    await context.client.update_flow_run(context.flow_run.id, name=name, tags=sorted(tags))


def told_of(desk: Desk, carried: Carried) -> str:
    """Say in words what became of an order."""
    if carried.repeated:
        return f"{carried.no} 本次运行的办理此前已生效，未再改动。"
    unit = f"（{desk.directory.name(carried.unit)}）" if carried.unit else ""
    if carried.before == carried.state:
        return f"{carried.no} 已办理，状态仍为“{_zh(carried.state)}”{unit}。"
    return f"{carried.no} 已由“{_zh(carried.before)}”转为“{_zh(carried.state)}”{unit}。"


def _zh(state: str) -> str:
    return CaseState(state).zh


def run_key() -> str:
    """Give the key of this run: whatever it repeats takes effect once. Empty outside any run."""
    run = _run_id()
    return f"run:{run}" if run else ""


def _run_id() -> str:
    context = FlowRunContext.get()
    return str(context.flow_run.id) if context and context.flow_run else ""


def _is_part() -> bool:
    context = FlowRunContext.get()
    return bool(context and context.flow_run and context.flow_run.parent_task_run_id)
