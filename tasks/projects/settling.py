"""Projects settled by landing or writing off, and taken up again; their cases keep in step."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from domain.calendar import local_date
from domain.codes import DONE
from domain.errors import Misuse, Refused
from domain.projects import SETTLED, ProjectStatus
from domain.wording import check_opinion
from models.engine import transaction
from models.project_events import note
from models.projects import Stored, find_project, lock_district, set_status
from tasks.carrying import Carried, carry_out
from tasks.desk import Desk
from tasks.ordering.by_office import order_recheck
from tasks.projects.places import place_of, who
from tasks.projects.telling import tell_settled


@dataclass(frozen=True)
class Settled:
    """A project as it stands now; whether that is new, and what was ordered of its closed case."""

    stored: Stored
    changed: bool
    carried: Carried | None = None


def land(desk: Desk, key: str, on: date | None = None, actor: str = "") -> Settled:
    """登记落地 of the project ``区市/编号`` on a day, today unless told; tells about its case."""
    day, today = on or local_date(desk.now), local_date(desk.now)

    def decide(stored: Stored) -> dict[str, object]:
        if not stored.project.signed_on <= day <= today:
            signed = stored.project.signed_on
            raise Misuse(f"落地日期 {day} 应在签约日期 {signed} 和今天 {today} 之间，请核对。")
        return {"status": ProjectStatus.LANDED, "settled_on": day}

    return _settle(desk, key, ProjectStatus.LANDED, decide, actor)


def write_off(desk: Desk, key: str, reason: str, actor: str = "") -> Settled:
    """核销 of a project with the reason, which is office text; tells about its case."""
    why = check_opinion(reason)
    if not why:
        raise Misuse("核销必须写明理由：--reason。")
    values = {
        "status": ProjectStatus.WRITTEN_OFF,
        "settled_on": local_date(desk.now),
        "settle_reason": why,
    }
    return _settle(desk, key, ProjectStatus.WRITTEN_OFF, lambda _: values, actor)


def take_up(desk: Desk, key: str, reason: str, status: ProjectStatus, actor: str = "") -> Settled:
    """恢复 a project that was settled by mistake, or fell through: with a status and the reason.

    A case of it that is closed already gets a re-check, which reopens it when it fails.
    """
    why = check_opinion(reason)
    if not why or status in SETTLED:
        raise Misuse("恢复项目须写明理由（--reason）和恢复后的状态（不能是已落地、核销）。")

    def decide(stored: Stored) -> dict[str, object]:
        if not stored.settled:
            raise Refused(f"项目 {stored.key} 现为“{stored.project.status.zh}”，不必恢复。")
        return {"status": status, "settled_on": None, "settle_reason": ""}

    made = _change(desk, key, "reopened", decide, actor, reason=why, to=status.zh)
    if made.stored.case_state not in DONE:
        return made
    order = order_recheck(desk, made.stored.case_no, why, actor)
    return replace(made, carried=carry_out(desk, order))


Decide = Callable[[Stored], dict[str, object]]


def _settle(desk: Desk, key: str, status: ProjectStatus, decide: Decide, actor: str) -> Settled:
    def unsettled(stored: Stored) -> dict[str, object]:
        now = stored.project.status
        if now is status:
            return {}
        if stored.settled:
            raise Refused(f"项目 {stored.key} 已登记为“{now.zh}”，要改正请先 project reopen。")
        return decide(stored)

    return _change(desk, key, str(status), unsettled, actor)


def _change(desk: Desk, key: str, event: str, decide: Decide, actor: str, **detail: str) -> Settled:
    """Change a project as ``decide`` says, note it and tell; nothing when it says nothing."""
    district, code = place_of(desk, key)
    with transaction(desk.engine) as connection:
        lock_district(connection, district)
        before = find_project(connection, district, code)
        values = decide(before)
        if not values:
            return Settled(before, changed=False)
        set_status(connection, before.id, **values)
        given = {"reason": str(values["settle_reason"])} if values.get("settle_reason") else {}
        note(connection, who(desk, actor), event, {before.id: detail | given})
        tell_settled(desk, connection, district, [code], actor)
        return Settled(find_project(connection, district, code), changed=True)
