"""Activities: planned once, recorded, cancelled, read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection

from domain.activities import Activity, ActivityKind, ActivityStatus, Attendee, Plan, Team
from domain.errors import Refused

_COLUMNS = """
id, kind, unit, target, point, team, undercover, place, planned_on, held_on, attended, status,
reason, nothing_found
"""
_ADD = """
insert into activity (kind, unit, target, point, team, undercover, place, planned_on, status, actor,
    recorded_at)
values (%(kind)s, %(unit)s, nullif(%(target)s, ''), nullif(%(point)s, ''), %(team)s,
    %(undercover)s, %(place)s, %(planned_on)s, 'planned', %(actor)s, %(recorded_at)s)
on conflict do nothing returning id
"""
_SAME = """
select id from activity where status <> 'cancelled' and kind = %(kind)s and unit = %(unit)s
    and planned_on = %(planned_on)s and coalesce(target, '') = %(target)s
    and coalesce(point, '') = %(point)s and coalesce(team, '') = coalesce(%(team)s, '')
"""
_ONE = f"select {_COLUMNS} from activity where id = %(id)s"
_LIST = f"""
select {_COLUMNS} from activity
where coalesce(held_on, planned_on) between %(first)s and %(last)s
order by coalesce(held_on, planned_on), id
"""
_OPEN = f"select {_COLUMNS} from activity where status = 'planned' order by planned_on, id"
_WRITE = """
update activity set status = %(status)s, held_on = %(held_on)s, attended = %(attended)s,
    reason = %(reason)s, nothing_found = %(nothing_found)s, actor = %(actor)s,
    recorded_at = %(recorded_at)s
where id = %(id)s
"""


@dataclass(frozen=True)
class Recording:
    """Who records (as claimed), and when it is really written (aware)."""

    actor: str
    recorded_at: datetime


def add(connection: Connection, plan: Plan, by: Recording) -> tuple[int, bool]:
    """Plan an activity; gives its number, and whether it is new: the same one is planned once."""
    row = {**vars(plan), **vars(by)}
    added = connection.exec_driver_sql(_ADD, row).scalar_one_or_none()
    if added is not None:
        return added, True
    return connection.exec_driver_sql(_SAME, row).scalar_one(), False


def find(connection: Connection, number: int, *, lock: bool = False) -> Activity:
    """Read one, to be written in this transaction where ``lock``; refuses an unknown number."""
    statement = f"{_ONE} for update" if lock else _ONE
    row = connection.exec_driver_sql(statement, {"id": number}).mappings().one_or_none()
    if row is None:
        raise Refused(f"没有第 {number} 号查摆活动，请用 ./rectify activity list 查看。")
    return _activity(dict(row))


def write(connection: Connection, activity: Activity, by: Recording) -> None:
    """Write what became of an activity."""
    row = {name: value for name, value in vars(activity).items() if name != "plan"}
    connection.exec_driver_sql(_WRITE, row | vars(by))


def between(connection: Connection, first: date, last: date) -> list[Activity]:
    """List those held, or planned, from ``first`` through ``last``."""
    found = connection.exec_driver_sql(_LIST, {"first": first, "last": last}).mappings()
    return [_activity(dict(row)) for row in found]


def open_ones(connection: Connection) -> list[Activity]:
    """List those planned of which nothing is recorded, the earliest first."""
    return [_activity(dict(row)) for row in connection.exec_driver_sql(_OPEN).mappings()]


def _activity(row: Mapping[str, Any]) -> Activity:
    plan = Plan(
        kind=ActivityKind(row["kind"]),
        unit=row["unit"],
        planned_on=row["planned_on"],
        place=row["place"],
        target=row["target"] or "",
        point=row["point"] or "",
        team=Team(row["team"]) if row["team"] else None,
        undercover=row["undercover"],
    )
    return Activity(
        id=row["id"],
        plan=plan,
        status=ActivityStatus(row["status"]),
        held_on=row["held_on"],
        attended=Attendee(row["attended"]) if row["attended"] else None,
        reason=row["reason"],
        nothing_found=row["nothing_found"],
    )
