"""The intake register: what came in, and what became of every row."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from deployments.cli.call import Answer, Call, at_desk
from deployments.cli.case_commands import OfChannel
from deployments.cli.options import Audience, read
from deployments.cli.register import command
from deployments.cli.saying import iso, table
from deployments.cli.values import day_or_instant, whole
from deployments.cli.version_page import named
from domain.errors import Misuse
from domain.wording import mask, moment
from models.intake_register import Wanted, intakes, registered
from tasks.desk import Desk

app = typer.Typer()

_OUTCOMES = {"opened": "立案", "duplicate": "重复", "changed": "来件更新", "rejected": "不能登记"}
_LISTED = 100

Outcome = Annotated[
    str,
    typer.Option(
        metavar="结果", help="opened 立案、duplicate 重复、changed 来件更新、rejected 不能登记。"
    ),
]
OfFile = Annotated[str, typer.Option("--file", metavar="名称", help="登记时的文件名。")]
SourceId = Annotated[str, typer.Option("--id", metavar="来源编号", help="来源给的编号。")]
Since = Annotated[
    datetime | None,
    typer.Option(metavar="日期", parser=read(day_or_instant), help="此后收到的；日期或时间。"),
]
Limit = Annotated[
    int, typer.Option(metavar="行数", parser=read(whole), help="至多列出多少行，0 为全部。")
]


@command(
    app,
    "intake-register",
    Audience.LOOK,
    "来件登记簿：每次登记读了多少行、每一行的去向（立案、来件更新、不能登记及原因）；"
    "只是再次收到、内容未变的行按次计数。",
    "intake-register --since 2026-03-02",
    "intake-register --channel 12345 --outcome rejected --json",
)
def intake_register(
    call: Call,
    channel: OfChannel = "",
    outcome: Outcome = "",
    file: OfFile = "",
    source_id: SourceId = "",
    since: Since = None,
    limit: Limit = _LISTED,
) -> Answer:
    """List intakes and rows."""
    code = _outcome(outcome)
    with at_desk(call) as desk:
        if channel and channel not in desk.directory.channels:
            raise Misuse(f"没有代码为“{channel}”的渠道，请用 ./rectify channel list 查看。")
        wanted = Wanted(channel, file, source_id, code, since, limit or None)
        runs = [] if source_id else [run for run in intakes(desk.engine, wanted) if _has(run, code)]
        rows = registered(desk.engine, wanted)
        shown = _shown(desk, runs, rows, wanted)
    document = {
        "files": [_dated(run, "received_at", "started_at") for run in runs],
        "rows": [
            {**_dated(row, "received_at"), "source_id": mask(row["source_id"])} for row in rows
        ],
    }
    return Answer(document, shown)


def _outcome(word: str) -> str:
    codes = {zh: code for code, zh in _OUTCOMES.items()} | {code: code for code in _OUTCOMES}
    if word and word not in codes:
        known = "、".join(f"{code}（{zh}）" for code, zh in _OUTCOMES.items())
        raise Misuse(f"结果“{word}”不认识，请从中选择：{known}。")
    return codes.get(word, "")


def _has(run: Mapping[str, Any], outcome: str) -> bool:
    return not outcome or bool(run[outcome])


def _dated(row: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {**row, **{name: iso(row[name]) for name in names}}


def _shown(
    desk: Desk, runs: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]], wanted: Wanted
) -> list[RenderableType]:
    channels = desk.directory.channels
    drawn: list[RenderableType] = []
    if runs:
        heads = ("收到", "渠道", "文件", "读取", *_OUTCOMES.values(), "")
        drawn.append(table("各次登记", heads, (_run(run, channels) for run in runs)))
    if rows:
        heads = ("收到", "渠道", "文件", "行", "来源编号", "去向")
        drawn.append(table("各行去向", heads, (_line(row, channels) for row in rows)))
    if not drawn:
        return ["登记簿中没有符合条件的记录。"]
    cut = len(rows) == wanted.limit
    return [*drawn, *(["可能还有更多，用 --limit 0 列出全部。"] if cut else [])]


def _run(run: Mapping[str, Any], channels: Mapping[str, str]) -> tuple[object, ...]:
    counts = (run[name] for name in ("read", *_OUTCOMES))
    place = (moment(run["received_at"]), channels.get(run["channel"], run["channel"]), run["file"])
    return (*place, *counts, "" if run["finished"] else "中断或仍在进行")


def _line(row: Mapping[str, Any], channels: Mapping[str, str]) -> tuple[object, ...]:
    return (
        moment(row["received_at"]),
        channels.get(row["channel"], row["channel"]),
        row["file"],
        row["row_number"],
        mask(row["source_id"]),
        _fate(row),
    )


def _fate(row: Mapping[str, Any]) -> str:
    if row["outcome"] == "opened":
        return f"立案 {row['no']}"
    if row["outcome"] == "changed":
        return f"{row['no']} 来件更新，第 {row['version']} 版：{named(row['changed'])}"
    return f"不能登记：{row['reason']}"
