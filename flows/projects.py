"""签约未落地排查: districts renew their inventories, and stuck projects become cases."""

from asyncio import to_thread
from functools import partial
from typing import Any

from prefect import State
from prefect.states import Completed

from flows.fields import AsOf, Database
from flows.running import name_run, overview, seat, settled, story
from tasks import steps
from tasks.artifacts.projects import project_report, total
from tasks.artifacts.publishing import publish_report
from tasks.projects.figures import standing
from tasks.projects.rounds import go_round


@story("projects")
async def projects(as_of: AsOf = "", database: Database = "live") -> State[Any]:
    """提醒区市、功能区更新项目清单；新受阻的项目立案；更新“签约未落地项目”报告。"""
    desk = await seat(database, as_of)
    await name_run(desk, "projects")
    done = settled(await steps.look(partial(go_round, desk)))
    made = await to_thread(standing, desk)
    await publish_report(desk, "projects", project_report(desk, made), "签约未落地项目")
    await overview(desk)
    return Completed(message=f"{done.in_words()}合计：{total(made.total)}。", data=done)
