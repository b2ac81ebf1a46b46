"""查摆活动: the daily round of reminders, and the report by kind and unit."""

from functools import partial
from typing import Any

from prefect import State
from prefect.states import Completed

from domain.calendar import local_date
from domain.periods import quarter_of
from flows.fields import AsOf, Database
from flows.running import name_run, overview, seat, settled, story
from tasks import steps
from tasks.activities.figures import report
from tasks.activities.rounds import go_round
from tasks.artifacts.activities import activity_report, total
from tasks.artifacts.publishing import publish_report
from tasks.desk import Desk


@story("activities")
async def activities(as_of: AsOf = "", database: Database = "live") -> State[Any]:
    """提醒尚未安排的、预告将开展的、催登记未登记的、告知未开展的；更新“查摆活动情况”报告。"""
    desk = await seat(database, as_of)
    await name_run(desk, "activities")
    told = settled(await steps.look(partial(go_round, desk)))
    counts = await publish_activities(desk)
    await overview(desk)
    return Completed(message=f"{told.in_words()}本季度：{counts}。", data=told)


async def publish_activities(desk: Desk) -> str:
    """Write the report of the present quarter; give its totals in words."""
    quarter = quarter_of(local_date(desk.now))
    made = settled(await steps.look(partial(report, desk, quarter)))
    page = settled(await steps.look(partial(activity_report, desk, made)))
    await publish_report(desk, "activities", page, "查摆活动情况")
    return total(made)
