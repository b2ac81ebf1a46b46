"""Whose matter a problem is: the words of its text weighed by rules that the office edits.

The rules are data (their file's head explains them); compiled once, they weigh thousands of texts a
second.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from domain.codes import Environment

_TOP = 3


@dataclass(frozen=True)
class Candidate:
    """A unit that the matter may belong to, its score, and the words that speak for it."""

    unit: str
    score: int
    words: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """Who should lead, who verifies, and under which environment.

    ``unit`` is empty when no rule has a word of the text. ``sure`` says that the rules settle it;
    otherwise the office decides. ``reasons`` are the best three candidates, the best first.
    """

    unit: str
    verifying: str
    environment: Environment
    sure: bool
    reasons: tuple[Candidate, ...]


@dataclass(frozen=True)
class _Matter:
    """A unit's rule: whose matter it is, and who leads and verifies where a district is named."""

    unit: str
    verifying: str
    district_led: bool


class Triage:
    """One version of the dispatch rules, ready to weigh texts.

    ``barred`` are units that nothing is dispatched to without the office, such as doubtful ones.
    """

    def __init__(self, rules: Mapping[str, Any], barred: Collection[str] = ()) -> None:
        self._subject: int = rules["subject_factor"]
        self._body: int = rules["body_factor"]
        self._threshold: int = rules["threshold"]
        self._margin: int = rules["margin"]
        self._default = Environment(rules["default_environment"])
        self._verifier: str = rules["department_verifier"]
        self._barred = frozenset(barred)
        self._matters = [_matter(rule) for rule in rules["unit"]]
        self._units = _Weights(rule["keywords"] for rule in rules["unit"])
        self._environments = [Environment(rule["code"]) for rule in rules["environment"]]
        self._settings = _Weights(rule["keywords"] for rule in rules["environment"])
        self._districts = [region["code"] for region in rules["region"]]
        self._places = _Weights(
            ({"word": word, "weight": 1} for word in region["words"]) for region in rules["region"]
        )

    def propose(self, subject: str, body: str) -> Proposal:
        """Weigh a problem; the same text always gives the same proposal."""
        scores = self._scores(self._units, subject, body)
        best = sorted(scores, key=lambda place: -scores[place][0])[:_TOP]
        reasons = tuple(Candidate(self._matters[i].unit, *scores[i]) for i in best)
        environment = self._environment(subject, body)
        if not best:
            return Proposal("", "", environment, sure=False, reasons=())
        unit, verifying = self._led(self._matters[best[0]], subject, body)
        sure = self._settled([reason.score for reason in reasons]) and unit not in self._barred
        return Proposal(unit, verifying, environment, sure, reasons)

    def _scores(
        self, weights: "_Weights", subject: str, body: str
    ) -> dict[int, tuple[int, tuple[str, ...]]]:
        """By place in the rules: the score and the words found, the weightiest first."""
        found: dict[int, dict[str, int]] = defaultdict(dict)
        for text, factor in ((subject, self._subject), (body, self._body)):
            for word, owners in weights.found(text):
                for place, weight in owners:
                    found[place][word] = found[place].get(word, 0) + weight * factor
        return {
            place: (sum(words.values()), tuple(sorted(words, key=lambda w: (-words[w], w))))
            for place, words in sorted(found.items())
        }

    def _settled(self, scores: list[int]) -> bool:
        second = scores[1] if len(scores) > 1 else 0
        return scores[0] >= self._threshold and scores[0] - second >= self._margin

    def _environment(self, subject: str, body: str) -> Environment:
        scores = self._scores(self._settings, subject, body)
        if not scores:
            return self._default
        return self._environments[max(scores, key=lambda place: scores[place][0])]

    def _led(self, matter: _Matter, subject: str, body: str) -> tuple[str, str]:
        """The one district named leads where the matter allows it; else the department itself."""
        named = {
            place
            for text in (subject, body)
            for _, owners in self._places.found(text)
            for place, _ in owners
        }
        if matter.district_led and len(named) == 1:
            return self._districts[named.pop()], matter.verifying
        return matter.unit, self._verifier


class _Weights:
    """Weighted words of several owners, found in a text by their first one or two characters."""

    def __init__(self, owners: Iterable[Iterable[Mapping[str, Any]]]) -> None:
        by_word: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for place, keywords in enumerate(owners):
            for keyword in keywords:
                by_word[keyword["word"]].append((place, keyword["weight"]))
        self._by_word = dict(by_word)
        self._heads: dict[str, list[str]] = defaultdict(list)
        for word in self._by_word:
            self._heads[word[:2]].append(word)

    def found(self, text: str) -> Iterator[tuple[str, list[tuple[int, int]]]]:
        """Give each word that occurs in the text, once, with its owners and weights."""
        beginnings = {text[i : i + 2] for i in range(len(text) - 1)} | set(text)
        for head in self._heads.keys() & beginnings:
            for word in self._heads[head]:
                if word in text:
                    yield word, self._by_word[word]


def _matter(rule: Mapping[str, Any]) -> _Matter:
    return _Matter(rule["code"], rule["verifying"], rule["district_led"])
