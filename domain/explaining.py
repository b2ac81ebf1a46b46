"""Why a case's clocks are what they are, what fired and what comes next: in words, rule by rule."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from domain.calendar import local_date
from domain.case import Case
from domain.clocks import Clock
from domain.codes import OPEN, ClockKind, State
from domain.explaining_cards import fired_in_words, upcoming
from domain.explaining_changes import STARTS, changes, since_start, started
from domain.explaining_record import Names, Record
from domain.explaining_requests import waiting
from domain.explaining_sources import ENDS
from domain.wording import moment

CHANGES = {
    "resumed": "挂账恢复后接着计时，挂账期间不计",
    "confirmed": "维持交办后接着计时，退回待裁期间不计",
    "kept": "主办单位改派后接着计时，退回待裁期间不计",
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

NO_NAMES: Names = MappingProxyType({})
Paragraph = tuple[str, ...]
"""A sentence, and those that say more about the same clock."""


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


def explain(record: Record, now: datetime, names: Names = NO_NAMES) -> list[str]:
    """Explain a case at ``now`` as Chinese sentences; the same text wherever it is shown."""
    return [sentence for paragraph in paragraphs(record, now, names) for sentence in paragraph]


def paragraphs(record: Record, now: datetime, names: Names = NO_NAMES) -> Iterator[Paragraph]:
    """Explain a case at ``now``: the case, each clock that counts, what waits, what has stopped.

    ``names`` gives the name of each unit by its code; a code it lacks is shown as it is.
    """
    case = record.case
    yield (_heading(record, now), *_unread(record))
    for clock in sorted(case.unstopped(), key=lambda clock: (clock.due_at, clock.key)):
        yield tuple(_clock(record, clock, now, names))
    yield from ((sentence,) for sentence in _wakes(case))
    yield from ((sentence,) for sentence in waiting(record, names))
    for clock in sorted(case.clocks.values(), key=_place):
        yield from _stopped_late(record, clock, names)
    yield from ((sentence,) for sentence in _stopped(case, names))


def _notes(clock: Clock) -> Iterator[str]:
    if clock.limit.unit == "h":
        yield "按小时连续计算，不因休息日顺延"
    if clock.rolled:
        yield "原到期日为休息日，已顺延至下一个工作日"
    if clock.provisional:
        yield "所涉年份的放假安排尚未公布，暂按周一至周五推算"


def _heading(record: Record, now: datetime) -> str:
    case, rules = record.case, record.rules
    listed = "，已挂牌督办" if case.listed else ""
    return (
        f"案件 {case.no} 现为“{case.state.zh}”，督办级别 {case.level} 级{listed}"
        f"{_age(record, now)}；"
        f"依据第 {rules.policy.version} 版规则、第 {rules.calendar.version} 版日历。"
    )


def _unread(record: Record) -> Iterator[str]:
    if record.case.clocks and not record.steps:
        yield "办理记录中的计时操作无法识别，以下只按现存时钟说明，请用 ./rectify verify 核对。"


def _age(record: Record, now: datetime) -> str:
    """The whole age, whichever units had it: a redispatch starts a clock, not the case."""
    case, calendar = record.case, record.rules.calendar
    if case.state not in OPEN:
        return ""
    since, today = local_date(case.detected_at), local_date(now)
    days = calendar.count_workdays(since, today)
    return f"；{moment(case.detected_at)} 登记，至今 {days} 个工作日（{(today - since).days} 天）"


def _clock(record: Record, clock: Clock, now: datetime, names: Names) -> Iterator[str]:
    holder = names.get(clock.holder, clock.holder)
    steps = since_start(record.steps, clock.key)
    moved = bool(steps) and steps[0].after[clock.key].due_at != clock.due_at
    reason = started(record.case, steps[0], clock.key, moved=moved) if steps else ""
    yield f"【{clock.kind.zh}】{holder}：{reason or clock_reason(clock)}"
    yield from changes(steps, clock.key, names)
    yield _standing(clock, now, record)
    yield from _provisional(record, clock)
    since = steps[0].at if steps else None
    yield from fired_in_words(record.cards, clock, record.rules.policy, since)
    yield upcoming(clock, now)


def _standing(clock: Clock, now: datetime, record: Record) -> str:
    """How the holder stands at ``now``: paused, in time, or late by how much; what ends it."""
    if clock.paused_at is not None:
        return f"自 {moment(clock.paused_at)} 起暂停计时，暂停期间不计，恢复时重新推算到期时间。"
    if clock.limit.unit == "h":
        hours = abs(clock.due_at - now).total_seconds() / 3600
        amount = f"{hours:.1f} 小时"
    else:
        first, last = sorted((local_date(now), local_date(clock.due_at)))
        amount = f"{record.rules.calendar.count_workdays(first, last)} 个工作日"
    left = f"现已逾期 {amount}" if clock.overdue(now) else f"还余 {amount}"
    return f"{left}；{ENDS[clock.kind]}。"


def _provisional(record: Record, clock: Clock) -> Iterator[str]:
    if not clock.provisional:
        return
    first, last = sorted((local_date(clock.started_at).year, local_date(clock.due_at).year))
    published = record.rules.calendar.published
    years = "、".join(str(year) for year in range(first, last + 1) if year not in published)
    yield (
        f"到期时间为暂定：{years} 年放假安排尚未公布，暂按周一至周五推算；"
        "载入该年安排后自动重新推算，变动写入办理记录。"
    )


def _wakes(case: Case) -> Iterator[str]:
    """What the system will do by itself."""
    if case.wake_at is not None and case.state in WAKES:
        yield f"{moment(case.wake_at)} {WAKES[case.state]}（系统自动办理）。"


def _stopped_late(record: Record, clock: Clock, names: Names) -> Iterator[Paragraph]:
    """Say why cards of a clock fired that has stopped since."""
    if clock.stopped_at is None:
        return
    for told in fired_in_words(record.cards, clock, record.rules.policy):
        yield (f"【{clock.kind.zh}】{names.get(clock.holder, clock.holder)}，已停止计时；{told}",)


def _stopped(case: Case, names: Mapping[str, str]) -> Iterator[str]:
    """Name the clocks that have stopped, each with its holder and when."""
    done = [
        f"{clock.kind.zh}（{names.get(clock.holder, clock.holder)}，{moment(clock.stopped_at)}）"
        for clock in sorted(case.clocks.values(), key=_place)
        if clock.stopped_at is not None
    ]
    if done:
        yield f"已停止计时：{'、'.join(done)}。"


def _place(clock: Clock) -> tuple[int, int]:
    """In the order of a case's life."""
    return (_KINDS.index(clock.kind), clock.slot)


_KINDS = tuple(ClockKind)
