"""Activities looked at: lists, one whole, who still owes, the report; and the day's reminders."""

from typing import Annotated

import typer

from deployments.cli.activity_options import KindWord, PeriodWord, activity
from deployments.cli.activity_page import (
    HEADERS,
    cases_table,
    document_of,
    facts_of,
    owing_document,
    owing_row,
    report_shown,
    row_of,
)
from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.options import Audience, read
from deployments.cli.register import command
from deployments.cli.saying import table
from deployments.cli.values import whole
from domain.activities import Activity, ActivityKind
from domain.calendar import local_date
from domain.errors import Refused
from domain.periods import Period, quarter_of, read_period
from models.activities import between
from models.activities import find as find_activity
from models.activity_cases import cases_of, count_cases
from models.engine import transaction
from tasks.activities.figures import owing as owing_now
from tasks.activities.figures import report as report_of
from tasks.activities.rounds import go_round
from tasks.desk import Desk
from tasks.ordering.order import choice

_LOOK = Audience.LOOK
_OWED = (ActivityKind.HALL_DAY, ActivityKind.MONITOR_VISIT, ActivityKind.PARLOUR)

Number = Annotated[
    int, typer.Argument(metavar="活动编号", parser=read(whole), help="activity list 可见。")
]
UnitWord = Annotated[str, typer.Option("--unit", metavar="单位", help="只列这个单位开展的。")]


@command(
    activity,
    "list",
    _LOOK,
    "列出一个时段的活动；写 --by 的只列该单位可以知道的。",
    "activity list --period 2026Q1 --kind hall_day",
)
def list_(call: Call, period: PeriodWord = "", kind: KindWord = "", unit: UnitWord = "") -> Answer:
    """List activities."""
    with at_desk(call) as desk:
        span = _period(desk, period)
        wanted = choice(ActivityKind, kind, "活动类型") if kind else None
        code = desk.directory.unit(unit) if unit else ""
        with transaction(desk.engine) as connection:
            found = [
                one
                for one in between(connection, span.first, span.last)
                if wanted in (None, one.plan.kind)
                and code in ("", one.plan.unit)
                and _may_see(desk, call, one)
            ]
            counted = count_cases(connection, [one.id for one in found])
        shown = table("", HEADERS, [row_of(desk, one, counted) for one in found])
    said = shown if found else f"{span.zh}没有这样的活动。"
    return Answer([document_of(one, counted) for one in found], [said])


@command(activity, "show", _LOOK, "查看一次活动和它发现的问题。", "activity show 12")
def show(call: Call, number: Number) -> Answer:
    """Show an activity whole."""
    with at_desk(call) as desk:
        with transaction(desk.engine) as connection:
            one = find_activity(connection, number)
            cases = cases_of(connection, number)
            counted = count_cases(connection, [number])
        if not _may_see(desk, call, one):
            raise Refused(f"没有第 {number} 号查摆活动，请用 ./rectify activity list 查看。")
        facts = facts_of(desk, one)
    listed = [{"number": number, "no": no, "state": state} for number, no, state in cases]
    shown = [facts, *([cases_table(cases)] if cases else [])]
    return Answer({**document_of(one, counted), "cases": listed}, shown)


@command(
    activity,
    "owing",
    _LOOK,
    "列出还没有开展的：本季度没有进大厅的单位、本月没有走访的监测点等。",
    "activity owing --kind hall_day",
    "activity owing --period 2026-03",
)
def owing(call: Call, kind: KindWord = "", period: PeriodWord = "") -> Answer:
    """List who owes what."""
    with at_desk(call) as desk:
        kinds = [choice(ActivityKind, kind, "活动类型")] if kind else list(_OWED)
        day = read_period(period).last if period else local_date(desk.now)
        found = owing_now(desk, kinds, day)
        rows = [owing_row(desk, one) for one in found]
    headers = ("活动", "时段", "单位", "监测点", "还差", "已计划")
    shown = table("", headers, rows) if found else "都已开展。"
    unplanned = sum(one.unplanned for one in found)
    said = f"还没有开展的 {len(found)} 处，其中没有计划的 {unplanned} 处。"
    return Answer([owing_document(one) for one in found], [*([said] if found else []), shown])


@command(
    activity,
    "report",
    _LOOK,
    "统计一个时段：应开展、已计划、已开展、未开展，发现问题和其中已销号的。",
    "activity report --period 2026Q1",
)
def report(call: Call, period: PeriodWord = "") -> Answer:
    """Count by kind and unit."""
    with at_desk(call) as desk:
        made = report_of(desk, _period(desk, period))
        return Answer(made.document(), report_shown(desk, made))


@command(
    activity,
    "remind",
    Audience.RUN,
    "做一轮提醒（每日自动）：安排、预告、登记、未开展；每项只提醒一次。",
    "activity remind",
)
def remind(call: Call) -> Answer:
    """Make the day's round."""
    with at_desk(call) as desk:
        told = go_round(desk)
    return Answer(vars(told), [told.in_words()])


def _period(desk: Desk, word: str) -> Period:
    return read_period(word) if word else quarter_of(local_date(desk.now))


def _may_see(desk: Desk, call: Call, one: Activity) -> bool:
    """Whether whoever asks may see it: the office all, a unit what concerns it and is no secret."""
    return not call.by or one.shown_to(desk.directory.unit(call.by))
