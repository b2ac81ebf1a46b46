"""Activities as the command line shows them."""

from collections.abc import Mapping

from rich.console import RenderableType

from deployments.cli.saying import pairs, table
from domain.activities import Activity, ActivityStatus
from domain.activity_duties import Standing
from domain.codes import State
from models.activity_cases import Counted
from tasks.activities.figures import Report
from tasks.artifacts.activities import COLUMNS, cells, total
from tasks.desk import Desk

HEADERS = ("编号", "活动", "单位", "日期", "状态", "参加", "被查单位/监测点", "问题")
"""The columns of a list."""
_NONE = Counted(0, 0)


def row_of(desk: Desk, one: Activity, found: Mapping[int, Counted]) -> tuple[object, ...]:
    """Write an activity as a row of a list."""
    plan, problems = one.plan, found.get(one.id, _NONE)
    return (
        one.id,
        plan.kind.zh,
        desk.directory.name(plan.unit),
        one.day,
        one.status.zh,
        one.attended.zh if one.attended else "",
        desk.directory.name(plan.target) if plan.target else plan.point,
        _problems(one, problems),
    )


def _problems(one: Activity, found: Counted) -> str:
    if found.problems:
        return f"{found.problems}（已销号 {found.closed}）"
    if one.status is not ActivityStatus.HELD:
        return ""
    return "未发现问题" if one.nothing_found else "未登记"


def facts_of(desk: Desk, one: Activity) -> RenderableType:
    """Show one activity, a fact a line."""
    plan, name = one.plan, desk.directory.name
    facts: dict[str, object] = {
        "活动": f"第 {one.id} 号 {plan.kind.zh}",
        "单位": name(plan.unit),
        "被查单位": name(plan.target) if plan.target else "",
        "监测点": plan.point,
        "督查队伍": plan.team.zh if plan.team else "",
        "方式": "暗访" if plan.undercover else "",
        "地点": plan.place,
        "计划日期": plan.planned_on,
        "开展日期": one.held_on or "",
        "参加人员": one.attended.zh if one.attended else "",
        "状态": one.status.zh,
        "原因": one.reason,
        "计入": f"{one.period.zh}{'' if one.counts else '（尚不计入）'}",
        "未发现问题": "是" if one.nothing_found else "",
    }
    return pairs((fact, value) for fact, value in facts.items() if value)


def cases_table(cases: list[tuple[int, str, str]]) -> RenderableType:
    """Show the problems found, with their cases."""
    rows = [(number, no, State(state).zh) for number, no, state in cases]
    return table("发现的问题", ("序号", "案件", "状态"), rows)


def document_of(one: Activity, found: Mapping[int, Counted]) -> dict[str, object]:
    """Give an activity as a JSON-able document."""
    plan, problems = one.plan, found.get(one.id, _NONE)
    return {
        "id": one.id,
        "kind": plan.kind,
        "unit": plan.unit,
        "target": plan.target,
        "point": plan.point,
        "team": plan.team or "",
        "undercover": plan.undercover,
        "place": plan.place,
        "planned_on": plan.planned_on.isoformat(),
        "held_on": one.held_on.isoformat() if one.held_on else None,
        "attended": one.attended or "",
        "status": one.status,
        "reason": one.reason,
        "period": one.period.code,
        "counts": one.counts,
        "nothing_found": one.nothing_found,
        "problems": problems.problems,
        "closed": problems.closed,
    }


def owing_row(desk: Desk, one: Standing) -> tuple[object, ...]:
    """Write who owes what as a row."""
    ower = one.ower
    planned = "、".join(str(activity.plan.planned_on) for activity in one.planned)
    who = f"{ower.who} {ower.name}" if ower.name else ""
    return (ower.kind.zh, one.period.zh, desk.directory.name(ower.unit), who, one.lacking, planned)


def owing_document(one: Standing) -> dict[str, object]:
    """Give who owes what as a JSON-able document."""
    return {
        "kind": one.ower.kind,
        "period": one.period.code,
        "unit": one.ower.unit,
        "point": one.ower.who if one.ower.name else "",
        "lacking": one.lacking,
        "planned": [activity.plan.planned_on.isoformat() for activity in one.planned],
    }


def report_shown(desk: Desk, made: Report) -> list[RenderableType]:
    """Show the report of a period."""
    kinds = [(kind.zh, *cells(tally)) for kind, tally in made.kinds.items()]
    units = [
        (kind.zh, desk.directory.name(unit), *cells(tally))
        for (kind, unit), tally in made.places.items()
    ]
    return [
        f"{made.period.zh}：{total(made)}。",
        table("按活动", ("活动", *COLUMNS), kinds),
        table("按单位", ("活动", "单位", *COLUMNS), units),
    ]
