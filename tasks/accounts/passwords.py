"""Passwords: hashed with argon2id, made or chosen, never kept."""

import secrets
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from domain.errors import Misuse

SHORTEST, LONGEST = 10, 128
"""Characters of a password that somebody chooses."""
_WORDS = "abcdefghijkmnpqrstuvwxyz23456789"
"""Characters of a password that is made: none looks like another."""
_MADE_LENGTH = 16
_AT_ONCE = 2
"""Hashes computed at a time: each takes 64 MiB."""

HASHER = PasswordHasher()
"""argon2id with the parameters of RFC 9106's second recommendation, as the library has them."""
_turn = BoundedSemaphore(_AT_ONCE)


def hashed(password: str) -> str:
    """Give what is kept of a password."""
    with _turn:
        return HASHER.hash(password)


def matches(kept: str, password: str) -> bool:
    """Tell whether a password is the one whose hash is kept."""
    with _turn:
        try:
            return HASHER.verify(kept, password[: LONGEST + 1])
        except (VerificationError, InvalidHashError):
            return False


def nobodys() -> str:
    """Give a hash that no password matches, to be compared with where there is no account."""
    return hashed(secrets.token_urlsafe())


def made() -> str:
    """Make a password, in groups that can be read out."""
    letters = "".join(secrets.choice(_WORDS) for _ in range(_MADE_LENGTH))
    return "-".join(letters[at : at + 4] for at in range(0, _MADE_LENGTH, 4))


def checked(password: str, login: str) -> str:
    """Give a chosen password back, or refuse it with ``Misuse``, saying why."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Misuse(f"口令应为 {SHORTEST} 到 {LONGEST} 个字符，请另选一个。")
    if login in password.lower() or len(set(password)) < SHORTEST // 2:
        raise Misuse("口令太容易猜到（含账号或字符重复太多），请另选一个。")
    return password
