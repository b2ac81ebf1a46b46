"""What a change of calendar or policy would move, found by reading alone."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine

from domain.clocks import Rules
from domain.reprojecting import Recount
from models.engine import transaction
from models.reprojection_reading import Change, Reached, read_reached, stretch
from models.rulebook import book_for

MOST_MOVES = 10_000
"""Moves that are listed; further ones are counted."""


@dataclass(frozen=True)
class Move:
    """A deadline that moves: of which clock, from when to when (aware), and why, in words.

    ``overdue`` says that its holder, in time before, would be late at once.
    """

    no: str
    kind: str
    slot: int
    holder: str
    due_from: datetime
    due_to: datetime
    because: str
    overdue: bool


@dataclass
class Counts:
    """How many clocks end earlier, end later, are no longer provisional, are overdue at once."""

    earlier: int = 0
    later: int = 0
    firm: int = 0
    overdue: int = 0

    def add(self, found: Recount, now: datetime) -> None:
        """Count one clock."""
        self.earlier += found.after.due_at < found.before.due_at
        self.later += found.after.due_at > found.before.due_at
        self.firm += found.firm
        self.overdue += found.overdue(now)


@dataclass
class Preview:
    """What would move. ``changed`` is false where nothing differs from what is in force.

    ``looked`` counts the cases looked at, ``cases`` those whose history would get an entry, by kind
    of clock ``counts`` what becomes of them; ``more`` are the moves beyond those listed.
    """

    changed: bool = False
    looked: int = 0
    cases: int = 0
    counts: dict[str, Counts] = field(default_factory=lambda: defaultdict(Counts))
    moves: list[Move] = field(default_factory=list)
    more: int = 0

    @property
    def total(self) -> Counts:
        """The counts of all kinds of clock together."""
        by_kind = self.counts.values()
        return Counts(
            earlier=sum(counts.earlier for counts in by_kind),
            later=sum(counts.later for counts in by_kind),
            firm=sum(counts.firm for counts in by_kind),
            overdue=sum(counts.overdue for counts in by_kind),
        )


@dataclass(frozen=True)
class Question:
    """What is asked: a change, at which business time, and how to say why a clock moves."""

    change: Change
    now: datetime
    because: Callable[[Recount], str]


def preview(
    engine: Engine, question: Question, progress: Callable[[int], None] = lambda _: None
) -> Preview:
    """Find out, writing and locking nothing; ``progress`` is told how many cases a batch had."""
    report, book, cursor = Preview(changed=True), book_for(engine), 0
    while True:
        with transaction(engine) as connection:
            found = stretch(connection, question.change, cursor)
            if found is None:
                return report
            for case in read_reached(connection, question.change, found.ids):
                rules = question.change.rules(connection, book, case.policy)
                _add(report, case, rules, question)
        cursor = found.last
        report.looked += found.looked
        progress(found.looked)


def _add(report: Preview, case: Reached, rules: Rules, question: Question) -> None:
    applied = question.change.policy
    recounts = list(case.recounts(rules, rebudget=applied is not None))
    another = applied is not None and applied.version != case.policy
    report.cases += bool(recounts) or another
    for _, found in recounts:
        report.counts[found.after.kind].add(found, question.now)
        if found.moved and len(report.moves) < MOST_MOVES:
            report.moves.append(_move(case, found, question))
        else:
            report.more += found.moved


def _move(case: Reached, found: Recount, question: Question) -> Move:
    return Move(
        no=case.no,
        kind=found.after.kind,
        slot=found.after.slot,
        holder=found.after.holder,
        due_from=found.before.due_at,
        due_to=found.after.due_at,
        because=question.because(found),
        overdue=found.overdue(question.now),
    )
