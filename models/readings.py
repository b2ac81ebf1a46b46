"""The log of who read an identity, when and why; never what was read."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Engine

from models.engine import transaction

_LIST = """
select r.at, r.reader, r.purpose, coalesce(c.no, '') as no, r.cases
from identity.reading r left join rectification_case c on c.id = r.case_id
where (%(no)s = '' or c.no = %(no)s)
    and (%(reader)s = '' or strpos(r.reader, %(reader)s) > 0)
    and (%(since)s::timestamptz is null or r.at >= %(since)s)
order by r.id desc limit %(limit)s
"""


class Reading(NamedTuple):
    """One entry: ``no`` is empty for a batch of ``cases`` that was sealed under a new key.

    ``reader`` is ``office:`` and a name, or ``unit:``, the unit's code and a name.
    """

    at: datetime
    reader: str
    purpose: str
    no: str
    cases: int


def readings(
    engine: Engine,
    *,
    no: str = "",
    reader: str = "",
    since: datetime | None = None,
    limit: int | None = 200,
) -> list[Reading]:
    """List readings, the latest first: of a case, by whoever's name has ``reader``, since then."""
    wanted = {"no": no, "reader": reader, "since": since, "limit": limit}
    with transaction(engine) as connection:
        return [Reading._make(row) for row in connection.exec_driver_sql(_LIST, wanted)]
