"""Every change of a clock explained in words, with its arithmetic."""

from dataclasses import replace
from datetime import date

from domain.case import SYSTEM
from domain.codes import ClockKind, Kind, State
from domain.commands import (
    Accept,
    AskExtension,
    AskShelving,
    Callback,
    Dispatch,
    Escalate,
    Merge,
    Object,
    Resume,
    Return,
    Rule,
    Split,
    Submit,
)
from tests.unit.casework import (
    OTHER,
    RULES,
    VERIFIER,
    a_case,
    case_in,
    order,
    t,
)
from tests.unit.recorded import Recorded, closed, dispatched, working

FINISH = ClockKind.FINISH
WORKING = case_in(State.RECTIFYING)


def test_an_extension_says_who_granted_it_when_and_what_it_made_of_the_deadline() -> None:
    case = working().give(order(AskExtension, "03-20 15:00", days=15))
    case.give(order(Rule, "03-23 10:00", VERIFIER))
    told = case.of(FINISH, "03-23 11:00")
    assert "原应于 2026-03-23 18:00 前完成。" in told[0]
    assert told[1] == (
        "2026-03-23 10:00 市住建局同意延期 15个工作日（第 1 号申请），自原到期时间起加算，"
        "到期时间由 2026-03-23 18:00 改为 2026-04-14 18:00（其间4月4日至6日放假，不计）。"
    )


def test_a_rejection_says_that_the_wait_is_not_charged_and_what_is_left_at_least() -> None:
    case = working(kind=Kind.ORDINARY).give(order(Submit, "03-09 15:00"))
    case.give(order(Accept, "03-11 10:00", accept=False, opinion="未到位"))
    assert case.of(FINISH, "03-11 11:00")[1] == (
        "2026-03-09 15:00 提交办结，2026-03-11 10:00 退回补正：其间不计，余下时间接着计"
        "（至少 2个工作日），到期时间由 2026-03-09 18:00 改为 2026-03-13 18:00。"
    )


def test_a_rejection_of_what_was_submitted_late_says_that_it_stays_late() -> None:
    case = working(kind=Kind.ORDINARY).give(order(Submit, "03-11 15:00"))
    case.give(order(Accept, "03-12 10:00", accept=False, opinion="未到位"))
    told = case.of(FINISH, "03-12 11:00")
    assert "（提交时已逾期，仍为逾期）" in told[1]
    assert told[2].startswith("现已逾期")


def test_an_upheld_objection_says_so() -> None:
    case = working().give(order(Submit, "03-04 15:00"), order(Accept, "03-05 10:00"))
    case.give(order(Object, "03-06 09:00"), order(Rule, "03-06 10:00"))
    assert case.of(FINISH, "03-06 11:00")[1].startswith(
        "2026-03-04 15:00 提交办结，2026-03-06 10:00 异议成立、退回整改：其间不计"
    )


def shelved() -> Recorded:
    return working().give(
        order(AskShelving, "03-03 09:00", until=t("04-02 09:00")), order(Rule, "03-03 10:00")
    )


def test_a_paused_clock_says_since_when_and_fires_nothing() -> None:
    assert shelved().of(FINISH, "03-10 10:00")[1:] == [
        "自 2026-03-03 10:00 起暂停计时，暂停期间不计，恢复时重新推算到期时间。",
        "暂停期间不触发预警；恢复时余下的各级随到期时间重排。",
    ]
    assert "2026-04-02 09:00 挂账到期，恢复办理（系统自动办理）。" in shelved().told("03-10 10:00")


def test_a_pause_that_is_over_says_from_when_to_when_and_why() -> None:
    resumed = shelved().give(order(Resume, "04-02 09:00", SYSTEM))
    assert resumed.of(FINISH, "04-02 10:00")[1] == (
        "2026-03-03 10:00 挂账，2026-04-02 09:00 恢复办理：其间不计，余下时间接着计，"
        "到期时间由 2026-03-23 18:00 改为 2026-04-23 18:00（其间4月4日至6日放假，不计）。"
    )


def test_a_pause_that_moved_nothing_says_so() -> None:
    case = working().give(order(Merge, "03-03 09:00", into=a_case(no="QD2026-000002")))
    told = case.give(order(Split, "03-03 15:00")).of(FINISH, "03-03 16:00")[1]
    assert told == (
        "2026-03-03 09:00 并案，2026-03-03 15:00 拆分：其间不计，余下时间接着计，"
        "到期时间仍为 2026-03-23 18:00。"
    )


def test_a_confirmed_return_says_that_waiting_for_the_ruling_is_not_charged() -> None:
    case = dispatched().give(order(Return, "03-03 09:00", suggested=OTHER))
    assert (
        "第 1 号申请（退单，建议改由jiaotong办理，市水务局 2026-03-03 09:00 提出）"
        "待指挥部办公室裁定；应于 2026-03-04 18:00 前裁定；裁定前单位的各项时限暂停。"
    ) in case.told("03-03 10:00")
    confirmed = case.give(order(Rule, "03-05 10:00", grant=False))
    assert confirmed.of(FINISH, "03-05 11:00")[1].startswith(
        "2026-03-03 09:00 退单待裁，2026-03-05 10:00 维持交办：其间不计"
    )


def test_shelving_granted_late_counts_from_the_due_instant() -> None:
    case = working(kind=Kind.ORDINARY).give(
        order(AskShelving, "03-09 09:00", until=t("04-02 09:00"))
    )
    told = case.give(order(Rule, "03-11 10:00")).of(FINISH, "03-11 11:00")
    assert told[1] == (
        "2026-03-11 10:00 指挥部办公室（王主任）在到期后同意挂账，"
        "自原到期时间 2026-03-09 18:00 起停止计时，其后触发的予以撤销。"
    )


def test_a_redispatch_starts_anew_and_the_whole_age_stays_visible() -> None:
    case = (
        working(kind=Kind.SIMPLE)
        .check("03-06 09:00")
        .give(order(Dispatch, "03-10 10:00", unit=OTHER))
    )
    told = case.of(FINISH, "03-11 10:00")
    assert "自 2026-03-10 10:00 改派（新单位另计全部时限）起算" in told[0]
    assert told[2].startswith("重新起算前曾触发：“黄牌”")
    assert "；2026-03-02 09:00 登记，至今 7 个工作日（9 天）；" in case.told("03-11 10:00")[0]


def test_a_reopened_case_says_that_it_has_a_share_of_its_limit() -> None:
    reopened = closed().give(order(Callback, "03-16 10:00", satisfied=False))
    assert reopened.of(FINISH, "03-16 11:00")[0] == (
        "【办结】市水务局：时限 8个工作日（第 1 版规则 finish.harm，损害营商环境的 "
        "handling.reopening_share，向上取整），自 2026-03-16 10:00 回访未解决或不满意而重新办理"
        "起算，次日起按工作日计，应于 2026-03-26 18:00 前完成。"
    )


def test_a_decision_on_the_ladder_says_who_decided_and_what_no_longer_fires() -> None:
    entered = working().give(order(Escalate, "03-10 10:00"))
    assert entered.of(FINISH, "03-10 11:00")[1] == (
        "2026-03-10 10:00 指挥部办公室（王主任）决定“通报批评”，不再触发它和更低的级别。"
    )
    direct = Recorded(a_case()).give(order(Dispatch, "03-02 10:00", level=4))
    assert (
        "直接进入“提级办理、约谈”，不再触发它和更低的级别，" in direct.of(FINISH, "03-03 10:00")[0]
    )


NEXT_YEAR = replace(
    RULES,
    calendar=replace(
        RULES.calendar,
        version=8,
        rest=RULES.calendar.rest | {date(2027, 1, 1)},
        published=frozenset({2026, 2027}),
    ),
)
"""The list of 2027 is out: New Year's Day is off."""


def test_a_loaded_year_says_what_moved_from_when_to_when_and_for_which_days() -> None:
    loaded = dispatched("12-21 10:00").reproject("12-23 10:00", NEXT_YEAR, "calendar")
    told = loaded.of(FINISH, "12-23 11:00")
    assert "原应于 2027-01-11 18:00 前完成。" in told[0]
    assert told[1] == (
        "2026-12-23 10:00 载入第 8 版日历，按新的安排从起算时重新推算，"
        "到期时间由 2027-01-11 18:00 改为 2027-01-12 18:00（其间1月1日至3日放假，不计）。"
    )
    assert "暂定" not in "".join(told)


def test_a_year_whose_list_moves_nothing_says_so() -> None:
    plain = replace(NEXT_YEAR, calendar=replace(NEXT_YEAR.calendar, rest=RULES.calendar.rest))
    told = dispatched("12-21 10:00").reproject("12-23 10:00", plain, "calendar")
    assert told.of(FINISH, "12-23 11:00")[1].endswith("，到期时间仍为 2027-01-11 18:00。")


def test_a_changed_policy_names_its_version_and_the_new_limit() -> None:
    second = replace(RULES, policy=replace(RULES.policy, version=2))
    applied = working().reproject("03-04 10:00", second, "policy", "10wd")
    assert applied.of(FINISH, "03-04 11:00")[1] == (
        "2026-03-04 10:00 改按第 2 版规则，时限改为 10个工作日，按新的安排从起算时重新推算，"
        "到期时间由 2026-03-23 18:00 改为 2026-03-16 18:00。"
    )
    shelved_before = working().reproject("03-04 10:00", second, "policy")
    assert "改按第 2 版规则，按新的安排" in shelved_before.of(FINISH, "03-04 11:00")[1]
