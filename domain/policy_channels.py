"""The section of the policy by which a channel has terms of its own: ``[channels.parlour]``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from domain.codes import Kind, Urgency
from domain.limits import Limit
from domain.policy_reading import Reader, limit_in, section, table
from domain.policy_sections import Handling, RungRule

OwnTerm = Annotated[Limit | None, limit_in("wd", "h", "d", "mo")]
"""A limit in any unit, or none: then the general one holds."""
GENERAL = (Kind.SIMPLE, Kind.ORDINARY, Kind.HARM)
"""The kinds whose time to finish a channel may set. The work of several units and inspections have
limits of their own, wherever they came in."""


@dataclass(frozen=True)
class ChannelTerms:
    """What a channel's cases have in place of the general limits; ``None`` leaves those.

    ``finish`` holds for the kinds in ``GENERAL``, ``triage`` for normal urgency, ``interim`` for
    all but inspections. Urgent cases and emergencies keep their shorter limits.
    """

    triage: OwnTerm = None
    sign: OwnTerm = None
    contact: OwnTerm = None
    interim: OwnTerm = None
    finish: OwnTerm = None

    def own(self, term: str, kind: Kind, urgency: Urgency) -> Limit | None:
        """Give the limit that takes effect for a case of that class, by the name of its field."""
        held = {
            "triage": urgency is Urgency.NORMAL,
            "interim": kind is not Kind.INSPECTION,
            "finish": kind in GENERAL and urgency is not Urgency.EMERGENCY,
        }
        limit: Limit | None = getattr(self, term)
        return limit if held.get(term, True) else None

    def triaged(self, triage: Mapping[str, Limit]) -> Mapping[str, Limit]:
        """Give the limits of triage, by urgency, with the channel's own."""
        return {**triage, Urgency.NORMAL: self.triage or triage[Urgency.NORMAL]}

    def handled(self, handling: Handling) -> Handling:
        """Give the limits of handling with the channel's own."""
        return replace(
            handling,
            sign=self.sign or handling.sign,
            contact=self.contact or handling.contact,
            interim=self.interim or handling.interim,
        )

    def finished(self, finish: Mapping[str, Limit]) -> Mapping[str, Limit]:
        """Give the times to finish, by kind, with the channel's own."""
        own = dict.fromkeys(map(str, GENERAL), self.finish) if self.finish else {}
        return {kind: own.get(kind) or limit for kind, limit in finish.items()}


def by_channel() -> Reader:
    """Read sections named by channels' codes; which channels there are, the registry knows."""
    inner = section(ChannelTerms)

    def read(value: object, path: str) -> dict[str, ChannelTerms]:
        codes = value if isinstance(value, Mapping) else ()
        found: dict[str, ChannelTerms] = table({str(code): inner for code in codes}).read(
            value, path
        )
        return found

    return Reader(read, nested=True)


def late_triage(channels: Mapping[str, ChannelTerms], triage: Mapping[str, Limit]) -> Iterator[str]:
    """Say which channel's triage would be quicker than that of an urgent case."""
    for code, terms in channels.items():
        if terms.triage and terms.triage.roughly() < triage[Urgency.URGENT].roughly():
            yield f"[channels.{code}].triage 不应短于 [triage].urgent。"


def early_rungs(
    channels: Mapping[str, ChannelTerms], rungs: Mapping[str, RungRule]
) -> Iterator[str]:
    """Say which rung would come before a channel's time to finish has begun."""
    for channel, terms in channels.items():
        limit = terms.finish
        if limit is None or limit.unit != "wd":
            continue
        for code, rule in rungs.items():
            shortest = rule.min_term.amount if rule.min_term else 1
            if shortest <= limit.amount <= -rule.offset:
                yield f"[rungs.{code}].before 应短于 [channels.{channel}].finish（{limit.zh}）。"
