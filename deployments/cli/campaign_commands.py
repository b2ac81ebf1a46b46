"""`campaign play`: the sample campaign on a simulated clock, in a database of its own."""

import json
import os
import subprocess
import sys
from typing import Annotated, Any

import typer

from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.options import Audience
from deployments.cli.register import command, group
from deployments.postgres import lease
from deployments.stack import databases
from deployments.stack.environment import client_environment
from deployments.stack.health import answers
from deployments.stack.startup import note_sample_played
from domain.errors import Refused
from models.reading import count_by_state
from tasks.databases import drop_database
from tasks.desk import LIVE
from tasks.settings import CHECKOUT, Settings

campaign = group("专项行动样例：在演示库中推演。")
_DEMO = "demo"
_LEDGER = CHECKOUT / "deployments" / "reference" / "sample_ledger.csv"

Fresh = Annotated[bool, typer.Option("--fresh", help="先清空该演示库，再从头推演。")]


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
def play(call: Call, fresh: Fresh = False) -> Answer:
    """Play the sample campaign."""
    settings = call.settings
    if call.database == LIVE:
        raise Refused("样例不能在正式数据（live）中推演，请用 --database 另选，默认 demo。")
    if not answers(f"{settings.api_url}/health"):
        raise Refused(f"Prefect 服务器（{settings.api_url}）没有应答，请先运行 ./rectify up。")
    with lease(settings):
        _make_ready(call, fresh=fresh)
        told = _played(settings, call.database)
    if call.database == _DEMO:
        note_sample_played(settings)
    surprises = [f"未按剧本：{surprise}" for surprise in told["surprises"]]
    return Answer(told, [told["message"], *surprises])


def _make_ready(call: Call, *, fresh: bool) -> None:
    """Give the play an empty database; a play that was cut short is swept away."""
    begun = call.settings.home / f"playing-{call.database}"
    if fresh or begun.exists():
        drop_database(call.settings, call.database)
    databases.main([call.database])
    with at_desk(call) as desk:
        if count_by_state(desk.engine):
            raise Refused(f"数据库 {call.database} 里已有案件；要清空后重新推演，请加 --fresh。")
    begun.touch()


def _played(settings: Settings, database: str) -> dict[str, Any]:
    """Play in a process of its own: Prefect is not loaded for every other command."""
    words = [sys.executable, "-m", "deployments.cli.play", str(_LEDGER), database]
    environment = client_environment(settings, os.environ) | {"PREFECT_LOGGING_LEVEL": "CRITICAL"}
    done = subprocess.run(
        words, cwd=CHECKOUT, env=environment, stdout=subprocess.PIPE, check=False, encoding="utf-8"
    )
    if done.returncode:
        raise Refused("推演没有完成，原因见上；再次运行会从头推演。")
    (settings.home / f"playing-{database}").unlink(missing_ok=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return told
