"""Leases: who uses the server now.

Each use holds its own file under ``flock``, which the kernel lets go when the process ends, however
it ends. Taking a lease, starting and stopping happen under one lock, one process at a time.
"""

import fcntl
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from deployments.postgres import process
from deployments.postgres.binaries import find_binaries
from deployments.postgres.cluster import create_cluster, renew_passwords
from deployments.postgres.failures import explained
from deployments.postgres.place import Place, control, locate, prepare
from deployments.postgres.socket_dir import PORT
from tasks.coordinates import (
    Coordinates,
    has_coordinates,
    new_passwords,
    read_coordinates,
    write_coordinates,
)
from tasks.settings import CHECKOUT, Settings


@contextmanager
def lease(settings: Settings) -> Iterator[None]:
    """Keep the embedded server running while within; with an external server, do nothing.

    It is made and started when need be. Refused, with the reason, when it cannot be.
    """
    if settings.database_url is not None:
        yield
        return
    held = _take(settings.home)
    try:
        yield
    finally:
        _give_back(settings.home, *held)


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Be the only one who takes a lease, starts or stops the server."""
    lock = os.open(control(home) / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def in_use(home: Path) -> int:
    """Count the leases that are held. One just being taken may be missed, except when ``alone``."""
    return sum(_is_held(file) for file in (control(home) / "leases").glob("*"))


def sweep(home: Path) -> None:
    """Remove the files of processes that are gone; only when ``alone``."""
    for file in (control(home) / "leases").glob("*"):
        if not _is_held(file):
            file.unlink(missing_ok=True)


def watched(home: Path) -> bool:
    """Whether a watchdog lives."""
    return _is_held(control(home) / "watchdog.lock")


def watchdog_pid(home: Path) -> int:
    """Give the pid of the watchdog there is or was last; 0 when it has not said so yet."""
    try:
        return int((control(home) / "watchdog.lock").read_text(encoding="ascii") or 0)
    except FileNotFoundError:
        return 0


def ensure_server(place: Place) -> Place:
    """Make what is missing and start what does not run; only when ``alone``."""
    if not (place.exists and has_coordinates(place.home)):
        _make(place)
    known = read_coordinates(place.home)
    if process.running(place) is None:
        place = process.start(place)
    if known.host != str(place.socket):
        write_coordinates(place.home, replace(known, host=str(place.socket), port=PORT))
    return place


def _make(place: Place) -> None:
    """Make the cluster; where only its passwords are lost, give it others: its data stay."""
    passwords = new_passwords()
    binaries = find_binaries(place)
    process.stop(place)
    if place.exists:
        renew_passwords(place, binaries, passwords)
        write_coordinates(place.home, Coordinates("", PORT, passwords))
    else:
        write_coordinates(place.home, Coordinates("", PORT, passwords))
        create_cluster(place, binaries, passwords)


def _take(home: Path) -> tuple[Path, int]:
    with explained("使用状态目录", home):
        prepare(home)
        with alone(home):
            sweep(home)
            file = control(home) / "leases" / f"{os.getpid()}-{secrets.token_hex(4)}"
            held = os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                fcntl.flock(held, fcntl.LOCK_EX)
                # The watchdog comes first: it sees to the server even if we are killed here.
                _ensure_watchdog(home)
                ensure_server(locate(home))
            except BaseException:
                _drop(file, held)
                raise
    return file, held


def _give_back(home: Path, file: Path, held: int) -> None:
    """Let go; should the watchdog have died, another one sees to the server's end."""
    if not file.exists():
        os.close(held)
        return
    with alone(home):
        _drop(file, held)
        _ensure_watchdog(home)


def _drop(file: Path, held: int) -> None:
    file.unlink(missing_ok=True)
    os.close(held)


def _is_held(file: Path) -> bool:
    try:
        probe = os.open(file, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(probe, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(probe)
    return False


def _ensure_watchdog(home: Path) -> None:
    """Start a watchdog unless one lives; it is born holding its lock, so that there is only one."""
    lock = os.open(control(home) / "watchdog.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    else:
        _start_watchdog(home, lock)
    finally:
        os.close(lock)


def _start_watchdog(home: Path, lock: int) -> None:
    module = [sys.executable, "-m", "deployments.postgres.watchdog", str(home), str(lock)]
    with (control(home) / "watchdog.log").open("ab") as log:
        subprocess.run(
            ["/bin/sh", "-c", '"$@" &', "sh", *module],
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            check=True,
            pass_fds=[lock],
            start_new_session=True,
        )
