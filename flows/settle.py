"""处置: what the office decides about a case beside handing it out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from prefect import State

from domain.errors import Misuse
from domain.wording import check_opinion
from flows.answers import coded, several
from flows.fields import AsOf, CaseNo, Database, Operator, choice, field, names, words
from flows.running import decide, story
from tasks.desk import Desk
from tasks.ordering import by_office, by_referrer
from tasks.ordering.order import Order

ACTIONS = {
    "reject": "不予受理",
    "merge": "并案",
    "split": "拆分",
    "refer": "移送",
    "feedback": "登记移送反馈",
    "resume": "恢复办理",
    "exclude": "剔单",
    "delist": "解除挂牌",
}
"""What can be decided here, by code, with what operators read."""
_NEEDED = {"merge": "并入案件", "refer": "移送机关", "feedback": "反馈结果"}
"""What must be filled in beside the reason, by action."""


@dataclass(frozen=True)
class Entry:
    """The form as it was filled in."""

    no: str
    reason: str
    into: str
    to: str
    about: str
    result: str
    on: str
    actor: str


_MAKERS: Mapping[str, Callable[[Desk, Entry], Order]] = {
    "reject": lambda desk, e: by_office.reject(desk, e.no, e.reason, e.actor),
    "merge": lambda desk, e: by_office.merge(desk, e.no, e.into.upper(), e.actor),
    "split": lambda desk, e: by_office.split(desk, e.no, e.actor),
    "refer": lambda desk, e: by_referrer.refer(desk, e.no, e.to, e.actor, about=several(e.about)),
    "feedback": lambda desk, e: by_referrer.feedback(
        desk, e.no, e.result, e.reason, _day(e.on), e.actor
    ),
    "resume": lambda desk, e: by_office.resume(desk, e.no, e.actor),
    "exclude": lambda desk, e: by_office.exclude(desk, e.no, e.reason, e.actor),
    "delist": lambda desk, e: by_office.delist(desk, e.no, e.reason, e.actor),
}


@story("settle")
async def settle(
    no: CaseNo,
    action: Annotated[str, choice("处置", "action")],
    reason: Annotated[str, words("理由", "不予受理、剔单必填；登记移送反馈时写反馈要点，")] = "",
    into: Annotated[str, field("并入案件", "并案时填写主案的案件编号。")] = "",
    to: Annotated[str, choice("移送机关", "organ", "移送时选择。")] = "",
    about: Annotated[
        str,
        names("被反映单位", "移送时填写被反映人员所在的单位，多个用顿号隔开；不会告知这些单位。"),
    ] = "",
    result: Annotated[str, choice("反馈结果", "feedback", "登记移送反馈时选择。")] = "",
    on: Annotated[str, field("反馈日期", "例如 2026-03-20；留空即今天。")] = "",
    actor: Operator = "",
    as_of: AsOf = "",
    database: Database = "live",
) -> State[Any]:
    """不予受理、并案、拆分、移送、登记移送反馈、恢复办理、剔单、解除挂牌。"""
    code = coded(ACTIONS, action, "处置")
    entry = Entry(no, check_opinion(reason), into.strip(), to, about, result, on.strip(), actor)
    given = {"merge": entry.into, "refer": entry.to, "feedback": entry.result}
    if not given.get(code, "-"):
        raise Misuse(f"{ACTIONS[code]}须填写“{_NEEDED[code]}”。")
    return await decide(
        "settle",
        no,
        lambda desk: _MAKERS[code](desk, entry),
        database=database,
        as_of=as_of,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Misuse(f"反馈日期“{text}”不认识，请写成 2026-03-20 的形式。") from None
