"""The moments of a replay, in order: who wrote, who was answered, when the check comes round."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from domain.calendar import at_hour, local_date
from tasks.replay.answered import Answered

CHECK_AT = "09:00"
"""Shanghai time of the one check of every calendar day."""


@dataclass
class Moment:
    """An instant: the messages that came in then, those answered then, whether a check is due.

    Commands precede the check.
    """

    at: datetime
    asked: list[Answered] = field(default_factory=list)
    answered: list[Answered] = field(default_factory=list)
    check: bool = False


def timetable(rows: Iterable[Answered]) -> list[Moment]:
    """List the moments from the day of the first message through the day of the last answer.

    At one instant rows keep their order. Every calendar day has its check.
    """
    moments: dict[datetime, Moment] = {}

    def moment(at: datetime) -> Moment:
        return moments.setdefault(at, Moment(at))

    for row in rows:
        moment(row.asked_at).asked.append(row)
        moment(row.answered_at).answered.append(row)
    day, last = (local_date(pick(moments)) for pick in (min, max))
    while day <= last:
        moment(at_hour(day, CHECK_AT)).check = True
        day += timedelta(days=1)
    return [moments[at] for at in sorted(moments)]
