"""`replay`: answered messages of the past, played through the real commands and checks."""

from pathlib import Path
from typing import Annotated

import typer

from deployments.cli.call import Answer, Call, at_desk, at_server
from deployments.cli.options import Audience, File
from deployments.cli.progress import progress
from deployments.cli.register import command
from deployments.cli.saying import table
from deployments.reference.seed import reference
from deployments.stack import databases
from domain.codes import ClockKind, Rung
from domain.errors import Misuse
from tasks.replay.answered import Answers, read_answers
from tasks.replay.place import alone, hasty, refuse_real, sweep
from tasks.replay.playing import Replay, ReplayReport
from tasks.replay.timetable import timetable

app = typer.Typer()

Channel = Annotated[str, typer.Option(metavar="渠道", help="渠道代码，见 channel list。")]


@command(
    app,
    "replay",
    Audience.RUN,
    "在单独的数据库中回放往年留言及答复：每件按当时的留言时间登记、交办、签收，按答复时间提交，"
    "其间每日 9 时检查期限；再次运行会从头开始。",
    "replay answered.csv --channel 12345 --database replay",
    "replay answered.csv --channel 12345 --database replay --json",
    database="replay",
)
def replay(call: Call, file: File, channel: Channel) -> Answer:
    """Replay a ledger of answered messages."""
    refuse_real(call.settings, call.database)
    _require_channel(channel)
    answers = read_answers(file)
    with at_server(call.settings), alone(call.settings, call.database):
        sweep(call.settings, call.database)
        databases.main([call.database])
        return _told(answers, _played(call, answers, channel, file))


def _require_channel(channel: str) -> None:
    """The database of a replay has the channels of the reference data, whatever others have."""
    known = {found["code"]: found["name"] for found in reference().channels}
    if channel not in known:
        listed = "、".join(f"{code}（{name}）" for code, name in known.items())
        raise Misuse(f"没有代码为“{channel}”的渠道，可用的渠道有：{listed}。")


def _played(call: Call, answers: Answers, channel: str, file: Path) -> ReplayReport:
    moments = timetable(answers.rows)
    with at_desk(call) as desk, hasty(desk) as here, progress("回放", len(moments)) as advance:
        return Replay(here, answers, channel, file.name).play(moments, advance)


def _told(answers: Answers, report: ReplayReport) -> Answer:
    fired = sorted(report.fired.items())
    rejected = [{"row": row.row, "reason": row.reason} for row in answers.rejected]
    document = {
        "cases": report.cases,
        "overdue_at_answer": report.overdue_at_answer,
        "fired": dict(fired),
        "coalesced": report.coalesced,
        "checks": report.checks,
        "rejected": rejected,
    }
    sentence = (
        f"回放 {report.cases} 件，逐日检查 {report.checks} 次：答复时已超过办结期限的"
        f" {report.overdue_at_answer} 件，触发预警 {report.fired.total()} 项。"
    )
    rungs = [(*_named(name), count) for name, count in fired]
    tables = [table("", ("时限", "预警", "项数"), rungs)] if rungs else []
    if rejected:
        rows = ((row.row, row.reason) for row in answers.rejected)
        tables.append(table("不能回放", ("行", "原因"), rows))
    return Answer(document, [sentence, *tables])


def _named(fired: str) -> tuple[str, str]:
    clock, _, rung = fired.partition(".")
    return ClockKind(clock).zh, Rung(rung).zh
