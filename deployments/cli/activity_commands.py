"""Activities that find problems: planned, recorded, and the cases that come of them."""

from datetime import date
from typing import Annotated

import typer

from deployments.cli import activity_looking
from deployments.cli.activity_options import KindWord, activity
from deployments.cli.bulk_commands import DryRun
from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.importing_page import imported
from deployments.cli.options import Audience, File, Reason, read
from deployments.cli.register import command
from deployments.cli.values import whole
from domain.activities import Plan
from tasks.activities.finding import Problem, enter_problem
from tasks.activities.holding import Held, cancel, record_held
from tasks.activities.importing import import_plans
from tasks.activities.planning import Who, plan_activity, read_day
from tasks.desk import Desk

__all__ = ["activity", "activity_looking"]

_OFFICE = Audience.OFFICE

Number = Annotated[
    int, typer.Argument(metavar="活动编号", parser=read(whole), help="activity list 可见。")
]
Unit = Annotated[str, typer.Option(metavar="单位", help="开展活动的单位；默认为 --by 或办公室。")]
On = Annotated[str, typer.Option(metavar="日期", help="计划日期，如 2026-03-10。")]
HeldOn = Annotated[str, typer.Option(metavar="日期", help="开展日期；不写即为今天。")]
Place = Annotated[str, typer.Option(metavar="文字", help="地点。")]
Target = Annotated[str, typer.Option(metavar="单位", help="被查单位（巡察、督查）。")]
Point = Annotated[str, typer.Option(metavar="编号", help="监测点编号（监测点走访）。")]
Team = Annotated[
    str,
    typer.Option(
        metavar="队伍", help="experts 专家委员会、media 媒体观察员、experiencers 体验官。"
    ),
]
Undercover = Annotated[bool, typer.Option("--undercover", help="暗访：事前不通知被查单位。")]
Attended = Annotated[
    str,
    typer.Option(
        metavar="人员", help="谁到场：head 主要负责同志、deputy 分管负责同志、staff 工作人员。"
    ),
]
Nothing = Annotated[bool, typer.Option("--nothing", help="没有发现问题。")]
Subject = Annotated[str, typer.Option(metavar="文字", help="问题事由。")]
Body = Annotated[str, typer.Option(metavar="文字", help="问题描述。")]
Party = Annotated[str, typer.Option(metavar="名称", help="涉事主体。")]
Reporter = Annotated[str, typer.Option(metavar="姓名", help="反映人；加密保存，不显示。")]
Phone = Annotated[str, typer.Option(metavar="号码", help="联系电话；加密保存，不显示。")]


@command(
    activity,
    "plan",
    _OFFICE,
    "登记一次计划；相同的计划再登记一次不变。",
    "activity plan --kind hall_day --unit shuiwu --on 2026-03-10 --place 市民中心大厅",
    "activity plan --kind supervision --on 2026-03-12 --target 市科技局 --team media --undercover",
)
def plan(
    call: Call,
    kind: KindWord,
    on: On,
    unit: Unit = "",
    place: Place = "",
    target: Target = "",
    point: Point = "",
    team: Team = "",
    undercover: Undercover = False,
) -> Answer:
    """Plan an activity."""
    words = {"kind": kind, "on": on, "unit": unit, "place": place, "target": target}
    words |= {"point": point, "team": team, "manner": "undercover" if undercover else ""}
    with at_desk(call) as desk:
        made = plan_activity(desk, words, _who(call))
    was = "已登记计划" if made.new else "此前已有相同的计划，没有改动"
    document = {"id": made.number, "new": made.new, "planned_on": made.plan.planned_on.isoformat()}
    told = f"第 {made.number} 号“{made.plan.kind.zh}”（{made.plan.planned_on}）：{was}。"
    return Answer(document, [told])


@command(
    activity,
    "import",
    _OFFICE,
    "导入一个季度的计划（csv、xlsx：活动类型、单位、计划日期、地点、被查单位、监测点、队伍、方式）。",
    "activity import 进大厅计划.xlsx --kind hall_day --dry-run",
)
def import_(call: Call, file: File, kind: KindWord = "", dry_run: DryRun = False) -> Answer:
    """Import plans."""
    with at_desk(call) as desk:
        made = import_plans(desk, file, kind, _who(call), preview=dry_run)
        return imported(made, lambda plan: _planned(desk, plan), dry_run=dry_run)


def _planned(desk: Desk, plan: object) -> str:
    """Write a plan on a line."""
    if not isinstance(plan, Plan):
        return ""
    return f"{plan.kind.zh} {desk.directory.name(plan.unit)} {plan.planned_on} {plan.place}".strip()


@command(
    activity,
    "held",
    _OFFICE,
    "登记已经开展：日期、谁到场、有没有发现问题；再登记一次即为更正。",
    "activity held 12 --attended head --on 2026-03-10",
    "activity held 13 --nothing",
)
def held(
    call: Call, number: Number, attended: Attended = "", on: HeldOn = "", nothing: Nothing = False
) -> Answer:
    """Record that it was held."""
    day: date | None = read_day(on, "开展日期") if on else None
    with at_desk(call) as desk:
        made = record_held(desk, number, Held(day, attended, nothing), _who(call))
    counts = "" if made.activity.counts else "；主要负责同志未到场，不计入本季度"
    was = "已登记开展" if made.changed else "此前已这样登记，没有改动"
    document = {"id": number, "changed": made.changed, "counts": made.activity.counts}
    return Answer(document, [f"第 {number} 号活动{was}{counts}。"])


@command(
    activity,
    "find",
    _OFFICE,
    "登记一个发现的问题，立案；同一问题再登记一次不变。反映人加密保存。",
    "activity find 12 --subject 退税办理超过承诺时限 --party 某公司 --reporter 张某 --actor 王科",
)
def find(
    call: Call,
    number: Number,
    subject: Subject,
    body: Body = "",
    party: Party = "",
    reporter: Reporter = "",
    phone: Phone = "",
) -> Answer:
    """Open the case of a problem."""
    problem = Problem(subject, body, party, reporter, phone)
    with at_desk(call) as desk:
        found = enter_problem(desk, number, problem, _who(call))
    was = "此前已登记，案件为" if found.known else "已立案"
    document = {"id": number, "number": found.number, "no": found.no, "known": found.known}
    return Answer(document, [f"第 {number} 号活动的第 {found.number} 个问题{was} {found.no}。"])


@command(
    activity, "cancel", _OFFICE, "取消一次计划，须写理由。", "activity cancel 12 --reason 大厅检修"
)
def cancel_(call: Call, number: Number, reason: Reason) -> Answer:
    """Cancel a plan."""
    with at_desk(call) as desk:
        made = cancel(desk, number, reason, _who(call))
    was = "已取消" if made.changed else "此前已取消，没有改动"
    return Answer({"id": number, "changed": made.changed}, [f"第 {number} 号活动{was}。"])


def _who(call: Call) -> Who:
    return Who(call.by, call.actor or call.name)
