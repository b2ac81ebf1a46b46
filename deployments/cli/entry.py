"""The way in and out: every error ends in one sentence, and the exit code says whose it is.

0 done, 1 refused, 2 wrong usage, 130 interrupted, 141 nobody reads the output any more.
"""

import os
import sys
import traceback
from collections.abc import Sequence
from types import TracebackType

from typer._click.exceptions import UsageError
from typer.main import get_command

from deployments.cli.app import app
from deployments.cli.help import PROGRAM
from deployments.cli.values import spread
from domain.errors import Misuse, RectifyError
from models.engine import explained
from tasks.settings import load_settings

REFUSED, MISUSED, INTERRUPTED, UNREAD = 1, 2, 130, 141


def main(arguments: Sequence[str]) -> int:
    """Run one command line and give its exit code."""
    sys.excepthook = _fault
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
        return _refuse(f"操作系统拒绝了操作{where}：{error.strerror or error}，请处理后重试。", REFUSED)


def _run(arguments: Sequence[str]) -> int:
    command = get_command(app)
    words = spread(arguments)
    if not words or (len(words) == 1 and words[0] in GROUPS):
        words.append("--help")
    code = command.main(args=words, prog_name=PROGRAM, standalone_mode=False)
    if code == INTERRUPTED:
        return _refuse("已中断；已完成的部分保留，再次运行会接着做。", INTERRUPTED)
    return int(code or 0)
