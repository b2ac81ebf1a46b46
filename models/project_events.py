"""What became of projects, the renewals of their inventories, and the link to their cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, insert
from sqlmodel import col, select

from models.engine import transaction
from models.tables import ProjectEvent, ProjectRenewal

_LINK = """
update project p set case_id = r.case_id from intake_row r
where p.case_id is null and r.outcome = 'opened' and r.channel = %(channel)s
    and r.source_id = p.district || '/' || p.code
returning p.id, (select no from rectification_case c where c.id = r.case_id) as no
"""


@dataclass(frozen=True)
class Who:
    """Who acts (as claimed), at which business time, and when that is written; both aware."""

    actor: str
    at: datetime
    recorded_at: datetime


def note(
    connection: Connection, who: Who, event: str, details: Mapping[int, Mapping[str, Any]]
) -> None:
    """Note an event of projects, by id with its details."""
    rows = [
        {**vars(who), "project_id": key, "event": event, "detail": dict(detail)}
        for key, detail in details.items()
    ]
    if rows:
        connection.execute(insert(ProjectEvent), rows)


def events_of(connection: Connection, project_id: int) -> list[Mapping[str, Any]]:
    """Read what became of a project, the oldest first."""
    rows = connection.execute(
        select(ProjectEvent.event, ProjectEvent.actor, ProjectEvent.at, ProjectEvent.detail)
        .where(col(ProjectEvent.project_id) == project_id)
        .order_by(col(ProjectEvent.id))
    )
    return [dict(row) for row in rows.mappings()]


def link_cases(connection: Connection, channel: str, who: Who) -> list[str]:
    """Tie projects to the cases that intake opened for them; gives the cases newly tied."""
    rows = connection.exec_driver_sql(_LINK, {"channel": channel}).all()
    note(connection, who, "case_opened", {row.id: {"no": row.no} for row in rows})
    return sorted(row.no for row in rows)


def last_renewals(engine: Engine) -> dict[str, datetime]:
    """Give, by district, when its inventory was last renewed (business time)."""
    with transaction(engine) as connection:
        rows = connection.execute(
            select(ProjectRenewal.district, func.max(ProjectRenewal.renewed_at)).group_by(
                ProjectRenewal.district
            )
        )
        return {district: at for district, at in rows}  # noqa: C416 - rows are no pairs to dict
