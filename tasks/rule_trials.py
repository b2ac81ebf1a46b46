"""New dispatch rules tried on past cases beside those in force; nothing is written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from domain.triaging import Proposal, Triage
from models.dispatched import Dispatched, dispatched
from models.rule_sets import read_rules
from tasks.assigning import compiled
from tasks.desk import Desk
from tasks.rules import check_rule_body

EXAMPLES = 20
"""Changed cases that are shown, those first that the new rules take from the right unit."""
PAST = 5000
"""Cases looked at unless told otherwise, the newest."""

Progress = Callable[[int], None]
"""Told after each batch how many cases it looked at."""


@dataclass
class Side:
    """How one set of rules does: cases it settles, and how its proposals agree with the lead unit.

    ``first`` and ``top`` count agreement of the unit proposed and of one of the best three;
    ``first_by_hand`` those of ``first`` that a person dispatched; ``settled_right`` those settled
    to the unit that leads in the end.
    """

    settled: int = 0
    settled_right: int = 0
    first: int = 0
    first_by_hand: int = 0
    top: int = 0

    def count(self, case: Dispatched, proposal: Proposal) -> None:
        """Count one case."""
        right = proposal.unit == case.lead
        self.settled += proposal.sure
        self.settled_right += proposal.sure and right
        self.first += right
        self.first_by_hand += right and case.by_hand
        self.top += case.lead in {proposal.unit, *(one.unit for one in proposal.reasons)}


@dataclass(frozen=True)
class Changed:
    """A case for which the rules differ: the unit proposed before and after, and who leads it."""

    no: str
    subject: str
    before: str
    after: str
    lead: str

    @property
    def worse(self) -> bool:
        """Whether the rules in force have it right and the new ones do not."""
        return self.before == self.lead


@dataclass
class Trial:
    """The two sides over the same past cases; ``changed`` counts other units proposed."""

    version: int
    looked: int = 0
    by_hand: int = 0
    changed: int = 0
    before: Side = field(default_factory=Side)
    after: Side = field(default_factory=Side)
    worse: list[Changed] = field(default_factory=list)
    others: list[Changed] = field(default_factory=list)

    @property
    def same(self) -> int:
        """For how many cases both propose the same unit."""
        return self.looked - self.changed

    @property
    def examples(self) -> list[Changed]:
        """Changed cases to look at, at most ``EXAMPLES``."""
        return [*self.worse, *self.others][:EXAMPLES]


def try_rules(
    desk: Desk, body: Mapping[str, Any], limit: int = PAST, progress: Progress = lambda _: None
) -> Trial:
    """Weigh the newest dispatched cases by the rules in force and by new ones."""
    check_rule_body(desk, body)
    present = read_rules(desk.engine)
    rules = compiled(desk, present.body), compiled(desk, body)
    trial = Trial(present.version)
    for batch in dispatched(desk.engine, limit):
        for case in batch:
            _try_one(trial, case, rules)
        progress(len(batch))
    return trial


def _try_one(trial: Trial, case: Dispatched, rules: tuple[Triage, Triage]) -> None:
    before, after = (one.propose(case.subject, case.body, case.channel) for one in rules)
    trial.looked += 1
    trial.by_hand += case.by_hand
    trial.before.count(case, before)
    trial.after.count(case, after)
    if before.unit == after.unit:
        return
    trial.changed += 1
    found = Changed(case.no, case.subject, before.unit, after.unit, case.lead)
    kept = trial.worse if found.worse else trial.others
    if len(kept) < EXAMPLES:
        kept.append(found)
