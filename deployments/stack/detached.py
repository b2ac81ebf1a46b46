"""Starts the supervisor in a session of its own and tells how its start goes.

The supervisor, `python -m deployments.stack.detached HANDLE [--empty]`, writes one JSON document a
line to the open handle: `line` (progress), then `ready`, `running` or `failed` with the last word.
"""

import json
import os
import subprocess
import sys
from contextlib import suppress
from datetime import datetime
from typing import IO

from deployments.postgres.place import prepare
from deployments.stack.crew import Report
from deployments.stack.sole import AlreadyRunning
from deployments.stack.space import require_space
from deployments.stack.supervisor import supervise
from domain.calendar import SHANGHAI
from domain.errors import RectifyError, Refused
from tasks.settings import Settings, load_settings


def start(settings: Settings, report: Report, *, empty: bool) -> None:
    """Returns when everything is ready; raises `Refused` with the reason when it fails."""
    prepare(settings.home)
    require_space(settings.home)
    logs = settings.home / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    reading, writing = os.pipe()
    module = [sys.executable, "-m", "deployments.stack.detached", str(writing)]
    with (logs / "supervisor.log").open("ab") as log:
        supervisor = subprocess.Popen(
            [*module, *(["--empty"] if empty else [])],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=os.environ | {"RECTIFY_HOME": str(settings.home)},
            pass_fds=[writing],
            start_new_session=True,
        )
    os.close(writing)
    with open(reading, encoding="utf-8") as progress:  # noqa: PTH123 - a handle, not a path
        try:
            follow(progress, report, f"启动中断，原因见 {logs / 'supervisor.log'}。")
        except KeyboardInterrupt:
            supervisor.terminate()
            supervisor.wait()
            raise


def follow(progress: IO[str], report: Report, broken: str) -> None:
    """Passes progress on until the last word; without one the start broke off."""
    for text in progress:
        kind, line = json.loads(text)
        if kind == "failed":
            raise Refused(line)
        if kind == "running":
            raise AlreadyRunning(line)
        report(line)
        if kind == "ready":
            return
    raise Refused(broken)


class Progress:
    """Writes progress to the one who waits, while somebody does, and to the log."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def say(self, kind: str, line: str) -> None:
        """Says one line; after the last word nobody waits any more."""
        print(f"{datetime.now(SHANGHAI):%F %T} {line}", flush=True)
        if self._stream.closed:
            return
        with suppress(BrokenPipeError):
            self._stream.write(json.dumps([kind, line]) + "\n")
            self._stream.flush()
            if kind != "line":
                self._stream.close()


def main(handle: int, *, empty: bool) -> int:
    """Supervises until a signal; 1 when the start fails."""
    os.set_inheritable(handle, False)  # noqa: FBT003 - the standard library's own signature
    progress = Progress(open(handle, "w", encoding="utf-8"))  # noqa: SIM115 - a handle
    try:
        supervise(
            load_settings(os.environ),
            lambda line: progress.say("line", line),
            lambda line: progress.say("ready", line),
            empty=empty,
        )
    except RectifyError as error:
        kind = "running" if isinstance(error, AlreadyRunning) else "failed"
        progress.say(kind, error.sentence)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), empty="--empty" in sys.argv))
