"""A project as the command line shows it: rows, facts, documents."""

from collections.abc import Mapping
from typing import Any

from domain.codes import State
from domain.inventories import TITLES, shown
from domain.wording import moment
from models.projects import Stored
from tasks.desk import Desk

HEADERS = ("区市", "编号", "项目名称", "签约日期", "状态", "原因", "案件", "备注")
"""Of a list of projects, fitting ``row_of``."""
DETAILS = ("区市", "项目编号", *TITLES.values(), "落地或核销日期", "核销理由", "案件", "备注")
"""Of one project, fitting ``cells_of``."""
_EVENTS: Mapping[str, str] = {
    "added": "列入清单",
    "changed": "清单更新",
    "case_opened": "立案",
    "landed": "登记落地",
    "written_off": "核销",
    "reopened": "恢复推进",
}


def event_zh(event: str) -> str:
    """Give what people call an event of a project."""
    return _EVENTS.get(event, event)


def row_of(desk: Desk, one: Stored) -> tuple[str, ...]:
    """Write a project as a row of a list."""
    project = one.project
    return (
        desk.directory.name(one.district),
        project.code,
        project.name,
        str(project.signed_on),
        project.status.zh,
        shown(project.cause),
        _case(one),
        _remark(one),
    )


def cells_of(desk: Desk, one: Stored) -> tuple[str, ...]:
    """Write everything there is to say of a project."""
    values = (shown(getattr(one.project, name)) for name in TITLES)
    return (
        desk.directory.name(one.district),
        one.project.code,
        *values,
        shown(one.settled_on),
        one.settle_reason,
        _case(one),
        _remark(one),
    )


def document_of(one: Stored) -> dict[str, Any]:
    """Give a project as a JSON document; the amount is in 10,000 yuan, as text."""
    project = {name: shown_code(getattr(one.project, name)) for name in TITLES}
    return {
        "project": one.key,
        "district": one.district,
        "code": one.project.code,
        **project,
        "settled_on": shown_code(one.settled_on),
        "settle_reason": one.settle_reason,
        "case_no": one.case_no,
        "case_state": one.case_state,
        "missing_since": one.missing_since,
    }


def shown_code(value: object) -> str | None:
    """Write a value as scripts read it: codes and ISO dates."""
    return None if value is None else str(value)


def _case(one: Stored) -> str:
    return f"{one.case_no}（{State(one.case_state).zh}）" if one.case_no else ""


def _remark(one: Stored) -> str:
    return f"{moment(one.missing_since)} 起清单中缺少" if one.missing_since else ""
