"""The services that run now: started, recorded, and ended together."""

import time
from collections.abc import Callable
from pathlib import Path

from deployments.stack import record
from deployments.stack.child import Child
from deployments.stack.record import Record
from deployments.stack.services import Service
from domain.errors import Refused

Report = Callable[[str], None]
"""Takes one line for the person who started the stack."""

_POLL_SECONDS = 0.05


class Crew:
    """Holds the children of one home; what is started is on record before anything else."""

    def __init__(self, home: Path, supervisor: Record, report: Report) -> None:
        self.report = report
        self.children: dict[str, Child] = {}
        self._home = home
        self._record = supervisor
        self._write()

    @property
    def logs(self) -> Path:
        """The folder of the services' logs."""
        return self._home / "logs"

    def start(self, service: Service) -> Child:
        """Starts a service; a former one of the same name is seen to its end first."""
        self.discard(service.name)
        child = Child.start(service, self.logs)
        self.children[service.name] = child
        self._write()
        return child

    def discard(self, name: str) -> None:
        """Ends a service, if it is there, and forgets it."""
        child = self.children.pop(name, None)
        if child is not None:
            child.stop()
            self._write()

    def run(self, service: Service, seconds: float) -> None:
        """Runs a step to its end; raises `Refused` with its last words when it fails."""
        child = self.start(service)
        until = time.monotonic() + seconds
        while child.code() is None and time.monotonic() < until:
            time.sleep(_POLL_SECONDS)
        code, words = child.code(), child.last_words()
        self.discard(service.name)
        if code is None:
            raise Refused(f"{service.title}超过 {seconds:.0f} 秒没有完成，请查看 {child.log}。")
        if code:
            raise Refused(f"{service.title}没有成功：{words}")

    def ready(self) -> None:
        """Notes that everything has started."""
        self._record.ready = True
        self._write()

    def stop(self) -> None:
        """Ends everything, the last started first."""
        for name in list(reversed(self.children)):
            self.discard(name)

    def _write(self) -> None:
        services = {name: child.identities for name, child in self.children.items()}
        self._record.services = services
        record.write(self._home, self._record)
