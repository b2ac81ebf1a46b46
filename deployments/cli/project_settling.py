"""Stuck projects taken on as cases; projects landed, written off, or taken up again."""

from datetime import datetime
from typing import Annotated

import typer

from deployments.cli.call import Answer, Call, at_desk, tell_prefect
from deployments.cli.options import Audience, Reason, read
from deployments.cli.project_options import District, Key, project
from deployments.cli.project_page import document_of
from deployments.cli.register import command
from deployments.cli.saying import table
from deployments.cli.values import day_or_instant
from domain.calendar import local_date
from domain.projects import ProjectStatus
from models.projects import all_projects
from tasks.ordering.order import choice
from tasks.projects.opening import open_stuck, stuck_projects
from tasks.projects.places import district_of, figures
from tasks.projects.settling import Settled, land, take_up, write_off

_OFFICE = Audience.OFFICE

Open = Annotated[bool, typer.Option("--open", help="为还没有案件的立案（每个项目只立一次）。")]
On = Annotated[
    datetime | None,
    typer.Option(metavar="日期", parser=read(day_or_instant), help="落地日期，不写为今天。"),
]
Status = Annotated[
    str, typer.Option(metavar="状态", help="恢复后的状态，如 已签约、办理用地、已开工。")
]


@command(
    project,
    "stuck",
    _OFFICE,
    "列出受阻的项目、原因和建议的主办、协办单位；--open 为其立案。",
    "project stuck --district 崂山区",
    "project stuck --open --actor 王科",
)
def stuck(call: Call, district: District = "", open_: Open = False) -> Answer:
    """List what is stuck, and open cases when told so."""
    with at_desk(call) as desk:
        code = district_of(desk, district) if district else ""
        opened = open_stuck(desk, code, call.actor).cases if open_ else []
        found = list(stuck_projects(desk, all_projects(desk.engine, code), figures(desk)))
        name = desk.directory.name
        rows = [
            (one.stored.key, one.stored.project.name, one.why, name(one.lead),
             "、".join(map(name, one.assisting)), one.stored.case_no)
            for one in found
        ]  # fmt: skip
    document = {
        "opened": opened,
        "stuck": [
            {
                "project": one.stored.key,
                "why": one.why,
                "lead": one.lead,
                "assisting": list(one.assisting),
                "case_no": one.stored.case_no,
            }
            for one in found
        ],
    }
    head = f"受阻项目 {len(found)} 个" + (f"，新立案 {len(opened)} 件。" if open_ else "。")
    headers = ("项目", "项目名称", "受阻情况", "建议主办", "建议协办", "案件")
    return Answer(document, [head, table("", headers, rows)] if rows else [head])


@command(
    project,
    "land",
    _OFFICE,
    "登记项目已落地；有案件的，记入案件经过并告知主办单位提交办结。",
    "project land laoshan/XM-01 --on 2026-03-02 --actor 王科",
)
def land_(call: Call, wanted: Key, on: On = None) -> Answer:
    """登记落地."""
    with at_desk(call) as desk:
        return _said(land(desk, wanted, local_date(on) if on else None, call.actor))


@command(
    project,
    "write-off",
    _OFFICE,
    "核销不再推进的项目，须写理由。",
    "project write-off laoshan/XM-01 --reason 投资方已注销 --actor 王科",
)
def write_off_(call: Call, wanted: Key, reason: Reason) -> Answer:
    """核销."""
    with at_desk(call) as desk:
        return _said(write_off(desk, wanted, reason, call.actor))


@command(
    project,
    "reopen",
    _OFFICE,
    "恢复误登记或者落地后又停滞的项目；案件已销号的，同时安排复查。",
    "project reopen laoshan/XM-01 --status 办理用地 --reason 用地手续被撤销",
)
def reopen(call: Call, wanted: Key, reason: Reason, status: Status = "signed") -> Answer:
    """恢复."""
    then = choice(ProjectStatus, status, "项目状态")
    with at_desk(call) as desk:
        done = take_up(desk, wanted, reason, then, call.actor)
    if done.carried:
        tell_prefect(call, [done.carried])
    return _said(done)


def _said(done: Settled) -> Answer:
    one = done.stored
    now = f"项目 {one.key} {'现' if done.changed else '此前已'}登记为“{one.project.status.zh}”"
    case = f"，已记入案件 {one.case_no} 并告知主办单位" if one.case_no and done.changed else ""
    recheck = "，案件已安排复查" if done.carried else ""
    document = document_of(one) | {"changed": done.changed, "recheck": bool(done.carried)}
    return Answer(document, [f"{now}{case}{recheck}。"])
