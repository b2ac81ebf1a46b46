"""Runs one service and ends all of it when the supervisor goes away, even killed -9.

`python -m deployments.stack.guard GRACE COMMAND…`. Standard input is a pipe whose other end the
supervisor alone holds: when it closes, the service gets SIGTERM and, GRACE seconds later, SIGKILL.
The service's process id is the one line on standard output; its own output goes to standard error.
The exit code is the service's, or 128 + the signal that ended it.
"""

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from uuid import uuid4

import psutil

MARK = "RECTIFY_GUARD"
"""The environment variable by which a service's descendants are found, whatever session they
opened: Prefect starts flow runs in sessions of their own."""

DATABASE = "deployments.postgres"
"""Part of the command line of the embedded database's processes: a descendant may have started
them on behalf of everybody, and they have a watchdog of their own."""


def main(grace: float, command: list[str]) -> int:
    """Runs the command to its end, or to the supervisor's."""
    # A script's background job ignores SIGINT, and a service started so would ignore SIGTERM too.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    mark = uuid4().hex
    service = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=sys.stderr,
        env=os.environ | {MARK: mark},
        process_group=0,
    )
    signal.signal(signal.SIGTERM, lambda *_: tell(service, signal.SIGTERM))
    sys.stdout.write(f"{service.pid}\n")
    sys.stdout.close()
    threading.Thread(target=end_when_alone, args=(service, grace), daemon=True).start()
    code = service.wait()
    end_marked(mark)
    return code if code >= 0 else 128 - code


def end_when_alone(service: subprocess.Popen[bytes], grace: float) -> None:
    """Waits for the supervisor to close the pipe, then ends the service."""
    # Not sys.stdin: its lock would be held by this thread when the interpreter ends.
    os.read(0, 1)
    tell(service, signal.SIGTERM)
    try:
        service.wait(grace)
    except subprocess.TimeoutExpired:
        tell(service, signal.SIGKILL)


def tell(service: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signals the service's process group, if it is still there."""
    if service.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(service.pid, number)


def end_marked(mark: str) -> None:
    """Kills what the service left behind."""
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.environ().get(MARK) == mark and not serves_everybody(process):
                process.kill()


def serves_everybody(process: psutil.Process) -> bool:
    """Whether this is the embedded database or its watchdog."""
    words = process.cmdline()
    return any(DATABASE in word for word in words) or process.name() == "postgres"


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), sys.argv[2:]))
