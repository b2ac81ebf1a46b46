"""An office to try flows in: a seeded database, problems taken in, deployments run and awaited."""

import asyncio
import json
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import psutil
from prefect import State, get_client
from prefect.client.schemas.objects import FlowRun

from deployments.deploy import deploy
from deployments.reference.seed import seed
from deployments.stack.child import Child
from deployments.stack.services import worker
from domain.calendar import SHANGHAI
from models.engine import transaction
from models.schema import upgrade
from tasks.addresses import database_url
from tasks.databases import ensure_database
from tasks.desk import Desk, open_desk
from tasks.intake import intake_file
from tasks.settings import Settings

T = TypeVar("T")

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
PHONE = "13805320417"
REPORTER = "欧阳于先生"
BODY = "反映人称物业公司多收装修押金且拒不退还"
"""Planted in every problem taken in: none of these may ever reach Prefect."""
SETTLES = timedelta(seconds=240)
"""How long a run may take until it ends, on a machine that has other things to do."""


def day(number: int, hour: int = 10) -> str:
    """An instant so many days after the Monday, as operators type it."""
    return (MONDAY.replace(hour=hour) + timedelta(days=number)).isoformat()


@dataclass(frozen=True)
class Office:
    """One database with shortcuts for tests."""

    settings: Settings
    database: str

    def desk(self, at: datetime) -> Desk:
        """Sit down at a moment."""
        return open_desk(self.settings, self.database, at, at)

    def ledger(self, folder: Path, name: str, count: int = 1) -> Path:
        """Write a file of problems, each with a reporter."""
        file = folder / f"{name}.jsonl"
        rows = [
            {
                "编号": f"{name}-{n}",
                "事由": f"{name}第{n}项|<b>收费</b>不公示，电话{PHONE}",
                "问题描述": BODY,
                "反映人": REPORTER,
                "联系电话": PHONE,
            }
            for n in range(count)
        ]
        file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows))
        return file

    def take_in(self, folder: Path, name: str, count: int = 1) -> list[str]:
        """Take problems in through the hotline on the Monday; give their case numbers."""
        intake_file(self.desk(MONDAY), self.ledger(folder, name, count), "12345")
        return self.numbers(name)

    def numbers(self, name: str) -> list[str]:
        """The numbers of the cases of a file."""
        found = self.rows(
            "select c.no from rectification_case c join intake_row i on i.case_id = c.id"
            " where i.source_id like %(like)s order by c.no",
            like=f"{name}-%",
        )
        return [str(no) for (no,) in found]

    def rows(self, statement: str, **arguments: object) -> list[tuple[Any, ...]]:
        """Read rows of the database."""
        with transaction(self.desk(MONDAY).engine) as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement, arguments)]

    def state(self, no: str) -> str:
        """Where a case stands."""
        [(state,)] = self.rows("select state from rectification_case where no = %(no)s", no=no)
        return str(state)


def open_office(settings: Settings, database: str) -> Office:
    """Make the database, migrated and seeded, unless it is there."""
    ensure_database(settings, database)
    upgrade(database_url(settings, database, "owner"))
    seed(database_url(settings, database, "owner"), MONDAY)
    return Office(settings, database)


def deploy_unscheduled(settings: Settings) -> int:
    """Deploy all flows without their schedules; give how many.

    Their rounds go by the real clock, which would overtake the dates of these tests.
    """
    deployed = deploy(settings)
    with get_client(sync_client=True) as client:
        for deployment in client.read_deployments():
            for planned in client.read_deployment_schedules(deployment.id):
                client.update_deployment_schedule(deployment.id, planned.id, active=False)
    return deployed


@contextmanager
def working(settings: Settings, logs: Path) -> Iterator[Child]:
    """Let a worker work."""
    child = Child.start(worker(settings), logs)
    try:
        yield child
    finally:
        child.stop()


async def order(deployment: str, **parameters: object) -> FlowRun:
    """Fill in the form of a deployment, as ``flow/名称``."""
    async with get_client() as client:
        found = await client.read_deployment_by_name(deployment)
        return await client.create_flow_run_from_deployment(found.id, parameters=parameters)


async def ended(run: FlowRun) -> FlowRun:
    """Wait until a run has ended."""
    return await _awaited(run, lambda state: state.is_final())


async def let_go(run: FlowRun) -> None:
    """Wait until the worker is done with a run that has ended.

    Prefect's worker dies of a run that is scheduled again while it still holds it; the supervisor
    would start another, but there is none here.
    """
    await until(lambda: asyncio.to_thread(_held, run), lambda held: not held)


def _held(run: FlowRun) -> bool:
    children = psutil.Process().children(recursive=True)
    return any(_run_of(child) == str(run.id) for child in children)


def _run_of(process: psutil.Process) -> str:
    try:
        return process.environ().get("PREFECT__FLOW_RUN_ID", "")
    except psutil.Error:
        return ""


async def running(run: FlowRun) -> FlowRun:
    """Wait until a run runs."""
    return await _awaited(run, lambda state: state.is_running())


async def _awaited(run: FlowRun, wanted: Callable[[State[Any]], bool]) -> FlowRun:
    async with get_client() as client:
        return await until(
            lambda: client.read_flow_run(run.id), lambda one: bool(one.state and wanted(one.state))
        )


async def until(
    read: Callable[[], Awaitable[T]], wanted: Callable[[T], bool], within: timedelta = SETTLES
) -> T:
    """Read again and again until it is as wanted."""
    async with asyncio.timeout(within.total_seconds()):
        found = await read()
        while not wanted(found):
            await asyncio.sleep(0.2)
            found = await read()
        return found


async def done(deployment: str, **parameters: object) -> str:
    """Run a deployment to its good end; give what it says it did."""
    run = await ended(await order(deployment, **parameters))
    assert run.state is not None
    assert run.state.is_completed(), run.state
    return run.state.message or ""


def kill_tree(pid: int) -> None:
    """Kill a process and all its children at once, as a machine does that loses its memory."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    for process in family:
        os.kill(process.pid, signal.SIGSTOP)
    for process in family:
        os.kill(process.pid, signal.SIGKILL)
