"""What became of a project is noted on its case, and those who have the case are told."""

from collections.abc import Collection

from sqlalchemy import Connection

from domain.codes import DONE, OFFICE_UNIT, State
from models.duty_notices import DutyNotice, owe
from models.journaling import Occasion, append
from models.loading import lock
from models.projects import Stored, projects_in
from tasks.desk import Desk
from tasks.ordering.order import office


def tell_settled(
    desk: Desk, connection: Connection, district: str, codes: Collection[str], actor: str = ""
) -> int:
    """Note how projects of a district stand now in the histories of their cases, and tell of it.

    The office and the lead unit are told; gives how many notices are new. A project without a case
    has nobody to tell.
    """
    lock(connection, [one.case_no for one in _with_cases(connection, district, codes)])
    found = _with_cases(connection, district, codes)
    if found:
        append(connection, [_entry(one) for one in found], _occasion(desk, actor))
    return owe(connection, [notice for one in found for notice in _notices(desk, one)])


def _with_cases(connection: Connection, district: str, codes: Collection[str]) -> list[Stored]:
    here = projects_in(connection, district)
    return [one for one in here if one.case_no and one.project.code in codes]


def _occasion(desk: Desk, actor: str) -> Occasion:
    return Occasion(desk.now, desk.recorded_at, office(actor))


def _entry(stored: Stored) -> dict[str, object]:
    status = str(stored.project.status)
    return {
        "case_id": stored.case_id,
        "event": f"project_{status}" if stored.settled else "project_reopened",
        "detail": {"project": stored.key, "project_status": status},
    }


def _notices(desk: Desk, stored: Stored) -> list[DutyNotice]:
    project, status = stored.project, stored.project.status
    key = f"project:{stored.key}:{status}:{desk.now.isoformat()}"
    args: dict[str, object] = {
        "subject": f"{project.name}（{stored.key}）{status.zh}",
        "project": f"{project.name}（{desk.directory.name(stored.district)} {project.code}）",
        "status": status.zh,
        "settled": stored.settled,
        "case_no": stored.case_no,
        "case_state": State(stored.case_state).zh,
        "done": State(stored.case_state) in DONE,
    }
    told = [(OFFICE_UNIT, "office")] + [(stored.case_lead, "contact")] * bool(stored.case_lead)
    return [DutyNotice(key, "project_settled", unit, role, args, desk.now) for unit, role in told]
