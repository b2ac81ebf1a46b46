"""The watchdog: starts the server again when it died under its users, stops it after the last one.

One process a state folder, in a session of its own, so that no user's end takes it along.
"""

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from deployments.postgres import process
from deployments.postgres.leases import alone, ensure_server, in_use, sweep
from deployments.postgres.place import Place, control, recorded
from domain.errors import RectifyError

_LOOK_SECONDS = 0.25
_LINGER_SECONDS = 3.0
"""How long a server without users is kept, so that commands in a row need not start it anew."""
_RETRY_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Seen:
    """The server as last seen: ``pid`` is 0 when it is down, ``last`` its pid when last up."""

    place: Place | None = None
    pid: int = 0
    last: int = 0


def watch(home: Path, lock: int) -> None:
    """Watch until the server is stopped; ``lock`` is the open watchdog lock, let go when done."""
    os.pwrite(lock, f"{os.getpid():<10}".encode(), 0)
    last_use = time.monotonic()
    seen = Seen()
    while _is_posted(home, lock):
        seen = _look(home, seen)
        if in_use(home):
            last_use = time.monotonic()
            if seen.pid == 0:
                _revive(home)
        elif (seen.pid == 0 or time.monotonic() - last_use > _LINGER_SECONDS) and _end(
            home, lock, seen
        ):
            return
        time.sleep(_LOOK_SECONDS)
    _halt(seen)


def _look(home: Path, seen: Seen) -> Seen:
    place = recorded(home) or seen.place
    pid = (process.running(place) or 0) if place is not None else 0
    return Seen(place, pid, pid or seen.last)


def _is_posted(home: Path, lock: int) -> bool:
    """Whether the state folder is still the one we were started for, not removed or made anew."""
    try:
        return os.path.samestat((control(home) / "watchdog.lock").stat(), os.fstat(lock))
    except FileNotFoundError:
        return False


def _end(home: Path, lock: int, seen: Seen) -> bool:
    """Stop the server unless somebody came meanwhile; after that the next lease starts all anew."""
    try:
        with alone(home):
            if in_use(home):
                return False
            sweep(home)
            _halt(_look(home, seen))
            os.close(lock)
            return True
    except FileNotFoundError:
        return False


def _halt(seen: Seen) -> None:
    if seen.place is not None:
        process.stop(seen.place, seen.last)


def _revive(home: Path) -> None:
    """Start a server that died under its users; a failure is logged and tried again."""
    try:
        with alone(home):
            place = recorded(home)
            if not in_use(home) or place is None or not place.exists or process.running(place):
                return
            _say("the server was gone; starting it again")
            ensure_server(place)
    except (RectifyError, OSError) as error:
        _say(str(error))
        time.sleep(_RETRY_SECONDS)


def _say(line: str) -> None:
    print(f"{time.strftime('%FT%T%z')} {line}", flush=True)


if __name__ == "__main__":
    watch(Path(sys.argv[1]), int(sys.argv[2]))
