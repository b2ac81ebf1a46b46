"""Cases compared with those there are: fingerprints kept, suggestions made.

All of it happens in one transaction of whoever compares (``models.comparing``).
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from domain.codes import DONE, FINAL, State
from domain.fingerprints import Fingerprint, fingerprint
from domain.shared_words import shared_words
from domain.similarity import Weighed, Weights, score, weighed
from models.intake_copying import copy_in, octets
from models.similar_counts import Counts
from models.similar_packing import pack, unpack
from models.similar_statements import (
    CANDIDATES,
    FORGET,
    PACKED,
    PRINTED,
    QUERIED,
    QUERY,
    RECONSIDER,
    SUGGEST,
)

SUGGESTED_FROM = 0.5
"""From there on precision and recall were both above nine in ten on the labelled messages."""
_MOST_SUGGESTED = 5
_NEAREST = 30
"""How many cases that share most are looked up, to leave out those that are over and done with."""
_CANDIDATES = 6
"""How many of them a new one is compared with."""
_TIMES_AGAIN = 10
"""How many times as many of both, where a case is compared again with earlier and later ones."""
_KEYS = 16
_POSTINGS = 200
_MOST_POSTINGS = 2_000
"""A message is looked up by its rarest shingles, as long as few enough cases have them; by one that
more than two thousand have it would find nothing in particular."""
_SHARED_KEYS = 2
_FOLLOWING = FINAL | {State.MERGED}
"""A case in such a state is only found by others, through its lead at most."""
_DISTRICTS = "select name from unit where kind in ('district', 'zone')"


class Entry(NamedTuple):
    """A case to compare, with what its message says; ``subject`` is masked already.

    ``reported`` is when it came in, in seconds of the epoch; ``again`` says that later cases are
    looked through too, since this one was compared before, or came in unnoticed.
    """

    case_id: int
    subject: str
    party: str
    body: str | None
    state: str
    reported: float
    again: bool = False

    @property
    def asks(self) -> bool:
        """Whether others are looked up for it."""
        state = State(self.state)
        return state not in _FOLLOWING and (self.again or state not in DONE)


class _Newcomer(NamedTuple):
    entry: Entry
    message: Weighed


class _Match(NamedTuple):
    """The later case of a pair, and the earlier one or its lead; ``new`` is one of the two."""

    new: _Newcomer
    old: Weighed
    later: int
    other: int
    score: float
    relapse: bool

    def row(self, weights: Weights) -> dict[str, object]:
        """Give it as it is kept, with the words that made it."""
        entry, prints = self.new.entry, self.new.message.prints
        words = shared_words(entry.subject, entry.body or "", prints, self.old.prints, weights)
        return {
            "case_id": self.later,
            "other_id": self.other,
            "score": self.score,
            "words": words,
            "relapse": self.relapse,
        }


def enter(connection: Connection, entries: Sequence[Entry], counts: Counts, at: datetime) -> int:
    """Keep the fingerprints of cases and suggest earlier ones; give how many suggestions are new.

    ``at`` is business time (aware). Entries are compared with earlier ones of the same call too.
    """
    _forget(connection, [entry.case_id for entry in entries if entry.again])
    names = connection.exec_driver_sql(_DISTRICTS).scalars().all()
    prints = [fingerprint(e.subject, e.body or "", e.party, names) for e in entries]
    weights = counts.add(connection, prints)
    newcomers = {
        entry.case_id: _Newcomer(entry, weighed(one, weights))
        for entry, one in zip(entries, prints, strict=True)
    }
    _keep(connection, newcomers.values())
    queries = _queries(newcomers.values(), counts.keyed, weights)
    matches = _best(_compared(connection, newcomers, queries, weights))
    rows = json.dumps([match.row(weights) for match in matches])
    return connection.exec_driver_sql(SUGGEST, {"rows": rows, "at": at}).rowcount


def _forget(connection: Connection, ids: Sequence[int]) -> None:
    """Take back what is kept of cases that are compared anew, but for what was decided."""
    if ids:
        for statement in (FORGET, RECONSIDER):
            connection.exec_driver_sql(statement, {"ids": list(ids)})


def _keep(connection: Connection, newcomers: Iterable[_Newcomer]) -> None:
    lines = (
        f"{new.entry.case_id}\t{{{','.join(map(str, new.message.prints.keys))}}}"
        f"\t{octets(pack(new.message))}"
        for new in newcomers
    )
    copy_in(connection, "fingerprint", PRINTED, lines)


def _compared(
    connection: Connection,
    newcomers: Mapping[int, _Newcomer],
    queries: Iterable[str],
    weights: Weights,
) -> list[_Match]:
    """Compare each newcomer with the cases that share most; give those that reach the bar."""
    connection.exec_driver_sql(QUERY)
    copy_in(connection, "similar_query", QUERIED, queries)
    arguments = {"nearest": _NEAREST, "most": _CANDIDATES, "times": _TIMES_AGAIN}
    found = connection.exec_driver_sql(CANDIDATES, arguments).all()
    connection.exec_driver_sql("drop table similar_query")
    messages = {case_id: new.message for case_id, new in newcomers.items()}
    missing = {like_id for _, like_id, _, _ in found} - messages.keys()
    for case_id, packed in connection.exec_driver_sql(PACKED, {"ids": sorted(missing)}):
        messages[case_id] = unpack(bytes(packed))
    matches = []
    for case_id, like_id, other_id, relapse in found:
        new, old = newcomers[case_id], messages[like_id]
        likely = score(new.message, old, weights)
        if likely >= SUGGESTED_FROM:
            later = max(case_id, like_id)
            matches.append(_Match(new, old, later, other_id, likely, relapse))
    return matches


def _best(matches: Iterable[_Match]) -> Iterator[_Match]:
    """The most likely of each later case, each other case once."""
    taken: dict[int, set[int]] = {}
    for match in sorted(matches, key=lambda one: (-one.score, one.later, one.other)):
        others = taken.setdefault(match.later, set())
        if match.other not in others and len(others) < _MOST_SUGGESTED:
            others.add(match.other)
            yield match


def _queries(
    newcomers: Iterable[_Newcomer], keyed: Mapping[int, int], weights: Weights
) -> Iterator[str]:
    for new in newcomers:
        if not new.entry.asks:
            continue
        entry, keys = new.entry, _rarest(new.message.prints, keyed)
        tail = f"{min(_SHARED_KEYS, len(keys))}\t{'ft'[entry.again]}\t{entry.reported}"
        for key in keys:
            yield f"{entry.case_id}\t{key}\t{weights[key]:.3f}\t{tail}"


def _rarest(prints: Fingerprint, keyed: Mapping[int, int]) -> list[int]:
    """The rarest shingles that some other message has too, as many as are worth looking up."""
    keys: list[int] = []
    postings = 0
    for having, key in sorted([(keyed[key], key) for key in prints.keys]):
        if having > 1:
            postings += having
            enough = len(keys) == _KEYS or (keys and postings > _POSTINGS)
            if enough or having > _MOST_POSTINGS:
                break
            keys.append(key)
    return keys
