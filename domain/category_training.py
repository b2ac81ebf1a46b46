"""Trains the model of categories, and says how good one trained so is on texts it never saw.

Each category is parted from the rest by a linear support vector machine (squared hinge loss),
solved by dual coordinate descent: Hsieh et al., ICML 2008, algorithm 1. The same examples always
give the same model.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log, sqrt
from operator import itemgetter, mul
from random import Random
from typing import NamedTuple

from domain.categorising import Categories, Grams, grams_of, vector_of

FOLDS = 5
_ROUNDS = 6
_COST = 1.0
"""What an example on the wrong side costs against the size of the weights."""
_SEEN_IN = 2
"""A gram of a single text says nothing of others."""
_DIGITS = 5
_Z95 = 1.96
_TOP = 3

Progress = Callable[[int], None]
"""Told after each model trained: 1."""


class Example(NamedTuple):
    """A text with the category that a person gave it."""

    subject: str
    body: str
    category: str


@dataclass(frozen=True)
class Share:
    """How many of how many were right, with the 95 % interval (Wilson) of the share."""

    right: int
    of: int

    @property
    def value(self) -> float:
        """The share, 0 to 1."""
        return self.right / self.of

    @property
    def interval(self) -> tuple[float, float]:
        """Between what and what the share of many more texts would lie."""
        n, p, z2 = self.of, self.value, _Z95 * _Z95
        middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = _Z95 * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class Figure:
    """How often the first suggestion is right, and how often one of the first three."""

    first: Share
    top: Share


def train(examples: Sequence[Example]) -> Categories:
    """Train a model on all examples."""
    counted = [grams_of(one.subject, one.body) for one in examples]
    return _fit(counted, [one.category for one in examples])


def cross_validate(examples: Sequence[Example], progress: Progress = lambda _: None) -> Figure:
    """Train five times on four fifths, and try each model on the fifth it never saw."""
    folds = list(_folds([one.category for one in examples]))
    counted = [grams_of(one.subject, one.body) for one in examples]
    first = top = 0
    for fold in range(FOLDS):
        known = [at for at, of in enumerate(folds) if of != fold]
        model = _fit([counted[at] for at in known], [examples[at].category for at in known])
        for one, of in zip(examples, folds, strict=True):
            if of == fold:
                names = [found.name for found in model.suggest(one.subject, one.body)]
                first += names[0] == one.category
                top += one.category in names[:_TOP]
        progress(1)
    return Figure(Share(first, len(examples)), Share(top, len(examples)))


def _folds(categories: Sequence[str]) -> Iterator[int]:
    """Deal the examples of each category out to the folds in turn."""
    dealt: Counter[str] = Counter()
    for category in categories:
        yield dealt[category] % FOLDS
        dealt[category] += 1


def _fit(counted: Sequence[Grams], categories: Sequence[str]) -> Categories:
    seen = Counter(gram for grams in counted for gram in grams)
    rarity = {
        gram: round(1 + log((1 + len(counted)) / (1 + times)), _DIGITS)
        for gram, times in seen.items()
        if times >= _SEEN_IN
    }
    places = {gram: place for place, gram in enumerate(rarity)}
    rows = [_row(grams, rarity, places) for grams in counted]
    names = tuple(sorted(set(categories)))
    columns = [_separate(rows, [one == name for one in categories], len(rarity)) for name in names]
    weights = {
        gram: [round(column[place], _DIGITS) for column in columns]
        for gram, place in places.items()
    }
    return Categories(
        names, rarity, weights, tuple(round(column[-1], _DIGITS) for column in columns)
    )


class _Row(NamedTuple):
    """A text as the places of its grams and their values; the last place is the bias's, 1."""

    places: tuple[int, ...]
    values: tuple[float, ...]


def _row(grams: Grams, rarity: dict[str, float], places: dict[str, int]) -> _Row:
    vector = vector_of(grams, rarity)
    return _Row(
        (*(places[gram] for gram in vector), len(places)),
        (*vector.values(), 1.0),
    )


def _separate(rows: Sequence[_Row], inside: Sequence[bool], size: int) -> list[float]:
    """Find the weights, and last the bias, that part the rows inside from those outside."""
    weights = [0.0] * (size + 1)
    duals = [0.0] * len(rows)
    give = 1 / (2 * _COST)
    # Where only the bias is known, ``itemgetter`` would give no tuple: hence the second place.
    pick = [itemgetter(row.places[-1], *row.places) for row in rows]
    for turn in range(_ROUNDS):
        order = list(range(len(rows)))
        Random(turn).shuffle(order)  # noqa: S311 - only in which order examples are looked at
        for at in order:
            places, values = rows[at]
            side = 1.0 if inside[at] else -1.0
            score = sum(map(mul, pick[at](weights)[1:], values))
            slope = side * score - 1 + give * duals[at]
            length = 2.0 if len(places) > 1 else 1.0
            dual = max(duals[at] - slope / (length + give), 0.0)
            step = (dual - duals[at]) * side
            if step:
                duals[at] = dual
                for place, value in zip(places, values, strict=True):
                    weights[place] += step * value
    return weights
