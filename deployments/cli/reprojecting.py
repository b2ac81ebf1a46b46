"""Counting clocks again from the command line: an earlier one finished, this one foreseen, done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

import typer

from deployments.cli.progress import progress
from domain.errors import Refused
from tasks.desk import Desk
from tasks.reprojecting import (
    Preview,
    Progress,
    ReprojectionReport,
    cases_to_look_at,
    continue_reprojection,
)

DryRun = Annotated[bool, typer.Option("--dry-run", help="只预览哪些时限会变，不写入任何内容。")]


@dataclass(frozen=True)
class Step:
    """What a change would do and how it is done; each is told of progress."""

    foresee: Callable[[Progress], Preview]
    carry_out: Callable[[Progress], ReprojectionReport]


def foreseen(desk: Desk, step: Step) -> Preview:
    """Say what would move; writes nothing."""
    with progress("预览时限变动", cases_to_look_at(desk)) as advance:
        return step.foresee(advance)


def carried_out(desk: Desk, step: Step) -> tuple[Preview, ReprojectionReport]:
    """Foresee a change, then make it; one left unfinished before is finished first, and counted."""
    earlier = finished(desk)
    if earlier.held:
        raise Refused("另一个进程正在重算时限，这次没有改动；请等它完成后再试。")
    preview = foreseen(desk, step)
    with progress("重算时限", cases_to_look_at(desk)) as advance:
        report = step.carry_out(advance)
    report.looked += earlier.looked
    report.moved += earlier.moved
    report.cause = report.cause or earlier.cause
    return preview, report


def finished(desk: Desk) -> ReprojectionReport:
    """Finish a re-projection that was interrupted, if there is one."""
    with progress("重算时限", cases_to_look_at(desk)) as advance:
        return continue_reprojection(desk, advance)
