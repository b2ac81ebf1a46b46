"""How a unit stands, for its leader: what is open, late and carded; what closed and came back."""

from dataclasses import dataclass
from datetime import timedelta

from models.portal_cases import Counts, closed_and_reopened, unit_counts
from models.return_rates import Period, Rate, return_rates
from tasks.desk import Desk

PERIOD = timedelta(days=90)
"""Over which days rates are told."""
SOON = timedelta(days=3)
"""Until when a case counts as due soon."""


@dataclass(frozen=True)
class Standing:
    """Open cases by part; over the last days what closed, what came back, what was returned."""

    parts: list[Counts]
    closed: int
    reopened: int
    rate: Rate | None

    @property
    def late(self) -> int:
        """How many open cases are late, whatever the part."""
        return sum(count.late for count in self.parts)


def standing(desk: Desk, unit: str) -> Standing:
    """Read how a unit stands now."""
    since = desk.now - PERIOD
    closed, reopened = closed_and_reopened(desk.engine, unit, since, desk.now)
    rates = return_rates(desk.engine, Period(since, desk.now), unit)
    return Standing(
        parts=unit_counts(desk.engine, unit, desk.now, desk.now + SOON),
        closed=closed,
        reopened=reopened,
        rate=rates[0] if rates else None,
    )
