"""问卷线索: questionnaires end on time, too few answers are noticed, and figures are kept fresh."""

from asyncio import to_thread
from functools import partial
from typing import Any

from prefect import State
from prefect.states import Completed

from flows.fields import AsOf, Database
from flows.running import name_run, seat, settled, story
from models.surveys import surveys as all_surveys
from tasks import steps
from tasks.artifacts.publishing import publish_report
from tasks.artifacts.surveys import survey_report
from tasks.surveys.rounds import go_round


@story("surveys")
async def surveys(as_of: AsOf = "", database: Database = "live") -> State[Any]:
    """截止到期的问卷，提醒回收不足的，更新“问卷情况”报告。"""
    desk = await seat(database, as_of)
    await name_run(desk, "surveys")
    done = settled(await steps.look(partial(go_round, desk)))
    found = await to_thread(all_surveys, desk.engine)
    report = await to_thread(survey_report, desk, found)
    await publish_report(desk, "surveys", report, "问卷情况")
    return Completed(message=done.in_words(), data=done)
