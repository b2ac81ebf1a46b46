"""The key that links and forms of the portal are signed with: made once, in the state folder.

``<home>/keys/portal.key``, readable by its owner alone. Whoever replaces it ends every link that
was sent, every form that is open, and every second factor; nothing else is lost.
"""

import os
import secrets
from pathlib import Path

from domain.errors import Refused

KEY_BYTES = 32
_OTHERS = 0o077
_OWN_FOLDER = 0o700
_OWN_FILE = 0o600


def portal_key(home: Path) -> bytes:
    """Give the key of a state folder, made on first use; refuses a file that others can read."""
    path = home / "keys" / "portal.key"
    try:
        return _read(path)
    except FileNotFoundError:
        _make(path)
    return _read(path)


def _read(path: Path) -> bytes:
    if path.stat().st_mode & _OTHERS:
        raise Refused(f"密钥文件 {path} 允许他人读写，请先运行 chmod 600 收紧权限。")
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise Refused(f"密钥文件 {path} 内容损坏，请删除它后重试；已发出的链接将失效。")
    return key


def _make(path: Path) -> None:
    """Write a new key whole before it gets its name; where another was quicker, that one stands."""
    path.parent.mkdir(mode=_OWN_FOLDER, parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}.tmp")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWN_FILE), "wb") as file:
        file.write(secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
