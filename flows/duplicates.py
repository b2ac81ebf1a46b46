"""重复处理: the office joins a case to an earlier one about the same thing, or keeps them apart."""

from asyncio import to_thread
from typing import Annotated, Any

from prefect import State
from prefect.states import Completed

from flows.answers import coded
from flows.fields import AsOf, Database, Operator, choice, field
from flows.running import decide, name_run, overview, seat, story
from tasks.duplicates import keep_apart
from tasks.ordering.by_office import merge

DECISIONS = {"join": "是同一件事，并案", "apart": "不是同一件事，分开办理"}
"""What can be decided, by code, with what operators read."""


@story("duplicates")
async def duplicates(
    no: Annotated[str, field("案件编号", "后登记的一件，例如 QD2026-000124。")],
    other: Annotated[str, field("对照编号", "疑似同一件的编号；并案时为主案。")],
    decision: Annotated[str, choice("处理", "duplicate")],
    actor: Operator = "",
    as_of: AsOf = "",
    database: Database = "live",
) -> State[Any]:
    """处理疑似重复：并案，或者分开办理、以后不再提示（见“疑似重复”清单）。"""
    case, lead = no.strip().upper(), other.strip().upper()
    if coded(DECISIONS, decision, "处理") == "join":
        return await decide(
            "duplicates",
            case,
            lambda desk: merge(desk, case, lead, actor),
            database=database,
            as_of=as_of,
        )
    desk = await seat(database, as_of)
    await name_run(desk, "duplicates", case)
    await to_thread(keep_apart, desk, case, lead, actor)
    await overview(desk)
    return Completed(message=f"{case} 与 {lead} 分开办理，以后不再提示。")
