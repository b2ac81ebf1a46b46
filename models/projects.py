"""Inventories of projects signed and not landed, read and written."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, func
from sqlalchemy import Row as Found
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, update

from domain.calendar import local_date
from domain.errors import Refused
from domain.inventories import Renewal
from domain.projects import SETTLED, Cause, Project, ProjectStatus
from models.engine import transaction
from models.project_events import Who, note
from models.tables import ProjectRenewal, ProjectRow

_LOCK = "select pg_advisory_xact_lock(hashtext('rectify project'), hashtext(%(district)s))"
_PROJECTS = """
select p.*, coalesce(c.no, '') as case_no, coalesce(c.state, '') as case_state,
    coalesce(c.lead_unit, '') as case_lead, k.due_at
from project p
left join rectification_case c on c.id = p.case_id
left join clock k on k.case_id = p.case_id and k.kind = 'finish' and k.slot = 0
    and k.stopped_at is null and k.paused_at is null
where (%(district)s::text is null or p.district = %(district)s)
    and (%(code)s::text is null or p.code = %(code)s)
order by p.district, p.code
"""
_OF_CASE = """
select p.district, p.code from project p join rectification_case c on c.id = p.case_id
where c.no = %(no)s
"""


@dataclass(frozen=True)
class Stored:
    """A project as the database has it, with its case and how that stands, if it has one.

    ``due_at`` is when the case must be finished, as long as that clock runs.
    """

    id: int
    district: str
    project: Project
    settled_on: date | None
    settle_reason: str
    missing_since: datetime | None
    case_id: int | None
    case_no: str
    case_state: str
    case_lead: str
    due_at: datetime | None

    @property
    def key(self) -> str:
        """What operators call it, and its case's source: district and code."""
        return f"{self.district}/{self.project.code}"

    @property
    def settled(self) -> bool:
        """Whether it landed or was written off."""
        return self.project.status in SETTLED


def lock_district(connection: Connection, district: str) -> None:
    """Let one transaction at a time change a district's projects."""
    connection.exec_driver_sql(_LOCK, {"district": district})


def projects_in(connection: Connection, district: str = "", code: str = "") -> list[Stored]:
    """Read projects, of one district or of all, in the order of district and code."""
    arguments = {"district": district or None, "code": code or None}
    rows = connection.exec_driver_sql(_PROJECTS, arguments)
    return [_stored(row) for row in rows]


def all_projects(engine: Engine, district: str = "") -> list[Stored]:
    """Read all projects, or those of one district."""
    with transaction(engine) as connection:
        return projects_in(connection, district)


def find_project(connection: Connection, district: str, code: str) -> Stored:
    """Read one project; refuses an unknown one."""
    found = projects_in(connection, district, code)
    if not found:
        raise Refused(f"没有项目 {district}/{code}，请用 rectify project list 查看项目编号。")
    return found[0]


def project_of_case(engine: Engine, no: str) -> Stored | None:
    """Read the project that a case is about, if it is about one."""
    with transaction(engine) as connection:
        place = connection.exec_driver_sql(_OF_CASE, {"no": no}).one_or_none()
        return find_project(connection, place.district, place.code) if place else None


def write_renewal(
    connection: Connection, district: str, made: Renewal, file: str, who: Who
) -> None:
    """Write what a renewal changes, and that it took place."""
    before = {one.project.code: one for one in projects_in(connection, district)}
    for project in (*made.added, *made.changed):
        _put(connection, district, project, who.at)
    after = {one.project.code: one.id for one in projects_in(connection, district)}
    note(connection, who, "added", {after[one.code]: {} for one in made.added})
    note(connection, who, "changed", _changes(made, after))
    here = [code for code in before if code not in made.missing]
    _miss(connection, district, made.missing, who.at)
    _miss(connection, district, here, None)
    connection.execute(insert(ProjectRenewal), [_renewal(district, made, file, who)])


def set_status(connection: Connection, project_id: int, **values: object) -> None:
    """Set columns of a project."""
    connection.execute(update(ProjectRow).where(col(ProjectRow.id) == project_id).values(**values))


def _put(connection: Connection, district: str, project: Project, at: datetime) -> None:
    values = asdict(project) | {"district": district, "missing_since": None}
    settled_on = (project.progressed_on or local_date(at)) if project.status in SETTLED else None
    values["settled_on"] = settled_on
    changed = {name: value for name, value in values.items() if name not in {"district", "code"}}
    changed["settled_on"] = func.coalesce(ProjectRow.settled_on, settled_on)
    connection.execute(
        insert(ProjectRow)
        .values(**values)
        .on_conflict_do_update(index_elements=["district", "code"], set_=changed)
    )


def _changes(made: Renewal, ids: Mapping[str, int]) -> dict[int, dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    for cell in made.cells:
        found.setdefault(ids[cell.code], {})[cell.column] = [cell.old, cell.new]
    return found


def _miss(
    connection: Connection, district: str, codes: Iterable[str], since: datetime | None
) -> None:
    """Note since when projects are missing; those missing already keep their date."""
    unchanged = col(ProjectRow.missing_since).is_(None)
    connection.execute(
        update(ProjectRow)
        .where(
            col(ProjectRow.district) == district,
            col(ProjectRow.code).in_(list(codes)),
            unchanged if since else ~unchanged,
        )
        .values(missing_since=since)
    )


def _renewal(district: str, made: Renewal, file: str, who: Who) -> dict[str, Any]:
    lists = ("added", "changed", "unchanged", "refused", "missing")
    counts = {name: len(getattr(made, name)) for name in lists}
    return {
        "district": district,
        "file": file,
        "actor": who.actor,
        "renewed_at": who.at,
        "recorded_at": who.recorded_at,
        "read": made.read,
        **counts,
    }


def _stored(row: Found[Any]) -> Stored:
    project = Project(
        code=row.code,
        name=row.name,
        investor=row.investor,
        signed_on=row.signed_on,
        amount=row.amount,
        starts_on=row.starts_on,
        status=ProjectStatus(row.status),
        cause=Cause(row.cause) if row.cause else None,
        cause_text=row.cause_text,
        progressed_on=row.progressed_on,
    )
    return Stored(
        id=row.id,
        district=row.district,
        project=project,
        settled_on=row.settled_on,
        settle_reason=row.settle_reason,
        missing_since=row.missing_since,
        case_id=row.case_id,
        case_no=row.case_no,
        case_state=row.case_state,
        case_lead=row.case_lead,
        due_at=row.due_at,
    )
