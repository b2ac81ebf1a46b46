"""拉取来件: sources are asked for new problems, each alone."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

from prefect import State
from prefect.artifacts import acreate_progress_artifact, aupdate_progress_artifact
from prefect.states import Completed, Failed

from domain.errors import RectifyError
from flows.fields import AsOf, Database, field
from flows.running import name_run, overview, seat, settled, story
from tasks import steps
from tasks.desk import Desk
from tasks.feeds.pulling import Manner, PullReport
from tasks.feeds.rounds import due_feeds
from tasks.feeds.telling import pulled


@story("pull")
async def pull(
    name: Annotated[str, field("来源名称", "留空即拉取全部启用的来源。")] = "",
    as_of: AsOf = "",
    database: Database = "live",
) -> State[Any]:
    """从各来件接口拉取新的问题并立案；此前拉取过的不重复立案，中断后接着拉。"""
    desk = await seat(database, as_of)
    await name_run(desk, "pull")
    wanted = [name.strip()] if name.strip() else settled(await steps.look(lambda: due_feeds(desk)))
    reports = [await _pull_one(desk, one) for one in wanted]
    await overview(desk)
    return _ended(reports)


def _ended(reports: Sequence[PullReport]) -> State[Any]:
    state = Failed if any(report.error for report in reports) else Completed
    return state(message=pulled(reports), data=list(reports))


LONG = 20.0
"""Seconds between looks at a pull; one that takes longer is given a bar."""
_MOST, _HALF = 99.0, 20.0
"""How many pages there are is not known before the end: after ``_HALF`` of them the bar is in the
middle, and nears ``_MOST`` ever more slowly."""


async def _pull_one(desk: Desk, name: str) -> PullReport:
    pages = [0]
    manner = Manner(progress=lambda count: pages.__setitem__(0, count))
    work = asyncio.create_task(steps.pull_source(desk, name, manner))
    bar = None
    while not (await asyncio.wait({work}, timeout=LONG))[0]:
        share = _MOST * pages[0] / (pages[0] + _HALF)
        if bar is None:
            bar = await acreate_progress_artifact(progress=share, description=f"拉取 {name}")
        else:
            await aupdate_progress_artifact(bar, progress=share)
    answer = work.result()
    if isinstance(answer, RectifyError):
        return PullReport(name, error=answer.sentence)
    return answer
