"""Clocks explained in words."""

from dataclasses import replace

import pytest

from domain.case import Case
from domain.clocks import ClockOp, Op, Rules, fold
from domain.codes import ClockKind, Kind, Rung, State, Urgency
from domain.commands import AskExtension, Callback, Dispatch, Object, Rule, Submit
from domain.explaining import CHANGES, STARTS, clock_reason, explain
from tests.unit.casework import (
    RULES,
    VERIFIER,
    a_case,
    after,
    case_in,
    clock,
    order,
    t,
)

NAMES = {"shuiwu": "市水务局", "office": "专项行动办公室"}
WORKING = case_in(State.RECTIFYING)


def finish_sentences(case: Case, when: str) -> list[str]:
    told = explain(case, t(when), RULES, NAMES)
    start = next(i for i, sentence in enumerate(told) if sentence.startswith("【办结】"))
    return told[start : start + 4]


def test_a_clock_in_time_says_why_due_then_how_much_is_left_and_what_comes_next() -> None:
    assert finish_sentences(WORKING, "03-10 10:00") == [
        "【办结】市水务局：自 2026-03-02 10:00 交办起 15个工作日，应于 2026-03-23 18:00 前完成。",
        "还余 9 个工作日。",
        "本轮尚未触发预警。",
        "下一步“蓝色提示”：2026-03-18 09:00 自动触发。",
    ]


def test_a_late_clock_says_by_how_much_what_fired_and_who_decides_next() -> None:
    fired = ClockOp(Op.FIRE, ClockKind.FINISH, rung=Rung.RED)
    late = replace(WORKING, clocks=fold(WORKING.clocks, [fired], t("03-24 09:00"), RULES))
    assert finish_sentences(late, "03-25 10:00")[1:] == [
        "现已逾期 2 个工作日。",
        "本轮已到“红牌”，不再触发它和更低的级别。",
        "下一步“通报批评”：2026-03-30 09:00 拟出建议，由办公室负责人签发。",
    ]


def test_a_rung_whose_time_has_come_waits_for_the_next_check() -> None:
    assert finish_sentences(WORKING, "03-18 09:00")[3] == (
        "下一步“蓝色提示”：已到 2026-03-18 09:00，下次检查时自动触发。"
    )


def test_the_top_of_the_ladder_has_nothing_above() -> None:
    fired = ClockOp(Op.FIRE, ClockKind.FINISH, rung=Rung.LIST)
    top = replace(WORKING, clocks=fold(WORKING.clocks, [fired], t("04-21 09:00"), RULES))
    assert finish_sentences(top, "04-22 10:00")[3] == "此后没有更高的级别。"


def test_a_paused_clock_says_since_when_and_that_it_does_not_count() -> None:
    told = finish_sentences(case_in(State.SHELVED), "03-10 10:00")
    assert told[1] == "自 2026-03-03 10:00 起暂停计时，暂停期间不计，恢复时重新推算到期时间。"
    assert told[3] == "恢复计时前不触发预警。"


def test_an_hour_clock_is_told_in_hours() -> None:
    case = case_in(State.ASSIGNED, urgency=Urgency.EMERGENCY)
    told = finish_sentences(case, "03-02 13:30")
    assert "24小时，应于 2026-03-03 10:00 前完成，按小时连续计算" in told[0]
    assert told[1] == "还余 20.5 小时。"


def test_a_rolled_or_provisional_deadline_is_said_to_be_so() -> None:
    inspection = after(a_case("03-01 09:00", kind=Kind.INSPECTION), order(Dispatch, "03-01 10:00"))
    told = clock_reason(clock(inspection, ClockKind.INTERIM))
    assert "原到期日为休息日，已顺延至下一个工作日" in told
    assert "尚未公布" not in told
    late = after(a_case("12-20 09:00"), order(Dispatch, "12-21 10:00"))
    assert "放假安排尚未公布" in clock_reason(clock(late, ClockKind.FINISH))


def test_an_extended_clock_says_what_it_rests_on() -> None:
    asked = after(WORKING, order(AskExtension, "03-20 15:00"))
    extended = after(asked, order(Rule, "03-23 10:00", VERIFIER))
    assert clock_reason(clock(extended, ClockKind.FINISH)) == (
        "自 2026-03-23 10:00 起第 2 轮计时（时限 15个工作日；延期获准，自原到期时间起加算），"
        "应于 2026-03-26 18:00 前完成。"
    )


def test_a_rule_without_words_of_its_own_is_named_by_its_code() -> None:
    odd = replace(clock(WORKING, ClockKind.FINISH), rule="by_hand")
    assert "by_hand起 15个工作日" in clock_reason(odd)


def test_the_case_is_named_first_with_its_level_and_the_versions_used(rules: Rules) -> None:
    listed = replace(WORKING, level=5, listed=True)
    assert explain(listed, t("03-10 10:00"), rules)[0] == (
        "案件 QD2026-000001 现为“整改中”，督办级别 5 级，已挂牌督办；依据第 1 版规则、第 7 版日历。"
    )


def test_stopped_clocks_and_what_lies_ahead_come_last() -> None:
    noticed = after(case_in(State.IN_NOTICE), order(Object, "03-06 09:00"))
    told = explain(noticed, t("03-06 10:00"), RULES, NAMES)
    assert told[-3:-1] == [
        "2026-03-12 18:00 公示期满，转入签批。",
        "第 1 号申请（公示异议，2026-03-06 09:00 提出）待裁定。",
    ]
    assert told[-1].startswith(
        "已停止计时：受理（专项行动办公室，2026-03-02 10:00）、签收（市水务局"
    )


def test_a_case_without_clocks_has_only_its_heading() -> None:
    bare = replace(a_case(), clocks={})
    assert len(explain(bare, t("03-10 10:00"), RULES)) == 1


@pytest.mark.parametrize("state", State)
def test_every_deadline_that_commands_set_has_its_words(state: State) -> None:
    reopened = after(case_in(State.CLOSED), order(Callback, "03-16 10:00", satisfied=False))
    again = after(reopened, order(Submit, "03-17 10:00"))
    for case in (case_in(state), reopened, again):
        assert {c.rule for c in case.clocks.values()} <= STARTS.keys() | CHANGES.keys()
        told = explain(case, t("12-01 10:00"), RULES, NAMES)
        assert all(sentence.endswith("。") for sentence in told)
        assert len([s for s in told if s.startswith("【")]) == len(case.unstopped())
