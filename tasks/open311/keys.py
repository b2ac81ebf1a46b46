"""Keys of the Open311 interface: given out once, recognised by their digest."""

import secrets
from hashlib import sha256
from math import ceil

from domain.errors import Misuse, Refused
from models.channels import require_open_to_outside
from models.open311_keys import Caller, Wait, add_key, revoke_key, spend
from tasks.desk import Desk
from tasks.open311.problems import FORBIDDEN, TOO_MANY, Problem

PER_MINUTE = 60
MOST_PER_MINUTE = 6000
_BYTES = 24
_LONGEST_NAME = 60
_LONGEST_KEY = 200


def new_key(desk: Desk, channel: str, name: str, per_minute: int) -> tuple[int, str]:
    """Give out a key for a channel; gives its number, and the key itself for this once."""
    require_open_to_outside(desk.engine, channel)
    if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        raise Misuse(f"请用 --name 写明密钥发给谁（一行，至多 {_LONGEST_NAME} 字）。")
    if not 0 < per_minute <= MOST_PER_MINUTE:
        raise Misuse(f"每分钟次数应在 1 到 {MOST_PER_MINUTE} 之间，请改正 --per-minute。")
    key = f"rk_{secrets.token_urlsafe(_BYTES)}"
    row = {"channel": channel, "name": name, "digest": digest(key), "per_minute": per_minute}
    return add_key(desk.engine, row, desk.recorded_at), key


def end_key(desk: Desk, key_id: int) -> None:
    """Revoke a key by its number: from now on it opens nothing."""
    if not revoke_key(desk.engine, key_id, desk.recorded_at):
        raise Refused(f"没有序号为 {key_id} 的在用密钥，请用 ./rectify key list 查看。")


def admit(desk: Desk, key: str) -> Caller:
    """Let in who shows a key, and count it; raises ``Problem`` (403 or 429)."""
    if not key:
        raise Problem(FORBIDDEN, "缺少 api_key，请向办公室申请密钥。")
    found = spend(desk.engine, digest(key[:_LONGEST_KEY]), desk.now)
    if isinstance(found, Wait):
        seconds = max(1, ceil(found.seconds))
        raise Problem(TOO_MANY, f"请求太频繁，请在 {seconds} 秒后再试。", seconds)
    if found is None:
        raise Problem(FORBIDDEN, "api_key 无效或已停用，请向办公室核对密钥。")
    return found


def digest(key: str) -> bytes:
    """Give what is kept of a key; it is long and random, so a plain hash gives nothing away."""
    return sha256(key.encode()).digest()
