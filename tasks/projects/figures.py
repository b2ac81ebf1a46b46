"""How the inventories of projects stand, by district and by cause."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from domain.codes import CLOSING, OPEN
from domain.projects import Cause, ProjectStatus
from models.project_events import last_renewals
from models.projects import Stored, all_projects
from tasks.desk import Desk
from tasks.projects.opening import stuck_projects
from tasks.projects.places import figures

NO_CAUSE = "none"
"""Stands for projects whose cause is not known."""


@dataclass
class Tally:
    """Counts of projects: all, landed, written off, stuck now, with a case, its finish overdue."""

    signed: int = 0
    landed: int = 0
    written_off: int = 0
    stuck: int = 0
    with_case: int = 0
    overdue: int = 0

    def add(self, stored: Stored, now: datetime, *, stuck: bool) -> None:
        """Count one project more."""
        self.signed += 1
        self.landed += stored.project.status is ProjectStatus.LANDED
        self.written_off += stored.project.status is ProjectStatus.WRITTEN_OFF
        self.stuck += stuck
        self.with_case += bool(stored.case_no)
        self.overdue += bool(stored.due_at and stored.due_at < now)


@dataclass
class Standing:
    """The whole picture: by district, by cause, together; what is missing; cases out of step.

    ``renewed`` says by district when its inventory was last renewed. ``settled_open`` are settled
    projects whose case is still to be finished.
    """

    total: Tally = field(default_factory=Tally)
    districts: dict[str, Tally] = field(default_factory=dict)
    causes: dict[str, Tally] = field(default_factory=dict)
    renewed: Mapping[str, datetime] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    settled_open: list[Stored] = field(default_factory=list)

    def document(self) -> dict[str, object]:
        """Give it as a JSON document."""
        return {
            "total": asdict(self.total),
            "districts": {code: asdict(one) for code, one in self.districts.items()},
            "causes": {code: asdict(one) for code, one in self.causes.items()},
            "renewed": dict(self.renewed),
            "missing": self.missing,
            "settled_open": [
                {"project": one.key, "case_no": one.case_no} for one in self.settled_open
            ],
        }


_UNFINISHED = OPEN - CLOSING
"""States in which a case has not been submitted."""


def standing(desk: Desk) -> Standing:
    """Count as it stands now; districts without any project are there with zeros."""
    made = Standing(renewed=last_renewals(desk.engine))
    made.districts = {code: Tally() for code in sorted(desk.directory.districts)}
    projects = all_projects(desk.engine)
    stuck = {one.stored.id for one in stuck_projects(desk, projects, figures(desk))}
    for stored in projects:
        _count(made, stored, desk.now, stuck=stored.id in stuck)
    made.missing = [one.key for one in projects if one.missing_since and not one.settled]
    made.settled_open = [one for one in projects if one.settled and one.case_state in _UNFINISHED]
    return made


def _count(made: Standing, stored: Stored, now: datetime, *, stuck: bool) -> None:
    cause = str(stored.project.cause or NO_CAUSE)
    for tally in (
        made.total,
        made.districts.setdefault(stored.district, Tally()),
        made.causes.setdefault(cause, Tally()),
    ):
        tally.add(stored, now, stuck=stuck)


def cause_zh(code: str) -> str:
    """Give the Chinese term of a cause, known or not."""
    return "原因未填" if code == NO_CAUSE else Cause(code).zh
