"""The clock operations that commands have in common."""

from collections.abc import Iterable

from domain.case import Case
from domain.clocks import Clock, ClockOp, Op
from domain.codes import ClockKind, RequestKind

UNIT_CLOCKS = (
    ClockKind.SIGN,
    ClockKind.CONTACT,
    ClockKind.INTERIM,
    ClockKind.FINISH,
    ClockKind.OPINION,
)
"""The clocks that run while units handle the case."""
PART_CLOCKS = (ClockKind.SIGN, ClockKind.OPINION)
"""The clocks of an assisting unit's part, under the part's slot."""


def stop_all(case: Case, *kinds: ClockKind) -> tuple[ClockOp, ...]:
    """Stop what runs or is paused, of the kinds named or of all."""
    return tuple(ClockOp(Op.STOP, c.kind, c.slot) for c in case.unstopped(*kinds))


def pause_all(case: Case, *kinds: ClockKind) -> tuple[ClockOp, ...]:
    """Pause what runs, of the kinds named or of all."""
    return tuple(ClockOp(Op.PAUSE, c.kind, c.slot) for c in case.running(*kinds))


def resume_all(case: Case, rule: str) -> tuple[ClockOp, ...]:
    """Resume what is paused, but for parts whose return waits for a ruling; ``rule`` says why."""
    return resumed((c for c in case.unstopped() if not _held(case, c)), rule)


def resumed(clocks: Iterable[Clock], rule: str) -> tuple[ClockOp, ...]:
    """Resume those of ``clocks`` that are paused; ``rule`` says why."""
    paused = (c for c in clocks if c.paused_at is not None and c.stopped_at is None)
    return tuple(ClockOp(Op.RESUME, c.kind, c.slot, rule=rule) for c in paused)


def held_slots(case: Case) -> frozenset[int]:
    """Give the slots of the parts whose return waits for a ruling."""
    return frozenset(r.slot for r in case.pending(RequestKind.RETURN) if r.slot)


def of_part(case: Case, slot: int) -> tuple[Clock, ...]:
    """List the clocks of a part that run or are paused."""
    return tuple(c for c in case.unstopped(*PART_CLOCKS) if c.slot == slot)


def stop_ruling(case: Case, slot: int) -> tuple[ClockOp, ...]:
    """Stop the office's clock for ruling on the return of that slot."""
    return tuple(op for op in stop_all(case, ClockKind.RULING) if op.slot == slot)


def _held(case: Case, clock: Clock) -> bool:
    return clock.kind in PART_CLOCKS and clock.slot in held_slots(case)


def joined(*parts: Iterable[ClockOp]) -> tuple[ClockOp, ...]:
    """Put operations one after the other."""
    return tuple(op for part in parts for op in part)
