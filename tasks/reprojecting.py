"""Calendar and policy changed, and the clocks that run moved to what is in force then.

A change and the row of its re-projection are one transaction; the batches after it go on wherever
they were interrupted, by this command again or by the scheduled check.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from domain.codes import Role
from domain.reprojecting import ChangedDays, policy_because
from models import calendars
from models.calendars import Listed
from models.engine import transaction
from models.policies import next_policy, put_policy_in_force
from models.reprojecting import Moment, step
from models.reprojecting_preview import Counts, Move, Preview, Question, preview
from models.reprojection_reading import Change
from models.reprojections import (
    Opening,
    at_work,
    cases_left,
    open_row,
    refuse_unfinished,
    unfinished,
)
from models.rulebook import book_for
from models.versions import Application
from tasks.desk import Desk

__all__ = [
    "Counts",
    "Move",
    "Preview",
    "ReprojectionReport",
    "apply_policy",
    "cases_to_look_at",
    "continue_reprojection",
    "load_calendar",
    "preview_calendar",
    "preview_policy",
]

Progress = Callable[[int], None]
"""Told after each batch how many cases it looked at."""


@dataclass
class ReprojectionReport:
    """What was done: cases looked at and journalled, under which versions in force.

    ``changed`` says that this call put a new version in force. ``cause`` is ``calendar``,
    ``policy`` or empty where there was nothing to do. Not ``finished``: bounded, or ``held`` by
    another process, where it goes on.
    """

    cause: str = ""
    changed: bool = False
    calendar: int = 0
    policy: int = 0
    looked: int = 0
    moved: int = 0
    finished: bool = True
    held: bool = False


def load_calendar(  # noqa: PLR0913 - who and why are said apart
    desk: Desk,
    days: Iterable[Listed],
    years: Mapping[int, str],
    actor: str,
    progress: Progress = lambda _: None,
    *,
    reason: str = "",
) -> ReprojectionReport:
    """Put days and newly published years (with their source) in force, and move what runs.

    A list that says nothing new changes nothing. ``actor`` is the name that history keeps,
    ``reason`` why, which is kept with the re-projection.
    """
    report = continue_reprojection(desk, progress)
    if report.held:
        return report
    with transaction(desk.engine) as connection:
        calendars.alone(connection)
        if unfinished(connection):
            return _left(report)
        change = calendars.amendment(connection, days, years)
        if change is not None:
            calendars.put_in_force(connection, change, _office(actor), desk.recorded_at, reason)
    return _carried_on(desk, report, "calendar", progress, changed=change is not None)


def apply_policy(  # noqa: PLR0913 - the same
    desk: Desk,
    body: Mapping[str, Any],
    actor: str,
    *,
    running: bool = True,
    progress: Progress = lambda _: None,
    reason: str = "",
) -> ReprojectionReport:
    """Put the next version of the policy in force, and move what runs unless told otherwise.

    Where ``running`` is false, cases keep the version they were dispatched under. Content like that
    in force changes nothing. Who applied it, and why, is kept with the version.
    """
    report = continue_reprojection(desk, progress)
    if report.held:
        return report
    book = book_for(desk.engine)
    with transaction(desk.engine) as connection:
        calendars.alone(connection)
        if unfinished(connection):
            return _left(report)
        versions = book.versions(connection)
        policy = next_policy(book.policy(connection, versions.policy), body)
        if policy is not None:
            applied = Application(actor, reason, desk.recorded_at)
            put_policy_in_force(connection, policy.version, body, applied)
        if policy is not None and running:
            whose = (policy.version, _office(actor), desk.recorded_at)
            open_row(connection, Opening("policy", versions.calendar, *whose))
    return _carried_on(desk, report, "policy", progress, changed=policy is not None)


def _office(name: str) -> str:
    return f"{Role.OFFICE}:{name}"


def _left(report: ReprojectionReport) -> ReprojectionReport:
    """Somebody else changed the rules meanwhile, and is at it."""
    report.held, report.finished = True, False
    return report


def _carried_on(
    desk: Desk, report: ReprojectionReport, cause: str, progress: Progress, *, changed: bool
) -> ReprojectionReport:
    if changed:
        _go_on(desk, report, progress, None)
        report.cause, report.changed = cause, True
    _note_versions(desk, report)
    return report


def continue_reprojection(
    desk: Desk, progress: Progress = lambda _: None, batches: int | None = None
) -> ReprojectionReport:
    """Finish the unfinished re-projection if there is one, in at most so many batches."""
    report = ReprojectionReport()
    with transaction(desk.engine) as connection:
        report.cause = unfinished(connection)
    if report.cause:
        _go_on(desk, report, progress, batches)
        _note_versions(desk, report)
    return report


def _go_on(desk: Desk, report: ReprojectionReport, progress: Progress, batches: int | None) -> None:
    moment = Moment(desk.now, desk.recorded_at)
    with at_work(desk.engine) as free:
        report.held, report.finished = not free, False
        for _ in count() if batches is None else range(batches):
            if report.held or report.finished:
                return
            done = step(desk.engine, moment)
            report.looked += done.looked
            report.moved += done.moved
            report.finished = done.over
            progress(done.looked)


def _note_versions(desk: Desk, report: ReprojectionReport) -> None:
    with transaction(desk.engine) as connection:
        versions = book_for(desk.engine).versions(connection)
    report.policy, report.calendar = versions.policy, versions.calendar


def cases_to_look_at(desk: Desk) -> int:
    """Count the cases that the unfinished re-projection has left, or that a new one would have."""
    return cases_left(desk.engine)


def preview_calendar(
    desk: Desk,
    days: Iterable[Listed],
    years: Mapping[int, str],
    progress: Progress = lambda _: None,
) -> Preview:
    """Say what ``load_calendar`` would move, and write nothing."""
    book = book_for(desk.engine)
    with transaction(desk.engine) as connection:
        refuse_unfinished(connection)
        change = calendars.amendment(connection, days, years)
        if change is None:
            return Preview()
        old = book.calendar(connection, calendars.version(connection))
    new = calendars.amended(old, change)
    words = ChangedDays.between(old, new, change.names)
    question = Question(Change(new, None, change.since), desk.now, words.because)
    return preview(desk.engine, question, progress)


def preview_policy(
    desk: Desk, body: Mapping[str, Any], *, progress: Progress = lambda _: None
) -> Preview:
    """Say what ``apply_policy`` would move, and write nothing."""
    book = book_for(desk.engine)
    with transaction(desk.engine) as connection:
        refuse_unfinished(connection)
        versions = book.versions(connection)
        policy = next_policy(book.policy(connection, versions.policy), body)
        if policy is None:
            return Preview()
        calendar = book.calendar(connection, versions.calendar)
    question = Question(
        Change(calendar, policy, None),
        desk.now,
        lambda found: policy_because(found, policy.version),
    )
    return preview(desk.engine, question, progress)
