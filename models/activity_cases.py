"""Problems found on activities: numbered once each, and linked to their cases."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import Connection

_FOUND = """
select number, salt, digest, case_id from activity_case where activity_id = %(activity)s
order by number
"""
_ADD = """
insert into activity_case (activity_id, number, salt, digest)
values (%(activity)s, %(number)s, %(salt)s, %(digest)s)
"""
# The text may be long gone from intake's own register; the case that it opened stays.
_LINK = """
update activity_case a set case_id = r.case_id
from intake_row r
where a.activity_id = %(activity)s and a.number = %(number)s and r.channel = %(channel)s
    and r.source_id = %(source)s and r.outcome = 'opened'
"""
_NO = """
select c.no from activity_case a join rectification_case c on c.id = a.case_id
where a.activity_id = %(activity)s and a.number = %(number)s
"""
_FORGET = """
delete from activity_case
where activity_id = %(activity)s and number = %(number)s and case_id is null
"""
# A follower is done when its lead is.
_COUNT = """
select a.activity_id, count(*) as problems,
    count(*) filter (where coalesce(l.state, c.state) in ('closed', 'verified')) as closed
from activity_case a join rectification_case c on c.id = a.case_id
left join rectification_case l on l.id = c.lead_case_id
where a.activity_id = any (%(activities)s) group by a.activity_id
"""
_CASES = """
select a.number, c.no, c.state from activity_case a join rectification_case c on c.id = a.case_id
where a.activity_id = %(activity)s order by a.number
"""


class Finding(NamedTuple):
    """A problem of an activity: its number there, and whether it is one entered before."""

    number: int
    known: bool


class Counted(NamedTuple):
    """How many problems an activity found, and how many of them are closed."""

    problems: int
    closed: int


@dataclass(frozen=True)
class Source:
    """Under which channel and source id a finding comes in."""

    activity: int
    number: int
    channel: str

    @property
    def id(self) -> str:
        """The source id: number of the activity, number of the problem."""
        return f"{self.activity}/{self.number}"


def number_finding(connection: Connection, activity: int, words: Sequence[str]) -> Finding:
    """Give a problem its number; the same words again have the number that they had.

    The activity must be locked by this transaction.
    """
    rows = connection.exec_driver_sql(_FOUND, {"activity": activity}).all()
    for row in rows:
        if _digest(bytes(row.salt), words) == bytes(row.digest):
            return Finding(row.number, known=row.case_id is not None)
    salt = secrets.token_bytes(16)
    number = 1 + max((row.number for row in rows), default=0)
    connection.exec_driver_sql(
        _ADD,
        {"activity": activity, "number": number, "salt": salt, "digest": _digest(salt, words)},
    )
    return Finding(number, known=False)


def link(connection: Connection, source: Source) -> str:
    """Link a problem to the case that intake opened; gives its number, nothing when there is none.

    May be repeated.
    """
    values = {**vars(source), "source": source.id}
    connection.exec_driver_sql(_LINK, values)
    return connection.exec_driver_sql(_NO, values).scalar_one_or_none() or ""


def forget(connection: Connection, source: Source) -> None:
    """Take a problem back that no case was opened for."""
    connection.exec_driver_sql(_FORGET, vars(source))


def count_cases(connection: Connection, activities: Sequence[int]) -> Mapping[int, Counted]:
    """Count problems by activity; those that found none are left out."""
    found = connection.exec_driver_sql(_COUNT, {"activities": list(activities)})
    return {row.activity_id: Counted(row.problems, row.closed) for row in found}


def cases_of(connection: Connection, activity: int) -> list[tuple[int, str, str]]:
    """List an activity's problems: number, number of the case, state."""
    return [tuple(row) for row in connection.exec_driver_sql(_CASES, {"activity": activity})]


def _digest(salt: bytes, words: Sequence[str]) -> bytes:
    return sha256(salt + "\x1f".join(words).encode()).digest()
