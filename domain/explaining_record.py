"""What an explanation rests on: a case, its history with the clocks before and after, its cards."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.case import Case
from domain.clocks import Clock, ClockKey, ClockOp, Rules
from domain.codes import Role, Rung
from domain.recomputing import unfold

Names = Mapping[str, str]
"""The name of each unit by its code; a code it lacks is shown as it is."""


@dataclass(frozen=True)
class Entry:
    """One entry of history that changed clocks: at what instant, by whom, under which rules.

    ``actor`` is as history keeps it (``unit:shuiwu``), ``claimed`` the name that was typed.
    """

    at: datetime
    event: str
    actor: str
    ops: tuple[ClockOp, ...]
    rules: Rules
    claimed: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Step(Entry):
    """An entry, with the clocks of the case before and after it."""

    before: Mapping[ClockKey, Clock] = field(default_factory=dict)
    after: Mapping[ClockKey, Clock] = field(default_factory=dict)

    def of(self, key: ClockKey) -> tuple[ClockOp, ...]:
        """Give the operations on one clock."""
        return tuple(op for op in self.ops if op.key == key)


@dataclass(frozen=True)
class Card:
    """A rung that fired: ``at`` is its instant by rule, ``checked_at`` when a check fired it.

    ``coalesced`` says that a higher one of the same check was sent in its place, ``withdrawn_at``
    when an approval took it back, ``unsent`` that its notices lost their ground before they left.
    """

    key: ClockKey
    rung: Rung
    at: datetime
    checked_at: datetime
    coalesced: bool = False
    withdrawn_at: datetime | None = None
    unsent: bool = False


@dataclass(frozen=True)
class Record:
    """A case with all that its clocks rest on; ``rules`` are those it is decided by now."""

    case: Case
    rules: Rules
    steps: tuple[Step, ...] = ()
    cards: tuple[Card, ...] = ()


def steps(entries: Iterable[Entry]) -> Iterator[Step]:
    """Give each entry with the clocks before and after it, computed from history."""
    history = list(entries)
    before: Mapping[ClockKey, Clock] = {}
    for entry, after in zip(history, unfold(history), strict=True):
        yield Step(**vars(entry), before=before, after=after)
        before = after


def who(actor: str, names: Names, claimed: str = "") -> str:
    """Name who acted: a unit by its name, others by their role, with the name that was typed."""
    role, _, code = actor.partition(":")
    said = names.get(code, code) if code else Role(role).zh
    return f"{said}（{claimed}）" if claimed else said
