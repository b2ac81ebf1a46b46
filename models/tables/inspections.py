"""Inspectors, inspections, the orders that call for them, and rules proposed after relapses."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Index, SmallInteger, text
from sqlmodel import Field, SQLModel, UniqueConstraint

from models.tables.columns import document, identity_key, moment, texts


class InspectorRow(SQLModel, table=True):
    """Who inspects; kept when retired, for what was inspected."""

    __tablename__ = "inspector"
    code: str = Field(primary_key=True)
    name: str
    unit: str = Field(foreign_key="unit.code")
    environments: list[str] = texts()
    units: list[str] = texts()
    conflicts: list[str] = texts()
    retired_at: datetime | None = moment(nullable=True)


class InspectionOrderRow(SQLModel, table=True):
    """What called for inspections, once a ``key``; ``strata``: what was drawn, and from what."""

    __tablename__ = "inspection_order"
    __table_args__ = (
        Index("inspection_order_undone", "id", postgresql_where=text("done_at is null")),
    )
    id: int | None = identity_key()
    key: str = Field(unique=True)
    cause: str
    unit: str | None = Field(default=None, foreign_key="unit.code")
    environment: str | None = None
    case_id: int | None = Field(
        default=None, sa_type=BigInteger, foreign_key="rectification_case.id"
    )
    since: datetime | None = moment(nullable=True)
    until: datetime | None = moment(nullable=True)
    reason: str
    seed: str
    share: int = Field(sa_type=SmallInteger)
    method: int = Field(sa_type=SmallInteger)
    strata: dict[str, Any] = document()
    population_hash: str
    actor: str = ""
    ordered_at: datetime = moment()
    done_at: datetime | None = moment(nullable=True)


class InspectionRow(SQLModel, table=True):
    """One re-check of a case, by the slot of its clock."""

    __tablename__ = "inspection"
    __table_args__ = (
        UniqueConstraint("case_id", "slot"),
        Index("inspection_inspector", "inspector"),
        Index("inspection_ordered", "order_id", postgresql_where=text("order_id is not null")),
    )
    id: int | None = identity_key()
    case_id: int = Field(sa_type=BigInteger, foreign_key="rectification_case.id")
    slot: int = Field(sa_type=SmallInteger)
    cause: str
    order_id: int | None = Field(
        default=None, sa_type=BigInteger, foreign_key="inspection_order.id"
    )
    inspector: str | None = Field(default=None, foreign_key="inspector.code")
    created_at: datetime = moment()
    assigned_at: datetime | None = moment(nullable=True)


class RuleProposal(SQLModel, table=True):
    """A rule that a cluster of relapses of a month calls for, until the office decides."""

    __tablename__ = "rule_proposal"
    __table_args__ = (
        Index(
            "rule_proposal_once",
            text("coalesce(unit, '')"),
            text("coalesce(environment, '')"),
            "month",
            unique=True,
        ),
        Index("rule_proposal_open", "id", postgresql_where=text("status = 'open'::text")),
    )
    id: int | None = identity_key()
    unit: str | None = Field(default=None, foreign_key="unit.code")
    environment: str | None = None
    month: date
    relapses: int
    cases: list[str] = texts()
    proposed_at: datetime = moment()
    status: str = "open"
    reason: str = ""
    decider: str = ""
    decided_at: datetime | None = moment(nullable=True)
