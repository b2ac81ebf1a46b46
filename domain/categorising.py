"""What kind of matter a text is: a linear model over its characters, trained by an operator.

The model is data (see ``category_training``); its reasons are the characters that spoke for a
category. Nothing of it decides: it suggests.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from itertools import pairwise
from math import log, sqrt
from operator import mul
from typing import Any

from domain.simplified import simplified

_TOP = 3
_REASONS = 5
_LOOKED_AT = 20
"""Grams that are looked at for the reasons: many of them overlap."""
_SUBJECT = 3
"""A subject says the matter in few characters: each counts as often as three of the body."""
_BODY = 2000
"""Characters of the body that are read: what comes later repeats."""

Grams = Mapping[str, int]
"""How often each character, and each two in a row, stand in a text."""


@dataclass(frozen=True)
class Category:
    """A category that a text may belong to, and what spoke for it, the most telling first.

    ``score`` is the distance from the boundary: above 0 it speaks for the category.
    """

    name: str
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class Categories:
    """A trained model: by gram its rarity and its weight for each of the names; a bias for each."""

    names: tuple[str, ...]
    rarity: Mapping[str, float]
    weights: Mapping[str, Sequence[float]]
    bias: tuple[float, ...]

    def suggest(self, subject: str, body: str) -> tuple[Category, ...]:
        """Give the best three categories, the best first."""
        vector = vector_of(grams_of(subject, body), self.rarity)
        scores = list(self.bias)
        for place, column in enumerate(zip(*map(self.weights.__getitem__, vector), strict=True)):
            scores[place] += sum(map(mul, vector.values(), column))
        best = sorted(range(len(scores)), key=lambda place: -scores[place])[:_TOP]
        return tuple(
            Category(self.names[place], round(scores[place], 3), self._words(vector, place))
            for place in best
        )

    def _words(self, vector: Mapping[str, float], place: int) -> tuple[str, ...]:
        """The grams that spoke most for a category; one that a chosen one contains says no more."""
        said = {gram: x * self.weights[gram][place] for gram, x in vector.items()}
        chosen: list[str] = []
        for gram in nsmallest(_LOOKED_AT, said, key=lambda gram: (-said[gram], gram)):
            if said[gram] > 0 and not any(gram in other or other in gram for other in chosen):
                chosen.append(gram)
        return tuple(chosen[:_REASONS])

    def dump(self) -> dict[str, Any]:
        """Give the model as data; ``load`` reads it."""
        columns = {gram: [self.rarity[gram], *self.weights[gram]] for gram in self.rarity}
        return {"names": list(self.names), "bias": list(self.bias), "grams": columns}


def load(data: Mapping[str, Any]) -> Categories:
    """Read a model as ``dump`` gave it."""
    grams: Mapping[str, list[float]] = data["grams"]
    return Categories(
        names=tuple(data["names"]),
        rarity={gram: column[0] for gram, column in grams.items()},
        weights={gram: column[1:] for gram, column in grams.items()},
        bias=tuple(data["bias"]),
    )


def grams_of(subject: str, body: str) -> Counter[str]:
    """Count characters and pairs of them, blanks left out."""
    counts = _grams(body[:_BODY])
    for gram, times in _grams(subject).items():
        counts[gram] += _SUBJECT * times
    return counts


def _grams(text: str) -> Counter[str]:
    plain = simplified("".join(text.split()))
    return Counter(plain) + Counter(first + second for first, second in pairwise(plain))


def vector_of(grams: Grams, rarity: Mapping[str, float]) -> dict[str, float]:
    """Weigh known grams by how often they stand here and how rare they are; of length 1."""
    weighed = {
        gram: (1 + log(times)) * rarity[gram] for gram, times in grams.items() if gram in rarity
    }
    length = sqrt(sum(x * x for x in weighed.values()))
    return {gram: x / length for gram, x in weighed.items()}
