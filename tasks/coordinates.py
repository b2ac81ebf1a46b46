"""How the embedded database is reached: kept in the state folder, readable by its owner alone."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from domain.errors import Refused

LOGIN_ROLES = ("rectify_owner", "rectify_app", "rectify_prefect")
"""The roles that may log in: migrations, the application, and Prefect's server."""


@dataclass(frozen=True, slots=True)
class Coordinates:
    """``host`` is the folder of the socket or a TCP host; ``passwords`` has one a login role."""

    host: str
    port: int
    passwords: Mapping[str, str] = field(repr=False)


def new_passwords() -> dict[str, str]:
    """Make a fresh password for each login role."""
    return {role: secrets.token_urlsafe(24) for role in LOGIN_ROLES}


def has_coordinates(home: Path) -> bool:
    """Whether the state folder knows how to reach its database."""
    return _path(home).exists()


def read_coordinates(home: Path) -> Coordinates:
    """Read what ``write_coordinates`` kept; refused where no database has been started yet."""
    path = _path(home)
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return Coordinates(str(kept["host"]), int(kept["port"]), dict(kept["passwords"]))
    except FileNotFoundError:
        raise Refused(f"{home} 里还没有数据库，请先运行 rectify up。") from None
    except PermissionError:
        raise Refused(f"没有权限读取 {path}，请换用创建它的账户运行。") from None
    except (ValueError, KeyError, TypeError):
        raise Refused(f"{path} 内容损坏，请从备份恢复该文件。") from None


def write_coordinates(home: Path, coordinates: Coordinates) -> None:
    """Replace the file in one step; nobody but the owner may read it."""
    path = _path(home)
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(asdict(coordinates), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _path(home: Path) -> Path:
    return home / "database.json"
