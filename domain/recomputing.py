"""Clocks computed from nothing but the history of their case, re-projections included.

A re-projection counts a clock again under other rules (a calendar year loaded, a policy applied):
from there on all that was done to it since it last started counts under the new rules. What fired
stays fired, and what stands still stands still (design: clocks and rungs).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from domain.clocks import Clock, ClockKey, ClockOp, Op, Rules, applied, provisional
from domain.ladder import SILENT

Round = tuple[tuple[datetime, ClockOp], ...]
"""What was done to one clock since it last started, each with its instant; the start is first."""


class Written(Protocol):
    """An entry of history: its instant, its operations, and the rules they were computed under."""

    @property
    def at(self) -> datetime:
        """The instant of the command (aware)."""

    @property
    def ops(self) -> tuple[ClockOp, ...]:
        """Its operations on clocks."""

    @property
    def rules(self) -> Rules:
        """Calendar and policy of the versions that the entry names."""


@dataclass(frozen=True)
class Entry:
    """The plainest entry of history."""

    at: datetime
    ops: tuple[ClockOp, ...]
    rules: Rules


def recompute(history: Iterable[Written]) -> dict[ClockKey, Clock]:
    """Compute the clocks of a case as they are at the end of its history."""
    clocks: dict[ClockKey, Clock] = {}
    for clocks in unfold(history):  # noqa: B007 - the last one stays
        pass
    return clocks


def unfold(history: Iterable[Written]) -> Iterator[dict[ClockKey, Clock]]:
    """Give the clocks of a case after each entry of its history."""
    clocks: dict[ClockKey, Clock] = {}
    rounds: dict[ClockKey, Round] = {}
    for entry in history:
        clocks = dict(clocks)
        for op in entry.ops:
            rounds[op.key] = followed(rounds.get(op.key, ()), entry.at, op)
            stood = clocks.get(op.key)
            if op.op is Op.REPROJECT and stood is not None:
                clocks[op.key] = reprojected(rounds[op.key], stood, entry.rules)
            else:
                clocks[op.key] = applied(stood, op, entry.at, entry.rules)
        yield clocks


def followed(done: Round, at: datetime, op: ClockOp) -> Round:
    """Give a clock's round after one more operation.

    A start begins another round; a re-projection may give the start another budget. Rungs that
    fired are no part of it: they move no instant.
    """
    if op.op is Op.START:
        return ((at, op),)
    if op.op is Op.REPROJECT:
        return _rebudgeted(done, op)
    return done if op.op is Op.FIRE else (*done, (at, op))


def reprojected(done: Round, stood: Clock, rules: Rules) -> Clock:
    """Count a round again under ``rules``; ``stood`` is the clock as it is.

    Rung and revision stay as they were. A public notice runs as announced, whatever the rules say
    now: only its provisional mark is renewed.
    """
    if stood.kind in SILENT:
        return replace(stood, provisional=provisional(stood.started_at, stood.due_at, rules))
    clock: Clock | None = None
    for at, op in done:
        clock = applied(clock, op, at, rules)
    if clock is None:
        message = f"clock {stood.kind}/{stood.slot} has no start to count again from"
        raise ValueError(message)
    if (clock.revision, clock.rung) == (stood.revision, stood.rung):
        return clock
    return replace(clock, revision=stood.revision, rung=stood.rung)


def _rebudgeted(done: Round, op: ClockOp) -> Round:
    if op.limit is None or not done:
        return done
    (at, start), *rest = done
    return ((at, replace(start, limit=op.limit)), *rest)
