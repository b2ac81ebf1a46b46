"""The folder of the server's socket: short, private, under the system's temporary folder.

A socket's path has at most 107 bytes (103 on macOS), so it cannot lie in the state folder.
"""

import stat
import tempfile
from pathlib import Path

from deployments.postgres.place import Place

PORT = 5432
"""Only a part of the socket's name: no TCP port is opened."""

_LONGEST = 103
_PRIVATE = 0o700


def socket_folder(place: Place) -> Path:
    """Give the folder as it was recorded, made again when it is gone, or a new one."""
    kept = place.socket
    if kept is not None and (_make(kept) or _is_private(kept, place.account.uid)):
        place.account.own(kept)
        return kept
    folder = Path(tempfile.mkdtemp(prefix="rectify-"))
    place.account.own(folder)
    too_long = len(str(socket_file(folder)).encode()) > _LONGEST
    if too_long or not place.account.can_enter(folder):
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix="rectify-", dir="/tmp"))
        place.account.own(folder)
    return folder


def socket_file(folder: Path) -> Path:
    """Name the socket within its folder."""
    return folder / f".s.PGSQL.{PORT}"


def clear_socket(folder: Path) -> None:
    """Remove what a server that is gone left there."""
    socket = socket_file(folder)
    socket.unlink(missing_ok=True)
    socket.with_name(f"{socket.name}.lock").unlink(missing_ok=True)


def _make(folder: Path) -> bool:
    try:
        folder.mkdir(mode=_PRIVATE)
    except (FileExistsError, FileNotFoundError):
        return False
    return True


def _is_private(folder: Path, uid: int) -> bool:
    """Somebody else may have taken the name in a folder open to all."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    return (
        stat.S_ISDIR(found.st_mode)
        and found.st_uid == uid
        and stat.S_IMODE(found.st_mode) == _PRIVATE
    )
