"""What is said when the program itself is at fault, or is interrupted before it has begun.

Imports nothing heavy: it is in place while the rest is still being loaded.
"""

import os
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from tempfile import gettempdir
from types import TracebackType


def install() -> None:
    """Say whatever nobody caught in one sentence instead of a traceback."""
    sys.excepthook = fault


def fault(kind: type[BaseException], _error: BaseException, trace: TracebackType | None) -> None:
    """Say that the program is at fault, and keep where it was, without values."""
    if issubclass(kind, KeyboardInterrupt):
        sys.stderr.write("已中断。\n")
        return
    home = Path(os.environ.get("RECTIFY_HOME", ""))
    log = (
        home if home.is_absolute() and home.is_dir() else Path(gettempdir())
    ) / "rectify-fault.log"
    with log.open("a", encoding="utf-8") as file:
        file.write(f"{datetime.now(UTC).isoformat()} {kind.__name__}\n")
        file.writelines(traceback.format_tb(trace))
    sys.stderr.write(f"程序出错（{kind.__name__}），请把 {log} 交给维护人员。\n")
