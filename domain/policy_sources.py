"""The sections of the policy about sources with a duty of their own; bases stand in the file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from domain.limits import Limit
from domain.policy_reading import limit_in, table, text, whole
from domain.policy_sections import Percent, Roles, Workdays
from domain.projects import DISTRICT_LEADS, Cause

Months = Annotated[Limit, limit_in("mo")]
"""A limit in calendar months."""


@dataclass(frozen=True)
class Projects:
    """签约未落地: which projects count, when one is stuck, when an inventory must be renewed.

    Projects signed from the year ``since`` on are looked at. ``reminded`` are the roles told that
    the inventory was not renewed for ``renew_every``. ``lead`` gives by cause the unit that is
    proposed to lead, or ``district``.
    """

    since: Annotated[int, whole(2000, 2100)]
    stuck_after: Months
    renew_every: Months
    reminded: Roles
    lead: Annotated[Mapping[str, str], table({str(cause): text() for cause in Cause})]


@dataclass(frozen=True)
class Surveys:
    """问卷: the least number of answers shown by group, and when the office is told of too few.

    ``remind_before`` the last day, fewer than ``low_response`` percent of the planned answers are
    too few.
    """

    smallest_group: Annotated[int, whole(2, 99)]
    low_response: Percent
    remind_before: Workdays


PROJECTS = Projects(
    since=2022,
    stuck_after=Limit(6, "mo"),
    renew_every=Limit(1, "mo"),
    reminded=("contact", "deputy"),
    lead={str(cause): DISTRICT_LEADS for cause in Cause},
)
"""For policies written before this section: the district leads, whatever the cause."""
SURVEYS = Surveys(smallest_group=5, low_response=60, remind_before=Limit(3, "wd"))
"""For policies written before this section."""
