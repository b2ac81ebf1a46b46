"""Who reported a problem: sealed when it comes in, opened only through one function that logs it.

Sealed with AES-256-GCM, bound to the case number, so that a row moved to another case does not
open. Beside it stands an HMAC of the phone number (or the name, where there is no number) under a
second key, by which the same reporter can be found without opening anything.
"""

import hmac
import os
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Engine

from domain.errors import Misuse, Refused
from models.engine import transaction
from models.executing import UnknownCase

_NONCE = 12
"""Bytes of nonce before the sealed text; random, as GCM allows for 2³² rows a key."""
_PART = "\x1f"
"""Between name and phone; intake lets no control character into either."""
_COUNTRY = re.compile(r"^(?:00)?86(?=1\d{10}$)")
_SHORTEST_NUMBER = 5

_READ = """
select r.key_id, r.sealed, r.version from rectification_case c
left join lateral identity.read(c.id, %(reader)s, %(purpose)s) r on true
where c.no = %(no)s order by r.version
"""


# Keys that came after those the database knows say so themselves.
_BIND = """
update setting set identity_key_check = %(mark)s
where identity_key_check is null or identity_key_check = any (%(former)s::bytea[])
"""
_SAME = "select identity_key_check = %(mark)s from setting"


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys of one state folder: those that seal by id, the one in use, the one for finding.

    ``made`` says by id when a key was made (ISO 8601), where that is known. ``former`` are the
    fingerprints of the keys before the last changes. ``rotating`` says that what is sealed may
    still wait for being sealed under the key in use.
    """

    current: str
    sealing: Mapping[str, bytes] = field(repr=False)
    lookup: bytes = field(repr=False)
    made: Mapping[str, str] = field(default_factory=dict)
    former: tuple[bytes, ...] = ()
    rotating: bool = False
    content: bytes = field(default=b"", repr=False)

    @property
    def content_key(self) -> bytes:
        """The key that tells contents apart: it outlives rotations, or all would look changed."""
        return self.content or hmac.digest(self.lookup, b"content", "sha256")

    @property
    def fingerprint(self) -> bytes:
        """What the database keeps, by which other keys are noticed; it gives none of them away."""
        parts = (key_id.encode() + key for key_id, key in sorted(self.sealing.items()))
        return hmac.digest(self.lookup, b"fingerprint" + b"".join(parts), "sha256")


@dataclass(frozen=True, slots=True)
class Reporter:
    """Who reported a problem; either may be empty, never both."""

    name: str
    phone: str


Sealed = tuple[str, str, bytes]
"""What it is bound to (``sealed_as``), the id of its key, the sealed reporter."""


class Sealer:
    """Seals reporters under the key in use.

    ``content_key`` is the one under which the content of rows is told apart (``intake_marks``).
    """

    def __init__(self, keys: Keys) -> None:
        self.key_id = keys.current
        self._cipher = AESGCM(keys.sealing[keys.current])
        self._lookup = keys.lookup
        self.content_key = keys.content_key

    def seal(self, no: str, name: str, phone: str) -> tuple[bytes, bytes]:
        """Give the sealed reporter of case ``no`` and the mark to find the same reporter by."""
        nonce = os.urandom(_NONCE)
        plain = f"{name}{_PART}{phone}".encode()
        sealed = nonce + self._cipher.encrypt(nonce, plain, _bound_to(no))
        return sealed, lookup_mark(self._lookup, name, phone)


def lookup_mark(key: bytes, name: str, phone: str) -> bytes:
    """Give the mark of a reporter: the same for a number written in another way."""
    digits = _COUNTRY.sub("", "".join(filter(str.isdecimal, unicodedata.normalize("NFKC", phone))))
    if len(digits) >= _SHORTEST_NUMBER:
        return hmac.digest(key, b"phone" + digits.encode(), "sha256")
    plain = "".join(unicodedata.normalize("NFKC", name or phone).casefold().split())
    return hmac.digest(key, b"name" + plain.encode(), "sha256")


def keys_in_use(engine: Engine) -> bool:
    """Whether reporters may have been sealed in this database."""
    with transaction(engine) as connection:
        found: bool = connection.exec_driver_sql(
            "select identity_key_check is not null from setting"
        ).scalar_one()
    return found


def bind_keys(engine: Engine, keys: Keys) -> None:
    """Note on first use which keys this database is sealed with; afterwards refuse any others.

    Keys that came of the noted ones by rotation are noted in their place.
    """
    with transaction(engine) as connection:
        mark = {"mark": keys.fingerprint, "former": list(keys.former)}
        connection.exec_driver_sql(_BIND, mark)
        same = connection.exec_driver_sql(_SAME, mark).scalar_one()
    if not same:
        raise Refused(
            "反映人身份的密钥与本数据库所用的不是同一把，请从备份恢复原来的 keys/identity.json。"
        )


def read_identity(
    engine: Engine, keys: Keys, no: str, reader: str, purpose: str
) -> tuple[Reporter, ...]:
    """Open the reporter of a case, then those that later versions of what came in named.

    Who reads and why is logged, also when there is none, which is refused.
    """
    if not reader.strip() or not purpose.strip():
        raise Misuse("查看反映人身份须写明查看人和用途，请补上后再试。")
    with transaction(engine) as connection:
        found = sealed_reporters(connection, no, reader.strip(), purpose.strip())
    return open_all(keys, no, found)


def sealed_reporters(connection: Connection, no: str, reader: str, purpose: str) -> list[Sealed]:
    """Log a reading and give what is sealed; opened once the log is committed."""
    arguments = {"no": no, "reader": reader, "purpose": purpose}
    rows = connection.exec_driver_sql(_READ, arguments).all()
    if not rows:
        raise UnknownCase(no)
    return [
        (sealed_as(no, row.version), row.key_id, bytes(row.sealed))
        for row in rows
        if row.key_id is not None
    ]


def open_all(keys: Keys, no: str, found: Sequence[Sealed]) -> tuple[Reporter, ...]:
    """Open what was given for case ``no``; refuses where there is nothing."""
    if not found:
        raise Refused(f"案件 {no} 没有登记反映人。")
    return tuple(opened(keys, *sealed) for sealed in found)


def sealed_as(no: str, version: int) -> str:
    """Give the name that a sealed reporter is bound to: the case, and the version after the first.

    ``models.intake_versions`` seals by the same name.
    """
    return no if version == 1 else f"{no}/{version}"


def opened(keys: Keys, no: str, key_id: str, sealed: bytes) -> Reporter:
    """Open what is sealed; refused without its key, and where it was tampered with."""
    if key_id not in keys.sealing:
        raise Refused(f"缺少打开案件 {no} 反映人身份的密钥 {key_id}，请从备份恢复该密钥。")
    cipher = AESGCM(keys.sealing[key_id])
    try:
        plain = cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound_to(no))
    except InvalidTag:
        raise Refused(f"案件 {no} 的反映人身份打不开：密文被改动过，或密钥不对。") from None
    name, _, phone = plain.decode().partition(_PART)
    return Reporter(name, phone)


def _bound_to(no: str) -> bytes:
    """What a sealed reporter belongs to: the case and the field."""
    return f"{no}{_PART}reporter".encode()
