"""Which dispatch rules send matters to units that return them: a hint at a rule to change.

Each returned case is weighed by the rules in force, so that the words named are those to edit.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass

from domain.triaging import Proposal
from models.intray import Incoming
from models.return_rates import Period, Returned, returned
from tasks.assigning import triage_for, weighed
from tasks.desk import Desk

WORTH_TELLING = 2
"""Returns of one matter from which on it is told of: a single one is no pattern."""
SHOWN = 20


@dataclass(frozen=True)
class Hint:
    """A matter that is returned: the unit whose rule has it, the rule's word, how often, by whom.

    ``upheld`` counts the returns that the office granted.
    """

    unit: str
    word: str
    returns: int
    upheld: int
    returned_by: tuple[str, ...]


def return_hints(desk: Desk, period: Period) -> list[Hint]:
    """List the matters most often returned in a period, by the rule that proposes them."""
    triage = triage_for(desk)
    matters: dict[tuple[str, str], list[Returned]] = defaultdict(list)
    for one in returned(desk.engine, period):
        asked = Incoming(one.no, one.subject, one.body, one.channel, one.named_unit, one.by_unit)
        matters[_matter(weighed(triage, asked), one.unit)].append(one)
    hints = [_hint(matter, ones) for matter, ones in matters.items()]
    worth = [hint for hint in hints if hint.returns >= WORTH_TELLING]
    return sorted(worth, key=lambda hint: (-hint.returns, hint.unit, hint.word))[:SHOWN]


def _matter(proposal: Proposal, unit: str) -> tuple[str, str]:
    """The rule of the unit that returned it, if it has a word; else the rule that weighs most."""
    matters = [one for one in proposal.reasons if one.words and not one.placed]
    own = [one for one in matters if one.unit == unit] or matters
    return (own[0].unit, own[0].words[0]) if own else ("", "")


def _hint(matter: tuple[str, str], ones: list[Returned]) -> Hint:
    by = Counter(one.unit for one in ones)
    upheld = sum(one.status == "granted" for one in ones)
    return Hint(*matter, len(ones), upheld, tuple(unit for unit, _ in by.most_common()))
