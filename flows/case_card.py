"""案件卡: everything there is to say about one case, on one page."""

from typing import Any

from prefect import State
from prefect.states import Completed

from flows.fields import AsOf, CaseNo, Database
from flows.running import name_run, seat, story
from tasks.artifacts.publishing import publish_cards


@story("case_card")
async def case_card(no: CaseNo, as_of: AsOf = "", database: Database = "live") -> State[Any]:
    """生成一件案件的卡片：基本情况、时限及其由来、申请、办理经过和流程位置。"""
    desk, number = await seat(database, as_of), no.strip().upper()
    await name_run(desk, "case_card", number)
    await publish_cards(desk, [number])
    return Completed(message=f"案件卡已生成：{number}。")
