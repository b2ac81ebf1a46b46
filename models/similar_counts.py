"""How common shingles are, by what has come in so far."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

from sqlalchemy import Connection

from domain.fingerprints import Fingerprint
from domain.similarity import Weights
from models.similar_statements import COUNT_SHINGLES, KNOWN_SHINGLES
from models.statements import COUNT

ALL_COUNTED = 5_000
"""Messages that are all counted; after them one in ``_EVERY`` tells enough of what is common."""
_EVERY = 8
_NAME = "fingerprint"


class Counts:
    """How many messages had a shingle, and how many fingerprints have it as a key.

    Read from the database once a shingle: batches of one intake share a ``Counts``, so that it
    knows what they added. What others add meanwhile weighs too little to matter.
    """

    def __init__(self) -> None:
        self.seen = Counter[int]()
        self.keyed = Counter[int]()
        self._known: set[int] = set()

    def add(self, connection: Connection, prints: Sequence[Fingerprint]) -> Weights:
        """Count the shingles of new messages, and give the weights of all that they hold."""
        self._learn(connection, prints)
        sample = prints if _counted(connection, 0) < ALL_COUNTED else prints[::_EVERY]
        seen = Counter(chain.from_iterable(one.whole | one.places for one in sample))
        keyed = Counter(chain.from_iterable(one.keys for one in prints))
        hashes = sorted(seen.keys() | keyed.keys())
        arguments = {
            "hashes": _array(hashes),
            "seen": _array(map(seen.__getitem__, hashes)),
            "keyed": _array(map(keyed.__getitem__, hashes)),
        }
        connection.exec_driver_sql(COUNT_SHINGLES, arguments)
        self.seen.update(seen)
        self.keyed.update(keyed)
        return Weights(_counted(connection, len(sample)), self.seen)

    def _learn(self, connection: Connection, prints: Iterable[Fingerprint]) -> None:
        held = set(chain.from_iterable(one.whole | one.places for one in prints))
        asked = held - self._known
        known = connection.exec_driver_sql(KNOWN_SHINGLES, {"hashes": _array(asked)}).one()
        if known.hashes:
            self.seen.update(dict(zip(known.hashes, known.seen, strict=True)))
            self.keyed.update(dict(zip(known.hashes, known.keyed, strict=True)))
        self._known |= asked


def _counted(connection: Connection, more: int) -> int:
    """How many messages are counted, with so many more."""
    arguments = {"name": _NAME, "count": more}
    return int(connection.exec_driver_sql(COUNT, arguments).scalar_one())


def _array(numbers: Iterable[int]) -> str:
    """Numbers as PostgreSQL reads an array of them."""
    return f"{{{','.join(map(str, numbers))}}}"
