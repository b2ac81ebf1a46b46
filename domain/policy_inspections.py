"""The section of the policy about inspections after closing; bases stand in the policy file."""

from dataclasses import dataclass
from typing import Annotated

from domain.limits import Limit
from domain.policy_reading import limit_in
from domain.policy_sections import Count, Percent, Workdays

Days = Annotated[Limit, limit_in("d")]
"""A limit in calendar days."""


@dataclass(frozen=True)
class Reinspection:
    """复查任务: when an inspector is named and reminded, and what calls for more inspections.

    An inspector is named ``ahead`` of the due day and reminded ``remind_before`` it. A unit with at
    least ``relapses`` relapses in the last ``window``, that are ``relapse_share`` percent of those
    and what it had closed then, has ``share`` percent of its closed cases looked at, once a month.
    As many relapses of one unit or environment are a cluster, for which a rule is proposed. An
    unsolved or dissatisfied callback has at most ``similar`` like cases looked at.
    """

    ahead: Workdays
    remind_before: Workdays
    window: Days
    relapses: Count
    relapse_share: Percent
    share: Percent
    similar: Count


REINSPECTION = Reinspection(
    ahead=Limit(10, "wd"),
    remind_before=Limit(2, "wd"),
    window=Limit(90, "d"),
    relapses=3,
    relapse_share=10,
    share=20,
    similar=5,
)
"""For policies written before this section (design)."""
