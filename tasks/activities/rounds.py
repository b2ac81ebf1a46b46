"""The daily round: who is reminded of what, what was missed, each told once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from domain.activities import Activity, ActivityStatus
from domain.activity_duties import (
    DUE,
    MISSED,
    SOON,
    UNRECORDED,
    Ower,
    Reminder,
    coming,
    due,
    missed,
    over,
    standings,
)
from domain.calendar import local_date
from domain.periods import quarter_of
from domain.policy_duties import Duties
from models.activities import Recording, between, open_ones, write
from models.activity_owers import begin_round, end_round, owers
from models.duty_notices import DutyNotice, owe
from models.engine import transaction
from models.rulebook import book_for
from tasks.desk import Desk

UNRECORDED_REASON = "时段已过，没有登记开展"
"""Why the round takes a planned activity for missed."""


@dataclass(frozen=True)
class Told:
    """What a round did: notices owed anew by template, planned activities taken for missed."""

    due: int = 0
    missed: int = 0
    soon: int = 0
    unrecorded: int = 0
    closed: int = 0

    def in_words(self) -> str:
        """Say it in a Chinese sentence."""
        return (
            f"提醒安排 {self.due} 份，预告 {self.soon} 份，提醒登记 {self.unrecorded} 份，"
            f"告知未开展 {self.missed} 份；逾期未登记、记为未开展 {self.closed} 次。"
        )


def go_round(desk: Desk) -> Told:
    """Owe what is due by today; days without a round are caught up, and nothing is owed twice.

    Periods that ended before the first round are not looked at.
    """
    today = local_date(desk.now)
    with transaction(desk.engine) as connection:
        last = begin_round(connection)
        since = min(local_date(last), today) if last else today
        rules = book_for(desk.engine).rules(connection)
        duties, calendar = rules.policy.duties, rules.calendar
        everyone, waiting = owers(connection), open_ones(connection)
        quarter = quarter_of(today)
        now = between(connection, quarter.first, quarter.last)
        reminders = [
            *due(standings(everyone, now, today, duties), today, calendar, duties),
            *coming(waiting, today, calendar),
            *_missed(connection, everyone, duties, since, today),
        ]
        counts = {
            template: owe(connection, _notices(desk, reminders, template))
            for template in (DUE, MISSED, SOON, UNRECORDED)
        }
        closed = _close(desk, connection, waiting, today)
        end_round(connection, desk.now)
    return Told(counts[DUE], counts[MISSED], counts[SOON], counts[UNRECORDED], closed)


def _missed(
    connection: Connection, everyone: Sequence[Ower], duties: Duties, since: date, today: date
) -> Iterator[Reminder]:
    for kind in duties.required:
        own = [ower for ower in everyone if ower.kind is kind]
        for period in over(kind, since, today):
            held = between(connection, period.first, period.last)
            yield from missed(standings(own, held, period.first, duties), duties)


def _notices(desk: Desk, reminders: Sequence[Reminder], template: str) -> Iterator[DutyNotice]:
    for one in reminders:
        if one.template == template:
            for role in one.roles:
                yield DutyNotice(one.key, template, one.unit, role, one.args, desk.now)


def _close(desk: Desk, connection: Connection, waiting: Sequence[Activity], today: date) -> int:
    """Take what was planned for a period that is over, and never recorded, for missed."""
    late = [one for one in waiting if one.period.last < today]
    by = Recording("", desk.recorded_at)
    for one in late:
        gone = replace(one, status=ActivityStatus.MISSED, reason=UNRECORDED_REASON)
        write(connection, gone, by)
    return len(late)
