"""Who and what the rules know: units, contacts, channels, calendar, policies, dispatch rules."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, LargeBinary, text
from sqlmodel import Field, SQLModel, UniqueConstraint

from models.tables.columns import document, identity_key, moment, texts


class Unit(SQLModel, table=True):
    """A unit of the registry; ``doubtful`` ones are kept as printed and never routed to."""

    code: str = Field(primary_key=True)
    name: str = Field(unique=True)
    aliases: list[str] = texts()
    kind: str
    doubtful: bool = False
    note: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


class KeyField(SQLModel, table=True):
    """One of the ten key fields, with its responsible units, the first leading."""

    __tablename__ = "key_field"
    code: str = Field(primary_key=True)
    name: str = Field(unique=True)
    units: list[str] = texts()


class Contact(SQLModel, table=True):
    """Where a unit's contact, deputy head or head is reached, on one channel."""

    __table_args__ = (UniqueConstraint("unit", "role", "channel"),)
    id: int | None = identity_key()
    unit: str = Field(foreign_key="unit.code")
    role: str
    name: str
    channel: str
    address: str
    bounced_at: datetime | None = moment(nullable=True)
    bounce_reason: str = ""


class Receiver(SQLModel, table=True):
    """A receiver that failed in so many rounds running, and until when it is left alone."""

    route: str = Field(primary_key=True)
    failures: int
    since: datetime = moment()
    open_until: datetime | None = moment(nullable=True)
    last_error: str


class CalendarDay(SQLModel, table=True):
    """A weekday off (rest) or a weekend day worked (work), in calendar versions since..until."""

    __tablename__ = "calendar_day"
    day: date = Field(primary_key=True)
    since: int = Field(default=1, primary_key=True)
    until: int | None = None
    kind: str
    name: str
    source: str


class CalendarYear(SQLModel, table=True):
    """A year whose list of holidays has been published."""

    __tablename__ = "calendar_year"
    year: int = Field(primary_key=True)
    source: str
    since: int = 1


class PolicyRow(SQLModel, table=True):
    """A version of the policy, as the data it was read from."""

    __tablename__ = "policy"
    version: int = Field(primary_key=True)
    body: dict[str, Any] = document()
    applied_at: datetime = moment()
    actor: str = ""
    reason: str = ""


class RuleSet(SQLModel, table=True):
    """A version of the dispatch rules; ``origin`` says whether it came with the product."""

    __tablename__ = "rule_set"
    version: int = Field(primary_key=True)
    body: dict[str, Any] = document()
    applied_at: datetime = moment()
    actor: str = ""
    reason: str = ""
    origin: str = "shipped"


class Setting(SQLModel, table=True):
    """The one row that says which versions are in force and how far the check has come."""

    id: bool = Field(default=True, primary_key=True)
    policy_version: int | None = Field(default=None, foreign_key="policy.version")
    calendar_version: int = 0
    rule_set_version: int | None = Field(default=None, foreign_key="rule_set.version")
    checked_as_of: datetime | None = moment(nullable=True)
    identity_key_check: bytes | None = Field(default=None, sa_type=LargeBinary)
    held_at: datetime | None = moment(nullable=True)
    held_why: str = ""
    deliveries: int = Field(default=0, sa_type=BigInteger)


class Reprojection(SQLModel, table=True):
    """Running clocks counted again under another calendar or policy; ``cursor`` is the last case.

    At most one is unfinished.
    """

    __table_args__ = (
        Index(
            "reprojection_unfinished",
            text("(true)"),
            unique=True,
            postgresql_where=text("finished_at is null"),
        ),
    )
    id: int | None = identity_key()
    cause: str
    calendar_version: int
    policy_version: int | None = Field(default=None, foreign_key="policy.version")
    actor: str = ""
    started_at: datetime = moment()
    finished_at: datetime | None = moment(nullable=True)
    cursor: int = Field(default=0, sa_type=BigInteger)
    looked: int = Field(default=0, sa_type=BigInteger)
    moved: int = Field(default=0, sa_type=BigInteger)
    reason: str = ""
