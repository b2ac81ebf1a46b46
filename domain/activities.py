"""查摆活动: days on which somebody goes and looks for problems.

Heads serve in a hall, contact units visit monitoring points, the parlour meets firms, inspections
and supervision teams go to units (the campaign's announcement). All are one thing: planned for a
day, held or not, with problems found that become cases.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.codes import OFFICE_UNIT, Term
from domain.periods import Period, month_of, quarter_of


class ActivityKind(Term):
    """What kind of activity; each has the intake channel of its problems."""

    HALL_DAY = "hall_day", "局长进大厅"
    MONITOR_VISIT = "monitor_visit", "监测点走访"
    PARLOUR = "parlour", "会客厅"
    INSPECTION = "inspection", "专项巡察"
    LOOKBACK = "lookback", "巡察“回头看”"
    SUPERVISION = "supervision", "专项督查"


class ActivityStatus(Term):
    """What became of an activity."""

    PLANNED = "planned", "已计划"
    HELD = "held", "已开展"
    MISSED = "missed", "未开展"
    CANCELLED = "cancelled", "已取消"


class Team(Term):
    """Who goes on a supervision."""

    EXPERTS = "experts", "专家委员会"
    MEDIA = "media", "媒体观察员"
    EXPERIENCERS = "experiencers", "体验官"


class Attendee(Term):
    """The highest of those who were there."""

    HEAD = "head", "主要负责同志"
    DEPUTY = "deputy", "分管负责同志"
    STAFF = "staff", "工作人员"


class PointKind(Term):
    """What a monitoring point is."""

    PROJECT = "project", "重大项目"
    FIRM = "firm", "重点企业"


class Manner(Term):
    """Whether the unit visited knows that it is."""

    OPEN = "open", "明察"
    UNDERCOVER = "undercover", "暗访"


CHANNELS: Mapping[ActivityKind, str] = {
    kind: "monitor" if kind is ActivityKind.MONITOR_VISIT else kind.value for kind in ActivityKind
}
"""By kind, the code of the channel through which its problems come in."""
VISITING = frozenset({ActivityKind.INSPECTION, ActivityKind.LOOKBACK, ActivityKind.SUPERVISION})
"""Somebody goes to look at another unit."""
_MONTHLY = frozenset({ActivityKind.MONITOR_VISIT, ActivityKind.PARLOUR})


@dataclass(frozen=True)
class Plan:
    """An activity as it is planned for a day; ``unit`` does it, ``target`` is looked at."""

    kind: ActivityKind
    unit: str
    planned_on: date
    place: str = ""
    target: str = ""
    point: str = ""
    team: Team | None = None
    undercover: bool = False


@dataclass(frozen=True)
class Activity:
    """An activity and what became of it.

    ``held_on`` is the day it was held; ``nothing_found`` says that those who went found no problem.
    """

    id: int
    plan: Plan
    status: ActivityStatus = ActivityStatus.PLANNED
    held_on: date | None = None
    attended: Attendee | None = None
    reason: str = ""
    nothing_found: bool = False

    @property
    def day(self) -> date:
        """The day it was held, or is planned for."""
        return self.held_on or self.plan.planned_on

    @property
    def period(self) -> Period:
        """The period it counts for."""
        return period_of(self.plan.kind, self.day)

    @property
    def who(self) -> str:
        """Whose duty it meets: a unit's, a point's, or the office's."""
        plan = self.plan
        if plan.kind is ActivityKind.HALL_DAY:
            return plan.unit
        return plan.point or OFFICE_UNIT

    @property
    def counts(self) -> bool:
        """Whether it was held as the duty asks: in a hall, only the head's own day counts."""
        alone = self.plan.kind is not ActivityKind.HALL_DAY or self.attended is Attendee.HEAD
        return self.status is ActivityStatus.HELD and alone

    def shown_to(self, unit: str) -> bool:
        """Whether a unit may see it: its own, and open or past visits to it."""
        plan = self.plan
        known = not plan.undercover or self.status is ActivityStatus.HELD
        return unit == plan.unit or (unit == plan.target and known)


def period_of(kind: ActivityKind, day: date) -> Period:
    """Give the period that an activity of a kind counts for: its month, or its quarter."""
    return month_of(day) if kind in _MONTHLY else quarter_of(day)
