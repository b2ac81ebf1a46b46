"""One command to many cases, picked by what they are or named in a file; previewed first."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from deployments.cli.assign_command import Assist, Environment, Kind, Mode, Urgency, Verify
from deployments.cli.call import Answer, Call, at_desk, tell_prefect
from deployments.cli.office_commands import Into
from deployments.cli.options import Audience, Reason
from deployments.cli.progress import progress
from deployments.cli.register import command, group
from deployments.cli.saying import table
from deployments.cli.values import parted
from domain.errors import Misuse, Refused
from tasks.bulk import (
    Bulk,
    BulkReport,
    assigning,
    bulk_id,
    carry_out_bulk,
    excluding,
    merging,
    preview,
    redispatching,
)
from tasks.desk import Desk
from tasks.selecting import listed, selected

bulk = group("批量办理：对选出的案件逐件交办、改派、并案、剔单；先预览，中断后可接着做。")
_OFFICE = Audience.OFFICE
_SHOWN = 50

Select = Annotated[
    str,
    typer.Option(
        metavar="条件",
        help="如 “state=整改中 unit=shuiwu channel=12345 level>=2”，unit 含协办。",
    ),
]
Nos = Annotated[
    Path | None, typer.Option(metavar="文件", help="列有案件编号的文本文件，每行一个。")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只预览，不改动任何内容。")]
Unit = Annotated[str, typer.Option(metavar="单位", help="主办单位；不写则按交办规则确定。")]
To = Annotated[str, typer.Option("--unit", metavar="单位", help="改派给哪个单位主办。")]


@command(
    bulk,
    "assign",
    _OFFICE,
    "批量交办待受理的案件；不写 --unit 时各按交办规则确定主办单位。",
    "bulk assign --select 'channel=12345 state=待受理' --unit shuiwu --dry-run",
)
def assign(
    call: Call,
    select: Select = "",
    nos: Nos = None,
    dry_run: DryRun = False,
    unit: Unit = "",
    assist: Assist = None,
    verify: Verify = "",
    kind: Kind = "",
    urgency: Urgency = "",
    environment: Environment = "",
    mode: Mode = "",
) -> Answer:
    """交办."""
    words = {"verify": verify, "kind": kind, "urgency": urgency, "mode": mode}
    words["environment"] = environment
    helpers = parted(assist or [])
    if not unit and (helpers or any(words.values())):
        raise Misuse("不写 --unit 时按规则交办，不能再指定协办、验收、类别等内容。")
    with at_desk(call) as desk:
        wanted = assigning(desk, unit, call.actor, assist=helpers, **words)
        return _answered(desk, call, wanted, select, nos, dry_run=dry_run)


@command(
    bulk,
    "redispatch",
    _OFFICE,
    "批量改派，须写理由。",
    "bulk redispatch --select 'unit=shuiwu state=已交办' --unit caizheng --reason 职责调整",
)
def redispatch(
    call: Call,
    to: To,
    reason: Reason,
    select: Select = "",
    nos: Nos = None,
    dry_run: DryRun = False,
    assist: Assist = None,
    verify: Verify = "",
) -> Answer:
    """改派."""
    with at_desk(call) as desk:
        helpers = parted(assist or [])
        wanted = redispatching(desk, to, reason, call.actor, assist=helpers, verify=verify)
        return _answered(desk, call, wanted, select, nos, dry_run=dry_run)


@command(
    bulk,
    "merge",
    _OFFICE,
    "批量并案：都随同一件主案办理。",
    "bulk merge --nos 编号.txt --into QD2026-000123 --dry-run",
)
def merge(
    call: Call, into: Into, select: Select = "", nos: Nos = None, dry_run: DryRun = False
) -> Answer:
    """并案."""
    with at_desk(call) as desk:
        wanted = merging(desk, into, call.actor)
        return _answered(desk, call, wanted, select, nos, dry_run=dry_run)


@command(
    bulk,
    "exclude",
    _OFFICE,
    "批量剔单：不再计入评分，计时照常；记下经办人、理由和时间。",
    "bulk exclude --nos 编号.txt --reason 恶意重复反映 --actor 王科",
)
def exclude(
    call: Call, reason: Reason, select: Select = "", nos: Nos = None, dry_run: DryRun = False
) -> Answer:
    """剔单."""
    with at_desk(call) as desk:
        wanted = excluding(desk, reason, call.actor)
        return _answered(desk, call, wanted, select, nos, dry_run=dry_run)


def _answered(
    desk: Desk, call: Call, wanted: Bulk, select: str, nos: Path | None, *, dry_run: bool
) -> Answer:
    if bool(select) == bool(nos):
        raise Misuse("请写 --select 条件或 --nos 文件之一，说明办理哪些案件。")
    chosen = listed(nos) if nos else selected(desk, select)
    if not chosen:
        raise Refused(f"没有符合条件“{select}”的案件，未作改动。")
    name = call.key or bulk_id(desk, wanted, select or "\n".join(chosen))
    if dry_run:
        return _told(preview(desk, wanted, chosen, name), len(chosen), dry_run=True)
    with progress("批量办理", len(chosen)) as advance:
        report = carry_out_bulk(desk, wanted, chosen, name, advance)
    tell_prefect(call, report.done)
    return _told(report, len(chosen), dry_run=False)


def _told(report: BulkReport, chosen: int, *, dry_run: bool) -> Answer:
    document = {
        "bulk": report.bulk,
        "dry_run": dry_run,
        "selected": chosen,
        "done": len(report.done),
        "repeated": len(report.repeated),
        "cases": [one.no for one in report.done],
        "refused": [{"no": no, "reason": why} for no, why in report.refused.items()],
    }
    code = int(report.nothing and not dry_run)
    if code:
        sys.stderr.write(f"选出的 {chosen} 件都未能办理，未作改动，原因见列表。\n")
    return Answer(document, _shown(report, chosen, dry_run=dry_run), code)


def _shown(report: BulkReport, chosen: int, *, dry_run: bool) -> Sequence[RenderableType]:
    what = "可办理" if dry_run else "办理"
    sentence = (
        f"选出 {chosen} 件，{what} {len(report.done)} 件，此前已办 {len(report.repeated)} 件，"
        f"不能办理 {len(report.refused)} 件"
    )
    tail = "；这是预览，没有改动。" if dry_run else f"（批次 {report.bulk}）。"
    shown: list[RenderableType] = [sentence + tail]
    if report.refused:
        first = list(report.refused.items())[:_SHOWN]
        shown.append(table("不能办理", ("编号", "原因"), first))
    if len(report.refused) > _SHOWN:
        shown.append(f"只列前 {_SHOWN} 件，全部见 --json。")
    return shown
