"""Starting, judging and stopping the server's process."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import psutil

from deployments.postgres.binaries import find_binaries
from deployments.postgres.cluster import configure
from deployments.postgres.failures import failed
from deployments.postgres.place import Place, with_socket
from deployments.postgres.socket_dir import clear_socket, socket_file, socket_folder

_START_SECONDS = 180
"""Recovery after a crash can take a while."""
_LINGERING_SECONDS = 15
_STOP_SECONDS = 60
_PAUSE = 0.02
_NOBODY = 4_194_305
"""A process number beyond the largest that a kernel gives."""
_STATUS_LINE = 7
_LOG_LIMIT = 5_000_000


def running(place: Place) -> int | None:
    """Give the pid of the server when it runs and its socket is there."""
    pid = serving(place)
    return pid if pid is not None and place.socket and socket_file(place.socket).exists() else None


def serving(place: Place) -> int | None:
    """Give the pid of a living server of this data folder that takes connections."""
    lines = _pid_file(place)
    ready = len(lines) > _STATUS_LINE and lines[_STATUS_LINE].strip() == "ready"
    return int(lines[0]) if ready and is_running_for(int(lines[0]), place.data) else None


def is_running_for(pid: int, folder: Path) -> bool:
    """Whether that process lives and was started for that folder: its number may be reused."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE and str(folder) in process.cmdline()
    except psutil.Error:
        return False


def start(place: Place) -> Place:
    """Start the server and wait until it serves; give the place with the socket it has now."""
    stop(place)
    place = with_socket(place, socket_folder(place))
    binaries = find_binaries(place)
    configure(place)
    _shorten(place.log)
    until = time.monotonic() + _LINGERING_SECONDS
    while True:
        _forget_dead(place)
        before = place.log.stat().st_size if place.log.exists() else 0
        pid = place.account.start([binaries.postgres, "-D", place.data], place.log)
        if _wait_ready(place, pid):
            return place
        said = place.log.read_bytes()[before:].decode(errors="replace")
        if "shared memory" not in said or "in use" not in said or time.monotonic() > until:
            raise failed("启动数据库", said, place.data)
        _end_orphans(place)
        time.sleep(0.2)


def stop(place: Place, known: int = 0) -> None:
    """Stop the server if it lives, disconnecting its users, and remove its socket's folder.

    ``known`` is the pid it had when last seen: the data folder itself may be gone.
    """
    for pid in {known, *map(int, _pid_file(place)[:1])} - {0}:
        if is_running_for(pid, place.data):
            # Without its data the server could not end in good order.
            _end(pid, (signal.SIGINT, signal.SIGQUIT) if place.exists else (signal.SIGQUIT,))
    if place.socket is not None and place.socket.is_dir():
        clear_socket(place.socket)
        if not any(place.socket.iterdir()):
            place.socket.rmdir()


def _end(pid: int, orders: tuple[signal.Signals, ...]) -> None:
    """Ask the server to stop, fast (SIGINT) or at once (SIGQUIT), and wait until it has."""
    for order in orders:
        os.kill(pid, order)
        until = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < until:
            if not _lives(pid):
                return
            time.sleep(_PAUSE)


def _end_orphans(place: Place) -> None:
    """End what a killed server left running: a busy query would keep the next server out."""
    data = place.data.resolve()
    for orphan in psutil.process_iter():
        with suppress(psutil.Error):
            if orphan.name() == "postgres" and Path(orphan.cwd()) == data:
                orphan.send_signal(signal.SIGQUIT)


def _wait_ready(place: Place, pid: int) -> bool:
    until = time.monotonic() + _START_SECONDS
    while _lives(pid) and time.monotonic() < until:
        if serving(place) == pid:
            return True
        time.sleep(_PAUSE)
    return False


def _lives(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _pid_file(place: Place) -> list[str]:
    """Read the server's lock file; nothing when there is none or it is being written."""
    try:
        lines = (place.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return lines if lines and lines[0].isdigit() else []


def _forget_dead(place: Place) -> None:
    """Let a stale lock file name nobody.

    The number may be another process's by now, or a zombie's that nobody collects, and PostgreSQL
    would take either for a living server. The rest of the file is kept: by it PostgreSQL finds
    server processes that outlived their parent, and waits for them.
    """
    lines = _pid_file(place)
    if lines and not is_running_for(int(lines[0]), place.data):
        text = "\n".join([str(_NOBODY), *lines[1:], ""])
        place.account.write(place.data / "postmaster.pid", text)


def _shorten(log: Path) -> None:
    """Keep one former log, so that the two stay small."""
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(log.with_suffix(".old.log"))
