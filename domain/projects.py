"""Projects signed since 2022 that never landed (签约未落地): what they are, and when one is stuck.

A stuck project becomes a case, which is done only when the project landed or was written off.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol

from domain.codes import Environment, Result, Term
from domain.errors import Refused
from domain.limits import Limit, months_after

UNLANDED = "unlanded"
"""The channel through which a stuck project becomes a case."""
DISTRICT_LEADS = "district"
"""In the policy's table of leads: the project's own district."""


class ProjectStatus(Term):
    """How far a project has come; the last two settle it."""

    SIGNED = "signed", "已签约"
    REGISTERED = "registered", "已注册"
    LAND = "land", "办理用地"
    PERMITS = "permits", "办理审批"
    BUILDING = "building", "已开工"
    LANDED = "landed", "已落地"
    WRITTEN_OFF = "written_off", "核销"


class Cause(Term):
    """Why a project has not landed."""

    LAND = "land", "用地"
    PLANNING = "planning", "规划"
    FUNDS = "funds", "资金"
    PERMITS = "permits", "审批"
    POLICY = "policy", "政策兑现"
    MARKET = "market", "市场变化"
    INVESTOR = "investor", "投资方原因"
    UTILITIES = "utilities", "配套"
    OTHER = "other", "其他"


CAUSES = tuple(Cause)
"""The categories of causes, in the order people choose from."""
SETTLED = frozenset({ProjectStatus.LANDED, ProjectStatus.WRITTEN_OFF})
"""Nothing is left to do for such a project."""
CAUSE_ENVIRONMENT: Mapping[Cause, Environment] = {
    Cause.LAND: Environment.FACTOR,
    Cause.PLANNING: Environment.FACTOR,
    Cause.FUNDS: Environment.FACTOR,
    Cause.PERMITS: Environment.SERVICE,
    Cause.POLICY: Environment.POLICY,
    Cause.MARKET: Environment.MARKET,
    Cause.INVESTOR: Environment.MARKET,
    Cause.UTILITIES: Environment.FACTOR,
}
"""Which of the six environments a cause belongs to, where that is plain."""
_NEEDS_NO_LANDING = frozenset({Result.UNFOUNDED, Result.NOT_YET})


@dataclass(frozen=True)
class Project:
    """A row of a district's inventory, under the district's own code. ``amount``: 10,000 yuan.

    ``starts_on`` is the agreed start of building, ``progressed_on`` the day of the last progress.
    """

    code: str
    name: str
    investor: str
    signed_on: date
    amount: Decimal | None = None
    starts_on: date | None = None
    status: ProjectStatus = ProjectStatus.SIGNED
    cause: Cause | None = None
    cause_text: str = ""
    progressed_on: date | None = None


class StuckRules(Protocol):
    """What the rules ask of the policy."""

    @property
    def stuck_after(self) -> Limit:
        """Months after signing from which a project with a cause is stuck."""


def why_stuck(project: Project, today: date, rules: StuckRules) -> str:
    """Say in Chinese why a project is stuck on a day; empty when it is not.

    It is when it was signed more than the policy's months ago, has not landed and names a cause, or
    when its agreed start has passed without a start.
    """
    if project.status in SETTLED:
        return ""
    reasons = []
    limit = rules.stuck_after
    if project.cause and months_after(project.signed_on, limit.amount) < today:
        reasons.append(f"签约已超过{limit.zh}仍未落地")
    started = project.status is ProjectStatus.BUILDING
    if project.starts_on and project.starts_on < today and not started:
        reasons.append(f"已过约定开工日期 {project.starts_on}")
    return "，".join(reasons)


def proposed_units(
    district: str, cause: Cause | None, leads: Mapping[str, str]
) -> tuple[str, tuple[str, ...]]:
    """Give who is proposed to lead and to assist: by cause, the district leading or assisting."""
    lead = leads.get(str(cause), DISTRICT_LEADS)
    return (district, ()) if lead in {DISTRICT_LEADS, district} else (lead, (district,))


def require_settled(no: str, project: str, status: ProjectStatus, result: Result) -> None:
    """Refuse a submission of a project's case before the project landed or was written off.

    One that finds the matter unfounded, or not yet possible, needs neither.
    """
    if status not in SETTLED and result not in _NEEDS_NO_LANDING:
        raise Refused(
            f"案件 {no} 对应的项目 {project} 现为“{status.zh}”，"
            "须先登记落地（project land）或者核销（project write-off）再提交办结。"
        )


def renewal_owed(today: date, renewed: date | None, rules_every: Limit) -> bool:
    """Whether an inventory last renewed on a day (``None``: never) is too old in this month.

    It must have been renewed in this month or in one of the policy's months before it.
    """
    return renewed is None or renewed < months_after(today.replace(day=1), -rules_every.amount)
