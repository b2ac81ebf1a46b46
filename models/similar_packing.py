"""Fingerprints as the database keeps them: a few figures, then all hashes in a row."""

import struct
from itertools import accumulate, pairwise

from domain.fingerprints import Fingerprint
from domain.similarity import Weighed

_HEAD = struct.Struct("<5H2Q3d")
"""How many hashes each part has; topics of the subject and of all; the three weights."""


def pack(message: Weighed) -> bytes:
    """Give the bytes that ``unpack`` reads."""
    prints = message.prints
    parts = (prints.subject, prints.body, prints.named, prints.places, prints.districts)
    head = _HEAD.pack(
        *map(len, parts),
        prints.subject_topics,
        prints.topics,
        message.subject,
        message.body,
        message.whole,
    )
    hashes = [shingle for part in parts for shingle in part]
    return head + struct.pack(f"<{len(hashes)}i", *hashes)


def unpack(packed: bytes) -> Weighed:
    """Read what ``pack`` gave."""
    *counts, subject_topics, topics, subject, body, whole = _HEAD.unpack_from(packed)
    hashes = struct.unpack_from(f"<{sum(counts)}i", packed, _HEAD.size)
    ends = pairwise(accumulate(counts, initial=0))
    one, two, three, four, five = (frozenset(hashes[start:end]) for start, end in ends)
    prints = Fingerprint(one, two, three, four, five, subject_topics, topics)
    return Weighed(prints, subject, body, whole)
