"""How a clock came to its deadline: its start and every change since, each with its arithmetic."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date

from domain.calendar import local_date
from domain.case import Case
from domain.clocks import Clock, ClockKey, ClockOp, Op
from domain.explaining_days import days_in_words
from domain.explaining_record import Names, Step, who
from domain.explaining_sources import clause
from domain.limits import deadline
from domain.wording import moment

STARTS = {
    "detected": "登记",
    "dispatched": "交办",
    "submitted": "提交办结",
    "returned": "退单",
    "accepted": "验收通过、开始公示",
    "in_review": "转入签批",
    "signed_off": "领导签批",
    "closed": "销号",
    "lookback": "销号（“回头看”）",
    "triggered": "安排复查",
    "drawn": "“回头看”抽签",
    "unreached": "首次回访未联系上",
    "rehandled": "回访未解决或不满意而重新办理",
    "relapsed": "复查不通过而重新办理",
}
"""Rules that start a clock: what happened at its start."""
STOPS = {
    "submitted": "提交办结",
    "shelved": "挂账",
    "returned": "退单待裁",
    "part_returned": "协办退单待裁",
    "merged": "并案",
}
"""Events that make a clock stand still: why it stood."""
BACK = {
    "submission_rejected": "退回补正",
    "objection_upheld": "异议成立、退回整改",
    "resumed": "恢复办理",
    "confirmed": "维持交办",
    "part_confirmed": "维持协办",
    "redispatched": "主办单位改派",
    "split": "拆分",
}
"""Events that make a clock go on."""
_REDISPATCHED = "改派（新单位另计全部时限）"
_REDISPATCHES = frozenset({"redispatched", "part_redispatched"})


def since_start(steps: Sequence[Step], key: ClockKey) -> list[Step]:
    """Give the steps of a clock from its last start on; none when history has no start of it."""
    own = [step for step in steps if step.of(key)]
    starts = [n for n, step in enumerate(own) if any(op.op is Op.START for op in step.of(key))]
    return own[starts[-1] :] if starts else []


def started(case: Case, step: Step, key: ClockKey, *, moved: bool) -> str:
    """Say in one sentence what started a clock, which clause gave its limit, and the arithmetic.

    ``moved`` says that the deadline changed since, so that this one was the original.
    """
    clock = step.after[key]
    word = _REDISPATCHED if step.event in _REDISPATCHES else STARTS.get(clock.rule, clock.rule)
    source = f"第 {step.rules.policy.version} 版规则 {clause(case, clock, step.rules.policy)}"
    due = f"{'原' if moved else ''}应于 {moment(clock.due_at)} 前完成"
    parts = [
        f"时限 {clock.limit.zh}（{source}），自 {moment(step.at)} {word}起算",
        *_counting(step, clock),
        *_entered(clock),
        due,
    ]
    return "，".join(parts) + "。"


def changes(steps: Sequence[Step], key: ClockKey, names: Names) -> Iterator[str]:
    """Say each change of a clock after its start, oldest first."""
    for n, step in enumerate(steps):
        for op in step.of(key):
            say = _SAYINGS.get(op.op)
            if say is not None and key in step.before:
                yield from say(steps[: n + 1], op, names)


def _counting(step: Step, clock: Clock) -> Iterator[str]:
    """What a reader needs to count it again."""
    if clock.limit.unit == "h":
        yield "按小时连续计算，休息日也计，不顺延"
    if clock.limit.unit == "wd":
        days = days_in_words(step.rules.calendar, local_date(step.at), local_date(clock.due_at))
        yield "次日起按工作日计" + (f"（{days}）" if days else "")
    if clock.rolled:
        plain = deadline(step.at, clock.limit, step.rules.calendar, step.rules.policy.hours).rolled
        yield f"{plain:%Y-%m-%d} 为休息日，顺延至下一个工作日"


def _entered(clock: Clock) -> Iterator[str]:
    if clock.rung is not None:
        yield f"直接进入“{clock.rung.zh}”，不再触发它和更低的级别"


def _stood(steps: Sequence[Step], op: ClockOp, _names: Names) -> Iterator[str]:
    """A standstill that is over: from when to when, why, and what it made of the deadline."""
    step, before = steps[-1], steps[-1].before[op.key]
    frozen = before.paused_at or before.stopped_at or step.at
    why = next((STOPS[s.event] for s in reversed(steps[:-1]) if s.event in STOPS), "停止计时")
    on = BACK.get(step.event, step.event)
    least = _least(op, before)
    yield (
        f"{moment(frozen)} {why}，{moment(step.at)} {on}：其间不计，余下时间接着计{least}，"
        f"{_moved(step, op.key)}{_days(step, local_date(step.at), op.key)}。"
    )


def _least(op: ClockOp, before: Clock) -> str:
    if op.limit is None or before.limit.unit == "h":
        return ""
    if before.stopped_at is not None and before.due_at < before.stopped_at:
        return "（提交时已逾期，仍为逾期）"
    return f"（至少 {op.limit.zh}）"


def _extended(steps: Sequence[Step], op: ClockOp, names: Names) -> Iterator[str]:
    step = steps[-1]
    by, added = who(step.actor, names, step.claimed), op.limit.zh if op.limit else ""
    number = f"（第 {step.detail['request']} 号申请）" if "request" in step.detail else ""
    yield (
        f"{moment(step.at)} {by}同意延期 {added}{number}，"
        f"自原到期时间起加算，{_moved(step, op.key)}"
        f"{_days(step, local_date(step.before[op.key].due_at), op.key)}。"
    )


def _days(step: Step, after: date, key: ClockKey) -> str:
    """Name the rest days that the time left or added was counted over."""
    clock = step.after[key]
    days = days_in_words(step.rules.calendar, after, local_date(clock.due_at))
    return f"（{days}）" if days and clock.limit.unit == "wd" else ""


def _shelved_late(steps: Sequence[Step], op: ClockOp, names: Names) -> Iterator[str]:
    step = steps[-1]
    yield (
        f"{moment(step.at)} {who(step.actor, names, step.claimed)}在到期后同意挂账，"
        f"自原到期时间 {moment(step.before[op.key].due_at)} 起停止计时，其后触发的予以撤销。"
    )


def _entered_later(steps: Sequence[Step], op: ClockOp, names: Names) -> Iterator[str]:
    """A leader's decision on the ladder; what a check fires is told as a card."""
    step = steps[-1]
    if step.event != "fired" and op.rung is not None:
        by = who(step.actor, names, step.claimed)
        yield f"{moment(step.at)} {by}决定“{op.rung.zh}”，不再触发它和更低的级别。"


def _reprojected(steps: Sequence[Step], op: ClockOp, _names: Names) -> Iterator[str]:
    step = steps[-1]
    yield (
        f"{moment(step.at)} {_cause(step, op)}，按新的安排从起算时重新推算，"
        f"{_moved(step, op.key)}{_days(step, local_date(step.after[op.key].started_at), op.key)}。"
    )


def _cause(step: Step, op: ClockOp) -> str:
    if step.detail.get("cause") != "policy":
        return f"载入第 {step.rules.calendar.version} 版日历"
    limit = f"，时限改为 {op.limit.zh}" if op.limit else ""
    return f"改按第 {step.rules.policy.version} 版规则{limit}"


def _moved(step: Step, key: ClockKey) -> str:
    old, new = step.before[key].due_at, step.after[key].due_at
    if old == new:
        return f"到期时间仍为 {moment(new)}"
    rolled = "（遇休息日已顺延）" if step.after[key].rolled else ""
    return f"到期时间由 {moment(old)} 改为 {moment(new)}{rolled}"


_Saying = Callable[[Sequence[Step], ClockOp, Names], Iterator[str]]
_SAYINGS: Mapping[Op, _Saying] = {
    Op.RESUME: _stood,
    Op.CONTINUE: _stood,
    Op.EXTEND: _extended,
    Op.PAUSE_AT_DUE: _shelved_late,
    Op.FIRE: _entered_later,
    Op.REPROJECT: _reprojected,
}
