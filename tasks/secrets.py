"""The keys that seal reporters' identities: made once, kept in the state folder, never replaced.

``<home>/keys/identity.json``, readable by its owner alone. It belongs into the backup, apart from
the database's: without it no identity can be opened again.
"""

import json
import os
import secrets
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from pathlib import Path

from sqlalchemy import Engine

from domain.errors import Refused
from models.identity import Keys, bind_keys, keys_in_use

_BYTES = 32
_OTHERS = 0o077


def keys_for(engine: Engine, home: Path) -> Keys:
    """Give the keys of the state folder, made on first use; refuse those of another database."""
    keys = ensure_keys(home, rows_present=keys_in_use(engine))
    bind_keys(engine, keys)
    return keys


def ensure_keys(home: Path, *, rows_present: bool) -> Keys:
    """Read the keys, or make them where nothing has been sealed yet.

    A missing file with ``rows_present`` is refused: new keys would not open what is there.
    """
    path = home / "keys" / "identity.json"
    try:
        return _read(path)
    except FileNotFoundError:
        if rows_present:
            raise Refused(
                f"数据库中已有加密的反映人身份，而密钥文件 {path} 不见了，"
                "请从备份恢复该文件后再启动。"
            ) from None
    _make(path)
    return _read(path)


def _make(path: Path) -> None:
    """Write new keys; where another process was quicker, its keys stand."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key_id = secrets.token_hex(4)
    content = {
        "current": key_id,
        "sealing": {key_id: _text(secrets.token_bytes(_BYTES))},
        "lookup": _text(secrets.token_bytes(_BYTES)),
    }
    draft = path.with_suffix(f".{os.getpid()}.{key_id}.tmp")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _sync(path.parent)


def _sync(folder: Path) -> None:
    """Make the new name last: rows sealed with lost keys would be lost too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(path: Path) -> Keys:
    try:
        if path.stat().st_mode & _OTHERS:
            raise Refused(f"密钥文件 {path} 允许他人读写，请先运行 chmod 600 收紧权限。")
        kept = json.loads(path.read_text("utf-8"))
        sealing = {str(key_id): _key(text) for key_id, text in kept["sealing"].items()}
        keys = Keys(str(kept["current"]), sealing, _key(kept["lookup"]))
        _ = keys.sealing[keys.current]
    except PermissionError:
        raise Refused(f"没有权限读取密钥文件 {path}，请换用创建它的账户运行。") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused(f"密钥文件 {path} 内容损坏，请从备份恢复该文件。") from None
    return keys


def _text(key: bytes) -> str:
    return b64encode(key).decode()


def _key(text: str) -> bytes:
    key = b64decode(text, validate=True)
    if len(key) != _BYTES:
        raise NotBase64
    return key
