"""A service started under its guard, and what became of it."""

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

from deployments.stack.identity import Identity
from deployments.stack.services import Service

LOG_BYTES = 10_000_000
_GUARD_SECONDS = 5.0
_TAIL_BYTES = 4096
_REASON_CHARACTERS = 300


@dataclass(slots=True)
class Child:
    """A started service: `identities` are its guard and itself, for the record."""

    service: Service
    log: Path
    log_start: int
    guard: subprocess.Popen[bytes]
    identities: list[Identity]
    since: float

    @classmethod
    def start(cls, service: Service, logs: Path) -> Self:
        """Starts the service; its output goes to a log file of its name."""
        log = _rotated(logs / f"{service.name}.log")
        log_start = log.stat().st_size
        module = [sys.executable, "-m", "deployments.stack.guard", str(service.grace)]
        with log.open("ab") as output:
            guard = subprocess.Popen(
                [*module, *service.command],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                env=service.environment,
                start_new_session=True,
            )
        said = _first_line(guard.stdout)
        found = [Identity.of(guard.pid), Identity.of(int(said)) if said.isdigit() else None]
        return cls(
            service, log, log_start, guard, [each for each in found if each], time.monotonic()
        )

    def code(self) -> int | None:
        """The exit code once the service or its guard has ended, else None."""
        return self.guard.poll()

    def why_dead(self) -> str | None:
        """The reason in a sentence once it has ended, else None."""
        code = self.code()
        if code is None:
            return None
        number = -code if code < 0 else code - 128
        if number > 0:
            return f"{self.service.title}被信号 {number} 终止"
        return f"{self.service.title}已退出（退出码 {code}）：{self.last_words()}"

    def last_words(self) -> str:
        """The last line that it wrote to the log, for a person to judge by."""
        with self.log.open("rb") as log:
            log.seek(max(self.log_start, self.log.stat().st_size - _TAIL_BYTES))
            lines = log.read().decode("utf-8", "replace").split("\n")
        words = [line.strip() for line in lines if line.strip()]
        said = words[-1][-_REASON_CHARACTERS:] if words else "没有留下说明"
        return f"{said}（日志 {self.log}）"

    def stop(self) -> None:
        """Ends the service and all it started, and waits for it; again does no harm."""
        if self.guard.stdin:
            self.guard.stdin.close()
        try:
            self.guard.wait(self.service.grace + _GUARD_SECONDS)
        except subprocess.TimeoutExpired:
            self.guard.kill()
            self.guard.wait()
        for left in self.identities:
            left.end(self.service.grace)


def _first_line(stream: IO[bytes] | None) -> bytes:
    """The one line of this stream, which is then closed; nothing when its writer died."""
    if stream is None:
        return b""
    with stream:
        return stream.readline().strip()


def _rotated(log: Path) -> Path:
    """The log file, the former one put aside when it has grown large."""
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))
    log.touch(mode=0o600)
    return log
