"""Looking at the server, and stopping it without waiting for the watchdog."""

import time
from dataclasses import dataclass
from pathlib import Path

from deployments.postgres import process
from deployments.postgres.failures import explained
from deployments.postgres.leases import alone, in_use, sweep, watchdog_pid, watched
from deployments.postgres.place import control, recorded
from domain.errors import Refused
from tasks.settings import Settings

_PATIENCE_SECONDS = 90.0
_PAUSE = 0.02


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What is known of the server; an external one is not looked at.

    ``users`` counts the leases held now; ``watched`` says whether the watchdog lives.
    """

    external: bool
    pid: int | None = None
    data: Path | None = None
    socket: Path | None = None
    users: int = 0
    watched: bool = False


def status(settings: Settings) -> ServerStatus:
    """Look; nothing is started."""
    if settings.database_url is not None:
        return ServerStatus(external=True)
    with explained("查看数据库", settings.home):
        place = recorded(settings.home)
        if place is None:
            return ServerStatus(external=False)
        return ServerStatus(
            external=False,
            pid=process.running(place),
            data=place.data,
            socket=place.socket,
            users=in_use(settings.home),
            watched=watched(settings.home),
        )


def stop(settings: Settings) -> bool:
    """Stop the embedded server now, watchdog and all, and wait until both are gone.

    Gives ``False``, and stops nothing, while somebody holds a lease. Nothing to stop is no error.
    """
    home = settings.home
    if settings.database_url is not None or not control(home).is_dir():
        return True
    with explained("停止数据库", home):
        with alone(home):
            if in_use(home):
                return False
            sweep(home)
            place = recorded(home)
            if place is not None:
                process.stop(place)
        until = time.monotonic() + _PATIENCE_SECONDS
        while watched(home) or process.is_running_for(watchdog_pid(home), home):
            if time.monotonic() > until:
                raise Refused(
                    f"数据库的看护进程没有结束，请查看 {control(home) / 'watchdog.log'}。"
                )
            time.sleep(_PAUSE)
    return True
