"""The way in and out: every error ends in one sentence, and the exit code says whose it is.

0 done, 1 refused (also when nobody reads the output any more), 2 wrong usage, 130 interrupted.
"""

import sys
from collections.abc import Sequence

from typer._click.exceptions import UsageError
from typer.main import get_command

from deployments.cli.app import GROUPED, app
from deployments.cli.help import PROGRAM
from deployments.cli.usage import in_words
from deployments.cli.values import spread
from domain.errors import Misuse, RectifyError
from models.engine import explained

REFUSED, MISUSED, INTERRUPTED = 1, 2, 130


def main(arguments: Sequence[str]) -> int:
    """Run one command line and give its exit code."""
    try:
        with explained():
            return _run(arguments)
    except RectifyError as error:
        return _refuse(error.sentence, MISUSED if isinstance(error, Misuse) else REFUSED)
    except UsageError as error:
        return _refuse(in_words(error), MISUSED)
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
        return _refuse("已中断；再次运行会接着做（推演和回放则从头再来）。", INTERRUPTED)
    return int(code or 0)


def _refuse(sentence: str, code: int) -> int:
    sys.stderr.write(f"{sentence}\n")
    return code
