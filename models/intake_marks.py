"""What tells the content of a row from another one, without giving any of it away.

Each text has a hash of its own under a key that the database does not have, so that nobody who
reads the database can try phone numbers until one fits. Figures and codes are no secret.
"""

from functools import lru_cache
from hashlib import blake2b
from zlib import crc32

from models.intake_rows import IncomingRow

_UNDERSTANDING = b"content 1"
"""Counted up when rows are understood otherwise: marks made before then say nothing."""
_TAG = 4
_TEXT = 8
"""Bytes of a text's hash: enough that no change goes unseen."""
_FACT = 4
_NOTHING = bytes(_TEXT)
_TEXTS = ("subject", "party", "body", "reporter")
_FACTS = ("reported_at", "environment", "kind", "urgency", "named_unit")
SIZE = _TAG + _TEXT * len(_TEXTS) + _FACT * len(_FACTS)
"""Bytes of the marks of one row."""


class Marker:
    """Marks rows under a key; the marks of another key are known as such by their ``tag``."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.tag = blake2b(_UNDERSTANDING, digest_size=_TAG, key=key).digest()

    def marks(self, row: IncomingRow) -> bytes:
        """Give the marks of a row. This runs once a row: it keeps to few calls."""
        digest = self._hash
        return (
            self.tag
            + digest(row.subject)
            + (digest(row.party) if row.party else _NOTHING)
            + (digest(row.body) if row.body else _NOTHING)
            + (digest(f"{row.reporter}\x1f{row.phone}") if row.reporter or row.phone else _NOTHING)
            + _fact(row.reported_at.isoformat() if row.reported_at else "")
            + _codes(row.environment, row.kind, row.urgency, row.named_unit)
        )

    def knows(self, marks: bytes | None) -> bool:
        """Whether marks were made under this key, and for rows understood as they are now."""
        return marks is not None and marks.startswith(self.tag)

    def _hash(self, text: str) -> bytes:
        return blake2b(text.encode(), digest_size=_TEXT, key=self._key).digest()


def _fact(fact: str) -> bytes:
    return crc32(fact.encode()).to_bytes(_FACT)


@lru_cache(maxsize=1024)
def _codes(*codes: str) -> bytes:
    """Mark codes, which are few."""
    return b"".join(map(_fact, codes))


def differing(one: bytes, other: bytes) -> tuple[str, ...]:
    """Name the fields in which two rows differ, by their marks."""
    found, start = [], _TAG
    for names, size in ((_TEXTS, _TEXT), (_FACTS, _FACT)):
        for name in names:
            if one[start : start + size] != other[start : start + size]:
                found.append(name)
            start += size
    return tuple(found)
