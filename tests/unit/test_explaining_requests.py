"""What waits for a decision, explained in words."""

from dataclasses import replace

import pytest

from domain.case import Request
from domain.codes import ClockKind, Kind, RequestKind, Rung, State
from domain.commands import (
    Accept,
    AskExtension,
    AskShelving,
    Command,
    Escalate,
    Exclude,
    Object,
    Submit,
)
from tests.unit.casework import (
    case_in,
    order,
    t,
)
from tests.unit.recorded import working

FINISH = ClockKind.FINISH
WORKING = case_in(State.RECTIFYING)


@pytest.mark.parametrize(
    ("commands", "said"),
    [
        (
            [order(AskExtension, "03-04 10:00", days=15)],
            (
                "第 1 号申请（延期 15 个工作日，市水务局 2026-03-04 10:00 提出）待市住建局裁定；"
                "裁定前照常计时，到期后获准的也自原到期时间起加算。"
            ),
        ),
        (
            [order(AskShelving, "03-04 10:00", until=t("04-02 09:00"))],
            (
                "第 1 号申请（挂账至 2026-04-02 09:00，市水务局 2026-03-04 10:00 提出）"
                "待指挥部办公室裁定；裁定前照常计时，到期后获准的自原到期时间起停止计时。"
            ),
        ),
        (
            [order(Exclude, "03-04 10:00")],
            (
                "第 1 号申请（剔单，市水务局 2026-03-04 10:00 提出）待指挥部办公室裁定；"
                "不影响计时，只影响考核。"
            ),
        ),
    ],
)
def test_a_pending_request_says_who_decides_and_what_holds_until_then(
    commands: list[Command], said: str
) -> None:
    assert said in working().give(*commands).told("03-05 10:00")


def test_an_objection_and_a_proposal_say_what_waits_for_them() -> None:
    noticed = working().give(order(Submit, "03-04 15:00"), order(Accept, "03-05 10:00"))
    assert (
        "第 1 号申请（公示异议，异议人 2026-03-06 09:00 提出）待指挥部办公室裁定；"
        "公示照常进行，裁定前不能销号。"
    ) in noticed.give(order(Object, "03-06 09:00")).told("03-06 10:00")
    proposed = Request(1, RequestKind.PROPOSAL, "system", t("03-30 09:00"), rung=Rung.CRITICISM)
    late = working()
    late.case = replace(late.case, requests=(proposed,))
    assert (
        "第 1 号申请（升级建议“通报批评”，系统 2026-03-30 09:00 提出）待指挥部办公室裁定；"
        "由办公室负责人签发、改定或不予采纳，签发前级别不变。"
    ) in late.told("03-30 10:00")


def test_an_extension_on_the_supervised_list_is_decided_by_a_day() -> None:
    asked = working(kind=Kind.MULTI).give(
        order(Escalate, "03-03 09:00", rung=Rung.LIST),
        order(AskExtension, "03-04 10:00", days=3),
    )
    told = asked.told("03-05 10:00")
    assert "督办级别 5 级，已挂牌督办" in told[0]
    assert any("；已挂牌督办，应于 2026-03-18 18:00 前裁定；" in said for said in told)
