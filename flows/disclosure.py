"""同意披露: a unit may see the reporter for a time, with the reporter's consent; or no longer.

Who the reporter is stands in no field, name, message or result: how the consent came is chosen, not
typed. A unit reads on the command line, and every reading is logged.
"""

from typing import Annotated, Any

from prefect import State
from prefect.states import Completed

from domain.errors import Misuse
from domain.wording import moment
from flows.answers import coded
from flows.fields import AsOf, CaseNo, Database, Operator, choice, field
from flows.instants import day_or_instant
from flows.running import name_run, run_key, seat, settled, story
from tasks import steps
from tasks.artifacts.publishing import publish_cards
from tasks.desk import Desk
from tasks.disclosing import Offer, disclose, occasion_of, revoke

ACTIONS = {"disclose": "同意披露", "revoke": "撤回披露"}
"""What can be decided here, by code, with what operators read."""
MANNERS = {
    "phone": "电话中同意",
    "visit": "当面同意",
    "letter": "书面同意",
    "message": "短信或留言同意",
}
"""How a reporter agreed."""


@story("disclosure")
async def disclosure(
    no: CaseNo,
    action: Annotated[str, choice("办理事项", "disclosing")],
    unit: Annotated[str, choice("单位", "unit", "须是该案的主办或协办单位。")],
    days: Annotated[int, field("披露天数", "同意披露时填写，最长天数见规则。", minimum=1)] = 7,
    manner: Annotated[str, choice("同意方式", "consent", "同意披露时选择。")] = "",
    agreed_on: Annotated[str, field("同意日期", "同意披露时填写，例如 2026-03-02。")] = "",
    actor: Operator = "",
    as_of: AsOf = "",
    database: Database = "live",
) -> State[Any]:
    """经反映人同意，在一段时间内向主办或协办单位披露反映人；或者撤回。本页不显示反映人身份。"""
    code = coded(ACTIONS, action, "办理事项")
    desk, no = await seat(database, as_of), no.strip().upper()
    chosen = desk.directory.unit(unit)
    await name_run(desk, "disclosure", no, chosen)
    key = run_key()
    if code == "disclose":
        offer = Offer(chosen, days, _consent(manner, agreed_on))
        told = settled(await steps.look(lambda: _disclose(desk, no, offer, actor, key)))
    else:
        told = settled(await steps.look(lambda: _revoke(desk, no, chosen, actor, key)))
    await publish_cards(desk, [no])
    return Completed(message=told)


def _consent(manner: str, agreed_on: str) -> str:
    if not manner or not agreed_on.strip():
        raise Misuse("同意披露须选择“同意方式”并填写“同意日期”。")
    how = MANNERS[coded(MANNERS, manner, "同意方式")]
    return f"{day_or_instant(agreed_on, '同意日期'):%Y年%m月%d日}{how}"


def _disclose(desk: Desk, no: str, offer: Offer, actor: str, key: str) -> str:
    until, fresh = disclose(desk, no, offer, occasion_of(desk, actor, key))
    again = "" if fresh else "（此前已办理，未再改动）"
    return f"{no} 同意向{desk.directory.name(offer.unit)}披露反映人，至 {moment(until)}{again}。"


def _revoke(desk: Desk, no: str, unit: str, actor: str, key: str) -> str:
    fresh = revoke(desk, no, unit, occasion_of(desk, actor, key))
    again = "" if fresh else "（此前已办理，未再改动）"
    return f"{no} 不再向{desk.directory.name(unit)}披露反映人{again}。"
