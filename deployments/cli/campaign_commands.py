"""`campaign play`: the sample campaign on a simulated clock, in a database of its own."""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.options import Audience, read
from deployments.cli.register import command, group
from deployments.cli.values import day_or_instant
from deployments.postgres import lease
from deployments.stack import databases
from deployments.stack.environment import client_environment
from deployments.stack.health import answers
from deployments.stack.startup import note_sample_played
from domain.calendar import local_date
from domain.errors import Misuse, Refused
from models.reading import count_by_state
from tasks.databases import drop_database
from tasks.desk import LIVE
from tasks.settings import CHECKOUT, Settings

campaign = group("专项行动样例：在演示库中推演。")
_DEMO = "demo"
_LEDGER = CHECKOUT / "deployments" / "reference" / "sample_ledger.csv"

Fresh = Annotated[bool, typer.Option("--fresh", help="先清空该演示库，再从头推演。")]
Ledger = Annotated[Path, typer.Option(metavar="文件", help="台账，列与示例台账相同。")]
Until = Annotated[
    datetime | None,
    typer.Option(metavar="日期", parser=read(day_or_instant), help="推演到哪一天，默认到年底。"),
]


@command(
    campaign,
    "play",
    Audience.RUN,
    "在演示库中用模拟时钟推演样例专项行动，约需五分钟；须先 ./rectify up。",
    "campaign play",
    "campaign play --database rehearsal",
    "campaign play --fresh",
    database=_DEMO,
)
def play(call: Call, fresh: Fresh = False, ledger: Ledger = _LEDGER, until: Until = None) -> Answer:
    """Play the sample campaign."""
    settings = call.settings
    if call.database == LIVE:
        raise Refused("样例不能在正式数据（live）中推演，请用 --database 另选，默认 demo。")
    if not ledger.is_file():
        raise Misuse(f"找不到台账文件 {ledger}，请检查路径。")
    if not answers(f"{settings.api_url}/health"):
        raise Refused(f"Prefect 服务器（{settings.api_url}）没有应答，请先运行 ./rectify up。")
    with lease(settings), _alone(settings, call.database) as cut_short:
        _make_ready(call, fresh=fresh or cut_short)
        told = _played(settings, ledger, call.database, until)
    if (call.database, ledger, until) == (_DEMO, _LEDGER, None):
        note_sample_played(settings)
    surprises = [f"未按剧本：{surprise}" for surprise in told["surprises"]]
    return Answer(told, [told["message"], *surprises])


@contextmanager
def _alone(settings: Settings, database: str) -> Iterator[bool]:
    """Be the only play in a database; yields whether the one before was cut short."""
    begun = settings.home / f"playing-{database}"
    cut_short = begun.exists()
    with begun.open("a") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(f"数据库 {database} 中正在推演样例，请等它结束。") from None
        try:
            yield cut_short
        except Unready:
            begun.unlink()
            raise
        begun.unlink()


class Unready(Refused):
    """The database holds cases that no play put there: nothing was begun."""


def _make_ready(call: Call, *, fresh: bool) -> None:
    """Give the play an empty database; what a play that was cut short left is swept away."""
    if fresh:
        drop_database(call.settings, call.database)
    databases.main([call.database])
    with at_desk(call) as desk:
        if count_by_state(desk.engine):
            raise Unready(f"数据库 {call.database} 里已有案件；要清空后重新推演，请加 --fresh。")


def _played(
    settings: Settings, ledger: Path, database: str, until: datetime | None
) -> dict[str, Any]:
    """Play in a process of its own: Prefect is not loaded for every other command."""
    last = [local_date(until).isoformat()] if until else []
    words = [sys.executable, "-m", "deployments.cli.play", str(ledger.resolve()), database, *last]
    environment = client_environment(settings, os.environ) | {"PREFECT_LOGGING_LEVEL": "CRITICAL"}
    done = subprocess.run(
        words, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, check=False, encoding="utf-8"
    )
    if done.returncode:
        raise Refused("推演没有完成，原因见上；再次运行会从头推演。")
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
