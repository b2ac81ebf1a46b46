"""A second factor: six digits that change every half minute (RFC 6238, SHA-1, as apps expect).

The secret of an account is made from the portal's key, its login and a serial number, so that the
database holds none; another serial number makes another secret. Without one above 0 none is asked
for.
"""

import hmac
from base64 import b32encode
from datetime import datetime
from hashlib import sha1, sha256
from urllib.parse import quote, urlencode

from domain.errors import Refused
from models.accounts import Person, next_serial, no_serial, use_step
from tasks.desk import Desk
from tasks.portal.key import portal_key

STEP_SECONDS = 30
_DIGITS = 6
_SECRET_BYTES = 20
_TRUNCATED = 0x7FFFFFFF
_DRIFT = (-1, 0, 1)
"""Steps by which a telephone's clock may differ."""
_ISSUER = "整改案件办理"


def turn_on(desk: Desk, login: str) -> str:
    """Ask an account for a second factor, a new one; gives its address for an authenticator app."""
    serial = next_serial(desk.engine, login)
    if serial is None:
        raise _unknown(login)
    shown = b32encode(secret_of(portal_key(desk.settings.home), login, serial)).decode()
    return f"otpauth://totp/{quote(login)}?{urlencode({'secret': shown, 'issuer': _ISSUER})}"


def turn_off(desk: Desk, login: str) -> None:
    """Ask an account for its password alone."""
    if not no_serial(desk.engine, login):
        raise _unknown(login)


def passes(desk: Desk, person: Person, digits: str) -> bool:
    """Tell whether the digits are right and were not used before; with no second factor, yes."""
    if person.totp_serial <= 0:
        return True
    secret = secret_of(portal_key(desk.settings.home), person.login, person.totp_serial)
    now = step_at(desk.now)
    for step in (now + drift for drift in _DRIFT):
        if hmac.compare_digest(code(secret, step).encode(), digits.encode()):
            return use_step(desk.engine, person.id, step)
    return False


def secret_of(key: bytes, login: str, serial: int) -> bytes:
    """Give the secret of an account's second factor."""
    said = f"totp\x1f{login}\x1f{serial}".encode()
    return hmac.new(key, said, sha256).digest()[:_SECRET_BYTES]


def step_at(moment: datetime) -> int:
    """Give the number of the half minute that an instant is in."""
    return int(moment.timestamp()) // STEP_SECONDS


def code(secret: bytes, step: int) -> str:
    """Give the digits of a half minute (RFC 4226, dynamic truncation)."""
    digest = hmac.new(secret, step.to_bytes(8, "big"), sha1).digest()
    place = digest[-1] & 0xF
    number = int.from_bytes(digest[place : place + 4], "big") & _TRUNCATED
    return f"{number % 10**_DIGITS:0{_DIGITS}d}"


def _unknown(login: str) -> Refused:
    return Refused(f"没有在用的账号 {login}，请用 ./rectify account list 查看。")
