"""The words that make two messages seem to be about the same thing.

They are read from the text of the newer one: of its subject whatever the other has too, of its body
only what names a place or a topic. The rest of a body could tell who somebody is.
"""

from collections.abc import Collection

from domain.fingerprints import HASHES, Fingerprint, pieces, plain, shingles
from domain.similarity import Weights
from domain.topics import topic_words

_MOST = 6
_LONGEST = 12
"""Characters of a word shown: of a sentence that stands in both, its beginning."""
_COMMON = 9.0
"""The weight of a shingle that stands in one message of twenty: shared, it says little."""


def shared_words(
    subject: str, body: str, new: Fingerprint, old: Fingerprint, weights: Weights
) -> list[str]:
    """Give the words that an old message shares with a new one, the rarest first.

    ``subject`` and ``body`` are those of the new one.
    """
    head, rest = plain(subject), plain(body)
    there = old.whole | old.places
    telling = {shingle for shingle in new.keys & there if weights[shingle] > _COMMON}
    found = _runs(head, telling & new.subject, weights) | _runs(rest, telling & new.places, weights)
    ranked = sorted(found, key=lambda word: (-found[word], word))
    words: list[str] = []
    for word in (*ranked, *topic_words(head + rest, new.topics & old.topics)):
        if not any(word in other or other in word for other in words):
            words.append(word)
    return words[:_MOST]


def _runs(text: str, telling: Collection[int], weights: Weights) -> dict[str, float]:
    """Join neighbouring shingles that tell something to words, with what they weigh together."""
    found: dict[str, float] = {}
    for piece in pieces(text):
        start = end = 0
        weight = 0.0
        for position, pair in enumerate(shingles([piece])):
            shingle = HASHES[pair]
            if shingle not in telling:
                continue
            if position + 1 > end or end - start >= _LONGEST:
                start, weight = position, 0.0
            end = position + 2
            weight += weights[shingle]
            found[piece[start:end]] = weight
    return found
