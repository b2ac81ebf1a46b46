"""复查: re-checks are ordered, and their findings recorded; a failure reopens the case."""

from datetime import timedelta
from typing import Annotated, Any

from prefect import State
from prefect.states import Completed

from flows.answers import agreed
from flows.fields import AsOf, Database, Operator, SomeCaseNo, choice, words
from flows.running import decide, name_run, overview, seat, settled, story
from models.worklists import waiting_for_office
from tasks import steps
from tasks.desk import Desk
from tasks.ordering import by_office
from tasks.ordering.order import Order

_AHEAD = timedelta(days=7)


@story("verify")
async def verify(
    no: SomeCaseNo = "",
    passed: Annotated[str, choice("复查结论", "finding", "留空则安排一次复查。")] = "",
    finding: Annotated[str, words("复查情况", "不合格的必填，")] = "",
    by: Annotated[str, choice("复查单位", "unit", "不得是办理单位。")] = "",
    actor: Operator = "",
    as_of: AsOf = "",
    database: Database = "live",
) -> State[Any]:
    """安排复查，或登记复查结论；案件编号留空，则汇总七日内到期的复查。"""

    def order(desk: Desk) -> Order:
        if not passed:
            return by_office.order_recheck(desk, no, finding, actor)
        good = agreed(passed)
        return by_office.recheck(desk, no, passed=good, finding=finding, by=by, actor=actor)

    if no.strip():
        return await decide("verify", no, order, database=database, as_of=as_of)
    return await coming(database, as_of)


async def coming(database: str, as_of: str) -> State[Any]:
    """Say which re-checks are due within the week, and refresh the worklist."""
    desk = await seat(database, as_of)
    await name_run(desk, "verify")
    soon = desk.now + _AHEAD
    rows = settled(await steps.look(lambda: waiting_for_office(desk.engine, desk.now, soon)))
    due = [row for row in rows if row["clock"] == "recheck"]
    late = sum(row["due_at"] < desk.now for row in due)
    await overview(desk)
    return Completed(message=f"七日内到期的复查 {len(due)} 件，其中逾期 {late} 件，见工作清单。")
