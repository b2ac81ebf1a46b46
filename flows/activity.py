"""登记查摆活动: what operators record of an activity by form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from prefect import State
from prefect.states import Completed

from domain.errors import Misuse
from domain.wording import check_opinion
from flows.activities import publish_activities
from flows.answers import coded
from flows.fields import AsOf, Database, Operator, choice, field, words
from flows.running import name_run, overview, seat, settled, story
from tasks import steps
from tasks.activities.finding import Problem, enter_problem
from tasks.activities.holding import Held, cancel, record_held
from tasks.activities.planning import Who, plan_activity, read_day
from tasks.desk import Desk

ACTIONS = {
    "plan": "登记计划",
    "held": "登记开展",
    "nothing": "登记开展，未发现问题",
    "find": "登记发现的问题",
    "cancel": "取消计划",
}
"""What can be recorded here, by code, with what operators read."""


@dataclass(frozen=True)
class Entry:
    """The form as it was filled in; ``plan`` are the words of a plan."""

    number: int
    plan: Mapping[str, str]
    attended: str
    text: str
    who: Who


@story("activity")
async def activity(
    action: Annotated[str, choice("登记事项", "activity_action")],
    number: Annotated[int, field("活动编号", "登记计划以外填写；见登记计划的结果。")] = 0,
    kind: Annotated[str, choice("活动类型", "activity_kind", "登记计划时选择。")] = "",
    unit: Annotated[str, choice("单位", "unit", "开展活动的单位；登记计划时选择。")] = "",
    day: Annotated[str, field("日期", "计划或开展的日期，例如 2026-03-10。")] = "",
    place: Annotated[str, words("地点", "大厅、企业等，")] = "",
    target: Annotated[str, choice("被查单位", "unit", "巡察、督查时选择。")] = "",
    point: Annotated[str, field("监测点编号", "监测点走访时填写。", maxLength=40)] = "",
    team: Annotated[str, choice("督查队伍", "team", "专项督查时选择。")] = "",
    manner: Annotated[str, choice("方式", "manner", "暗访的，事前不通知被查单位。")] = "",
    attended: Annotated[str, choice("参加人员", "attendee", "登记开展时选择。")] = "",
    text: Annotated[str, words("问题事由或者取消理由", "反映人不在此填写，")] = "",
    name: Operator = "",
    as_of: AsOf = "",
    database: Database = "live",
) -> State[Any]:
    """登记查摆活动的计划、开展情况、发现的问题（立案）和取消。反映人请用命令行登记，不进本页。"""
    code = coded(ACTIONS, action, "登记事项")
    plan = {"kind": kind, "unit": unit, "on": day, "place": check_opinion(place)}
    plan |= {"target": target, "point": point, "team": team, "manner": manner}
    entry = Entry(number, plan, attended, check_opinion(text), Who(actor=name))
    if code != "plan" and not number:
        raise Misuse(f"“{ACTIONS[code]}”须填写“活动编号”。")
    desk = await seat(database, as_of)
    await name_run(desk, "activity")
    message = settled(await steps.look(partial(_MAKERS[code], desk, entry)))
    await publish_activities(desk)
    await overview(desk)
    return Completed(message=message)


def _plan(desk: Desk, entry: Entry) -> str:
    made = plan_activity(desk, entry.plan, entry.who)
    was = "已登记计划" if made.new else "此前已有相同的计划，未再改动"
    return f"第 {made.number} 号“{made.plan.kind.zh}”（{made.plan.planned_on}）：{was}。"


def _held(desk: Desk, entry: Entry, *, nothing: bool = False) -> str:
    day = read_day(entry.plan["on"], "日期") if entry.plan["on"] else None
    made = record_held(desk, entry.number, Held(day, entry.attended, nothing), entry.who)
    counts = "" if made.activity.counts else "；主要负责同志未到场，不计入本季度"
    return f"第 {entry.number} 号活动已登记开展{counts}。"


def _find(desk: Desk, entry: Entry) -> str:
    found = enter_problem(desk, entry.number, Problem(entry.text), entry.who)
    was = "此前已登记，案件为" if found.known else "已立案"
    return f"第 {entry.number} 号活动的第 {found.number} 个问题{was} {found.no}。"


def _cancel(desk: Desk, entry: Entry) -> str:
    cancel(desk, entry.number, entry.text, entry.who)
    return f"第 {entry.number} 号活动已取消。"


_MAKERS: Mapping[str, Callable[[Desk, Entry], str]] = {
    "plan": _plan,
    "held": _held,
    "nothing": partial(_held, nothing=True),
    "find": _find,
    "cancel": _cancel,
}
