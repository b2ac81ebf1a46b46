"""The intake register: every row that came in, with what became of it, and every intake."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from models.engine import transaction

Row = Mapping[str, Any]

_ROWS = """
select * from (
    select r.received_at, r.channel, r.file, r.row_number, r.source_id, r.outcome, c.no, r.reason,
        1 as version, array[]::text[] as changed, r.id
    from intake_row r left join rectification_case c on c.id = r.case_id
    union all
    select v.received_at, r.channel, v.file, v.row_number, r.source_id, 'changed', c.no, '',
        v.number, v.changed, r.id
    from intake_version v join intake_row r on r.id = v.intake_id
    join rectification_case c on c.id = v.case_id
) register
where (%(channel)s = '' or channel = %(channel)s) and (%(file)s = '' or file = %(file)s)
    and (%(since)s::timestamptz is null or received_at >= %(since)s)
    and (%(outcome)s = '' or outcome = %(outcome)s)
    and (%(source_id)s = '' or source_id = %(source_id)s)
order by received_at desc, file, row_number, id, version limit %(limit)s
"""
_FILES = """
select id, channel, file, received_at, started_at, finished, read, opened, duplicate, changed,
    rejected
from intake_file
where (%(channel)s = '' or channel = %(channel)s) and (%(file)s = '' or file = %(file)s)
    and (%(since)s::timestamptz is null or received_at >= %(since)s)
order by id desc limit %(limit)s
"""


@dataclass(frozen=True)
class Wanted:
    """What is looked for; empty asks for any. ``since`` (aware) bounds when it was received."""

    channel: str = ""
    file: str = ""
    source_id: str = ""
    outcome: str = ""
    since: datetime | None = None
    limit: int | None = None


def registered(engine: Engine, wanted: Wanted) -> list[Row]:
    """List rows with their outcome: ``opened``, ``rejected``, or ``changed`` (a later version)."""
    return _rows(engine, _ROWS, wanted)


def intakes(engine: Engine, wanted: Wanted) -> list[Row]:
    """List intakes with their counts, the newest first."""
    return _rows(engine, _FILES, wanted)


def _rows(engine: Engine, statement: str, wanted: Wanted) -> list[Row]:
    with transaction(engine) as connection:
        found = connection.exec_driver_sql(statement, asdict(wanted)).mappings()
        return [dict(row) for row in found]
