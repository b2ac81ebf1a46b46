"""Stuck projects become cases, each once: its source is district and code."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from domain.calendar import local_date
from domain.inventories import TITLES, shown
from domain.policy_sources import Projects
from domain.projects import CAUSE_ENVIRONMENT, UNLANDED, Project, proposed_units, why_stuck
from models.engine import transaction
from models.project_events import link_cases
from models.projects import Stored, all_projects
from tasks.desk import Desk
from tasks.intake import intake_rows
from tasks.projects.places import figures, who


@dataclass(frozen=True)
class Stuck:
    """A stuck project, why it is stuck, and who is proposed to lead and to assist (codes)."""

    stored: Stored
    why: str
    lead: str
    assisting: tuple[str, ...]


@dataclass
class Opened:
    """The stuck projects that had no case, the cases opened, and what intake refused and why."""

    stuck: list[Stuck] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def stuck_projects(desk: Desk, projects: Iterable[Stored], rules: Projects) -> Iterator[Stuck]:
    """Give those that are stuck today, with their proposals."""
    today = local_date(desk.now)
    for stored in projects:
        if why := why_stuck(stored.project, today, rules):
            lead, assisting = proposed_units(stored.district, stored.project.cause, rules.lead)
            if lead not in desk.directory.names or lead in desk.directory.doubtful:
                lead, assisting = stored.district, ()
            yield Stuck(stored, why, lead, assisting)


def open_stuck(desk: Desk, district: str = "", actor: str = "") -> Opened:
    """Open a case for every stuck project without one, of a district (code) or of all.

    Safe to repeat after a break: a case opened before is found again and tied to its project.
    """
    projects = all_projects(desk.engine, district)
    found = [one for one in stuck_projects(desk, projects, figures(desk)) if not one.stored.case_no]
    made = Opened(found)
    if found:
        rows = [_row(desk, one) for one in found]
        report = intake_rows(desk, rows, UNLANDED, f"签约未落地排查 {local_date(desk.now)}")
        made.refused = [bad.reason for bad in report.rejected]
    with transaction(desk.engine) as connection:
        made.cases = link_cases(connection, UNLANDED, who(desk, actor))
    return made


def _row(desk: Desk, one: Stuck) -> Mapping[str, str]:
    project = one.stored.project
    environment = CAUSE_ENVIRONMENT.get(project.cause) if project.cause else None
    return {
        "编号": one.stored.key,
        "事由": f"{desk.directory.name(one.stored.district)}“{project.name}”签约未落地",
        "内容": "\n".join(_body(desk, one, project)),
        "涉事主体": project.investor,
        "环境": environment.zh if environment else "",
        "建议责任单位": desk.directory.name(one.lead),
    }


def _body(desk: Desk, one: Stuck, project: Project) -> Iterator[str]:
    yield f"项目编号：{one.stored.key}"
    for name, title in TITLES.items():
        if value := shown(getattr(project, name)):
            yield f"{title}：{value}"
    yield f"立案原因：{one.why}。"
    helpers = "、".join(map(desk.directory.name, one.assisting))
    yield f"建议由{desk.directory.name(one.lead)}主办" + (f"，{helpers}协办。" if helpers else "。")
