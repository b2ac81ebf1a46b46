"""A case as the rules see it: a frozen snapshot, loaded under lock, decided on, written back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from domain.clocks import Clock, ClockKey
from domain.codes import (
    ClockKind,
    Environment,
    Feedback,
    Kind,
    Mode,
    RequestKind,
    Result,
    Role,
    Rung,
    State,
    Urgency,
)


@dataclass(frozen=True)
class Actor:
    """Who acts: a role and, for units, the registry code. ``name`` is claimed, never proven."""

    role: Role
    code: str = ""
    name: str = ""

    def __str__(self) -> str:
        """Give the form kept in history: ``unit:shuiwu``, ``office``."""
        return f"{self.role}:{self.code}" if self.code else str(self.role)


SYSTEM = Actor(Role.SYSTEM)


@dataclass(frozen=True)
class Request:
    """Something asked for: applicant, figures asked, and the decision once there is one.

    ``status`` is ``pending``, ``granted``, ``refused``, ``withdrawn``, ``lapsed`` (its ground went
    away) or ``superseded`` (a higher proposal took its place). ``rung`` is what a proposal
    proposes, ``level`` the level of the case when it was asked. ``slot`` is that of the part which
    a return is about, 0 for the lead's.
    """

    number: int
    kind: RequestKind
    applicant: str
    asked_at: datetime
    status: str = "pending"
    days: int = 0
    until: datetime | None = None
    unit: str = ""
    rung: Rung | None = None
    level: int = 0
    decider: str = ""
    decided_at: datetime | None = None
    slot: int = 0

    @property
    def pending(self) -> bool:
        """Whether it still waits for a decision."""
        return self.status == "pending"


@dataclass(frozen=True)
class Follower:
    """A case that follows a lead, as the lead's closing must know it.

    ``answered`` says that its reporter reads the lead's standing where they reported; ``units`` are
    those that had it in hand.
    """

    no: str
    reachable: bool
    answered: bool = False
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """What an assisting unit has of a case: the slot of its clocks, and how often it was returned.

    A slot is at least 1 and stays with the part, whichever unit has it.
    """

    unit: str
    slot: int
    hops: int = 0


@dataclass(frozen=True)
class Case:
    """Everything the rules need to know of a case. ``seq`` counts its history, gapless from 1.

    ``entry`` numbers the state entries, ``wake_at`` is when the system itself must act (a notice
    ends, a shelved case is due back). ``former`` is the state a merged case returns to when split.
    ``returns`` counts the returns of the lead; ``slots`` and ``hops`` are those of the assisting
    units, in their order. Of a referred case, ``accused`` are the units whose persons it is about,
    ``feedback`` is what the organ last said became of it, asked for by ``feedback_due_at``.
    """

    no: str
    state: State
    environment: Environment | None
    kind: Kind
    urgency: Urgency
    channel: str
    detected_at: datetime
    last_event_at: datetime
    seq: int = 1
    entry: int = 1
    mode: Mode = Mode.RECTIFY
    lead_unit: str = ""
    assisting: tuple[str, ...] = ()
    verifying_unit: str = ""
    level: int = 0
    listed: bool = False
    excluded: bool = False
    reachable: bool = True
    returns: int = 0
    relapses: int = 0
    rehandlings: int = 0
    callback_attempts: int = 0
    signed_off: bool = False
    result: Result | None = None
    lead_case: str = ""
    former: State | None = None
    dispatched_at: datetime | None = None
    closed_at: datetime | None = None
    wake_at: datetime | None = None
    policy_version: int = 1
    slots: tuple[int, ...] = ()
    hops: tuple[int, ...] = ()
    accused: tuple[str, ...] = ()
    feedback: Feedback | None = None
    feedback_due_at: datetime | None = None
    clocks: Mapping[ClockKey, Clock] = field(default_factory=dict)
    requests: tuple[Request, ...] = ()

    def clock(self, kind: ClockKind, slot: int = 0) -> Clock | None:
        """Find one clock, whether it runs or not."""
        return self.clocks.get((kind, slot))

    def running(self, *kinds: ClockKind) -> tuple[Clock, ...]:
        """List the clocks neither stopped nor paused, of the kinds named or of all."""
        return tuple(
            c for c in self.clocks.values() if c.running and (not kinds or c.kind in kinds)
        )

    def unstopped(self, *kinds: ClockKind) -> tuple[Clock, ...]:
        """List the clocks that run or are paused, of the kinds named or of all."""
        return tuple(
            c
            for c in self.clocks.values()
            if c.stopped_at is None and (not kinds or c.kind in kinds)
        )

    def pending(self, *kinds: RequestKind) -> tuple[Request, ...]:
        """List the requests that wait for a decision."""
        return tuple(r for r in self.requests if r.pending and (not kinds or r.kind in kinds))

    def granted(self, kind: RequestKind) -> int:
        """Count the requests of a kind that were granted."""
        return sum(r.kind is kind and r.status == "granted" for r in self.requests)

    @property
    def next_request(self) -> int:
        """The number that the next request gets, from 1."""
        return max((request.number for request in self.requests), default=0) + 1

    @property
    def units(self) -> tuple[str, ...]:
        """The units that handle it, the lead first."""
        return (self.lead_unit, *self.assisting) if self.lead_unit else ()

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of the assisting units, in their order."""
        slots = self.slots or range(1, len(self.assisting) + 1)
        hops = self.hops or (0,) * len(self.assisting)
        return tuple(Part(*part) for part in zip(self.assisting, slots, hops, strict=True))

    def slot_of(self, unit: str) -> int:
        """Give the slot of a unit that handles it, 0 for the lead; ``KeyError`` for another."""
        return {part.unit: part.slot for part in self.parts}[unit] if unit != self.lead_unit else 0

    @property
    def all_returns(self) -> int:
        """How often it came back altogether: the lead's returns and those of the parts."""
        return self.returns + sum(self.hops)
