"""时限检查: everything that is due fires, once; what was missed before is found now."""

from typing import Any

from prefect import State
from prefect.states import Completed

from flows.fields import AsOf, Database
from flows.running import announce, name_run, seat, settled, story
from flows.telling import checked
from tasks import steps


@story("check")
async def check(as_of: AsOf = "", database: Database = "live") -> State[Any]:
    """检查全部时限：发蓝色提示、黄牌、红牌，拟出升级建议；到期的公示、挂账、归档自动办理。"""
    desk = await seat(database, as_of)
    await name_run(desk, "check")
    report, changed = settled(await steps.check_deadlines(desk))
    await announce(desk, changed)
    return Completed(message=checked(report), data=report)
