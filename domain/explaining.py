"""Why a case's clocks are what they are, in words, rule by rule."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from domain.calendar import local_date
from domain.case import Case
from domain.clocks import Clock, Rules
from domain.codes import AUTOMATIC_RUNGS, State
from domain.wording import moment

STARTS = {
    "detected": "收到问题",
    "dispatched": "交办",
    "submitted": "提交办结",
    "returned": "退单",
    "accepted": "验收通过、开始公示",
    "in_review": "转入签批",
    "signed_off": "领导签批",
    "closed": "销号",
    "lookback": "销号（“回头看”）",
    "triggered": "安排复查",
    "unreached": "首次回访未联系上",
    "rehandled": "回访未解决或不满意而重新办理（类别时限的规定比例，向上取整）",
    "relapsed": "复查不通过而重新办理（类别时限的规定比例，向上取整）",
}
"""Rules that start a clock: what happened at its start."""
CHANGES = {
    "resumed": "挂账恢复后接着计时，挂账期间不计",
    "confirmed": "维持交办后接着计时，退回待裁期间不计",
    "split": "拆分后接着计时，并案期间不计",
    "rejected": "退回补正后接着计时，等待期间不计；未逾期的至少留出规定的最短时间",
    "extended": "延期获准，自原到期时间起加算",
    "shelved": "挂账在到期后获准，自原到期时间起停止计时",
}
"""Rules that move the deadline of a clock which ran before."""
WAKES = {
    State.IN_NOTICE: "公示期满，转入签批",
    State.SHELVED: "挂账到期，恢复办理",
    State.CLOSED: "没有待办的回访和复查，归档",
}
"""What the system does by itself when ``wake_at`` comes."""

NO_NAMES: Mapping[str, str] = MappingProxyType({})


def clock_reason(clock: Clock) -> str:
    """Say in one sentence why the clock's deadline is what it is."""
    start = f"自 {moment(clock.started_at)} "
    changed = CHANGES.get(clock.rule)
    if changed is None:
        start += f"{STARTS.get(clock.rule, clock.rule)}起 {clock.limit.zh}"
    else:
        start += f"起第 {clock.revision} 轮计时（时限 {clock.limit.zh}；{changed}）"
    due = f"应于 {moment(clock.due_at)} 前完成"
    return "，".join((start, due, *_notes(clock))) + "。"


def explain(
    case: Case, now: datetime, rules: Rules, names: Mapping[str, str] = NO_NAMES
) -> list[str]:
    """Explain the clocks of a case at ``now``, those that run first, as Chinese sentences.

    ``names`` gives the name of each unit by its code; a code it lacks is shown as it is.
    """
    unstopped = sorted(case.unstopped(), key=lambda clock: (clock.due_at, clock.key))
    sentences = [_heading(case, rules)]
    for clock in unstopped:
        who = names.get(clock.holder, clock.holder)
        sentences.append(f"【{clock.kind.zh}】{who}：{clock_reason(clock)}")
        sentences += [_standing(clock, now, rules), _climbed(clock), _upcoming(clock, now)]
    return sentences + list(_ahead(case)) + list(_stopped(case, names))


def _notes(clock: Clock) -> Iterator[str]:
    if clock.limit.unit == "h":
        yield "按小时连续计算，不因休息日顺延"
    if clock.rolled:
        yield "原到期日为休息日，已顺延至下一个工作日"
    if clock.provisional:
        yield "所涉年份的放假安排尚未公布，暂按周一至周五推算"


def _heading(case: Case, rules: Rules) -> str:
    listed = "，已挂牌督办" if case.listed else ""
    return (
        f"案件 {case.no} 现为“{case.state.zh}”，督办级别 {case.level} 级{listed}；"
        f"依据第 {rules.policy.version} 版规则、第 {rules.calendar.version} 版日历。"
    )


def _standing(clock: Clock, now: datetime, rules: Rules) -> str:
    """How the holder stands at ``now``: paused, in time, or late by how much."""
    if clock.paused_at is not None:
        return f"自 {moment(clock.paused_at)} 起暂停计时，暂停期间不计，恢复时重新推算到期时间。"
    if clock.limit.unit == "h":
        hours = abs(clock.due_at - now).total_seconds() / 3600
        amount = f"{hours:.1f} 小时"
    else:
        first, last = sorted((local_date(now), local_date(clock.due_at)))
        amount = f"{rules.calendar.count_workdays(first, last)} 个工作日"
    return f"现已逾期 {amount}。" if clock.overdue(now) else f"还余 {amount}。"


def _climbed(clock: Clock) -> str:
    if clock.rung is None:
        return "本轮尚未触发预警。"
    return f"本轮已到“{clock.rung.zh}”，不再触发它和更低的级别。"


def _upcoming(clock: Clock, now: datetime) -> str:
    if clock.paused_at is not None:
        return "恢复计时前不触发预警。"
    if clock.next is None:
        return "此后没有更高的级别。"
    rung, at = clock.next
    how = "自动触发" if rung in AUTOMATIC_RUNGS else "拟出建议，由办公室负责人签发"
    when = f"{moment(at)} " if at > now else f"已到 {moment(at)}，下次检查时"
    return f"下一步“{rung.zh}”：{when}{how}。"


def _ahead(case: Case) -> Iterator[str]:
    """What the system will do, and what waits for a decision."""
    if case.wake_at is not None and case.state in WAKES:
        yield f"{moment(case.wake_at)} {WAKES[case.state]}。"
    for request in case.pending():
        asked = moment(request.asked_at)
        yield f"第 {request.number} 号申请（{request.kind.zh}，{asked} 提出）待裁定。"


def _stopped(case: Case, names: Mapping[str, str]) -> Iterator[str]:
    """Name the clocks that have stopped, each with its holder and when."""
    done = [
        f"{clock.kind.zh}（{names.get(clock.holder, clock.holder)}，{moment(clock.stopped_at)}）"
        for clock in case.clocks.values()
        if clock.stopped_at is not None
    ]
    if done:
        yield f"已停止计时：{'、'.join(done)}。"
