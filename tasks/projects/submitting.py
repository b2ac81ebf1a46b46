"""The rule that a project's case is submitted only once the project is settled."""

from domain.codes import Result
from domain.projects import UNLANDED, require_settled
from models.executing import View
from models.projects import project_of_case
from tasks.desk import Desk


def check_project(desk: Desk, view: View, result: Result) -> None:
    """Refuse a submission whose project has neither landed nor been written off."""
    if view.case.channel != UNLANDED:
        return
    stored = project_of_case(desk.engine, view.case.no)
    if stored is not None:
        require_settled(view.case.no, stored.key, stored.project.status, result)
