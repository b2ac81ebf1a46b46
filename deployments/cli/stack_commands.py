"""Starting, stopping and looking at the system; running its tests."""

import sys
from dataclasses import asdict
from typing import Annotated

import typer

from deployments.cli.call import Answer, Call
from deployments.cli.options import Audience
from deployments.cli.register import command
from deployments.stack import quality
from deployments.stack.lifecycle import describe, down, status, up
from deployments.stack.log_warning import log_warnings

app = typer.Typer()

Detach = Annotated[bool, typer.Option("--detach", help="在后台运行，就绪后返回。")]
Empty = Annotated[bool, typer.Option("--empty", help="不推演样例专项行动。")]
Tests = Annotated[list[str] | None, typer.Argument(metavar="参数…", help="交给 pytest 的参数。")]


@command(
    app,
    "up",
    Audience.STACK,
    "启动系统：数据库、Prefect 服务器、执行器；第一次启动时在演示库推演样例。",
    "up",
    "up --detach --empty",
)
def up_(call: Call, detach: Detach = False, empty: Empty = False) -> Answer:
    """Start the stack."""
    up(call.settings, _reporter(call), detach=detach, empty=empty)
    return Answer(asdict(status(call.settings)))


@command(app, "down", Audience.STACK, "停止系统，数据保留。", "down")
def down_(call: Call) -> Answer:
    """Stop the stack."""
    down(call.settings, _reporter(call))
    return Answer(asdict(status(call.settings)))


@command(app, "status", Audience.STACK, "查看系统是否在运行、界面地址。", "status", "status --json")
def status_(call: Call) -> Answer:
    """Look at the stack."""
    seen = status(call.settings)
    warnings = log_warnings(call.settings) if seen.database else []
    return Answer({**asdict(seen), "warnings": warnings}, [describe(seen), *warnings])


@command(
    app,
    "test",
    Audience.STACK,
    "运行全部检查和测试；带参数时只运行所指的测试。",
    "test",
    "test tests/unit",
)
def check(_call: Call, arguments: Tests = None) -> Answer:
    """Run every check."""
    return Answer({}, code=quality.main(arguments or []))


class _Reporter:
    """Tells how starting and stopping goes; beside the document where one is asked for."""

    def __init__(self, *, beside: bool) -> None:
        self._stream = sys.stderr if beside else sys.stdout

    def __call__(self, line: str) -> None:
        self._stream.write(f"{line}\n")
        self._stream.flush()


def _reporter(call: Call) -> _Reporter:
    return _Reporter(beside=call.json)
