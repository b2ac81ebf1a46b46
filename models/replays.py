"""What a replay asks of its database: whose cases are there, their numbers, and who was late."""

from collections.abc import Collection

from sqlalchemy import Engine

from models.engine import transaction

ORIGIN = "replay/"
"""What the origin of a replayed row begins with: no file name has a slash in it."""

_OTHERS = """
select exists (select from rectification_case c where not exists (
    select from intake_row i where i.case_id = c.id and starts_with(i.file, %(origin)s)))
"""
_NUMBERS = """
select i.source_id, c.no from intake_row i join rectification_case c on c.id = i.case_id
where i.channel = %(channel)s and i.source_id = any (%(ids)s)
"""
_LATE = "select count(*) from clock where kind = 'finish' and due_at < stopped_at"


def holds_others(engine: Engine) -> bool:
    """Whether a database, possibly without tables yet, holds a case that no replay put there."""
    with transaction(engine) as connection:
        there = "select to_regclass('intake_row') is not null"
        if not connection.exec_driver_sql(there).scalar_one():
            return False
        return bool(connection.exec_driver_sql(_OTHERS, {"origin": ORIGIN}).scalar_one())


def numbers(engine: Engine, channel: str, ids: Collection[str]) -> dict[str, str]:
    """Give the case numbers of rows that came in through a channel, by source id."""
    with transaction(engine) as connection:
        given = {"channel": channel, "ids": list(ids)}
        rows = connection.exec_driver_sql(_NUMBERS, given)
        return {row.source_id: row.no for row in rows}


def late_answers(engine: Engine) -> int:
    """Count the finish clocks that were overdue when they were stopped."""
    with transaction(engine) as connection:
        found: int = connection.exec_driver_sql(_LATE).scalar_one()
    return found
