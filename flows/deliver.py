"""发送通知: the outbox is emptied once."""

from typing import Any

from prefect import State
from prefect.states import Completed

from flows.fields import AsOf, Database
from flows.running import name_run, seat, settled, story
from flows.telling import delivered
from tasks import steps


@story("deliver")
async def deliver(as_of: AsOf = "", database: Database = "live") -> State[Any]:
    """发送应发的通知：工作时间内成批发出，失败的按间隔重试，发不出去的等待人工处理。"""
    desk = await seat(database, as_of)
    await name_run(desk, "deliver")
    report = settled(await steps.deliver_notices(desk))
    return Completed(message=delivered(report), data=report)
