"""Delivery held and let go again: by hand, and after a database was restored."""

from datetime import datetime
from typing import Annotated

import typer

from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.options import Audience, read
from deployments.cli.register import command
from deployments.cli.saying import iso
from deployments.cli.values import instant
from domain.errors import Misuse, Refused
from domain.wording import moment
from models.outbox_hold import Released, count_release, hold, release, state
from tasks.delivery.holding import sentence
from tasks.desk import Desk

app = typer.Typer()

Why = Annotated[str, typer.Option(metavar="文字", help="为什么暂停，照录给以后的人看。")]
From = Annotated[
    datetime,
    typer.Option(
        "--from",
        metavar="时间",
        parser=read(instant),
        help="缘由早于这一时间的通知视为已发，不再发；带时区。",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只说会怎样，不作改动。")]


@command(
    app,
    "hold",
    Audience.RUN,
    "暂停发送一切通知，应发的照样记下。",
    "notices hold --reason 核对联系方式",
)
def hold_(call: Call, reason: Why) -> Answer:
    """Hold delivery."""
    if not reason.strip():
        raise Misuse("请写明为什么暂停：--reason。")
    with at_desk(call) as desk:
        _live(desk)
        hold(desk.engine, desk.now, " ".join(reason.split()).rstrip("。"))
        found = state(desk.engine)
    document = {"held_at": iso(found.held_at), "reason": found.held_why}
    return Answer(document, [sentence(found)])


@command(
    app,
    "release",
    Audience.RUN,
    "恢复发送：缘由早于 --from 的通知视为已发，其余发出；先用 --dry-run 看看各有多少。",
    "notices release --from 2026-03-02T18:00:00+08:00 --dry-run",
    "notices release --from 2026-03-02T18:00:00+08:00",
)
def release_(call: Call, since: From, dry_run: DryRun = False) -> Answer:
    """Let delivery go on, from an instant."""
    with at_desk(call) as desk:
        _live(desk)
        if since > desk.now:
            raise Misuse(f"--from {moment(since)} 晚于现在，请写现在以前的时间。")
        if dry_run:
            found = count_release(desk.engine, since)
        else:
            found = release(desk.engine, since, f"恢复发送时视为已发（早于 {moment(since)}）")
    document = {
        "from": iso(since),
        "taken_as_sent": found.taken,
        "to_send": found.rest,
        "dry_run": dry_run,
    }
    return Answer(document, [_released(found, since, dry_run=dry_run)])


def _released(found: Released, since: datetime, *, dry_run: bool) -> str:
    counts = f"缘由早于 {moment(since)} 的通知 {found.taken} 份视为已发，其余 {found.rest} 份将发出"
    return f"试算：{counts}；没有作任何改动。" if dry_run else f"发送已恢复：{counts}。"


def _live(desk: Desk) -> None:
    if desk.simulated:
        raise Refused(f"{desk.database} 是演示数据，它的通知只写成文件，从不暂停发送。")
