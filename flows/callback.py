"""回访: what the reporter says after closing."""

from typing import Annotated, Any

from prefect import State

from flows.answers import agreed
from flows.fields import AsOf, CaseNo, Database, Operator, choice
from flows.running import decide, story
from tasks.ordering import by_office


@story("callback")
async def callback(
    no: CaseNo,
    reached: Annotated[str, choice("是否联系上", "yes_no")],
    solved: Annotated[str, choice("是否解决", "yes_no", "未联系上的选“否”。")] = "否",
    satisfied: Annotated[str, choice("是否满意", "yes_no", "未联系上的选“否”。")] = "否",
    actor: Operator = "",
    as_of: AsOf = "",
    database: Database = "live",
) -> State[Any]:
    """登记回访结果：未解决或不满意的，案件重新办理。"""
    said = {"reached": agreed(reached), "solved": agreed(solved), "satisfied": agreed(satisfied)}
    return await decide(
        "callback",
        no,
        lambda desk: by_office.callback(desk, no, actor=actor, **said),
        database=database,
        as_of=as_of,
    )
