"""Cases and what hangs on them: clocks, rungs fired, requests, keys, the intake register."""

from datetime import datetime

from sqlalchemy import ARRAY, BigInteger, Column, DateTime, Index, LargeBinary, SmallInteger, text
from sqlmodel import Field, SQLModel, UniqueConstraint

from models.tables.columns import Moments, identity_key, moment, small_numbers, texts


class CaseRow(SQLModel, table=True):
    """A rectification case. ``seq`` and ``head_hash`` are the end of its history."""

    __tablename__ = "rectification_case"
    __table_args__ = (
        Index("rectification_case_wake", "wake_at", postgresql_where=text("wake_at is not null")),
        Index("rectification_case_open", "state", "lead_unit", "id"),
        Index("rectification_case_unit", "lead_unit", "state"),
        Index("rectification_case_channel", "channel", "detected_at"),
        Index(
            "rectification_case_feedback",
            "feedback_due_at",
            postgresql_where=text("feedback_due_at is not null and feedback is null"),
        ),
        Index(
            "rectification_case_assisting",
            "assisting",
            postgresql_using="gin",
            postgresql_where=text("assisting <> '{}'::text[]"),
        ),
        Index(
            "rectification_case_verifying",
            "verifying_unit",
            postgresql_where=text("state = 'submitted'::text"),
        ),
        Index(
            "rectification_case_followers",
            "lead_case_id",
            postgresql_where=text("lead_case_id is not null"),
        ),
    )
    id: int | None = identity_key()
    no: str = Field(unique=True)
    state: str
    environment: str | None = None
    kind: str
    urgency: str
    mode: str = "rectify"
    channel: str = Field(foreign_key="channel.code")
    lead_unit: str | None = Field(default=None, foreign_key="unit.code")
    assisting: list[str] = texts()
    verifying_unit: str | None = Field(default=None, foreign_key="unit.code")
    level: int = Field(default=0, sa_type=SmallInteger)
    listed: bool = False
    excluded: bool = False
    reachable: bool
    returns: int = Field(default=0, sa_type=SmallInteger)
    relapses: int = Field(default=0, sa_type=SmallInteger)
    rehandlings: int = Field(default=0, sa_type=SmallInteger)
    callback_attempts: int = Field(default=0, sa_type=SmallInteger)
    signed_off: bool = False
    result: str | None = None
    lead_case_id: int | None = Field(
        default=None, sa_type=BigInteger, foreign_key="rectification_case.id"
    )
    former: str | None = None
    detected_at: datetime = moment()
    reported_at: datetime = moment()
    dispatched_at: datetime | None = moment(nullable=True)
    closed_at: datetime | None = moment(nullable=True)
    wake_at: datetime | None = moment(nullable=True)
    last_event_at: datetime = moment()
    policy_version: int = Field(foreign_key="policy.version")
    seq: int
    entry: int = 1
    head_hash: bytes = Field(sa_type=LargeBinary)
    subject: str
    party: str = ""
    slots: list[int] = small_numbers()
    hops: list[int] = small_numbers()
    accused: list[str] = texts()
    feedback: str | None = None
    feedback_due_at: datetime | None = moment(nullable=True)
    party_hidden: bool = False


class ClockRow(SQLModel, table=True):
    """A clock of a case; ``next_at`` is the instant of its next rung while it runs."""

    __tablename__ = "clock"
    __table_args__ = (
        UniqueConstraint("case_id", "kind", "slot"),
        Index("clock_next", "next_at", postgresql_where=text("next_at is not null")),
        Index(
            "clock_recheck",
            "due_at",
            postgresql_where=text("kind = 'recheck' and stopped_at is null"),
        ),
    )
    id: int | None = identity_key()
    case_id: int = Field(sa_type=BigInteger, foreign_key="rectification_case.id")
    kind: str
    slot: int = Field(default=0, sa_type=SmallInteger)
    holder: str = Field(foreign_key="unit.code")
    revision: int
    limit: str
    started_at: datetime = moment()
    due_at: datetime = moment()
    stopped_at: datetime | None = moment(nullable=True)
    paused_at: datetime | None = moment(nullable=True)
    rung: int = Field(default=0, sa_type=SmallInteger)
    ladder: Moments = Field(sa_column=Column(ARRAY(DateTime(timezone=True)), nullable=False))
    next_at: datetime | None = moment(nullable=True)
    provisional: bool
    rolled: bool
    rule: str


class FiredRow(SQLModel, table=True):
    """A rung that fired (or was coalesced after downtime), once a clock and revision."""

    __tablename__ = "fired"
    clock_id: int = Field(sa_type=BigInteger, primary_key=True, foreign_key="clock.id")
    revision: int = Field(primary_key=True)
    rung: int = Field(sa_type=SmallInteger, primary_key=True)
    case_id: int = Field(sa_type=BigInteger, foreign_key="rectification_case.id")
    seq: int
    at: datetime = moment()
    coalesced: bool
    withdrawn_at: datetime | None = moment(nullable=True)


class RequestRow(SQLModel, table=True):
    """Something asked for, and its decision."""

    __tablename__ = "request"
    __table_args__ = (
        Index(
            "request_pending", "kind", "case_id", postgresql_where=text("status = 'pending'::text")
        ),
        Index("request_returns", "asked_at", postgresql_where=text("kind = 'return'::text")),
    )
    case_id: int = Field(sa_type=BigInteger, primary_key=True, foreign_key="rectification_case.id")
    number: int = Field(primary_key=True)
    kind: str
    applicant: str
    asked_at: datetime = moment()
    status: str
    days: int = 0
    until: datetime | None = moment(nullable=True)
    unit: str = ""
    rung: str = ""
    level: int = Field(default=0, sa_type=SmallInteger)
    decider: str = ""
    decided_at: datetime | None = moment(nullable=True)
    slot: int = Field(default=0, sa_type=SmallInteger)


class Evidence(SQLModel, table=True):
    """A file that came with a submission, by its SHA-256."""

    case_id: int = Field(sa_type=BigInteger, primary_key=True, foreign_key="rectification_case.id")
    seq: int = Field(primary_key=True)
    sha256: str = Field(primary_key=True)
    name: str
    size: int = Field(sa_type=BigInteger)


class CommandKey(SQLModel, table=True):
    """A command already done, by its idempotency key."""

    __tablename__ = "command_key"
    key: str = Field(primary_key=True)
    case_id: int = Field(sa_type=BigInteger, foreign_key="rectification_case.id")
    command: str
    seq: int


class IntakeRow(SQLModel, table=True):
    """What became of a row that came in."""

    __tablename__ = "intake_row"
    __table_args__ = (
        Index(
            "intake_row_once",
            "channel",
            "source_id",
            unique=True,
            postgresql_where=text("outcome = 'opened'::text"),
        ),
    )
    id: int | None = identity_key()
    channel: str = Field(foreign_key="channel.code")
    source_id: str
    file: str
    row_number: int
    received_at: datetime = moment()
    outcome: str
    case_id: int | None = Field(
        default=None, sa_type=BigInteger, foreign_key="rectification_case.id"
    )
    reason: str = ""
    marks: bytes | None = Field(default=None, sa_type=LargeBinary)
    versions: int = 1
    delivery: int | None = Field(default=None, sa_type=BigInteger)


class Counter(SQLModel, table=True):
    """The last number given, by series."""

    name: str = Field(primary_key=True)
    value: int = Field(sa_type=BigInteger)


class Heartbeat(SQLModel, table=True):
    """When a recurring job last ran."""

    name: str = Field(primary_key=True)
    at: datetime = moment()
