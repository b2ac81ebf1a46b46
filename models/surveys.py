"""Questionnaires and the answers to them, read and written."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row
from sqlalchemy.dialects.postgresql import insert

from domain.errors import Refused
from domain.survey_questions import question_of, table_of
from domain.surveys import Answers, Question, SurveyState, state_on
from models.engine import transaction
from models.tables import Survey

_SURVEYS = """
select s.*, (select count(*) from survey_answer a where a.survey = s.code) as answers,
    (select count(*) from survey_clue c where c.survey = s.code and c.status = 'open') as open_clues
from survey s where %(code)s::text is null or s.code = %(code)s
order by s.opens_on desc, s.code
"""
_KNOWN = "select respondent, answers from survey_answer where survey = %(code)s"
_ANSWERS = """
insert into survey_answer (survey, respondent, answers, file, row_number, received_at)
select %(code)s, decode(r.respondent, 'hex'), r.answers, %(file)s, r.row_number, %(at)s
from jsonb_to_recordset(%(rows)s::jsonb) as r(respondent text, answers jsonb, row_number integer)
returning id, row_number
"""
_LOCK = "select 1 from survey where code = %(code)s for update"


@dataclass(frozen=True)
class Stored:
    """A questionnaire as the database has it; ``salt`` hashes the numbers of its sheets."""

    code: str
    title: str
    opens_on: date
    closes_on: date
    planned: int
    questions: tuple[Question, ...]
    salt: bytes
    closed_at: datetime | None
    answers: int
    open_clues: int

    def state(self, today: date) -> SurveyState:
        """How it stands on a day."""
        return state_on(today, self.opens_on, closed=self.closed_at is not None)


@dataclass(frozen=True)
class Sheet:
    """One respondent's answers, in the row of a file."""

    row: int
    respondent: bytes
    answers: Answers


def add_survey(engine: Engine, survey: Stored, at: datetime) -> bool:
    """Add a questionnaire; gives whether it is new. Refuses other content under a known code."""
    values = {
        "code": survey.code,
        "title": survey.title,
        "opens_on": survey.opens_on,
        "closes_on": survey.closes_on,
        "planned": survey.planned,
        "questions": [table_of(question) for question in survey.questions],
        "salt": survey.salt,
        "created_at": at,
    }
    with transaction(engine) as connection:
        statement = insert(Survey).values(**values).on_conflict_do_nothing()
        added = connection.execute(statement).rowcount == 1
        known = find_survey(connection, survey.code)
    if not added and (known.title, known.questions) != (survey.title, survey.questions):
        raise Refused(f"问卷 {survey.code} 已有，题目或名称不同，请换一个代码。")
    return added


def surveys(engine: Engine) -> list[Stored]:
    """Read all questionnaires, the newest first."""
    with transaction(engine) as connection:
        return [_stored(row) for row in connection.exec_driver_sql(_SURVEYS, {"code": None})]


def find_survey(connection: Connection, code: str) -> Stored:
    """Read one questionnaire; refuses an unknown code."""
    row = connection.exec_driver_sql(_SURVEYS, {"code": code}).one_or_none()
    if row is None:
        raise Refused(f"没有代码为“{code}”的问卷，请用 rectify survey list 查看代码。")
    return _stored(row)


def survey(engine: Engine, code: str) -> Stored:
    """Read one questionnaire, in a transaction of its own."""
    with transaction(engine) as connection:
        return find_survey(connection, code)


def lock_survey(connection: Connection, code: str) -> None:
    """Let one transaction at a time change a questionnaire."""
    connection.exec_driver_sql(_LOCK, {"code": code})


def known_answers(connection: Connection, code: str) -> dict[bytes, Answers]:
    """Give what each respondent answered."""
    rows = connection.exec_driver_sql(_KNOWN, {"code": code})
    return {bytes(row.respondent): row.answers for row in rows}


def sheets(engine: Engine, code: str) -> list[Answers]:
    """Give all answers, by respondent in no particular order."""
    with transaction(engine) as connection:
        return list(known_answers(connection, code).values())


def add_answers(
    connection: Connection, code: str, file: str, new: Sequence[Sheet], at: datetime
) -> dict[int, int]:
    """Write sheets that are new; gives the id of each by its row."""
    rows = [
        {"respondent": one.respondent.hex(), "answers": dict(one.answers), "row_number": one.row}
        for one in new
    ]
    arguments = {"code": code, "file": file, "at": at, "rows": json.dumps(rows)}
    return {row.row_number: row.id for row in connection.exec_driver_sql(_ANSWERS, arguments)}


def set_survey(connection: Connection, code: str, values: Mapping[str, Any]) -> None:
    """Set columns of a questionnaire."""
    table: Any = Survey.__table__  # type: ignore[attr-defined]
    connection.execute(table.update().where(table.c.code == code).values(**values))


def _stored(row: Row[Any]) -> Stored:
    return Stored(
        code=row.code,
        title=row.title,
        opens_on=row.opens_on,
        closes_on=row.closes_on,
        planned=row.planned,
        questions=tuple(map(question_of, row.questions)),
        salt=bytes(row.salt),
        closed_at=row.closed_at,
        answers=row.answers,
        open_clues=row.open_clues,
    )
