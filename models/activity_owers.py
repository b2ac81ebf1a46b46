"""Who owes activities: units with a head, valid monitoring points, the office for the parlour."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from domain.activities import ActivityKind
from domain.activity_duties import MISSED, Ower
from domain.codes import OFFICE_UNIT
from domain.periods import Period
from models.points import points

_HALL = """
select u.code, u.valid_from, u.valid_to from unit u
where u.kind in ('participating', 'department', 'district', 'zone') and not u.doubtful
    and exists (select from contact k where k.unit = u.code and k.role = 'head')
order by u.code
"""
_LAST = "select at from heartbeat where name = 'activities' for update"
_BEAT = """
insert into heartbeat (name, at) values ('activities', %(at)s)
on conflict (name) do update set at = greatest(heartbeat.at, excluded.at)
"""
_TOLD = """
select split_part(key, ':', 3) from notice where template = %(template)s and key like %(like)s
"""
# For the length of the transaction, so that two rounds at once do not see the same last one.
_LOCK = "select pg_advisory_xact_lock(hashtext('rectify activities'))"


def owers(connection: Connection) -> Sequence[Ower]:
    """List who owes what, valid now or not; doubtful units and those without a head owe nothing."""
    heads = [
        Ower(ActivityKind.HALL_DAY, row.code, row.code, "", row.valid_from, row.valid_to)
        for row in connection.exec_driver_sql(_HALL)
    ]
    visits = [
        Ower(ActivityKind.MONITOR_VISIT, p.code, p.unit, p.name, p.valid_from, p.valid_to)
        for p in points(connection)
    ]
    return [*heads, *visits, Ower(ActivityKind.PARLOUR, OFFICE_UNIT, OFFICE_UNIT)]


def begin_round(connection: Connection) -> datetime | None:
    """Wait for any other round to end; give the business time of the last one (aware)."""
    connection.exec_driver_sql(_LOCK)
    last: datetime | None = connection.exec_driver_sql(_LAST).scalar_one_or_none()
    return last


def end_round(connection: Connection, at: datetime) -> None:
    """Note that a round was made at a business time (aware); the latest one stays."""
    connection.exec_driver_sql(_BEAT, {"at": at})


def told_missed(connection: Connection, kind: ActivityKind, period: Period) -> set[str]:
    """Say who was told of having missed a period, by the codes of units or points."""
    values = {"template": MISSED, "like": f"{kind}:{period.code}:%:missed"}
    return set(connection.exec_driver_sql(_TOLD, values).scalars())
