"""办理: what a responsible unit does, recorded by the office on its behalf."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from prefect import State

from domain.errors import Misuse
from domain.wording import check_opinion
from flows.answers import coded
from flows.fields import AsOf, CaseNo, Database, Operator, choice, field, words
from flows.instants import day_or_instant
from flows.running import decide, story
from tasks.desk import Desk
from tasks.ordering import by_unit
from tasks.ordering.order import Order

ACTIONS = {
    "sign": "签收",
    "contact": "首次联系",
    "interim": "阶段答复",
    "submit": "提交办结",
    "return": "退单",
    "extend": "申请延期",
    "shelve": "申请挂账",
    "exclude": "申请剔单",
    "object": "提出异议",
    "withdraw": "撤回申请",
}
"""What can be recorded here, by code, with what operators read."""


@dataclass(frozen=True)
class Entry:
    """The form as it was filled in."""

    no: str
    by: str
    text: str
    result: str
    days: int
    until: str
    suggest: str
    request: int
    evidence: tuple[Path, ...]
    name: str


_MAKERS: Mapping[str, Callable[[Desk, Entry], Order]] = {
    "sign": lambda desk, e: by_unit.sign(desk, e.no, e.by, e.name),
    "contact": lambda desk, e: by_unit.contact(desk, e.no, e.by, e.name),
    "interim": lambda desk, e: by_unit.interim(desk, e.no, e.by, e.text, e.name),
    "submit": lambda desk, e: by_unit.submit(
        desk, e.no, e.by, e.result, e.text, e.evidence, e.name
    ),
    "return": lambda desk, e: by_unit.return_(desk, e.no, e.by, e.text, e.suggest, e.name),
    "extend": lambda desk, e: by_unit.extend(desk, e.no, e.by, e.days, e.text, e.name),
    "shelve": lambda desk, e: by_unit.shelve(
        desk, e.no, e.by, day_or_instant(e.until, "挂账至"), e.text, e.name
    ),
    "exclude": lambda desk, e: by_unit.exclude(desk, e.no, e.by, e.text, e.name),
    "object": lambda desk, e: by_unit.object_(desk, e.no, e.text, e.by, e.name),
    "withdraw": lambda desk, e: by_unit.withdraw(desk, e.no, e.request, e.by, e.name),
}


@story("handle")
async def handle(
    no: CaseNo,
    action: Annotated[str, choice("办理事项", "handling")],
    by: Annotated[str, choice("单位", "unit", "办理的单位；社会异议可留空。")] = "",
    text: Annotated[str, words("答复或理由", "阶段答复、提交办结写答复，其余写理由，")] = "",
    result: Annotated[str, choice("办理结果", "result", "提交办结时选择。")] = "",
    days: Annotated[int, field("延期天数", "申请延期时填写，单位为工作日。")] = 0,
    until: Annotated[str, field("挂账至", "申请挂账时填写，例如 2026-06-30。")] = "",
    suggest: Annotated[str, choice("建议单位", "unit", "退单时选择。")] = "",
    request: Annotated[int, field("申请编号", "撤回申请时填写。")] = 0,
    evidence: Annotated[str, field("佐证材料", "服务器上的文件路径，多个用分号隔开。")] = "",
    name: Operator = "",
    as_of: AsOf = "",
    database: Database = "live",
) -> State[Any]:
    """登记责任单位的办理：签收、联系、答复、提交办结、退单、申请和撤回。"""
    code, files = coded(ACTIONS, action, "办理事项"), tuple(_paths(evidence))
    entry = Entry(no, by, check_opinion(text), result, days, until, suggest, request, files, name)
    if code == "return" and not suggest:
        raise Misuse("退单须选择“建议单位”。")
    return await decide(
        "handle", no, lambda desk: _MAKERS[code](desk, entry), database=database, as_of=as_of
    )


def _paths(text: str) -> list[Path]:
    return [Path(part.strip()) for part in text.replace("；", ";").split(";") if part.strip()]
