"""Weighted words of several owners, found in a text; thousands of texts a second."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from domain.simplified import comparable

Words = Iterable[tuple[str, int]]
"""An owner's words with their weights."""
Found = dict[int, dict[str, int]]
"""By an owner's place in its group: the words found and what each counts."""


class Scales:
    """Groups of owners (units, environments, districts), weighed together in one pass.

    A word in the subject counts ``subject`` times its weight, one in the body ``body`` times,
    however often it stands there.
    """

    def __init__(self, groups: Sequence[Iterable[Words]], subject: int, body: int) -> None:
        self._groups = len(groups)
        self._factors = (subject, body)
        self._owners: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for group, owners in enumerate(groups):
            for place, words in enumerate(owners):
                for word, weight in _once(words):
                    self._owners[word].append((group, place, weight))
        # A word is looked for only where its first one or two characters stand.
        self._heads: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for word in self._owners:
            form = comparable(word)
            self._heads[form[:2]].append((form, word))

    def weigh(self, subject: str, body: str) -> list[Found]:
        """Give what was found, group by group, owners in the order of their places.

        The texts are in their comparable form (``domain.simplified``).
        """
        found: list[Found] = [{} for _ in range(self._groups)]
        for text, factor in zip((subject, body), self._factors, strict=True):
            for word in self._in(text):
                for group, place, weight in self._owners[word]:
                    words = found[group].setdefault(place, {})
                    words[word] = words.get(word, 0) + weight * factor
        return [dict(sorted(owners.items())) for owners in found]

    def _in(self, text: str) -> Iterator[str]:
        """Give each word that occurs in the text, as its owner has it, once."""
        beginnings = {text[i : i + 2] for i in range(len(text) - 1)} | set(text)
        for head in self._heads.keys() & beginnings:
            yield from (word for form, word in self._heads[head] if form in text)


def _once(words: Words) -> Words:
    """Of an owner's words that only differ in how they are written, give the heaviest."""
    forms: dict[str, tuple[str, int]] = {}
    for word, weight in words:
        known = forms.setdefault(comparable(word), (word, weight))
        if weight > known[1]:
            forms[comparable(word)] = (word, weight)
    return forms.values()
