"""The secrets of sources: one file a source in the state folder, readable by its owner alone.

Each file is for one server: a source that is pointed at another one gets none of it.
"""

import json
import os
import secrets
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from domain.errors import Misuse, Refused
from tasks.feeds.addresses import server

_OTHERS = 0o077
_LONGEST = 4096


def read_secrets(home: Path, database: str, name: str, url: str) -> dict[str, str]:
    """Give the secrets of a source by their names; none when they are another server's."""
    path = _path(home, database, name)
    try:
        if path.stat().st_mode & _OTHERS:
            raise Refused(f"密钥文件 {path} 允许他人读写，请先运行 chmod 600 收紧权限。")
        kept = json.loads(path.read_text("utf-8"))
        found = {str(word): str(value) for word, value in kept["secrets"].items()}
        return found if kept["server"] == server(url) else {}
    except FileNotFoundError:
        return {}
    except PermissionError:
        raise Refused(f"没有权限读取密钥文件 {path}，请换用创建它的账户运行。") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused(f"密钥文件 {path} 内容损坏，请删去后用 feed secret 重新设置。") from None


def keep_secret(  # noqa: PLR0913 - which source's, what it is called, and what it is
    home: Path, database: str, name: str, url: str, *, word: str, value: str
) -> None:
    """Keep one secret of a source for the server of its address."""
    if not 0 < len(value) <= _LONGEST or not (value.isascii() and value.isprintable()):
        raise Misuse("密钥须是一行英文、数字和符号，请核对后从标准输入重新给出。")
    kept = read_secrets(home, database, name, url) | {word: value}
    _write(_path(home, database, name), {"server": server(url), "secrets": kept})


def forget_secrets(home: Path, database: str, name: str) -> None:
    """Delete what is kept for a source, if anything is."""
    _path(home, database, name).unlink(missing_ok=True)


def _path(home: Path, database: str, name: str) -> Path:
    """Name the file by a digest: names of sources are Chinese and not made for file systems."""
    return home / "secrets" / f"feed-{sha256(f'{database}/{name}'.encode()).hexdigest()[:32]}.json"


def _write(path: Path, content: Mapping[str, object]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}.tmp")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file)
    draft.replace(path)
