"""Questionnaires set up, and moved to another last day."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from domain.calendar import local_date
from domain.errors import Misuse
from domain.survey_questions import read_questions
from domain.surveys import Question
from domain.wording import check_opinion
from models.engine import transaction
from models.surveys import Stored, add_survey, find_survey, lock_survey, set_survey
from tasks.desk import Desk
from tasks.reading.toml_files import read_toml

_SALT = 32
_LONGEST_CODE = 40


@dataclass(frozen=True)
class Frame:
    """What a questionnaire is called, its first and last day, and how many answers are wanted."""

    title: str
    opens: date
    closes: date
    planned: int = 0


def new_survey(desk: Desk, code: str, frame: Frame, questions: Path) -> bool:
    """Set up a questionnaire from a file of questions.

    Gives whether it is new; the same one again changes nothing.
    """
    name = check_opinion(frame.title)
    if not (code.strip() and len(code) <= _LONGEST_CODE and "/" not in code and name):
        raise Misuse(f"问卷代码应为 1 到 {_LONGEST_CODE} 个字、不含“/”，并写明 --title。")
    if frame.closes < frame.opens:
        raise Misuse(f"截止日期 {frame.closes} 早于开始日期 {frame.opens}，请核对。")
    asked = read_questions(read_toml(questions, "题目文件", "survey show CODE --questions"))
    made = Stored(
        code=code.strip(),
        title=name,
        opens_on=frame.opens,
        closes_on=frame.closes,
        planned=frame.planned,
        questions=tuple(_known(desk, asked)),
        salt=secrets.token_bytes(_SALT),
        closed_at=None,
        answers=0,
        open_clues=0,
    )
    return add_survey(desk.engine, made, desk.now)


def _known(desk: Desk, questions: Sequence[Question]) -> Sequence[Question]:
    """Name units by their codes; refuses unknown ones."""
    units = desk.directory
    return [replace(one, unit=units.unit(one.unit)) if one.unit else one for one in questions]


def extend_survey(desk: Desk, code: str, closes: date) -> Stored:
    """Move a questionnaire's last day; one that was closed takes answers again."""
    with transaction(desk.engine) as connection:
        lock_survey(connection, code)
        survey = find_survey(connection, code)
        if closes < max(survey.opens_on, local_date(desk.now)):
            raise Misuse(f"新的截止日期 {closes} 应不早于今天和开始日期，请核对。")
        set_survey(connection, code, {"closes_on": closes, "closed_at": None})
        return find_survey(connection, code)
