"""The keys that seal reporters' identities: made once, kept in the state folder, then rotated.

They belong into the backup, apart from the database's: without them no identity can be opened.
"""

import secrets
from pathlib import Path

from sqlalchemy import Engine

from domain.errors import Refused
from models.identity import Keys, bind_keys, keys_in_use
from tasks.key_file import KEY_BYTES, key_path, make_file, read_keys

_ID_BYTES = 4


def keys_for(engine: Engine, home: Path) -> Keys:
    """Give the keys of the state folder, made on first use; refuse those of another database."""
    keys = ensure_keys(home, rows_present=keys_in_use(engine))
    try:
        bind_keys(engine, keys)
    except Refused:
        # A rotation may have replaced the file after it was read.
        again = ensure_keys(home, rows_present=True)
        if again == keys:
            raise
        bind_keys(engine, again)
        return again
    return keys


def ensure_keys(home: Path, *, rows_present: bool) -> Keys:
    """Read the keys, or make them where nothing has been sealed yet.

    A missing file with ``rows_present`` is refused: new keys would not open what is there.
    """
    path = key_path(home)
    try:
        return read_keys(path)
    except FileNotFoundError:
        if rows_present:
            raise Refused(
                f"数据库中已有加密的反映人身份，而密钥文件 {path} 不见了，"
                "请从备份恢复该文件后再启动。"
            ) from None
    key_id = new_key_id()
    make_file(path, Keys(key_id, {key_id: new_key()}, new_key()))
    return read_keys(path)


def new_key() -> bytes:
    """Make a key."""
    return secrets.token_bytes(KEY_BYTES)


def new_key_id() -> str:
    """Make the name of a key: it says nothing of the key."""
    return secrets.token_hex(_ID_BYTES)
