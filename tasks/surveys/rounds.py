"""The regular round of questionnaires: ends what is over, reminds of too few answers."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection

from domain.calendar import local_date
from domain.clocks import Rules
from domain.codes import OFFICE_UNIT
from domain.surveys import SurveyState
from models.duty_notices import DutyNotice, owe
from models.engine import transaction
from models.rulebook import book_for
from models.surveys import Stored, find_survey, lock_survey, set_survey, surveys
from tasks.desk import Desk

_WHOLE = 100


@dataclass
class SurveyRound:
    """What a round did: surveys closed, those with too few answers, clues that wait, notices."""

    closed: list[str] = field(default_factory=list)
    low: list[str] = field(default_factory=list)
    waiting: int = 0
    notices: int = 0

    def in_words(self) -> str:
        """Say it beside the run."""
        return (
            f"截止问卷 {len(self.closed)} 份，回收不足 {len(self.low)} 份，"
            f"待处理线索 {self.waiting} 条，新发提醒 {self.notices} 份。"
        )


def go_round(desk: Desk) -> SurveyRound:
    """Close what is over and tell the office; tell it once of too few answers, near the end."""
    made, today = SurveyRound(), local_date(desk.now)
    with transaction(desk.engine) as connection:
        rules = book_for(desk.engine).rules(connection)
    for survey in surveys(desk.engine):
        made.waiting += survey.open_clues
        if survey.state(today) is SurveyState.OPEN:
            with transaction(desk.engine) as connection:
                _look_at(desk, connection, survey.code, rules, made)
    return made


def _look_at(
    desk: Desk, connection: Connection, code: str, rules: Rules, made: SurveyRound
) -> None:
    """Decide on one survey under its lock."""
    lock_survey(connection, code)
    survey, today = find_survey(connection, code), local_date(desk.now)
    if survey.state(today) is not SurveyState.OPEN:
        return
    if today > survey.closes_on:
        set_survey(connection, code, {"closed_at": desk.now})
        made.closed.append(code)
        made.notices += owe(connection, [_notice(desk, survey, "survey_closed")])
    elif _too_few(survey, rules) and today >= _reminded_on(survey, rules):
        made.low.append(code)
        made.notices += owe(connection, [_notice(desk, survey, "survey_low")])


def _too_few(survey: Stored, rules: Rules) -> bool:
    wanted = survey.planned * rules.policy.surveys.low_response
    return survey.answers * _WHOLE < wanted


def _reminded_on(survey: Stored, rules: Rules) -> date:
    before = rules.policy.surveys.remind_before.amount
    return rules.calendar.add_workdays(survey.closes_on, -before)


def _notice(desk: Desk, survey: Stored, template: str) -> DutyNotice:
    args: dict[str, object] = {
        "subject": f"问卷《{survey.title}》",
        "survey": survey.code,
        "survey_title": survey.title,
        "answers": survey.answers,
        "planned": survey.planned,
        "open_clues": survey.open_clues,
        "closes_on": str(survey.closes_on),
    }
    key = f"survey:{survey.code}:{survey.closes_on}"
    return DutyNotice(key, template, OFFICE_UNIT, "office", args, desk.now)
