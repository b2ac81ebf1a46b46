"""处置: what the office decides about a case beside handing it out."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from prefect import State

from domain.errors import Misuse
from flows.answers import coded
from flows.fields import AsOf, CaseNo, Database, Operator, choice, field, words
from flows.running import decide, story
from tasks.desk import Desk
from tasks.ordering import by_office
from tasks.ordering.order import Order

ACTIONS = {
    "reject": "不予受理",
    "merge": "并案",
    "split": "拆分",
    "refer": "移送",
    "resume": "恢复办理",
    "exclude": "剔单",
    "delist": "解除挂牌",
}
"""What can be decided here, by code, with what operators read."""

_Maker = Callable[[Desk, str, str, str], Order]
_MAKERS: Mapping[str, _Maker] = {
    "reject": by_office.reject,
    "merge": lambda desk, no, word, actor: by_office.merge(desk, no, word.upper(), actor),
    "split": lambda desk, no, _, actor: by_office.split(desk, no, actor),
    "refer": by_office.refer,
    "resume": lambda desk, no, _, actor: by_office.resume(desk, no, actor),
    "exclude": by_office.exclude,
    "delist": by_office.delist,
}
"""How each is ordered: with the reason, or with the case or organ it goes to."""


@story("settle")
async def settle(
    no: CaseNo,
    action: Annotated[str, choice("处置", "action")],
    reason: Annotated[str, words("理由", "不予受理、剔单必填，")] = "",
    into: Annotated[str, field("并入案件", "并案时填写主案的案件编号。")] = "",
    to: Annotated[str, choice("移送机关", "organ", "移送时选择。")] = "",
    actor: Operator = "",
    as_of: AsOf = "",
    database: Database = "live",
) -> State[Any]:
    """不予受理、并案、拆分、移送、恢复办理、剔单、解除挂牌。"""
    code = coded(ACTIONS, action, "处置")
    word = {"merge": into.strip(), "refer": to}.get(code, reason)
    if code in {"merge", "refer"} and not word:
        raise Misuse(f"{ACTIONS[code]}须填写“{'并入案件' if code == 'merge' else '移送机关'}”。")
    return await decide(
        "settle",
        no,
        lambda desk: _MAKERS[code](desk, no, word, actor),
        database=database,
        as_of=as_of,
    )
