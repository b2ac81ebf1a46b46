"""Whose matter a problem is: the words of its text weighed by rules that the office edits.

The rules are data (their file's head explains them); compiled once, they weigh thousands of texts a
second.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from domain.alleging import Alleged
from domain.codes import Environment, Term
from domain.matter_words import channels, keywords, names_of
from domain.simplified import comparable
from domain.weighing import Found, Scales

_TOP = 3
_HELPERS = 2
_SEVERAL = 2
"""One word is too little to say that a second unit has a part in the matter."""
_NO_NAMES: Mapping[str, str] = {}


class First(Term):
    """Why a unit was asked first."""

    INDICATED = "indicated", "来件指明"
    BROUGHT = "brought", "由其报来"
    NAMED = "named", "来件点名"


@dataclass(frozen=True)
class Candidate:
    """A unit that the matter may belong to, its score, and the words that speak for it.

    ``placed`` says that the words are places: the unit is the district they lie in. Its score is
    that of the matter it would lead, 0 where the matter is not the districts'. ``first`` says why
    it was asked first, and is responsible first (首接负责) for what is nobody's clear matter.
    """

    unit: str
    score: int
    words: tuple[str, ...]
    placed: bool = False
    first: First | None = None


@dataclass(frozen=True)
class Proposal:
    """Who should lead, who verifies, who could assist, and under which environment.

    ``unit`` is empty when no rule has a word of the text. ``sure`` says that the rules settle it;
    otherwise the office decides. ``reasons`` are the best three candidates, the best first.
    ``assisting`` are units whose own matters the text names as well: the office decides whether
    they take part, for that makes it a case of several units with a longer limit. ``placeless``
    says that a district would lead, were its place named. ``allegations`` are words about what
    persons did, or the channel of such reports: then ``organ`` is whom the office refers it to.
    ``version`` is that of the rules.
    """

    unit: str
    verifying: str
    environment: Environment
    sure: bool
    reasons: tuple[Candidate, ...]
    assisting: tuple[str, ...] = ()
    placeless: bool = False
    organ: str = ""
    allegations: tuple[str, ...] = ()
    version: int = 0


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
        self._version: int = rules.get("version", 0)
        self._threshold: int = rules["threshold"]
        self._margin: int = rules["margin"]
        self._default = Environment(rules["default_environment"])
        self._verifier: str = rules["department_verifier"]
        self._barred = frozenset(barred)
        self._matters = [_matter(rule) for rule in rules["unit"]]
        self._environments = [Environment(rule["code"]) for rule in rules["environment"]]
        self._districts = [region["code"] for region in rules["region"]]
        self._channels = [channels(rule) for rule in rules["unit"]]
        self._handlers = {rule["code"] for rule in rules["unit"]} | set(self._districts)
        self._names = names
        self._alleged = Alleged(rules.get("allegation", {}))
        weight = rules.get("named_weight", 0)
        groups = (
            [[*keywords(rule), *names_of(rule, names, weight)] for rule in rules["unit"]],
            [keywords(rule) for rule in rules["environment"]],
            [[(word, 1) for word in region["words"]] for region in rules["region"]],
        )
        self._scales = Scales(groups, rules["subject_factor"], rules["body_factor"])

    def propose(
        self,
        subject: str,
        body: str,
        channel: str = "",
        *,
        named_unit: str = "",
        by_unit: str = "",
    ) -> Proposal:
        """Weigh a problem; the same text from the same channel always gives the same proposal.

        ``named_unit`` is the code of the unit that the incoming row names as responsible,
        ``by_unit`` that of the one that brought the problem in. An allegation about persons is
        never settled: the office refers it.
        """
        subject, body = comparable(subject), comparable(body)
        units, environments, regions = self._scales.weigh(subject, body)
        self._add_channel(units, channel)
        first = self._first(units, named_unit, by_unit)
        proposal = self._proposed(_Weighed(units, regions, first), self._environment(environments))
        proposal = replace(proposal, version=self._version)
        words = self._alleged.found(subject, body, channel)
        if not words:
            return proposal
        return replace(proposal, sure=False, organ=self._alleged.organ, allegations=words)

    def _proposed(self, found: "_Weighed", environment: Environment) -> Proposal:
        units, regions, first = found
        ranked = sorted(units, key=lambda place: -_score(units[place]))
        matters = [self._candidate(place, units[place]) for place in ranked[:_TOP]]
        if first is not None and self._unclear(matters):
            matters = [_asked_first(one, first) for one in matters]
        lead = self._lead(matters, ranked, found)
        if lead is None:
            return Proposal("", "", environment, sure=False, reasons=())
        unit, verifying = lead
        others = (self._placed(regions, unit, matters), first)
        reasons = _in_order(unit, matters, [one for one in others if one is not None])
        clear = self._settled([one.score for one in matters])
        sure = clear and unit not in self._barred
        helpers = self._helpers(units, ranked, {unit, verifying})
        placeless = bool(ranked) and not regions and self._matters[ranked[0]].district_led
        return Proposal(unit, verifying, environment, sure, reasons, helpers, placeless)

    def _first(self, units: Found, named_unit: str, by_unit: str) -> Candidate | None:
        """The unit that was asked first: named by the row, the one that brought it, named inside.

        An organ that handles nothing itself is not responsible for what it brings.
        """
        for code, why in ((named_unit, First.INDICATED), (by_unit, First.BROUGHT)):
            if code in self._handlers:
                return Candidate(code, 0, (why.zh,), first=why)
        named = [place for place, words in units.items() if any(w in self._names for w in words)]
        if len(named) != 1:
            return None
        words = tuple(word for word in units[named[0]] if word in self._names)
        return Candidate(self._matters[named[0]].unit, 0, words, first=First.NAMED)

    def _add_channel(self, units: Found, channel: str) -> None:
        """Let the channel speak for units that its problems mostly concern."""
        for place, weights in enumerate(self._channels):
            if channel in weights:
                units.setdefault(place, {})[f"渠道 {channel}"] = weights[channel]

    def _candidate(self, place: int, words: Mapping[str, int]) -> Candidate:
        heavy = tuple(sorted(words, key=lambda word: (-words[word], word)))
        return Candidate(self._matters[place].unit, _score(words), heavy)

    def _lead(
        self, matters: list[Candidate], ranked: list[int], found: "_Weighed"
    ) -> tuple[str, str] | None:
        """The unit whose matter it clearly is, or the one district named where the matter allows.

        Of nobody's clear matter, who was asked first is responsible first (首接负责), with the
        district of the place as fallback.
        """
        regions, first = found.regions, found.first
        district = self._districts[next(iter(regions))] if len(regions) == 1 else ""
        unclear = self._unclear(matters)
        matter = self._matters[ranked[0]] if matters else None
        if unclear and first is not None:
            return first.unit, self._verifier
        if matter is None:
            return (district, self._verifier) if district else None
        if district and (matter.district_led or unclear):
            return district, matter.verifying
        return matter.unit, self._verifier

    def _unclear(self, matters: list[Candidate]) -> bool:
        return not matters or matters[0].score < self._threshold

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


class _Weighed(NamedTuple):
    """What was found in a text: units and districts with their words, and who was asked first."""

    units: Found
    regions: Found
    first: Candidate | None


def _asked_first(one: Candidate, first: Candidate) -> Candidate:
    return replace(one, first=first.first) if one.unit == first.unit else one


def _in_order(
    unit: str, matters: list[Candidate], others: list[Candidate]
) -> tuple[Candidate, ...]:
    """The best three, the unit that is to lead before them, those that are no matter last."""
    known = {one.unit: one for one in matters}
    leading = [one for one in others if one.unit == unit and (one.placed or unit not in known)]
    behind = [one for one in others if one.unit not in {unit, *known}]
    own = [known[unit]] if unit in known and not leading else []
    rest = [one for one in matters if one.unit != unit]
    ahead = [*leading[:1], *own]
    room = _TOP - len(ahead) - len(behind)
    return (*ahead, *rest[: max(room, 0)], *behind)[:_TOP]


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
