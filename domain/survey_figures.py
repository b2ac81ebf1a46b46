"""What many answers say together, without showing any few people's.

A question with fewer answers than the policy's smallest group is left out everywhere, so that
nothing can be found by taking one table from another.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.surveys import FULL_MARKS, Answers, Question

_DIGITS = Decimal("0.01")
_WHOLE = 100


@dataclass(frozen=True)
class Line:
    """One line of a table: what it is about, answers, mean (of five), percent of low marks.

    ``hidden`` says that there are too few: then the figures are not given.
    """

    about: str
    answers: int | None
    mean: Decimal | None
    low: Decimal | None
    hidden: bool = False


@dataclass(frozen=True)
class Figures:
    """A survey's tables, and how many people answered at all."""

    respondents: int
    questions: tuple[Line, ...]
    environments: tuple[Line, ...]
    units: tuple[Line, ...]


def figures(questions: Sequence[Question], sheets: Sequence[Answers], smallest: int) -> Figures:
    """Count the scores by question, environment and unit; groups below ``smallest`` are hidden."""
    scored = [question for question in questions if question.kind in FULL_MARKS]
    given = {q.code: _given(q, sheets) for q in scored}
    shown = [question for question in scored if len(given[question.code]) >= smallest]

    def by(about: Callable[[Question], str]) -> tuple[Line, ...]:
        names = dict.fromkeys(filter(None, map(about, scored)))
        groups = {name: [q for q in shown if about(q) == name] for name in names}
        return tuple(_line(name, groups[name], given) for name in names)

    return Figures(
        respondents=len(sheets),
        questions=by(lambda question: question.code),
        environments=by(lambda question: str(question.environment or "")),
        units=by(lambda question: question.unit),
    )


_Given = dict[str, list[tuple[Decimal, bool]]]


def _given(question: Question, sheets: Iterable[Answers]) -> list[tuple[Decimal, bool]]:
    """The marks that a question got, each with whether it is low."""
    answers = (sheet[question.code] for sheet in sheets if question.code in sheet)
    return [(question.mark(answer), question.is_low(answer)) for answer in answers]


def _line(about: str, questions: Sequence[Question], given: _Given) -> Line:
    marks = [mark for question in questions for mark in given[question.code]]
    if not marks:
        return Line(about, None, None, None, hidden=True)
    mean = sum((mark for mark, _ in marks), Decimal()) / len(marks)
    low = Decimal(sum(low for _, low in marks)) * _WHOLE / len(marks)
    return Line(about, len(marks), mean.quantize(_DIGITS), low.quantize(_DIGITS))
