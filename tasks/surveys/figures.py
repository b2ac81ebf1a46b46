"""A questionnaire's figures under the policy in force, and how they are written."""

from collections.abc import Iterator, Sequence

from domain.codes import Environment
from domain.survey_figures import Figures, Line, figures
from models.engine import transaction
from models.rulebook import book_for
from models.surveys import Stored, sheets
from tasks.desk import Desk

HEADERS = ("答题数", "平均分（5 分制）", "低分占比")
"""What ``cells`` gives of a line."""
_HIDDEN = ("人数不足，不显示", "", "")

Tables = Iterator[tuple[str, Sequence[Line]]]


def figures_of(desk: Desk, survey: Stored) -> Figures:
    """Count a questionnaire; groups below the policy's size are hidden."""
    with transaction(desk.engine) as connection:
        smallest = book_for(desk.engine).rules(connection).policy.surveys.smallest_group
    return figures(survey.questions, sheets(desk.engine, survey.code), smallest)


def names_of(made: Figures) -> Tables:
    """Give the tables with what their lines are about."""
    yield "环境", made.environments
    yield "单位", made.units
    yield "题目", made.questions


def cells(line: Line) -> tuple[str, ...]:
    """Write a line's figures, or that they are hidden."""
    if line.hidden:
        return _HIDDEN
    return (str(line.answers), str(line.mean), f"{line.low}%")


def about(desk: Desk, survey: Stored, code: str) -> str:
    """Name what a line is about: a question, an environment or a unit."""
    asked = {question.code: question.text for question in survey.questions}
    known = {str(environment): environment.zh for environment in Environment}
    return asked.get(code) or known.get(code) or desk.directory.name(code)
