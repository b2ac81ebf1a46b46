"""裁定: a pending request is granted or refused."""

from typing import Annotated, Any

from prefect import State

from flows.answers import agreed
from flows.fields import AsOf, CaseNo, Database, Operator, Opinion, choice, field, words
from flows.running import decide, story
from tasks.ordering import by_office


@story("rule")
async def rule(
    no: CaseNo,
    request: Annotated[int, field("申请编号", "见案件卡的“申请”一栏。", minimum=1)],
    decision: Annotated[str, choice("裁定", "granting")],
    opinion: Opinion = "",
    unit: Annotated[str, choice("改派单位", "unit", "同意退单时可指定；留空即按建议单位。")] = "",
    rung: Annotated[str, choice("改用措施", "measure", "签发升级建议时可改；留空即按建议。")] = "",
    wording: Annotated[str, words("改写要求", "签发时替换文书中的办理要求，")] = "",
    actor: Operator = "",
    as_of: AsOf = "",
    database: Database = "live",
) -> State[Any]:
    """裁定延期、挂账、退单、异议、剔单申请；签发、改签或者不予签发升级建议，草稿见案件卡。"""
    grant = agreed(decision)
    return await decide(
        "rule",
        no,
        lambda desk: by_office.rule(
            desk,
            no,
            request,
            grant=grant,
            opinion=opinion,
            unit=unit,
            rung=rung,
            wording=wording,
            actor=actor,
        ),
        database=database,
        as_of=as_of,
    )
