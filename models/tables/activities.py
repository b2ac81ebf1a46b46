"""Where and when somebody goes and looks for problems, and what was found."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from models.tables.columns import identity_key, moment


class MonitoringPoint(SQLModel, table=True):
    """营商环境监测点: a project or firm of a district, and the unit that keeps contact with it."""

    __tablename__ = "monitoring_point"
    code: str = Field(primary_key=True)
    name: str
    kind: str
    district: str = Field(foreign_key="unit.code")
    unit: str = Field(foreign_key="unit.code")
    valid_from: date | None = None
    valid_to: date | None = None


class ActivityRow(SQLModel, table=True):
    """查摆活动: planned once for a day; ``unit`` does it, ``target`` is looked at."""

    __tablename__ = "activity"
    __table_args__ = (
        Index(
            "activity_once",
            "kind",
            "unit",
            "planned_on",
            text("coalesce(target, ''::text)"),
            text("coalesce(point, ''::text)"),
            text("coalesce(team, ''::text)"),
            unique=True,
            postgresql_where=text("status <> 'cancelled'::text"),
        ),
        Index("activity_planned", "planned_on"),
    )
    id: int | None = identity_key()
    kind: str
    unit: str = Field(foreign_key="unit.code")
    target: str | None = Field(default=None, foreign_key="unit.code")
    point: str | None = Field(default=None, foreign_key="monitoring_point.code")
    team: str | None = None
    undercover: bool = False
    place: str = ""
    planned_on: date
    held_on: date | None = None
    attended: str | None = None
    status: str
    reason: str = ""
    nothing_found: bool = False
    actor: str = ""
    recorded_at: datetime = moment()


class ActivityCase(SQLModel, table=True):
    """A problem found on an activity; ``digest`` is a salted hash of what was entered."""

    __tablename__ = "activity_case"
    activity_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("activity.id"), primary_key=True)
    )
    number: int = Field(primary_key=True)
    salt: bytes = Field(sa_type=LargeBinary)
    digest: bytes = Field(sa_type=LargeBinary)
    case_id: int | None = Field(
        default=None, sa_type=BigInteger, foreign_key="rectification_case.id", unique=True
    )
