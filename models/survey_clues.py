"""Clues of questionnaires: written with the answers, decided once, tied to their cases."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Engine

from domain.errors import Refused
from domain.surveys import Answers, Clue
from models.engine import transaction

_ADD = """
insert into survey_clue (survey, answer_id, matter, unit, environment, mark, questions)
select %(code)s, r.answer_id, r.matter, nullif(r.unit, ''), nullif(r.environment, ''), r.mark,
    r.questions
from jsonb_to_recordset(%(rows)s::jsonb) as r(answer_id bigint, matter text, unit text,
    environment text, mark numeric, questions text[])
"""
_CLUES = """
select c.id, c.survey, c.matter, coalesce(c.unit, '') as unit,
    coalesce(c.environment, '') as environment, c.mark, c.questions, c.status, c.reason, c.decider,
    coalesce(r.no, '') as case_no, a.answers
from survey_clue c join survey_answer a on a.id = c.answer_id
left join rectification_case r on r.id = c.case_id
where (%(id)s::bigint is null or c.id = %(id)s)
    and (%(survey)s::text is null or c.survey = %(survey)s)
    and (%(status)s::text is null or c.status = %(status)s)
    and (%(mark)s::numeric is null or c.mark <= %(mark)s)
order by c.mark, c.id
"""
_ACCEPT = """
update survey_clue c set status = 'accepted', case_id = r.case_id, decided_at = %(at)s,
    decider = %(decider)s
from intake_row r
where c.id = any (%(ids)s) and c.status = 'open' and r.outcome = 'opened'
    and r.channel = %(channel)s and r.source_id = c.survey || '/' || c.id
returning c.id, (select no from rectification_case k where k.id = r.case_id) as no
"""
_DISMISS = """
update survey_clue set status = 'dismissed', reason = %(reason)s, decided_at = %(at)s,
    decider = %(decider)s
where id = %(id)s and status = 'open'
"""


@dataclass(frozen=True)
class StoredClue:
    """A clue as the office sees it, with the respondent's answers; ``mark`` is of five."""

    id: int
    survey: str
    matter: str
    unit: str
    environment: str
    mark: Decimal
    questions: tuple[str, ...]
    status: str
    reason: str
    decider: str
    case_no: str
    answers: Answers

    @property
    def source_id(self) -> str:
        """What intake calls it: a clue becomes one case, however often it is accepted."""
        return f"{self.survey}/{self.id}"


@dataclass(frozen=True)
class Wanted:
    """Which clues: of a survey, in a status, marked at most so."""

    survey: str | None = None
    status: str | None = None
    mark: Decimal | None = None


def add_clues(connection: Connection, code: str, found: Sequence[tuple[int, Clue]]) -> None:
    """Write the clues of answers, by the id of each answer."""
    rows = [
        {
            "answer_id": answer,
            "matter": clue.matter,
            "unit": clue.unit,
            "environment": str(clue.environment or ""),
            "mark": str(clue.mark),
            "questions": list(clue.questions),
        }
        for answer, clue in found
    ]
    if rows:
        connection.exec_driver_sql(_ADD, {"code": code, "rows": json.dumps(rows)})


def clues(engine: Engine, wanted: Wanted) -> list[StoredClue]:
    """Read clues, the lowest mark first."""
    return _read(engine, {**vars(wanted), "id": None})


def clue(engine: Engine, number: int) -> StoredClue:
    """Read one clue; refuses an unknown number."""
    found = _read(engine, {**vars(Wanted()), "id": number})
    if not found:
        raise Refused(f"没有第 {number} 号线索，请用 rectify survey clues 查看。")
    return found[0]


def _read(engine: Engine, arguments: Mapping[str, Any]) -> list[StoredClue]:
    with transaction(engine) as connection:
        rows = connection.exec_driver_sql(_CLUES, dict(arguments)).mappings()
        return [
            StoredClue(**row | {"questions": tuple(row["questions"])}) for row in map(dict, rows)
        ]


def accept_clues(
    engine: Engine, channel: str, ids: Sequence[int], decider: str, at: datetime
) -> dict[int, str]:
    """Tie clues to the cases that intake opened for them; gives the case's number by clue."""
    arguments = {"channel": channel, "ids": list(ids), "decider": decider, "at": at}
    with transaction(engine) as connection:
        return {row.id: row.no for row in connection.exec_driver_sql(_ACCEPT, arguments)}


def dismiss_clue(engine: Engine, number: int, reason: str, decider: str, at: datetime) -> bool:
    """Put an open clue aside with the reason; gives whether that changed anything."""
    arguments = {"id": number, "reason": reason, "decider": decider, "at": at}
    with transaction(engine) as connection:
        return connection.exec_driver_sql(_DISMISS, arguments).rowcount == 1
