"""The file that holds the keys of identities: read whole, replaced in one step, one at a time.

``<home>/keys/identity.json``, readable by its owner alone. It holds the key in use and those that
still seal something, so that both open during a rotation.
"""

import json
import os
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path
from typing import Any

from domain.errors import Refused
from models.identity import Keys

KEY_BYTES = 32
"""AES-256, and as much for the key of marks."""

_OTHERS = 0o077
_OWN_FOLDER = 0o700
_OWN_FILE = 0o600


def key_path(home: Path) -> Path:
    """Say where the keys of a state folder are."""
    return home / "keys" / "identity.json"


def read_keys(path: Path) -> Keys:
    """Read the keys; ``FileNotFoundError`` where there are none, refused where they are unsafe."""
    try:
        if path.stat().st_mode & _OTHERS:
            raise Refused(f"密钥文件 {path} 允许他人读写，请先运行 chmod 600 收紧权限。")
        keys = _keys(json.loads(path.read_text("utf-8")))
    except PermissionError:
        raise Refused(f"没有权限读取密钥文件 {path}，请换用创建它的账户运行。") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused(f"密钥文件 {path} 内容损坏，请从备份恢复该文件。") from None
    return keys


def make_file(path: Path, keys: Keys) -> None:
    """Write the first keys; where another process was quicker, its keys stand."""
    path.parent.mkdir(mode=_OWN_FOLDER, parents=True, exist_ok=True)
    draft = _drafted(path, keys)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    _sync(path.parent)


def replace_file(path: Path, keys: Keys) -> None:
    """Put other keys in the place of those there, in one step; the file's owner stays."""
    owner = path.stat()
    draft = _drafted(path, keys)
    os.chown(draft, owner.st_uid, owner.st_gid)
    draft.replace(path)
    _sync(path.parent)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Be the only one that changes the keys for the block; refuses where somebody is at it.

    The lock ends with its process, so that whoever is killed leaves nothing locked.
    """
    path.parent.mkdir(mode=_OWN_FOLDER, parents=True, exist_ok=True)
    handle = os.open(path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, _OWN_FILE)
    try:
        flock(handle, LOCK_EX | LOCK_NB)
        yield
    except BlockingIOError:
        raise Refused("另一次密钥轮换正在进行，本次未改动任何内容，请等它完成后再试。") from None
    finally:
        os.close(handle)


def _drafted(path: Path, keys: Keys) -> Path:
    draft = path.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}.tmp")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWN_FILE), "w") as file:
        json.dump(_content(keys), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    return draft


def _sync(folder: Path) -> None:
    """Make the new name last: rows sealed with lost keys would be lost too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _content(keys: Keys) -> dict[str, Any]:
    return {
        "current": keys.current,
        "sealing": {key_id: _text(key) for key_id, key in keys.sealing.items()},
        "lookup": _text(keys.lookup),
        "made": dict(keys.made),
        "former": [_text(mark) for mark in keys.former],
        "rotating": keys.rotating,
        "content": _text(keys.content_key),
    }


def _keys(kept: Mapping[str, Any]) -> Keys:
    """Read what is kept; files from before the first rotation have the first three alone."""
    keys = Keys(
        current=str(kept["current"]),
        sealing={str(key_id): _key(text) for key_id, text in kept["sealing"].items()},
        lookup=_key(kept["lookup"]),
        made={str(key_id): str(at) for key_id, at in kept.get("made", {}).items()},
        former=tuple(_key(text) for text in kept.get("former", ())),
        rotating=bool(kept.get("rotating", False)),
        content=_key(kept["content"]) if "content" in kept else b"",
    )
    _ = keys.sealing[keys.current]
    return keys


def _text(key: bytes) -> str:
    return b64encode(key).decode()


def _key(text: str) -> bytes:
    """Read a key, or a fingerprint, which is as long."""
    key = b64decode(text, validate=True)
    if len(key) != KEY_BYTES:
        raise NotBase64
    return key
