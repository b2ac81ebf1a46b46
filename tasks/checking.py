"""The deadline check as one step: what the system owes first, then every rung that is due."""

from collections.abc import Callable

from models.checking import (
    CheckReport,
    Moment,
    alone,
    fire_due,
    last_check,
    mark_checked,
    waking,
)
from models.heartbeat import beat
from tasks.carrying import Carried, carry_out_all
from tasks.desk import Desk
from tasks.duplicates import settle
from tasks.inspections.rounds import go_round
from tasks.ordering.by_system import wake
from tasks.referrals import remind
from tasks.reprojecting import continue_reprojection

BATCHES = 15
"""Batches of a re-projection that was cut off, for each check: about half a minute."""
COMPARED = 6
"""Batches of cases that wait to be compared, for each check: a quarter of a minute."""


def check(
    desk: Desk,
    progress: Callable[[int], None] = lambda _: None,
    woke: Callable[[Carried], None] = lambda _: None,
) -> CheckReport:
    """Check until nothing is due; ``woke`` is told of each case that the system itself moved on.

    A check that finds another running ends well and says so; one dated before the last check
    changes nothing and says so. A re-projection that was cut off goes on a little with each check,
    and so does what an intake left undone about duplicates.
    """
    report = CheckReport()
    with alone(desk.engine) as free:
        if not free:
            report.held = True
            return report
        last = last_check(desk.engine)
        if last is not None and desk.now < last:
            report.behind = last
            return report
        _wake(desk, report, woke)
        fire_due(desk.engine, Moment(desk.now, desk.recorded_at), report, progress)
        mark_checked(desk.engine, desk.now)
        beat(desk.engine, "check", desk.recorded_at)
    remind(desk)
    report.reprojected = continue_reprojection(desk, batches=BATCHES).moved
    _settle_duplicates(desk, report, woke)
    _inspect(desk, report, woke)
    return report


def _inspect(desk: Desk, report: CheckReport, woke: Callable[[Carried], None]) -> None:
    """Order the inspections that are called for, whether or not an automation did."""
    made = go_round(desk)
    report.reinspected, report.inspectors_named = len(made.ordered), made.assigned
    for carried in made.ordered:
        woke(carried)


def _settle_duplicates(desk: Desk, report: CheckReport, woke: Callable[[Carried], None]) -> None:
    settled = settle(desk, batches=COMPARED)
    report.compared = settled.compared.cases
    report.rechecks, report.joined = len(settled.rechecks), len(settled.joined)
    for carried in (*settled.rechecks, *settled.joined):
        woke(carried)


def _wake(desk: Desk, report: CheckReport, woke: Callable[[Carried], None]) -> None:
    """End notices, resume shelved cases and archive closed ones whose time has come."""
    seen: set[str] = set()
    while due := [case for case in waking(desk.engine, desk.now) if case[0] not in seen]:
        seen.update(no for no, _ in due)
        for carried in carry_out_all(desk, [wake(desk, no, state) for no, state in due]):
            report.woken += not carried.refusal and not carried.repeated
            woke(carried)
