"""销号: the verifying unit accepts, the leader signs, the office reviews."""

from typing import Annotated, Any

from prefect import State

from flows.answers import agreed, coded
from flows.fields import AsOf, CaseNo, Database, Operator, Opinion, choice
from flows.running import decide, story
from tasks.ordering.by_closers import STEPS_ZH
from tasks.ordering.by_closers import close as order_close


@story("close")
async def close(
    no: CaseNo,
    step: Annotated[str, choice("销号环节", "step", "依次为验收、领导签批、办公室复核。")],
    decision: Annotated[str, choice("决定", "acceptance", "退回的，案件回到整改中。")],
    opinion: Opinion = "",
    by: Annotated[str, choice("办理单位", "unit", "留空即为该环节应由其办理的单位。")] = "",
    actor: Operator = "",
    as_of: AsOf = "",
    database: Database = "live",
) -> State[Any]:
    """验收、领导签批、办公室复核：三个环节都通过后销号，任一环节退回则继续整改。"""
    code, accept = coded(STEPS_ZH, step, "销号环节"), agreed(decision)
    return await decide(
        "close",
        no,
        lambda desk: order_close(
            desk, no, code, accept=accept, opinion=opinion, by=by, actor=actor
        ),
        database=database,
        as_of=as_of,
    )
