"""升级督办: criticism, raising and listing are decisions of the office head."""

from typing import Annotated, Any

from prefect import State
from prefect.states import Completed

from domain.errors import Misuse
from flows.answers import LEVELS, coded
from flows.fields import AsOf, Database, Operator, Reason, SomeCaseNo, choice
from flows.running import decide, name_run, overview, seat, settled, story
from models.worklists import waiting_for_office
from tasks import steps
from tasks.desk import Desk
from tasks.ordering import by_office
from tasks.ordering.order import Order


@story("escalate")
async def escalate(
    no: SomeCaseNo = "",
    rung: Annotated[str, choice("督办措施", "rung")] = "",
    lower_to: Annotated[str, choice("降至级别", "level", "降级督办时选择，督办措施留空。")] = "",
    reason: Reason = "",
    actor: Operator = "",
    as_of: AsOf = "",
    database: Database = "live",
) -> State[Any]:
    """对一件升级或降级督办；案件编号留空，则汇总待签发的升级建议并更新工作清单。"""
    if rung and lower_to:
        raise Misuse("“督办措施”和“降至级别”只能选一项：升级选前者，降级选后者。")

    def order(desk: Desk) -> Order:
        if lower_to:
            return by_office.deescalate(
                desk, no, int(coded(LEVELS, lower_to, "降至级别")), reason, actor
            )
        return by_office.escalate(desk, no, rung, reason, actor)

    if no.strip():
        return await decide("escalate", no, order, database=database, as_of=as_of)
    return await proposals(database, as_of)


async def proposals(database: str, as_of: str) -> State[Any]:
    """Say which proposals wait for the office head, and refresh the worklist."""
    desk = await seat(database, as_of)
    await name_run(desk, "escalate")
    rows = settled(await steps.look(lambda: waiting_for_office(desk.engine, desk.now, desk.now)))
    waiting = sum(row["request_kind"] == "proposal" for row in rows)
    await overview(desk)
    return Completed(message=f"待签发的升级建议 {waiting} 件，见工作清单；请到“裁定申请”签发。")
