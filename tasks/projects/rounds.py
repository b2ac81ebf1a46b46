"""The regular round of 签约未落地排查: reminds districts, opens cases, says what it did."""

from dataclasses import dataclass, field
from datetime import datetime

from domain.calendar import WorkCalendar, local_date
from domain.projects import renewal_owed
from models.duty_notices import DutyNotice, owe
from models.engine import transaction
from models.project_events import last_renewals
from models.rulebook import book_for
from tasks.desk import Desk
from tasks.projects.opening import Opened, open_stuck
from tasks.projects.places import figures


@dataclass
class Round:
    """What a round did: which districts owe a renewal, how many notices are new, cases opened."""

    owed: list[str] = field(default_factory=list)
    notices: int = 0
    opened: Opened = field(default_factory=Opened)

    def in_words(self) -> str:
        """Say it beside the run."""
        refused = f"，未能立案 {len(self.opened.refused)} 个" if self.opened.refused else ""
        return (
            f"新立案 {len(self.opened.cases)} 件{refused}；项目清单应更新而未更新的区市 "
            f"{len(self.owed)} 个，新发提醒 {self.notices} 份。"
        )


def go_round(desk: Desk) -> Round:
    """Remind, then open cases.

    From the first working day of a month on each district is reminded once that month, however
    often this runs and whichever days were missed.
    """
    made = Round()
    with transaction(desk.engine) as connection:
        calendar = book_for(desk.engine).rules(connection).calendar
    if begun(desk.now, calendar):
        _remind(desk, made)
    made.opened = open_stuck(desk)
    return made


def begun(now: datetime, calendar: WorkCalendar) -> bool:
    """Whether the month's first working day has come."""
    today = local_date(now)
    return today >= calendar.next_workday(today.replace(day=1))


def _remind(desk: Desk, made: Round) -> None:
    rules, today, renewed = figures(desk), local_date(desk.now), last_renewals(desk.engine)
    notices = []
    for district in sorted(desk.directory.districts):
        last = renewed.get(district)
        if renewal_owed(today, local_date(last) if last else None, rules.renew_every):
            made.owed.append(district)
            notices += [_notice(desk, district, role, last) for role in rules.reminded]
    with transaction(desk.engine) as connection:
        made.notices = owe(connection, notices)


def _notice(desk: Desk, district: str, role: str, last: datetime | None) -> DutyNotice:
    month = f"{local_date(desk.now):%Y-%m}"
    args = {
        "subject": f"{month} “签约未落地”项目清单待更新",
        "renewed": f"{local_date(last)}" if last else "",
    }
    return DutyNotice(
        f"projects:{district}:{month}", "project_renewal", district, role, args, desk.now
    )
