"""The section of the policy about duties of the campaign; bases stand in the policy file."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from domain.activities import ActivityKind
from domain.policy_reading import rising, whole
from domain.policy_sections import Roles

_MOST = 20
Times = Annotated[int, whole(0, _MOST)]
"""How often in a period; 0 asks for nothing."""


@dataclass(frozen=True)
class Duties:
    """How often what must be done, and when who is reminded.

    ``hall_days`` a quarter and unit, ``point_visits`` a month and monitoring point, ``parlours`` a
    month. ``remind`` are working days before a period ends; ``reminded`` and ``missed`` are the
    roles told then, and once the period is over.
    """

    hall_days: Times
    point_visits: Times
    parlours: Times
    remind: Annotated[tuple[int, ...], rising(1, _MOST)]
    reminded: Roles
    missed: Roles

    @property
    def required(self) -> Mapping[ActivityKind, int]:
        """How often in its period, by kind of activity."""
        return {
            ActivityKind.HALL_DAY: self.hall_days,
            ActivityKind.MONITOR_VISIT: self.point_visits,
            ActivityKind.PARLOUR: self.parlours,
        }


DUTIES = Duties(
    hall_days=1,
    point_visits=1,
    parlours=1,
    remind=(5, 10),
    reminded=("contact",),
    missed=("head",),
)
"""For policies written before this section."""
