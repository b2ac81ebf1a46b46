"""The one table of what each state allows (design: states).

The transition function, the database's CHECK constraint, the diagram and the tests are all derived
from it.
"""

from dataclasses import dataclass

from domain.codes import FINAL, OPEN, Role, State


@dataclass(frozen=True)
class Transition:
    """In ``source``, ``command`` may be given by ``roles`` and leads to one of ``targets``."""

    source: State
    command: str
    targets: frozenset[State]
    roles: frozenset[Role]


S = State
OFFICE = frozenset({Role.OFFICE})
UNIT = frozenset({Role.UNIT})
VERIFIER = frozenset({Role.VERIFIER})
LEADER = frozenset({Role.LEADER})
SYSTEM = frozenset({Role.SYSTEM})
OBJECTOR = frozenset({Role.OBJECTOR, Role.UNIT, Role.OFFICE})
DECIDER = OFFICE | VERIFIER
CHECKER = frozenset({Role.INSPECTOR, Role.OFFICE})
STAYS: tuple[State, ...] = ()

_Row = tuple[State, str, tuple[State, ...], frozenset[Role]]

_ROWS: tuple[_Row, ...] = (
    (S.DETECTED, "dispatch", (S.ASSIGNED,), OFFICE | SYSTEM),
    (S.DETECTED, "reject", (S.REJECTED,), OFFICE),
    (S.DETECTED, "merge", (S.MERGED,), OFFICE | SYSTEM),
    (S.DETECTED, "refer", (S.REFERRED,), OFFICE),
    (S.ASSIGNED, "sign", (S.RECTIFYING, S.ASSIGNED), UNIT),
    (S.ASSIGNED, "return", (S.RETURNED, S.ASSIGNED), UNIT),
    (S.ASSIGNED, "dispatch", (S.ASSIGNED,), OFFICE),
    (S.ASSIGNED, "merge", (S.MERGED,), OFFICE),
    (S.ASSIGNED, "refer", (S.REFERRED,), OFFICE),
    (S.ASSIGNED, "interim", STAYS, UNIT),
    (S.ASSIGNED, "remind", STAYS, OFFICE | SYSTEM),
    (S.RECTIFYING, "submit", (S.SUBMITTED,), UNIT),
    (S.RECTIFYING, "return", (S.RETURNED, S.RECTIFYING), UNIT),
    (S.RECTIFYING, "dispatch", (S.ASSIGNED,), OFFICE),
    (S.RECTIFYING, "merge", (S.MERGED,), OFFICE),
    (S.RECTIFYING, "refer", (S.REFERRED,), OFFICE),
    (S.RECTIFYING, "sign", STAYS, UNIT),
    (S.RECTIFYING, "contact", STAYS, UNIT),
    (S.RECTIFYING, "interim", STAYS, UNIT),
    (S.RECTIFYING, "extend", STAYS, UNIT),
    (S.RECTIFYING, "shelve", STAYS, UNIT),
    (S.RECTIFYING, "rule", (S.RECTIFYING, S.SHELVED), DECIDER),
    (S.RECTIFYING, "remind", STAYS, OFFICE | SYSTEM),
    (S.RETURNED, "dispatch", (S.ASSIGNED,), OFFICE),
    (S.RETURNED, "rule", (S.ASSIGNED, S.RETURNED), OFFICE),
    (S.SHELVED, "resume", (S.RECTIFYING,), OFFICE | SYSTEM),
    (S.SUBMITTED, "accept", (S.IN_NOTICE, S.IN_REVIEW, S.RECTIFYING), DECIDER),
    (S.SUBMITTED, "remind", STAYS, OFFICE | SYSTEM),
    (S.IN_NOTICE, "end_notice", (S.IN_REVIEW,), SYSTEM),
    (S.IN_NOTICE, "object", STAYS, OBJECTOR),
    (S.IN_NOTICE, "rule", (S.IN_NOTICE, S.RECTIFYING), OFFICE),
    (S.IN_REVIEW, "rule", (S.IN_REVIEW, S.RECTIFYING), OFFICE),
    (S.IN_REVIEW, "sign_off", (S.IN_REVIEW, S.RECTIFYING), LEADER),
    (S.IN_REVIEW, "review", (S.CLOSED, S.RECTIFYING), OFFICE),
    (S.IN_REVIEW, "remind", STAYS, OFFICE | SYSTEM),
    (S.CLOSED, "callback", (S.CLOSED, S.VERIFIED, S.RECTIFYING), OFFICE),
    (S.CLOSED, "order_recheck", STAYS, OFFICE | SYSTEM),
    (S.CLOSED, "recheck", (S.CLOSED, S.VERIFIED, S.RECTIFYING), CHECKER),
    (S.VERIFIED, "order_recheck", STAYS, OFFICE | SYSTEM),
    (S.VERIFIED, "recheck", (S.VERIFIED, S.RECTIFYING), CHECKER),
    (S.CLOSED, "archive", (S.VERIFIED,), SYSTEM),
    (S.REFERRED, "feedback", STAYS, OFFICE),
    (S.MERGED, "split", (S.DETECTED, S.ASSIGNED, S.RECTIFYING), OFFICE),
    *((state, "edit", STAYS, OFFICE) for state in S if state not in FINAL),
)

_EVERYWHERE_OPEN: tuple[tuple[str, frozenset[Role]], ...] = (
    ("escalate", OFFICE),
    ("deescalate", OFFICE),
    ("delist", OFFICE),
    ("exclude", OFFICE | UNIT),
    ("withdraw", UNIT | frozenset({Role.OBJECTOR, Role.OFFICE})),
    ("rule", OFFICE),
)
_AFTER_CLOSING: tuple[tuple[str, frozenset[Role]], ...] = (
    ("delist", OFFICE),
    ("exclude", OFFICE | UNIT),
    ("withdraw", UNIT | frozenset({Role.OBJECTOR, Role.OFFICE})),
    ("rule", OFFICE),
)


def _table() -> dict[tuple[State, str], Transition]:
    rows = list(_ROWS)
    written = {(source, command) for source, command, _, _ in rows}
    for states, commands in ((OPEN, _EVERYWHERE_OPEN), ({S.CLOSED, S.VERIFIED}, _AFTER_CLOSING)):
        rows += [
            (state, command, STAYS, roles)
            for state in sorted(states)
            for command, roles in commands
            if (state, command) not in written
        ]
    return {
        (source, command): Transition(source, command, frozenset(targets or (source,)), roles)
        for source, command, targets, roles in rows
    }


TABLE = _table()


def allowed(state: State) -> tuple[str, ...]:
    """List the commands a state allows, in the order of the table."""
    return tuple(command for source, command in TABLE if source is state)


def exits(state: State) -> frozenset[State]:
    """List the other states that one command can lead to."""
    targets = (row.targets for (source, _), row in TABLE.items() if source is state)
    return frozenset().union(*targets) - {state}
