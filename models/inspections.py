"""Inspections: made from the re-checks that are due, given to inspectors, read.

The due day is that of the case's clock, what became of it is in the case's history: an inspection
stays right whoever records the finding, and when a calendar moves the day.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine

from domain.errors import Refused
from domain.inspecting import Assignment, Cause, Outcome
from models import inspection_statements as statements
from models.engine import transaction

MOST = 500
"""Inspections that are made and given out in one round; the rest follow in the next."""


@dataclass(frozen=True)
class Inspection:
    """An inspection: what is looked at again, why, by whom, by when, and what became of it.

    ``subject`` is the office-approved line; ``order_id`` the order that called for it, if any.
    """

    number: int
    no: str
    subject: str
    lead_unit: str
    slot: int
    cause: Cause
    order_id: int | None
    assigned_at: datetime | None
    inspector: str
    inspector_name: str
    inspector_unit: str
    due_at: datetime
    ended_at: datetime | None
    outcome: Outcome


def create_due(connection: Connection, now: datetime, until: datetime) -> int:
    """Make an inspection of every re-check due by ``until`` that has none; gives how many."""
    values = {"now": now, "until": until, "most": MOST}
    return int(connection.exec_driver_sql(statements.CREATE, values).rowcount)


def create_ordered(
    connection: Connection, order: int, cause: Cause, nos: Sequence[str], now: datetime
) -> int:
    """Make inspections of the re-checks that an order of inspections had ordered."""
    values = {"order": order, "cause": str(cause), "nos": list(nos), "now": now}
    return int(connection.exec_driver_sql(statements.CREATE_ORDERED, values).rowcount)


def unassigned(connection: Connection) -> list[Assignment]:
    """List the open inspections that nobody has, the first due first."""
    rows = connection.exec_driver_sql(statements.UNASSIGNED, {"most": MOST})
    return [
        Assignment(
            number=row.number,
            no=row.no,
            lead_unit=row.lead_unit,
            environment=row.environment,
            units=frozenset(row.units),
            persons=frozenset(row.persons),
        )
        for row in rows
    ]


def count_unassigned(connection: Connection) -> int:
    """Count the open inspections that nobody has."""
    found: int = connection.exec_driver_sql(statements.COUNT_UNASSIGNED).scalar_one()
    return found


def give(connection: Connection, chosen: Mapping[int, str], now: datetime) -> None:
    """Give inspections, by number, to inspectors."""
    rows = [{"number": number, "inspector": code} for number, code in chosen.items()]
    connection.exec_driver_sql(statements.ASSIGN, {"rows": json.dumps(rows), "now": now})


def open_inspections(
    connection: Connection,
    inspector: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Inspection]:
    """List those that wait for a finding, of one inspector or of all, the first due first.

    ``since`` and ``until`` bound the due day; at most ten times ``MOST`` are given.
    """
    values = {"inspector": inspector, "since": since, "until": until, "most": 10 * MOST}
    return [_inspection(row) for row in _rows(connection, statements.OPEN, values)]


def all_inspections(
    engine: Engine, inspector: str = "", order: int | None = None, most: int = MOST
) -> list[Inspection]:
    """List inspections, the newest first, of one inspector or one order where given."""
    values = {"inspector": inspector, "number": None, "order": order, "most": most}
    with transaction(engine) as connection:
        return [_inspection(row) for row in _rows(connection, statements.ALL, values)]


def inspection(engine: Engine, number: int) -> Inspection:
    """Read one inspection; refuses an unknown number."""
    values = {"inspector": "", "number": number, "order": None, "most": 1}
    with transaction(engine) as connection:
        rows = _rows(connection, statements.ALL, values)
    if not rows:
        raise Refused(f"没有第 {number} 号复查任务，请用 ./rectify inspection list 查看。")
    return _inspection(rows[0])


def _rows(
    connection: Connection, statement: str, values: Mapping[str, object]
) -> list[Mapping[str, object]]:
    return [dict(row) for row in connection.exec_driver_sql(statement, values).mappings()]


def _inspection(row: Mapping[str, object]) -> Inspection:
    coded = {"cause": Cause(str(row["cause"])), "outcome": Outcome(str(row["outcome"]))}
    return Inspection(**(row | coded))  # type: ignore[operator]
