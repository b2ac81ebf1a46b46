"""台账封存: histories are sealed every day and verified."""

from typing import Any

from prefect import State
from prefect.states import Completed

from domain.calendar import local_date
from domain.errors import Refused
from flows.fields import Database
from flows.running import name_run, seat, settled, story
from tasks import steps

_SHOWN = 3


@story("seal")
async def seal(database: Database = "live") -> State[Any]:
    """封存当日有变动的台账，并核验全部台账：有改动、缺失或时限不符的，逐件指出。"""
    desk = await seat(database, "")
    await name_run(desk, "seal")
    sealed = settled(await steps.seal_history(desk, local_date(desk.now)))
    found = settled(await steps.verify_history(desk))
    if found.faults:
        told = "；".join(f"{fault.no} {fault.sentence}" for fault in found.faults[:_SHOWN])
        raise Refused(f"台账核验发现 {len(found.faults)} 处问题：{told}")
    return Completed(message=f"封存 {sealed} 件，核验 {found.cases} 件，未发现问题。")
