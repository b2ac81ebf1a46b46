"""Cases read for people: lists, one case whole, and what waits for whom. Nothing is locked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine

from domain.explaining_record import Record
from models.engine import transaction
from models.executing import UnknownCase
from models.loading import Loaded, read
from models.rulebook import book_for
from models.timeline import record_of

Row = Mapping[str, Any]

_LIST = """
select c.no, c.subject, c.state, c.environment, c.kind, c.urgency, c.channel, c.lead_unit,
    c.verifying_unit, c.level, c.listed, c.reported_at, c.detected_at, k.due_at, k.rung,
    k.paused_at is not null as paused
from rectification_case c
left join lateral (
    select due_at, rung, paused_at from clock k
    where k.case_id = c.id and k.stopped_at is null order by k.kind <> 'finish', k.due_at limit 1
) k on true
where (%(state)s::text[] is null or c.state = any (%(state)s))
    and (%(unit)s::text is null or (c.lead_unit = %(unit)s or %(unit)s = any (c.assisting))
         and not %(unit)s = any (c.accused))
    and (%(level)s::int is null or c.level >= %(level)s)
    and (%(environment)s::text is null or c.environment = %(environment)s)
    and (%(channel)s::text is null or c.channel = %(channel)s)
order by {order} limit %(limit)s
"""
_ORDERS = {
    "no": "c.no",
    "due": "k.due_at nulls last, c.no",
    "level": "c.level desc, k.due_at, c.no",
}


@dataclass(frozen=True)
class Filter:
    """Which cases to list: states, unit (lead or assisting), at least this level, and so on."""

    states: Sequence[str] = ()
    unit: str = ""
    level: int | None = None
    environment: str = ""
    channel: str = ""
    order: str = "no"
    limit: int | None = 50


def list_cases(engine: Engine, wanted: Filter) -> list[Row]:
    """List cases with the clock that matters most: the finish clock, else the one due first."""
    arguments = {
        "state": list(wanted.states) or None,
        "unit": wanted.unit or None,
        "level": wanted.level,
        "environment": wanted.environment or None,
        "channel": wanted.channel or None,
        "limit": wanted.limit,
    }
    statement = _LIST.format(order=_ORDERS[wanted.order])
    with transaction(engine) as connection:
        rows = connection.exec_driver_sql(statement, arguments).mappings()
        return [dict(row) for row in rows]


def count_by_state(engine: Engine) -> dict[str, int]:
    """Count the cases of each state that has any."""
    with transaction(engine) as connection:
        rows = connection.exec_driver_sql(
            "select state, count(*) as n from rectification_case group by state"
        )
        return {row.state: row.n for row in rows}


@dataclass(frozen=True)
class Whole:
    """Everything there is to say about a case, but the reporter and the texts.

    ``record`` is what its deadlines are explained from.
    """

    row: Row
    loaded: Loaded
    history: list[Row]
    notices: list[Row]
    documents: list[Row]
    followers: list[str]
    record: Record


def whole_case(engine: Engine, no: str) -> Whole:
    """Read one case with its history and notices; refuses an unknown number."""
    with transaction(engine) as connection:

        def rows(statement: str) -> list[Row]:
            found = connection.exec_driver_sql(statement, {"id": case_id}).mappings()
            return [dict(row) for row in found]

        case_id = connection.exec_driver_sql(
            "select id from rectification_case where no = %(no)s", {"no": no}
        ).scalar_one_or_none()
        if case_id is None:
            raise UnknownCase(no)
        loaded = read(connection, [case_id])[no]
        return Whole(
            row=rows("select * from rectification_case where id = %(id)s")[0],
            loaded=loaded,
            history=rows(_HISTORY),
            notices=rows(_NOTICES),
            documents=rows(_DOCUMENTS),
            followers=[row["no"] for row in rows(_FOLLOWERS)],
            record=record_of(connection, book_for(engine), loaded),
        )


def texts_of(engine: Engine, no: str) -> list[Row]:
    """Read what was written about a case, as it was written: for the office only."""
    with transaction(engine) as connection:
        found = connection.exec_driver_sql(_TEXTS, {"no": no}).mappings()
        return [dict(row) for row in found]


_TEXTS = """
select t.seq, t.kind, h.actor, h.occurred_at, t.body
from rectification_case c join case_text t on t.case_id = c.id
join history h on h.case_id = t.case_id and h.seq = t.seq
where c.no = %(no)s order by t.seq, t.kind
"""
_HISTORY = """
select seq, event, actor, claimed_name, occurred_at, recorded_at, detail,
    encode(hash, 'hex') as hash
from history where case_id = %(id)s order by seq
"""
_NOTICES = """
select n.seq, n.template, n.unit || '/' || n.role as recipient, n.unit, n.role, n.channel,
    n.owed_at,
    case when n.status = 'bound' then m.status else n.status end as status
from notice n left join message m on m.id = n.message_id where n.case_id = %(id)s order by n.id
"""
_DOCUMENTS = """
select seq, template, type, year, number, issued_at from document where case_id = %(id)s order by id
"""
_FOLLOWERS = "select no from rectification_case where lead_case_id = %(id)s order by no"
