"""Looks after the running stack: what dies is started again, what is overdue is done."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from deployments import postgres
from deployments.stack import services, startup
from deployments.stack.child import Child
from deployments.stack.crew import Crew
from deployments.stack.rounds import ROUND, STALE, STALE_CODE
from domain.errors import RectifyError
from tasks.settings import Settings

LOOK_SECONDS = 0.5
DATABASE_SECONDS = 15.0
FIRST_HEARTBEAT_SECONDS = STALE.total_seconds()
HEARTBEAT_SECONDS = ROUND.total_seconds() / 2
LONGEST_PAUSE_SECONDS = 60.0
STEADY_SECONDS = 120.0
"""A service that ran this long had started well: the pauses between restarts begin anew."""


@dataclass(slots=True)
class Pause:
    """How long to wait before a service is started again: 1, 2, 4, … 60 seconds."""

    seconds: float = 0.0
    until: float = 0.0

    def next(self, ran: float, now: float) -> float:
        """The pause after a run of this many seconds that ended now."""
        fresh = self.seconds == 0 or ran > STEADY_SECONDS
        self.seconds = 1.0 if fresh else min(2 * self.seconds, LONGEST_PAUSE_SECONDS)
        self.until = now + self.seconds
        return self.seconds


@dataclass(slots=True)
class Watch:
    """The rounds of the supervisor; `now` everywhere is the monotonic clock in seconds."""

    crew: Crew
    settings: Settings
    pauses: dict[str, Pause] = field(default_factory=dict)
    due: dict[str, float] = field(default_factory=dict)

    def forever(self) -> None:
        """Goes round until a signal ends the supervisor."""
        began = time.monotonic()
        self.due = {"database": began, "heartbeat": began + FIRST_HEARTBEAT_SECONDS}
        while True:
            self.round(time.monotonic())
            time.sleep(LOOK_SECONDS)

    def round(self, now: float) -> None:
        """Looks once at everything."""
        for name, child in list(self.crew.children.items()):
            if child.code() is not None:
                self._ended(name, child, now)
        for name, pause in list(self.pauses.items()):
            if name not in self.crew.children and now >= pause.until:
                self.crew.start(self._service(name))
        self._when_due("database", DATABASE_SECONDS, now, self._keep_database)
        self._when_due("heartbeat", HEARTBEAT_SECONDS, now, self._look_at_heartbeat)

    def _ended(self, name: str, child: Child, now: float) -> None:
        code, reason = child.code(), child.why_dead()
        self.crew.discard(name)
        if name in _SERVICES:
            seconds = self.pauses.setdefault(name, Pause()).next(now - child.since, now)
            self.crew.report(f"{reason}；{seconds:.0f} 秒后重新启动。")
        elif name == startup.SAMPLE:
            self._sample_ended(code, reason)
        elif name == "heartbeat" and code == STALE_CODE:
            self.crew.report("期限检查已超过两轮没有执行，由监管程序直接执行一次。")
            self.crew.start(
                services.step(self.settings, "check", "期限检查", "deployments.cli", "check")
            )
        elif code:
            self.crew.report(reason or "")

    def _sample_ended(self, code: int | None, reason: str | None) -> None:
        if code == 0:
            startup.note_sample_played(self.settings)
            self.crew.report("样例推演已完成。")
        else:
            self.crew.report(f"{reason}；可用 ./rectify campaign play 再推演一次。")

    def _service(self, name: str) -> services.Service:
        return _SERVICES[name](self.settings)

    def _keep_database(self) -> None:
        """A lease taken in passing starts whatever of the database was killed."""
        try:
            seen = postgres.status(self.settings)
            if not seen.external and not (seen.pid and seen.watched):
                with postgres.lease(self.settings):
                    self.crew.report("数据库曾中断，已重新启动。")
        except RectifyError as error:
            self.crew.report(error.sentence)

    def _look_at_heartbeat(self) -> None:
        look = "deployments.stack.heartbeat"
        self.crew.start(services.step(self.settings, "heartbeat", "查看期限检查", look))

    def _when_due(self, what: str, every: float, now: float, act: Callable[[], None]) -> None:
        if now >= self.due[what]:
            self.due[what] = now + every
            act()


_SERVICES: dict[str, Callable[[Settings], services.Service]] = {
    "server": services.prefect_server,
    "worker": services.worker,
    "portal": services.portal,
}
