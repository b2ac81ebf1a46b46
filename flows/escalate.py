"""升级督办: criticism, raising and listing are decisions of the office head."""

from typing import Annotated, Any

from prefect import State
from prefect.states import Completed

from flows.fields import AsOf, Database, Operator, Reason, SomeCaseNo, choice
from flows.running import decide, name_run, overview, seat, settled, story
from models.worklists import waiting_for_office
from tasks import steps
from tasks.ordering import by_office


@story("escalate")
async def escalate(
    no: SomeCaseNo = "",
    rung: Annotated[str, choice("督办措施", "rung")] = "",
    reason: Reason = "",
    actor: Operator = "",
    as_of: AsOf = "",
    database: Database = "live",
) -> State[Any]:
    """对一件升级督办；案件编号留空，则汇总待签发的升级建议并更新工作清单。"""
    if no.strip():
        return await decide(
            "escalate",
            no,
            lambda desk: by_office.escalate(desk, no, rung, reason, actor),
            database=database,
            as_of=as_of,
        )
    return await proposals(database, as_of)


async def proposals(database: str, as_of: str) -> State[Any]:
    """Say which proposals wait for the office head, and refresh the worklist."""
    desk = await seat(database, as_of)
    await name_run(desk, "escalate")
    rows = settled(await steps.look(lambda: waiting_for_office(desk.engine, desk.now, desk.now)))
    waiting = sum(row["request_kind"] == "proposal" for row in rows)
    await overview(desk)
    return Completed(message=f"待签发的升级建议 {waiting} 件，见工作清单；请到“裁定申请”签发。")
