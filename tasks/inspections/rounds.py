"""A round of inspections: order what is called for, name inspectors, remind them.

The flow 专项复查 and every deadline check do the same round; whatever it does has a key, so that
it is done once, whoever comes first.
"""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from sqlalchemy import Connection

from domain.calendar import at_hour, local_date
from domain.clocks import Rules
from domain.codes import OFFICE_UNIT, Environment
from domain.inspecting import assign
from domain.periods import month_of
from models.duty_notices import DutyNotice, owe
from models.engine import session_lock, transaction
from models.inspection_orders import undone
from models.inspections import (
    Inspection,
    count_unassigned,
    create_due,
    give,
    open_inspections,
    unassigned,
)
from models.inspectors import inspectors, load
from models.relapse_figures import Cluster
from models.rule_proposals import propose
from models.rulebook import book_for
from tasks.carrying import Carried
from tasks.desk import Desk
from tasks.inspections.ordering import add_all, carry
from tasks.inspections.sampling import months_due
from tasks.inspections.triggers import relapse_clusters, triggered

_ALONE = 0x1A5BEC7
"""Advisory lock that a round holds, so that two at once do not compete."""
_REMINDED_LATE = timedelta(days=7)
"""So long after the due day a reminder that was missed is still given."""


@dataclass
class InspectionRound:
    """What a round did.

    ``unassigned`` inspections have nobody who may do them; ``held`` says that another round was
    running, and nothing was changed.
    """

    ordered: list[Carried] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    created: int = 0
    assigned: int = 0
    unassigned: int = 0
    notices: int = 0
    proposed: int = 0
    held: bool = False

    def in_words(self) -> str:
        """Say it beside the run."""
        if self.held:
            return "另一轮复查安排正在进行，本次要办的由它或者下一次时限检查接续。"
        return (
            f"新安排复查 {len(self.ordered)} 件，不能复查 {len(self.refused)} 件；"
            f"派检查人 {self.assigned} 件，无合适检查人 {self.unassigned} 件；"
            f"新发通知 {self.notices} 份，建章立制建议 {self.proposed} 条。"
        )


def go_round(desk: Desk) -> InspectionRound:
    """Do whatever is owed about inspections; run as often as wanted."""
    made = InspectionRound()
    with session_lock(desk.engine, _ALONE) as free:
        if not free:
            made.held = True
            return made
        with transaction(desk.engine) as connection:
            rules = book_for(desk.engine).rules(connection)
            _call_for(desk, connection, rules, made)
        _carry_out(desk, made)
        with transaction(desk.engine) as connection:
            _give_out(desk, connection, rules, made)
            _remind(desk, connection, rules, made)
    return made


def _call_for(desk: Desk, connection: Connection, rules: Rules, made: InspectionRound) -> None:
    policy = rules.policy.reinspection
    found = relapse_clusters(desk, connection, policy)
    add_all(connection, months_due(desk, connection, rules.policy.recheck), desk)
    add_all(connection, triggered(desk, connection, policy, found), desk)
    fresh = propose(connection, found, month_of(local_date(desk.now)).first, desk.now)
    made.proposed = len(fresh)
    made.notices += owe(connection, [_proposed(desk, one) for one in fresh])


def _carry_out(desk: Desk, made: InspectionRound) -> None:
    for order in undone(desk.engine):
        for one in carry(desk, order):
            if one.refusal:
                made.refused[one.no] = one.refusal
            elif not one.repeated:
                made.ordered.append(one)


def _give_out(desk: Desk, connection: Connection, rules: Rules, made: InspectionRound) -> None:
    """Make inspections of what is due soon, name inspectors, and tell them."""
    ahead = rules.policy.reinspection.ahead.amount
    made.created = create_due(connection, desk.now, _evening(desk, rules, ahead))
    people = inspectors(connection)
    waiting = unassigned(connection) if people else []
    seed = f"{local_date(desk.now):%Y-%m-%d}"
    chosen = assign(waiting, people, load(connection), seed) if waiting else {}
    give(connection, chosen, desk.now)
    made.assigned, made.unassigned = len(chosen), count_unassigned(connection)
    if not chosen:
        return
    given = [one for one in open_inspections(connection) if one.number in chosen]
    made.notices += owe(connection, [_given(desk, one) for one in given])


def _remind(desk: Desk, connection: Connection, rules: Rules, made: InspectionRound) -> None:
    until = _evening(desk, rules, rules.policy.reinspection.remind_before.amount)
    since = desk.now - _REMINDED_LATE
    soon = [one for one in open_inspections(connection, "", since, until) if one.inspector]
    made.notices += owe(connection, [_due(desk, one) for one in soon])


def _evening(desk: Desk, rules: Rules, workdays: int) -> datetime:
    """The end of the day so many working days from now."""
    return at_hour(rules.calendar.add_workdays(local_date(desk.now), workdays), time.max)


def _given(desk: Desk, one: Inspection) -> DutyNotice:
    return _notice(desk, one, "inspection_assigned", f"inspection:{one.number}:{one.inspector}")


def _due(desk: Desk, one: Inspection) -> DutyNotice:
    key = f"inspection:{one.number}:{one.inspector}:{local_date(one.due_at)}"
    return _notice(desk, one, "inspection_due", key)


def _notice(desk: Desk, one: Inspection, template: str, key: str) -> DutyNotice:
    args: dict[str, object] = {
        "subject": f"{one.no} 复查任务",
        "inspection": one.number,
        "inspector": one.inspector_name,
        "case": one.no,
        "about": one.subject,
        "lead": desk.directory.name(one.lead_unit),
        "cause": one.cause.zh,
        "due": f"{local_date(one.due_at)}",
    }
    return DutyNotice(key, template, one.inspector_unit, "contact", args, desk.now)


def _proposed(desk: Desk, one: Cluster) -> DutyNotice:
    about = desk.directory.name(one.unit) if one.unit else Environment(one.environment).zh
    args: dict[str, object] = {
        "subject": f"{about}反弹集中，建议建章立制",
        "about": about,
        "relapses": one.relapses,
        "cases": one.nos,
    }
    month = month_of(local_date(desk.now)).code
    key = f"rule-proposal:{one.unit}:{one.environment}:{month}"
    return DutyNotice(key, "rule_proposed", OFFICE_UNIT, "office", args, desk.now)
