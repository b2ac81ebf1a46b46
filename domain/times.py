"""The clock operations that commands have in common."""

from collections.abc import Iterable

from domain.case import Case
from domain.clocks import ClockOp, Op
from domain.codes import ClockKind

UNIT_CLOCKS = (
    ClockKind.SIGN,
    ClockKind.CONTACT,
    ClockKind.INTERIM,
    ClockKind.FINISH,
    ClockKind.OPINION,
)
"""The clocks that run while units handle the case."""


def stop_all(case: Case, *kinds: ClockKind) -> tuple[ClockOp, ...]:
    """Stop what runs or is paused, of the kinds named or of all."""
    return tuple(ClockOp(Op.STOP, c.kind, c.slot) for c in case.unstopped(*kinds))


def pause_all(case: Case, *kinds: ClockKind) -> tuple[ClockOp, ...]:
    """Pause what runs, of the kinds named or of all."""
    return tuple(ClockOp(Op.PAUSE, c.kind, c.slot) for c in case.running(*kinds))


def resume_all(case: Case, rule: str) -> tuple[ClockOp, ...]:
    """Resume everything that is paused; ``rule`` says why."""
    paused = (c for c in case.unstopped() if c.paused_at is not None)
    return tuple(ClockOp(Op.RESUME, c.kind, c.slot, rule=rule) for c in paused)


def joined(*parts: Iterable[ClockOp]) -> tuple[ClockOp, ...]:
    """Put operations one after the other."""
    return tuple(op for part in parts for op in part)
