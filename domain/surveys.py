"""Questionnaires (问卷): their questions, and what a respondent's answers say.

Marks are compared on one scale of five, so that questions of 1 to 5 and of 1 to 10 go together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from domain.codes import Environment, Term

SURVEY = "survey"
"""The channel through which an accepted clue becomes a case."""
Answer = int | str
"""A score, or the words of a choice or text."""
Answers = Mapping[str, Answer]
"""By question, what a respondent answered; questions left open are not there."""


class QuestionKind(Term):
    """How a question is answered."""

    SCORE5 = "score5", "1 至 5 分"
    SCORE10 = "score10", "1 至 10 分"
    CHOICE = "choice", "单选"
    TEXT = "text", "填空"


class SurveyState(Term):
    """Whether answers are taken in."""

    PLANNED = "planned", "未开始"
    OPEN = "open", "进行中"
    CLOSED = "closed", "已截止"


FULL_MARKS = {QuestionKind.SCORE5: 5, QuestionKind.SCORE10: 10}
"""The highest score of the kinds that are scores."""
_SCALE = 5


@dataclass(frozen=True)
class Question:
    """One question: a score is low at ``low`` or below; ``choices`` are those of a choice.

    It is about an environment or a unit (code), or neither. Questions of one ``block`` are one
    matter; without a block those about one unit, else one environment, else each by itself.
    """

    code: str
    text: str
    kind: QuestionKind
    environment: Environment | None = None
    unit: str = ""
    low: int = 0
    choices: tuple[str, ...] = ()
    block: str = ""

    @property
    def matter(self) -> str:
        """What names its matter."""
        return self.block or self.unit or str(self.environment or "") or self.code

    def is_low(self, answer: Answer | None) -> bool:
        """Whether an answer is a low mark."""
        return isinstance(answer, int) and self.kind in FULL_MARKS and answer <= self.low

    def mark(self, answer: Answer) -> Decimal:
        """Give a score on the scale of five."""
        return Decimal(int(answer)) * _SCALE / FULL_MARKS[self.kind]


@dataclass(frozen=True)
class Clue:
    """What one respondent marked low in one matter: the questions, texts of the matter included.

    ``mark`` is the lowest, on the scale of five; unit and environment are the first named.
    """

    matter: str
    questions: tuple[str, ...]
    mark: Decimal
    unit: str = ""
    environment: Environment | None = None


def clues(questions: Sequence[Question], answers: Answers) -> Iterator[Clue]:
    """Give the clues of one respondent, one a matter with a low mark, in the questions' order."""
    for matter in dict.fromkeys(question.matter for question in questions):
        asked = [q for q in questions if q.matter == matter and q.code in answers]
        low = [question for question in asked if question.is_low(answers[question.code])]
        if low:
            said = [q for q in asked if q in low or q.kind is QuestionKind.TEXT]
            yield Clue(
                matter,
                tuple(question.code for question in said),
                min(question.mark(answers[question.code]) for question in low),
                next((q.unit for q in low if q.unit), ""),
                next((q.environment for q in low if q.environment), None),
            )


def state_on(today: date, opens: date, *, closed: bool) -> SurveyState:
    """Give how a survey stands on a day; it closes by an act, not by the day alone."""
    if closed:
        return SurveyState.CLOSED
    return SurveyState.PLANNED if today < opens else SurveyState.OPEN


def read_answer(question: Question, text: str) -> Answer | None:
    """Read one cell; ``None`` for an empty one. Raises ``ValueError`` with what it should be."""
    given = text.strip()
    if not given:
        return None
    if question.kind in FULL_MARKS:
        return _score(given, FULL_MARKS[question.kind])
    if question.kind is QuestionKind.CHOICE and given not in question.choices:
        raise ValueError(f"应为 {'、'.join(question.choices)} 之一")
    return given


def _score(given: str, full: int) -> int:
    word = given.removesuffix("分").strip()
    if not (word.isascii() and word.isdigit() and 1 <= int(word[:3]) <= full):
        raise ValueError(f"应为 1 到 {full} 的整数")
    return int(word)
