"""Answers taken into a questionnaire; low marks become clues."""

from dataclasses import dataclass, field
from pathlib import Path

from domain.calendar import local_date
from domain.errors import Refused
from domain.inventories import Refusal
from domain.surveys import Answers, SurveyState, clues
from models.engine import transaction
from models.survey_clues import add_clues
from models.surveys import (
    Sheet,
    Stored,
    add_answers,
    find_survey,
    known_answers,
    lock_survey,
)
from tasks.desk import Desk
from tasks.reading.words import line
from tasks.surveys.reading import SheetsRead, read_sheets

_LONGEST_NAME = 200


@dataclass
class ImportReport:
    """What became of the rows: read = added + repeated + refused; and the clues found."""

    read: int = 0
    added: int = 0
    repeated: int = 0
    clues: int = 0
    refused: list[Refusal] = field(default_factory=list)


def import_answers(desk: Desk, code: str, path: Path) -> ImportReport:
    """Take in a file of answers, all of it or nothing; a sheet that came before counts once."""
    with transaction(desk.engine) as connection:
        lock_survey(connection, code)
        survey = find_survey(connection, code)
        _require_open(desk, survey)
        read = read_sheets(path, survey)
        report, fresh = sort_out(read, known_answers(connection, code))
        name = line(path.name)[:_LONGEST_NAME]
        ids = add_answers(connection, code, name, fresh, desk.now)
        found = [
            (ids[sheet.row], clue)
            for sheet in fresh
            for clue in clues(survey.questions, sheet.answers)
        ]
        add_clues(connection, code, found)
    report.clues = len(found)
    return report


def _require_open(desk: Desk, survey: Stored) -> None:
    state = survey.state(local_date(desk.now))
    if state is SurveyState.PLANNED:
        raise Refused(f"问卷 {survey.code} 自 {survey.opens_on} 起收答卷，现在还不能导入。")
    if state is SurveyState.CLOSED:
        raise Refused(
            f"问卷 {survey.code} 已截止，不再收答卷；确需补收请先 survey extend 改截止日期。"
        )


def sort_out(read: SheetsRead, known: dict[bytes, Answers]) -> tuple[ImportReport, list[Sheet]]:
    """Part the sheets into new ones, those that came before, and those that say otherwise now."""
    report = ImportReport(len(read.sheets) + len(read.refused), refused=list(read.refused))
    fresh: list[Sheet] = []
    for sheet in read.sheets:
        before = known.get(sheet.respondent)
        if before is None:
            known[sheet.respondent] = sheet.answers
            fresh.append(sheet)
        elif before == sheet.answers:
            report.repeated += 1
        else:
            reason = "同一答卷编号此前已有内容不同的答卷，保留先前的"
            report.refused.append(Refusal(sheet.row, reason))
    report.added = len(fresh)
    return report, fresh
