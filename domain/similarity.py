"""Whether two messages are about the same thing: the same place and the same matter.

The score is a logistic sum of six comparisons of fingerprints. That all weigh the same was found on
hand-labelled messages of one city, where fitted weights did no better; from 0.5 on, precision and
recall were both above nine in ten. See docs/decisions/0009-duplicates.md.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain.fingerprints import Fingerprint

_PRESUMED = 1_000
"""Messages that are presumed to have come in before the first, so that rarity starts level."""
_HALF = 0.5
_FACTOR = 5.0
_ELSEWHERE = 20.0
"""A complaint copied word for word from another place is none about the same thing."""
_START = 14.0
_CAUTION = 2.9
"""How much more must be shared while nothing is known yet of what is common."""
_KNOWING = 100
"""Messages after which half of that caution is gone."""
_MOST_PLACE = 6.0
"""The logarithm of the weight of a few rare shingles: a name that leaves no doubt."""


class Weights(dict[int, float]):
    """The weight of each shingle, rare ones more: the squared logarithm of its share.

    Of so many ``messages``, ``seen`` says how many had a shingle. Each is computed once.
    """

    def __init__(self, messages: int, seen: Mapping[int, int]) -> None:
        super().__init__()
        self._seen = seen
        self._among = messages + _PRESUMED + 1
        self.bar = _START + _CAUTION * _KNOWING / (messages + _KNOWING)
        """What comparisons must add up to, for an even chance."""

    def __missing__(self, shingle: int) -> float:
        share = (self._seen.get(shingle, 0) + _HALF) / self._among
        self[shingle] = weight = math.log(share) ** 2
        return weight


@dataclass(frozen=True)
class Weighed:
    """A fingerprint with the summed weights of its subject, its body and both together."""

    prints: Fingerprint
    subject: float
    body: float
    whole: float


def weighed(prints: Fingerprint, weights: Weights) -> Weighed:
    """Sum up the weights of a fingerprint."""
    subject, body = _sum(prints.subject, weights), _sum(prints.body, weights)
    whole = subject + body - _sum(prints.subject & prints.body, weights)
    return Weighed(prints, max(subject, 1.0), max(body, 1.0), max(whole, 1.0))


def score(new: Weighed, old: Weighed, weights: Weights) -> float:
    """Give how likely two messages are about the same thing, from 0 to 1."""
    shared = _shared_places(new.prints, old.prints)
    place = math.log1p(_sum(shared, weights)) / _MOST_PLACE
    alike = _texts(new, old, weights) + place + _matter(new.prints, old.prints)
    apart = _apart(new.prints, old.prints, shared)
    return 1 / (1 + math.exp(weights.bar + apart - _FACTOR * alike))


def _texts(new: Weighed, old: Weighed, weights: Weights) -> float:
    """How alike the whole texts and the bodies are, and how far each subject stands in the other.

    Roots, because half of the words are already much.
    """
    a, b = new.prints, old.prints
    in_old, in_new, bodies = a.subject & b.whole, b.subject & a.whole, a.body & b.body
    return (
        math.sqrt(_sum(in_old | in_new | bodies, weights) / math.sqrt(new.whole * old.whole))
        + math.sqrt(_sum(bodies, weights) / math.sqrt(new.body * old.body))
        + math.sqrt(min(_sum(in_old, weights) / new.subject, 1.0))
        + math.sqrt(min(_sum(in_new, weights) / old.subject, 1.0))
    )


def _shared_places(a: Fingerprint, b: Fingerprint) -> frozenset[int]:
    return (a.named & b.places) | (b.named & a.places)


def _matter(a: Fingerprint, b: Fingerprint) -> float:
    return max(_covered(a.subject_topics, b.topics), _covered(b.subject_topics, a.topics))


def _apart(a: Fingerprint, b: Fingerprint, shared: frozenset[int]) -> float:
    """What speaks against it: subjects that name other places, texts that name other districts."""
    elsewhere = a.named and b.named and not shared
    districts = a.districts and b.districts and not a.districts & b.districts
    return _ELSEWHERE * (bool(elsewhere) + bool(districts))


def _covered(topics: int, other: int) -> float:
    return (topics & other).bit_count() / max(topics.bit_count(), 1)


def _sum(shingles: Iterable[int], weights: Weights) -> float:
    return sum(map(weights.__getitem__, shingles))
