"""问卷情况: each questionnaire's figures, without anything that few people said."""

from collections.abc import Iterator, Sequence

from domain.calendar import local_date
from domain.survey_figures import Figures, Line
from models.surveys import Stored
from tasks.artifacts.markup import heading, table, text, updated
from tasks.desk import Desk
from tasks.surveys.figures import HEADERS, about, cells, figures_of, names_of

_SHOWN = 10


def survey_report(desk: Desk, found: Sequence[Stored]) -> str:
    """Draw the report of the newest questionnaires."""
    return "\n\n".join(_parts(desk, found)) + "\n"


def _parts(desk: Desk, found: Sequence[Stored]) -> Iterator[str]:
    yield heading("问卷情况", desk.database)
    yield updated(desk.now)
    today = local_date(desk.now)
    rows = [
        (text(one.title), text(one.code), one.state(today).zh, f"{one.opens_on} 至 {one.closes_on}",
         f"{one.answers}/{one.planned or '—'}", str(one.open_clues))
        for one in found
    ]  # fmt: skip
    yield table(("问卷", "代码", "状态", "起止", "收回/计划", "待处理线索"), rows)
    for one in found[:_SHOWN]:
        yield f"## {text(one.title)}"
        yield from _tables(desk, one, figures_of(desk, one))


def _tables(desk: Desk, one: Stored, made: Figures) -> Iterator[str]:
    for title, lines in names_of(made):
        if lines:
            yield table((title, *HEADERS), [_row(desk, one, line) for line in lines])


def _row(desk: Desk, one: Stored, line: Line) -> tuple[str, ...]:
    return (text(about(desk, one, line.about)), *cells(line))
