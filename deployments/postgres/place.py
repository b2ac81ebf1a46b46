"""Where the server of a state folder keeps its files, decided once and recorded.

The data lie in ``<home>/pg``. Root's server runs as an unprivileged account, which cannot pass a
private home; its data then lie under /var/lib/rectify instead: permissions of folders that are not
ours are never opened.
"""

import json
import os
import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from deployments.postgres.account import Account, server_account
from domain.errors import Refused

FALLBACK = Path("/var/lib/rectify")
"""Where root's servers keep their data when their account cannot reach the state folder."""


@dataclass(frozen=True, slots=True)
class Place:
    """``base`` holds data and copied binaries; ``socket`` is the socket's folder, if any yet."""

    home: Path
    base: Path
    account: Account
    socket: Path | None = None

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.base / "pg"

    @property
    def control(self) -> Path:
        """Our own files about the server: state, locks, leases, logs."""
        return control(self.home)

    @property
    def log(self) -> Path:
        """What the server says of itself; no statement and no value gets there."""
        return self.control / "postgres.log"

    @property
    def exists(self) -> bool:
        """Whether the cluster has been made."""
        return (self.data / "PG_VERSION").is_file()


def control(home: Path) -> Path:
    """Name the folder of our own files about the server."""
    return home / "postgres"


def prepare(home: Path) -> None:
    """Make the state folder; one made by root lets others pass to the server's data, not look."""
    if not home.is_dir():
        home.mkdir(parents=True)
        home.chmod(0o711 if os.geteuid() == 0 else 0o700)
    for folder in (control(home), control(home) / "leases"):
        folder.mkdir(mode=0o700, exist_ok=True)


def recorded(home: Path) -> Place | None:
    """Read where the server of this state folder is; ``None`` when there never was one."""
    path = _state(home)
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        socket = Path(kept["socket"]) if kept["socket"] else None
        base = Path(kept["base"])
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError):
        raise Refused(f"{path} 内容损坏，请从备份恢复该文件。") from None
    return Place(home, base, _owner(base / "pg"), socket)


def locate(home: Path) -> Place:
    """Find the recorded place, or choose one and record it."""
    place = recorded(home)
    if place is None:
        account = server_account()
        base = home if account.can_enter(home) else _fallback(home, account)
        place = Place(home, base, account)
        record(place)
    if os.geteuid() not in {0, place.account.uid}:
        raise _not_ours(home)
    return place


def record(place: Place) -> None:
    """Keep the place, replacing what was known in one step."""
    path = _state(place.home)
    draft = path.with_suffix(".tmp")
    kept = {"base": str(place.base), "socket": str(place.socket or "")}
    draft.write_text(json.dumps(kept), encoding="utf-8")
    draft.replace(path)


def with_socket(place: Place, socket: Path) -> Place:
    """Record another folder for the socket."""
    moved = replace(place, socket=socket)
    record(moved)
    return moved


def _state(home: Path) -> Path:
    return control(home) / "state.json"


def _owner(data: Path) -> Account:
    """Whoever owns the data runs the server, even after the state folder changed hands."""
    try:
        found = data.stat()
    except FileNotFoundError:
        return server_account()
    except PermissionError:
        raise _not_ours(data) from None
    return Account(found.st_uid, found.st_gid)


def _not_ours(where: Path) -> Refused:
    return Refused(f"{where} 的数据库属于另一账户，请换用该账户运行或改用别的 RECTIFY_HOME。")


def _fallback(home: Path, account: Account) -> Path:
    """A fresh folder each time: the data of a deleted state folder are nobody's to reuse."""
    FALLBACK.mkdir(mode=0o755, exist_ok=True)
    base = FALLBACK / secrets.token_hex(8)
    base.mkdir(mode=0o700)
    (base / "home").write_text(f"{home}\n", encoding="utf-8")
    account.own(base)
    return base
