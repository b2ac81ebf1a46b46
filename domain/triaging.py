"""Whose matter a problem is: the words of its text weighed by rules that the office edits.

The rules are data (their file's head explains them); compiled once, they weigh thousands of texts a
second.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from domain.codes import Environment
from domain.weighing import Found, Scales

_TOP = 3
_HELPERS = 2
_SEVERAL = 2
"""One word is too little to say that a second unit has a part in the matter."""
_SHORTEST_NAME = 3
"""A unit's shorter names stand in other words too: 人行 in 人行道."""
_NO_NAMES: Mapping[str, str] = {}


@dataclass(frozen=True)
class Candidate:
    """A unit that the matter may belong to, its score, and the words that speak for it.

    ``placed`` says that the words are places: the unit is the district they lie in. Its score is
    that of the matter it would lead, 0 where the matter is not the districts'.
    """

    unit: str
    score: int
    words: tuple[str, ...]
    placed: bool = False


@dataclass(frozen=True)
class Proposal:
    """Who should lead, who verifies, who could assist, and under which environment.

    ``unit`` is empty when no rule has a word of the text. ``sure`` says that the rules settle it;
    otherwise the office decides. ``reasons`` are the best three candidates, the best first.
    ``assisting`` are units whose own matters the text names as well: the office decides whether
    they take part, for that makes it a case of several units with a longer limit. ``placeless``
    says that a district would lead, were its place named.
    """

    unit: str
    verifying: str
    environment: Environment
    sure: bool
    reasons: tuple[Candidate, ...]
    assisting: tuple[str, ...] = ()
    placeless: bool = False


@dataclass(frozen=True)
class _Matter:
    """A unit's rule: whose matter it is, and who leads and verifies where a district is named."""

    unit: str
    verifying: str
    district_led: bool


class Triage:
    """One version of the dispatch rules, ready to weigh texts.

    ``barred`` are units that nothing is dispatched to without the office, such as doubtful ones.
    ``names`` gives a unit's code by its name or another name of it: a body named in the text speaks
    for its unit with the rules' ``named_weight``.
    """

    def __init__(
        self,
        rules: Mapping[str, Any],
        barred: Collection[str] = (),
        names: Mapping[str, str] = _NO_NAMES,
    ) -> None:
        self._threshold: int = rules["threshold"]
        self._margin: int = rules["margin"]
        self._default = Environment(rules["default_environment"])
        self._verifier: str = rules["department_verifier"]
        self._barred = frozenset(barred)
        self._matters = [_matter(rule) for rule in rules["unit"]]
        self._environments = [Environment(rule["code"]) for rule in rules["environment"]]
        self._districts = [region["code"] for region in rules["region"]]
        self._channels = [_channels(rule) for rule in rules["unit"]]
        weight = rules.get("named_weight", 0)
        groups = (
            [[*_keywords(rule), *_named(rule, names, weight)] for rule in rules["unit"]],
            [_keywords(rule) for rule in rules["environment"]],
            [[(word, 1) for word in region["words"]] for region in rules["region"]],
        )
        self._scales = Scales(groups, rules["subject_factor"], rules["body_factor"])

    def propose(self, subject: str, body: str, channel: str = "") -> Proposal:
        """Weigh a problem; the same text from the same channel always gives the same proposal."""
        units, environments, regions = self._scales.weigh(subject, body)
        self._add_channel(units, channel)
        ranked = sorted(units, key=lambda place: -_score(units[place]))
        matters = [self._candidate(place, units[place]) for place in ranked[:_TOP]]
        environment = self._environment(environments)
        lead = self._lead(matters, ranked, regions)
        if lead is None:
            return Proposal("", "", environment, sure=False, reasons=())
        unit, verifying = lead
        reasons = _in_order(unit, matters, self._placed(regions, unit, matters))
        clear = self._settled([one.score for one in matters])
        sure = clear and unit not in self._barred
        helpers = self._helpers(units, ranked, {unit, verifying})
        placeless = not regions and self._matters[ranked[0]].district_led
        return Proposal(unit, verifying, environment, sure, reasons, helpers, placeless)

    def _add_channel(self, units: Found, channel: str) -> None:
        """Let the channel speak for units that its problems mostly concern."""
        for place, channels in enumerate(self._channels):
            if channel in channels:
                units.setdefault(place, {})[f"渠道 {channel}"] = channels[channel]

    def _candidate(self, place: int, words: Mapping[str, int]) -> Candidate:
        heavy = tuple(sorted(words, key=lambda word: (-words[word], word)))
        return Candidate(self._matters[place].unit, _score(words), heavy)

    def _lead(
        self, matters: list[Candidate], ranked: list[int], regions: Found
    ) -> tuple[str, str] | None:
        """The one district named leads where the matter allows it or is nobody's clear matter.

        Who was asked first is responsible first (首接负责): that is the district of the place.
        """
        district = self._districts[next(iter(regions))] if len(regions) == 1 else ""
        if not matters:
            return (district, self._verifier) if district else None
        matter = self._matters[ranked[0]]
        unclear = matters[0].score < self._threshold
        if district and (matter.district_led or unclear):
            return district, matter.verifying
        return matter.unit, self._verifier

    def _placed(self, regions: Found, unit: str, matters: list[Candidate]) -> Candidate | None:
        """The district named, in the subject rather than in the body, earlier in the rules."""
        if not regions:
            return None
        place = max(regions, key=lambda place: _score(regions[place]))
        district = self._districts[place]
        score = matters[0].score if matters and unit == district else 0
        return Candidate(district, score, tuple(sorted(regions[place])), placed=True)

    def _settled(self, scores: list[int]) -> bool:
        first, second, *_ = *scores, 0, 0
        return first >= self._threshold and first - second >= self._margin

    def _environment(self, found: Found) -> Environment:
        if not found:
            return self._default
        return self._environments[max(found, key=lambda place: _score(found[place]))]

    def _helpers(self, units: Found, ranked: list[int], busy: set[str]) -> tuple[str, ...]:
        """Units whose matter several words tell that are not already the leading matter's."""
        if not ranked or _score(units[ranked[0]]) < self._threshold:
            return ()
        lead, free = units[ranked[0]], []
        for place in ranked[1:]:
            own = _own(units[place], lead)
            if len(own) >= _SEVERAL and _score(own) >= self._threshold:
                free.append(self._matters[place].unit)
        return tuple(unit for unit in free if unit not in busy | self._barred)[:_HELPERS]


def _in_order(
    unit: str, matters: list[Candidate], placed: Candidate | None
) -> tuple[Candidate, ...]:
    if placed is None:
        return tuple(matters)
    if placed.unit == unit:
        return (placed, *matters[: _TOP - 1])
    return (*matters[: _TOP - 1], placed)


def _score(words: Mapping[str, int]) -> int:
    return sum(words.values())


def _own(words: Mapping[str, int], lead: Mapping[str, int]) -> dict[str, int]:
    """The words that contain none of the lead's and are contained in none of them."""
    return {
        word: weight
        for word, weight in words.items()
        if not any(word in other or other in word for other in lead)
    }


def _matter(rule: Mapping[str, Any]) -> _Matter:
    return _Matter(rule["code"], rule["verifying"], rule["district_led"])


def _keywords(rule: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [(keyword["word"], keyword["weight"]) for keyword in rule["keywords"]]


def _channels(rule: Mapping[str, Any]) -> dict[str, int]:
    return {channel["code"]: channel["weight"] for channel in rule.get("channels", ())}


def _named(
    rule: Mapping[str, Any], names: Mapping[str, str], weight: int
) -> Iterator[tuple[str, int]]:
    """The names of the rule's unit that none of its words, nor a shorter name, finds already."""
    if not weight:
        return
    known = [word for word, _ in _keywords(rule)]
    for name in sorted(names, key=len):
        mine = names[name] == rule["code"] and len(name) >= _SHORTEST_NAME
        if mine and not any(word in name for word in known):
            known.append(name)
            yield name, weight
