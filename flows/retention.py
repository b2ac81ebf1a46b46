"""身份到期清除: what says who somebody is, erased once its time is over."""

from typing import Annotated, Any

from prefect import State
from prefect.states import Completed

from flows.answers import agreed
from flows.fields import AsOf, Database, choice
from flows.running import name_run, seat, settled, story
from tasks import steps
from tasks.artifacts.publishing import publish_page
from tasks.retention import erase_expired, report_page, told


@story("retention")
async def retention(
    preview: Annotated[str, choice("只预览", "yes_no", "是：只统计，不清除任何内容。")] = "否",
    as_of: AsOf = "",
    database: Database = "live",
) -> State[Any]:
    """清除保存期限已满的反映人身份和文字，暂缓清除的除外；报告见“Artifacts”页的 retention。"""
    desk = await seat(database, as_of)
    await name_run(desk, "retention")
    only = agreed(preview)
    report = settled(await steps.look(lambda: erase_expired(desk, preview=only)))
    if not report.busy:
        await publish_page(desk, "retention", report_page(desk, report), "身份到期清除情况")
    return Completed(message=told(report))
