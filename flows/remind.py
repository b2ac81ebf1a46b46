"""催办: a reminder by hand, to one unit or to all that are late."""

from functools import partial
from typing import Any

from prefect import State
from prefect.states import Completed

from domain.codes import HANDLING
from flows.fields import AsOf, Database, Operator, Reason, SomeCaseNo
from flows.running import announce, decide, name_run, seat, settled, story
from models.reading import Filter, list_cases
from tasks import steps
from tasks.ordering import by_office

_MOST = 500
"""Cases reminded of in one run; those longest overdue come first."""


@story("remind")
async def remind(
    no: SomeCaseNo = "",
    reason: Reason = "",
    actor: Operator = "",
    as_of: AsOf = "",
    database: Database = "live",
) -> State[Any]:
    """催办一件；案件编号留空，则催办全部已逾期的在办案件（每件每天一次）。"""
    if no.strip():
        order = partial(by_office.remind, no=no, reason=reason, actor=actor)
        return await decide("remind", no, order, database=database, as_of=as_of)
    return await remind_all(reason, actor, database, as_of)


async def remind_all(reason: str, actor: str, database: str, as_of: str) -> State[Any]:
    """Remind of every case in hand that is overdue."""
    desk = await seat(database, as_of)
    await name_run(desk, "remind")
    wanted = Filter(states=sorted(HANDLING), order="due", limit=_MOST)
    rows = settled(await steps.look(partial(list_cases, desk.engine, wanted)))
    late = [row["no"] for row in rows if row["due_at"] and row["due_at"] < desk.now]
    orders = [by_office.remind(desk, no, reason, actor) for no in late]
    carried = settled(await steps.carry_all(desk, orders))
    await announce(desk, carried)
    done = sum(not one.refusal and not one.repeated for one in carried)
    refused = sum(bool(one.refusal) for one in carried)
    message = f"催办 {done} 件，今日已催办过 {len(late) - done - refused} 件，失败 {refused} 件。"
    return Completed(message=message, data=carried)
