"""Which process is meant: a process id alone may since belong to somebody else."""

import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

import psutil

SAME_START_SECONDS = 2.0
"""The start time is computed from the boot time, which moves when the clock is set."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A process: its id and its start, in seconds since the epoch."""

    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> Self | None:
        """The process that has this id now, or None."""
        try:
            return cls(pid, psutil.Process(pid).create_time())
        except psutil.Error:
            return None

    def process(self) -> psutil.Process | None:
        """The process, if it is the same and has not ended."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) <= SAME_START_SECONDS
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.Error:
            return None

    def is_alive(self) -> bool:
        """Whether this very process still runs."""
        return self.process() is not None

    def end(self, grace: float, *, group: bool = True) -> None:
        """Ends the process: SIGTERM, then after `grace` seconds SIGKILL.

        With `group`, the whole process group goes when the process leads one.
        """
        for number in (signal.SIGTERM, signal.SIGKILL):
            process = self.process()
            if process is None:
                return
            with suppress(ProcessLookupError, psutil.Error):
                if group and os.getpgid(self.pid) == self.pid:
                    os.killpg(self.pid, number)
                else:
                    process.send_signal(number)
                process.wait(grace)
