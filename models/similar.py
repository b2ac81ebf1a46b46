"""New cases compared with those there are: fingerprints kept, suggestions made.

All of it happens in the transaction that opens the cases, so that both are there or neither.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from domain.fingerprints import Fingerprint, fingerprint
from domain.shared_words import shared_words
from domain.similarity import Weighed, Weights, score, weighed
from models.intake_copying import copy_in, octets
from models.similar_counts import Counts
from models.similar_packing import pack, unpack
from models.similar_statements import (
    CANDIDATES,
    COMPARED,
    PACKED,
    PRINTED,
    QUERIED,
    QUERY,
    SUGGEST,
)

SUGGESTED_FROM = 0.5
"""From there on precision and recall were both above nine in ten on the labelled messages."""
_MOST_SUGGESTED = 5
_NEAREST = 30
"""How many cases that share most are looked up, to leave out those that are over and done with."""
_CANDIDATES = 6
"""How many of them a new one is compared with."""
_KEYS = 16
_POSTINGS = 200
_MOST_POSTINGS = 2_000
"""A message is looked up by its rarest shingles, as long as few enough cases have them; by one that
more than two thousand have it would find nothing in particular."""
_SHARED_KEYS = 2
_DISTRICTS = "select name from unit where kind in ('district', 'zone')"


class Entry(NamedTuple):
    """A case that was just opened, with what its message says; ``subject`` is masked already."""

    case_id: int
    subject: str
    body: str
    party: str = ""


class _Newcomer(NamedTuple):
    entry: Entry
    message: Weighed


class _Match(NamedTuple):
    new: _Newcomer
    old: Weighed
    other: int
    score: float
    relapse: bool

    def row(self, weights: Weights) -> dict[str, object]:
        """Give it as it is kept, with the words that made it."""
        entry, prints = self.new.entry, self.new.message.prints
        return {
            "case_id": entry.case_id,
            "other_id": self.other,
            "score": self.score,
            "words": shared_words(entry.subject, entry.body, prints, self.old.prints, weights),
            "relapse": self.relapse,
        }


def enter(connection: Connection, entries: Sequence[Entry], counts: Counts, at: datetime) -> int:
    """Keep the fingerprints of new cases and suggest earlier ones; give how many suggestions.

    ``at`` is business time (aware). Entries are compared with earlier ones of the same call too.
    Nothing is done while an operator has switched comparing off.
    """
    if not connection.exec_driver_sql(COMPARED).scalar_one():
        return 0
    names = connection.exec_driver_sql(_DISTRICTS).scalars().all()
    prints = [fingerprint(e.subject, e.body, e.party, names) for e in entries]
    weights = counts.add(connection, prints)
    newcomers = {
        entry.case_id: _Newcomer(entry, weighed(one, weights))
        for entry, one in zip(entries, prints, strict=True)
    }
    _keep(connection, newcomers.values())
    queries = _queries(newcomers.values(), counts.keyed, weights)
    matches = _best(_compared(connection, newcomers, queries, weights, at))
    rows = [match.row(weights) for match in matches]
    connection.exec_driver_sql(SUGGEST, {"rows": json.dumps(rows), "at": at})
    return len(rows)


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
    at: datetime,
) -> list[_Match]:
    """Compare each newcomer with the cases that share most; give those that reach the bar."""
    connection.exec_driver_sql(QUERY)
    copy_in(connection, "similar_query", QUERIED, queries)
    arguments = {"at": at, "nearest": _NEAREST, "most": _CANDIDATES}
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
            matches.append(_Match(new, old, other_id, likely, relapse))
    return matches


def _best(matches: Iterable[_Match]) -> Iterator[_Match]:
    """The most likely of each newcomer, each other case once."""
    taken: dict[int, set[int]] = {}
    for match in sorted(matches, key=lambda one: (-one.score, one.other)):
        others = taken.setdefault(match.new.entry.case_id, set())
        if match.other not in others and len(others) < _MOST_SUGGESTED:
            others.add(match.other)
            yield match


def _queries(
    newcomers: Iterable[_Newcomer], keyed: Mapping[int, int], weights: Weights
) -> Iterator[str]:
    for new in newcomers:
        keys = _rarest(new.message.prints, keyed)
        least = min(_SHARED_KEYS, len(keys))
        for key in keys:
            yield f"{new.entry.case_id}\t{key}\t{weights[key]:.3f}\t{least}"


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
