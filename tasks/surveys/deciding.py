"""Clues accepted as cases, one by one or all that were marked low enough, or put aside."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from domain.codes import Environment
from domain.errors import Misuse, Refused
from domain.surveys import FULL_MARKS, SURVEY
from domain.wording import check_opinion
from models.survey_clues import StoredClue, Wanted, accept_clues, clue, clues, dismiss_clue
from models.surveys import Stored, survey
from tasks.carrying import Carried, carry_out
from tasks.desk import Desk
from tasks.intake import intake_rows
from tasks.ordering.by_office import dispatch


@dataclass(frozen=True)
class Accepted:
    """A clue's case, and what its dispatch came to where a unit was named."""

    clue: int
    case_no: str
    changed: bool
    carried: Carried | None = None


def accept_clue(desk: Desk, number: int, unit: str = "", actor: str = "") -> Accepted:
    """Make a clue a case; with a unit (code, name or alias) dispatch it there.

    A clue accepted before keeps its case, which is dispatched now if a unit is named.
    """
    lead = desk.directory.unit(unit) if unit else ""
    found = clue(desk.engine, number)
    if found.status == "dismissed":
        raise Refused(f"第 {number} 号线索已不予采用：{found.reason}。")
    changed = found.status == "open"
    no = _take(desk, [found], actor)[number] if changed else found.case_no
    carried = carry_out(desk, dispatch(desk, no, lead, actor)) if lead else None
    return Accepted(number, no, changed, carried)


def low_clues(desk: Desk, code: str, at_most: Decimal) -> list[StoredClue]:
    """List a survey's open clues marked at most so, on the scale of five."""
    survey(desk.engine, code)
    return clues(desk.engine, Wanted(code, "open", at_most))


def accept_all(desk: Desk, found: Sequence[StoredClue], actor: str = "") -> dict[int, str]:
    """Make these open clues cases, for the office to dispatch; gives the case of each."""
    return _take(desk, found, actor)


def dismiss(desk: Desk, number: int, reason: str, actor: str = "") -> bool:
    """Put a clue aside with the reason; gives whether that is new. Refuses an accepted one."""
    why = check_opinion(reason)
    if not why:
        raise Misuse("不予采用须写明理由：--reason。")
    found = clue(desk.engine, number)
    if found.status == "accepted":
        raise Refused(f"第 {number} 号线索已立案 {found.case_no}，不能再作不予采用。")
    return dismiss_clue(desk.engine, number, why, actor, desk.now)


def _take(desk: Desk, found: Sequence[StoredClue], actor: str) -> dict[int, str]:
    """Open their cases, each once, and tie them: after a break the same again goes on."""
    known = {code: survey(desk.engine, code) for code in {one.survey for one in found}}
    rows = [_row(desk, known[one.survey], one) for one in found]
    if rows:
        intake_rows(desk, rows, SURVEY, "问卷线索")
    return accept_clues(desk.engine, SURVEY, [one.id for one in found], actor, desk.now)


def _row(desk: Desk, asked: Stored, one: StoredClue) -> dict[str, str]:
    about = desk.directory.name(one.unit) or one.matter
    environment = Environment(one.environment).zh if one.environment else ""
    return {
        "编号": one.source_id,
        "事由": f"问卷反映：{about}评价偏低",
        "内容": "\n".join(_body(asked, one)),
        "环境": environment,
        "建议责任单位": desk.directory.name(one.unit),
    }


def _body(asked: Stored, one: StoredClue) -> Iterator[str]:
    yield f"问卷《{asked.title}》（{asked.code}）第 {one.id} 号线索。"
    for question in asked.questions:
        if question.code in one.questions:
            full = FULL_MARKS.get(question.kind)
            unit = f" 分（满分 {full} 分）" if full else ""
            yield f"{question.text}：{one.answers[question.code]}{unit}"
