"""交办: the rules settle what is plain; the office decides the rest."""

from typing import Annotated, Any

from prefect import State
from prefect.states import Completed

from flows.answers import several
from flows.fields import AsOf, Database, Operator, SomeCaseNo, choice, field, names
from flows.running import announce, decide, name_run, seat, settled, story
from flows.telling import assigned
from tasks import steps
from tasks.assigning import settled as settled_by_rules
from tasks.desk import Desk
from tasks.ordering.by_office import dispatch
from tasks.ordering.by_system import settle
from tasks.ordering.order import Order


@story("assign")
async def assign(
    no: SomeCaseNo = "",
    unit: Annotated[str, choice("主办单位", "unit", "留空则按交办规则确定。")] = "",
    assist: Annotated[str, names("协办单位", "可填多个，用顿号隔开。")] = "",
    verify: Annotated[str, choice("验收单位", "unit", "留空则按规则；不得是办理单位。")] = "",
    environment: Annotated[str, choice("环境类别", "environment")] = "",
    kind: Annotated[str, choice("事项类别", "kind", "决定办结时限。")] = "",
    urgency: Annotated[str, choice("紧急程度", "urgency")] = "",
    mode: Annotated[str, choice("整治方式", "mode")] = "",
    level: Annotated[int, field("直接进入级别", "疑难复杂的可直接进入 4、5 级；一般填 0。")] = 0,
    actor: Operator = "",
    as_of: AsOf = "",
    database: Database = "live",
) -> State[Any]:
    """交办或改派一件；案件编号留空，则把规则能确定的待受理案件全部交办。"""

    def order(desk: Desk) -> Order:
        if not unit:
            return settle(desk, no, settled_by_rules(desk, no))
        more = {"environment": environment, "kind": kind, "urgency": urgency, "mode": mode}
        helpers = several(assist)
        return dispatch(desk, no, unit, actor, assist=helpers, verify=verify, level=level, **more)

    if no.strip():
        return await decide("assign", no, order, database=database, as_of=as_of)
    return await assign_all(database, as_of)


async def assign_all(database: str, as_of: str) -> State[Any]:
    """Dispatch whatever the rules settle."""
    desk = await seat(database, as_of)
    await name_run(desk, "assign")
    report = settled(await steps.assign_settled(desk))
    await announce(desk, report.carried)
    return Completed(message=assigned(report), data=report)
