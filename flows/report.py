"""工作清单: what waits for the office, and how the units stand."""

from typing import Any

from prefect import State
from prefect.states import Completed

from flows.fields import AsOf, Database
from flows.running import name_run, seat, story
from tasks.artifacts.publishing import publish_overview


@story("report")
async def report(as_of: AsOf = "", database: Database = "live") -> State[Any]:
    """更新工作清单和各单位办理情况（见“Artifacts”页的 worklist 与 units）。"""
    desk = await seat(database, as_of)
    await name_run(desk, "report")
    await publish_overview(desk)
    return Completed(message="工作清单和各单位办理情况已更新。")
