"""A district's inventory of projects renewed: what is new, changed, gone, and what is refused."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from domain.codes import Term
from domain.projects import SETTLED, Project, ProjectStatus

TITLES: Mapping[str, str] = {
    "name": "项目名称",
    "investor": "投资方",
    "signed_on": "签约日期",
    "amount": "协议金额（万元）",
    "starts_on": "约定开工日期",
    "status": "状态",
    "cause": "原因类别",
    "cause_text": "原因说明",
    "progressed_on": "最近进展日期",
}
"""The columns that a renewal may change, with what they are called."""


class Cell(NamedTuple):
    """A changed cell: the project's code, the column, and what it says now and would say."""

    code: str
    column: str
    old: str
    new: str


class Refusal(NamedTuple):
    """A row that is not taken in, and why: one clause, without the row."""

    row: int
    reason: str


Read = tuple[int, Project] | Refusal
"""A row of the file: its number with the project, or why it is refused."""


@dataclass
class Renewal:
    """What a renewal does: every row is among ``added``, ``changed``, ``unchanged``, ``refused``.

    ``missing`` are the codes that the inventory has and the file has not, settled ones left out.
    """

    read: int = 0
    added: list[Project] = field(default_factory=list)
    changed: list[Project] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)


def renew(
    known: Mapping[str, Project], rows: Iterable[Read], columns: Collection[str] = tuple(TITLES)
) -> Renewal:
    """Compare the rows of a file with what is known of a district, by code.

    What is known stays in the columns that the file does not have.
    """
    made, seen = Renewal(), set[str]()
    for row in rows:
        made.read += 1
        if isinstance(row, Refusal):
            made.refused.append(row)
            continue
        number, project = row
        old = known.get(project.code)
        new = _kept(old, project, columns) if old else project
        if reason := _refused(old, new, seen):
            made.refused.append(Refusal(number, reason))
        else:
            _take(made, old, new)
        seen.add(project.code)
    made.missing = [
        code for code, old in known.items() if code not in seen and old.status not in SETTLED
    ]
    return made


def _kept(old: Project, new: Project, columns: Collection[str]) -> Project:
    return replace(new, **{name: getattr(old, name) for name in TITLES if name not in columns})


def _refused(old: Project | None, new: Project, seen: set[str]) -> str:
    """Why a row is not taken: inventories neither write off nor undo what was settled."""
    if new.code in seen:
        return f"项目编号 {new.code} 在文件中重复，只取第一行"
    if old and old.status in SETTLED and new.status is not old.status:
        return f"项目已登记为“{old.status.zh}”，要恢复请用 project reopen"
    if new.status is ProjectStatus.WRITTEN_OFF and old is None:
        return "核销须由办公室写明理由，请先按未落地登记，再用 project write-off"
    if new.status is ProjectStatus.WRITTEN_OFF and old and old.status is not new.status:
        return "核销须由办公室写明理由，请用 project write-off"
    return ""


def _take(made: Renewal, old: Project | None, new: Project) -> None:
    if old is None:
        made.added.append(new)
    elif cells := list(_cells(old, new)):
        made.changed.append(new)
        made.cells += cells
    else:
        made.unchanged.append(new.code)


def _cells(old: Project, new: Project) -> Iterable[Cell]:
    for name, title in TITLES.items():
        was, now = getattr(old, name), getattr(new, name)
        if was != now:
            yield Cell(new.code, title, shown(was), shown(now))


def shown(value: object) -> str:
    """Write a value of a project as people read it; nothing for what is not known."""
    if value is None:
        return ""
    return value.zh if isinstance(value, Term) else str(value)
