"""The way in and out: every error ends in one sentence, and the exit code says whose it is.

0 done, 1 refused, 2 wrong usage, 130 interrupted, 141 nobody reads the output any more.
"""

import os
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import gettempdir
from types import TracebackType

from typer._click.exceptions import UsageError
from typer.main import get_command

from deployments.cli.app import GROUPED, app
from deployments.cli.help import PROGRAM
from deployments.cli.usage import in_words
from deployments.cli.values import spread
from domain.errors import Misuse, RectifyError
from models.engine import explained
from tasks.settings import load_settings

REFUSED, MISUSED, INTERRUPTED, UNREAD = 1, 2, 130, 141


def main(arguments: Sequence[str]) -> int:
    """Run one command line and give its exit code."""
    sys.excepthook = fault
    try:
        with explained():
            return _run(arguments)
    except RectifyError as error:
        return _refuse(error.sentence, MISUSED if isinstance(error, Misuse) else REFUSED)
    except UsageError as error:
        return _refuse(in_words(error), MISUSED)
    except BrokenPipeError:
        return _stop_writing()
    except OSError as error:
        where = f"（{error.filename}）" if error.filename else ""
        reason = error.strerror or type(error).__name__
        return _refuse(f"操作系统拒绝了操作{where}：{reason}，请处理后重试。", REFUSED)


def _run(arguments: Sequence[str]) -> int:
    words = spread(arguments)
    if not words or (len(words) == 1 and words[0] in GROUPED):
        words.append("--help")
    code = get_command(app).main(args=words, prog_name=PROGRAM, standalone_mode=False)
    if code == INTERRUPTED:
        return _refuse("已中断；已完成的部分保留，再次运行会接着做。", INTERRUPTED)
    return int(code or 0)


def _refuse(sentence: str, code: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return code


def _stop_writing() -> int:
    """Whoever read our output is gone; nothing more may be written, at the end neither."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    return UNREAD


def fault(kind: type[BaseException], _error: BaseException, trace: TracebackType | None) -> None:
    """Say in one sentence that the program itself is at fault, and keep where, without values."""
    if issubclass(kind, KeyboardInterrupt):
        sys.stderr.write("已中断。\n")
        return
    where = (
        f"{datetime.now(UTC).isoformat()} {kind.__name__}\n{''.join(traceback.format_tb(trace))}"
    )
    home = load_settings(os.environ).home
    log = (home if home.is_dir() else Path(gettempdir())) / "rectify-fault.log"
    with log.open("a", encoding="utf-8") as file:
        file.write(where)
    sys.stderr.write(f"程序出错（{kind.__name__}），请把 {log} 交给维护人员；数据没有写坏。\n")
