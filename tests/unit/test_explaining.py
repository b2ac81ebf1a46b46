"""Clocks explained in words, rule by rule."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from domain.codes import ClockKind, Kind, State, Urgency
from domain.commands import (
    Accept,
    AskExtension,
    Callback,
    Dispatch,
    Exclude,
    OrderRecheck,
    Rule,
    Sign,
    Submit,
)
from domain.explaining import CHANGES, NO_NAMES, clock_reason, explain
from domain.explaining_changes import STARTS
from domain.explaining_days import days_in_words
from domain.explaining_record import Record
from domain.explaining_sources import ENDS
from tests.unit.casework import (
    HELPER,
    RULES,
    VERIFIER,
    a_case,
    after,
    case_in,
    clock,
    order,
    t,
)
from tests.unit.recorded import NAMES, Recorded, closed, dispatched, working

FINISH = ClockKind.FINISH
WORKING = case_in(State.RECTIFYING)


def test_a_clock_in_time_says_why_due_then_how_much_is_left_and_all_that_comes() -> None:
    assert working().of(FINISH, "03-10 10:00") == [
        (
            "【办结】市水务局：时限 15个工作日（第 1 版规则 finish.harm，损害营商环境），"
            "自 2026-03-02 10:00 交办起算，次日起按工作日计，应于 2026-03-23 18:00 前完成。"
        ),
        "还余 9 个工作日；提交办结后停止计时；延期、挂账须在到期前申请。",
        (
            "此后：2026-03-18 09:00 “蓝色提示”、2026-03-20 09:00 “黄牌”、"
            "2026-03-24 09:00 “红牌”（自动触发）；2026-03-30 09:00 “通报批评”、"
            "2026-04-07 09:00 “提级办理、约谈”、2026-04-21 09:00 “挂牌督办”"
            "（拟出建议，由办公室负责人签发）。"
        ),
    ]


def test_a_late_clock_says_by_how_much_why_each_card_fired_and_when() -> None:
    late = working().check("03-18 09:05").check("03-25 09:00")
    assert late.of(FINISH, "03-25 10:00")[1:] == [
        "现已逾期 2 个工作日；提交办结后停止计时；延期、挂账须在到期前申请。",
        (
            "已触发：“蓝色提示”（到期前第 3 个工作日，2026-03-18 09:00），"
            "2026-03-18 09:05 检查时触发；"
            "“黄牌”（到期前第 1 个工作日，2026-03-20 09:00），"
            "2026-03-25 09:00 检查时已有更高一级到时，"
            "只作合并记录，未单独发出；"
            "“红牌”（到期后第 1 个工作日，2026-03-24 09:00），2026-03-25 09:00 检查时触发。"
        ),
        (
            "此后：2026-03-30 09:00 “通报批评”、2026-04-07 09:00 “提级办理、约谈”、"
            "2026-04-21 09:00 “挂牌督办”（拟出建议，由办公室负责人签发）。"
        ),
    ]


def test_a_card_that_was_taken_back_or_never_left_is_said_to_be_so() -> None:
    late = working().check("03-18 09:00").check("03-20 09:00")
    blue, yellow = (card for card in late.cards if card.key == (FINISH, 0))
    taken_back = replace(yellow, withdrawn_at=t("03-20 11:00"))
    late.cards = [replace(blue, unsent=True), taken_back]
    told = late.of(FINISH, "03-20 12:00")[2]
    assert "2026-03-18 09:00 检查时触发，通知在发出前已撤回；" in told
    assert "2026-03-20 09:00 检查时触发，2026-03-20 11:00 因申请获准而撤销。" in told


def test_a_proposal_is_said_to_be_one() -> None:
    told = working().check("03-30 09:00").of(FINISH, "03-30 10:00")[2]
    assert (
        "“通报批评”（到期后第 5 个工作日，2026-03-30 09:00），2026-03-30 09:00 检查时拟出建议。"
        in told
    )


def test_a_rung_whose_time_has_come_waits_for_the_next_check() -> None:
    assert (
        working()
        .of(FINISH, "03-20 09:00")[-1]
        .startswith("此后：“黄牌”已到时间，下次检查时触发；2026-03-24 09:00 “红牌”（自动触发）；")
    )


def test_the_top_of_the_ladder_has_nothing_above() -> None:
    assert working().check("04-21 09:00").of(FINISH, "04-22 10:00")[-1] == "此后没有更高的级别。"


def test_a_public_notice_has_no_cards() -> None:
    noticed = working().give(order(Submit, "03-04 15:00"), order(Accept, "03-05 10:00"))
    told = noticed.of(ClockKind.NOTICE, "03-06 10:00")
    assert "closing.notice" in told[0]
    assert told[-1] == "不设预警。"
    assert "2026-03-12 18:00 公示期满，转入签批（系统自动办理）。" in noticed.told("03-06 10:00")


def test_holidays_and_made_up_days_are_named_with_the_weekends_they_adjoin() -> None:
    told = dispatched("04-27 10:00").of(FINISH, "04-28 10:00")[0]
    assert "次日起按工作日计（其间5月1日至5日放假，不计；5月9日（调休）计入）" in told
    assert "应于 2026-05-20 18:00 前完成。" in told


@pytest.mark.parametrize(
    ("after", "through", "words"),
    [
        (date(2026, 3, 2), date(2026, 3, 31), ""),
        (date(2026, 4, 3), date(2026, 4, 7), "其间4月4日至6日放假，不计"),
        (date(2026, 4, 5), date(2026, 4, 6), "其间4月6日放假，不计"),
        (date(2026, 4, 6), date(2026, 4, 6), ""),
        (date(2026, 4, 6), date(2026, 4, 3), ""),
        (date(2026, 5, 8), date(2026, 5, 9), "5月9日（调休）计入"),
    ],
)
def test_only_what_differs_from_plain_weeks_is_named(
    after: date, through: date, words: str
) -> None:
    assert days_in_words(RULES.calendar, after, through) == words


def test_of_many_holidays_three_are_named() -> None:
    mondays = frozenset(date(2026, 3, 2) + timedelta(weeks=n) for n in range(5))
    many = replace(RULES.calendar, rest=mondays | {date(2026, 4, 30), date(2026, 5, 1)})
    assert days_in_words(many, date(2026, 2, 28), date(2026, 5, 4)) == (
        "其间3月1日至2日、3月7日至9日、3月14日至16日等6处放假，不计"
    )
    assert (
        days_in_words(many, date(2026, 4, 29), date(2026, 5, 1)) == "其间4月30日至5月1日放假，不计"
    )


def test_an_hour_clock_counts_hours() -> None:
    urgent = Recorded(a_case(urgency=Urgency.URGENT)).check("03-02 21:30")
    told = urgent.of(ClockKind.TRIAGE, "03-02 21:30")
    assert "（第 1 版规则 triage.urgent，紧急），自 2026-03-02 09:00 登记起算" in told[0]
    assert "按小时连续计算，休息日也计，不顺延，应于 2026-03-03 09:00 前完成。" in told[0]
    assert told[1].startswith("还余 11.5 小时；")
    assert "“黄牌”（时限过半，2026-03-02 21:00）" in told[2]
    assert (
        "“红牌”（届满，2026-03-03 09:00）"
        in urgent.check("03-03 09:00").of(ClockKind.TRIAGE, "03-03 09:30")[2]
    )


def test_a_rolled_deadline_names_the_day_it_was_moved_from() -> None:
    told = dispatched("03-01 10:00", kind=Kind.INSPECTION).of(ClockKind.INTERIM, "03-03 10:00")[0]
    assert "inspection.report" in told
    assert "2026-05-01 为休息日，顺延至下一个工作日，应于 2026-05-06 18:00 前完成。" in told


def test_a_provisional_deadline_says_what_will_happen() -> None:
    told = dispatched("12-21 10:00").of(FINISH, "12-22 10:00")
    assert told[2] == (
        "到期时间为暂定：2027 年放假安排尚未公布，暂按周一至周五推算；"
        "载入该年安排后自动重新推算，变动写入办理记录。"
    )


def test_cards_of_a_clock_that_stopped_since_are_told_apart_from_those_that_run() -> None:
    signed = dispatched().check("03-04 09:00").give(order(Sign, "03-04 10:00"))
    assert (
        "【签收】市水务局，已停止计时；已触发：“红牌”（到期后第 1 个工作日，2026-03-04 09:00），"
        "2026-03-04 09:00 检查时触发。"
    ) in signed.told("03-05 10:00")
    assert signed.told("03-05 10:00")[-1].startswith(
        "已停止计时：受理（专项行动办公室，2026-03-02 10:00）、签收（市水务局，2026-03-04 10:00）"
    )


def test_a_re_check_and_a_callback_name_their_clauses() -> None:
    looked = closed().give(
        order(OrderRecheck, "03-14 10:00"), order(Callback, "03-16 10:00", reached=False)
    )
    told = looked.told("03-16 11:00")
    assert "登记，至今" not in told[0], "what is closed grows no older"
    for clause in ("callback.over_days", "recheck.triggered", "recheck.days、recheck.sample_days"):
        assert any(f"第 1 版规则 {clause}）" in said for said in told)


def test_an_assisting_unit_has_a_share_and_one_without_a_name_is_shown_by_its_code() -> None:
    helped = Recorded(a_case()).give(order(Dispatch, "03-02 10:00", assisting=(HELPER,)))
    assert helped.of(ClockKind.OPINION, "03-03 10:00")[0].startswith(
        "【协办意见】chengguan：时限 15个工作日（第 1 版规则 finish.multi，多部门事项的 "
        "handling.opinion_share，向上取整）"
    )


def test_an_emergency_names_its_own_limit() -> None:
    told = dispatched(urgency=Urgency.EMERGENCY).of(FINISH, "03-02 11:00")[0]
    assert "时限 24小时（第 1 版规则 emergency.finish，特急）" in told


def test_a_case_without_clocks_has_only_its_heading() -> None:
    bare = Record(replace(a_case(), clocks={}), RULES)
    assert len(explain(bare, t("03-10 10:00"))) == 1


def test_a_history_that_cannot_be_read_is_said_to_be_so_and_the_stored_clocks_are_told() -> None:
    told = explain(Record(WORKING, RULES), t("03-10 10:00"), NAMES)
    assert told[1] == (
        "办理记录中的计时操作无法识别，以下只按现存时钟说明，请用 ./rectify verify 核对。"
    )
    assert (
        "【办结】市水务局：自 2026-03-02 10:00 交办起 15个工作日，应于 2026-03-23 18:00 前完成。"
    ) in told


def test_the_short_reason_of_an_extended_a_rolled_and_a_provisional_clock() -> None:
    asked = after(WORKING, order(AskExtension, "03-20 15:00"))
    extended = after(asked, order(Rule, "03-23 10:00", VERIFIER))
    assert clock_reason(clock(extended, FINISH)) == (
        "自 2026-03-23 10:00 起第 2 轮计时（时限 15个工作日；延期获准，自原到期时间起加算），"
        "应于 2026-03-26 18:00 前完成。"
    )
    inspection = dispatched("03-01 10:00", kind=Kind.INSPECTION).case
    assert "原到期日为休息日，已顺延" in clock_reason(clock(inspection, ClockKind.INTERIM))
    late = dispatched("12-21 10:00", urgency=Urgency.EMERGENCY, kind=Kind.HARM).case
    assert "按小时连续计算" in clock_reason(clock(late, FINISH))
    assert "放假安排尚未公布" in clock_reason(clock(dispatched("12-21 10:00").case, FINISH))


def test_a_rule_without_words_of_its_own_is_named_by_its_code() -> None:
    odd = replace(clock(WORKING, FINISH), rule="by_hand")
    assert "by_hand起 15个工作日" in clock_reason(odd)


def test_every_kind_of_clock_says_what_ends_it() -> None:
    assert ENDS.keys() == set(ClockKind)


@pytest.mark.parametrize("state", State)
def test_every_deadline_that_commands_set_has_its_words(state: State) -> None:
    reopened = after(case_in(State.CLOSED), order(Callback, "03-16 10:00", satisfied=False))
    again = after(reopened, order(Submit, "03-17 10:00"))
    for case in (case_in(state), reopened, again):
        assert {c.rule for c in case.clocks.values()} <= STARTS.keys() | CHANGES.keys()
        told = explain(Record(case, RULES), t("12-01 10:00"), NO_NAMES)
        assert all(sentence.endswith("。") for sentence in told)
        assert len([s for s in told if s.startswith("【")]) == len(case.unstopped())


def test_a_busy_case_is_told_in_twenty_five_sentences() -> None:
    busy = Recorded(a_case()).give(
        order(Dispatch, "03-02 10:00", assisting=(HELPER,)), order(Sign, "03-02 11:00")
    )
    busy.check("03-04 09:00").give(order(AskExtension, "03-05 10:00", days=10))
    busy.give(order(Rule, "03-06 10:00", VERIFIER), order(Exclude, "03-06 11:00"))
    busy.check("05-13 09:00")
    assert len(busy.told("05-13 10:00")) <= 25
