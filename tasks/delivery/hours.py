"""When notices may go out: in working hours of working days, Shanghai time (policy: calendar)."""

from datetime import datetime

from domain.calendar import SHANGHAI, local_date
from domain.clocks import Rules


def working(at: datetime, rules: Rules) -> bool:
    """Whether ordinary notices may go out at ``at`` (aware); urgent ones always may."""
    hours = rules.policy.hours
    wall = at.astimezone(SHANGHAI).time()
    return rules.calendar.is_workday(local_date(at)) and hours.opens <= wall < hours.closes
