"""One supervisor a home: a file locked for as long as it lives, gone when it stops."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from domain.errors import Refused


class AlreadyRunning(Refused):
    """Another supervisor of this home runs."""


def path(home: Path) -> Path:
    """The file whose lock the supervisor holds."""
    return home / "stack.lock"


@contextmanager
def sole(home: Path) -> Iterator[None]:
    """Holds the place of the one supervisor; raises `AlreadyRunning` when it is taken."""
    handle = _locked(path(home))
    if handle is None:
        raise AlreadyRunning(f"{home} 的系统已在运行。")
    try:
        yield
    finally:
        path(home).unlink(missing_ok=True)
        os.close(handle)


def _locked(at: Path) -> int | None:
    """An open, locked handle of the file now at this path, or None when another has the lock."""
    while True:
        handle = os.open(at, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(handle), at.stat()):
                return handle
        except BlockingIOError:
            os.close(handle)
            return None
        except FileNotFoundError:
            pass
        os.close(handle)
