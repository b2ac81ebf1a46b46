"""Entries of history that move neither state nor clocks: disclosure, holds, erasure.

They are allowed whatever the state of a case, final ones too; the chain goes on as with any other.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine

from domain.case import Actor
from domain.change import Figure, Text
from domain.errors import Refused
from domain.wording import moment
from models.engine import transaction
from models.executing import KeyTaken, UnknownCase
from models.loading import lock
from models.recording import Row, new_text
from models.statements import KEYS, TEXTS

_APPEND = """
with r as (
    select e.case_id, e.event, e.detail, c.seq + 1 as seq, c.head_hash,
        greatest(c.last_event_at, %(at)s) as at
    from jsonb_to_recordset(%(entries)s::jsonb) as e(case_id bigint, event text, detail jsonb)
    join rectification_case c on c.id = e.case_id
    where c.id = any (%(ids)s)
), entry as (
    insert into history
        (case_id, seq, event, actor, claimed_name, occurred_at, recorded_at, detail, hash)
    select case_id, seq, event, %(actor)s, %(claimed)s, at, %(recorded_at)s, detail,
        history_hash(head_hash, case_id, seq, event, %(actor)s, %(claimed)s, at, %(recorded_at)s,
                     detail)
    from r
    returning case_id, hash
)
update rectification_case c set seq = r.seq, head_hash = entry.hash, last_event_at = r.at
from r join entry on entry.case_id = r.case_id where c.id = r.case_id
"""
_CASE = """
select c.*, l.lead_unit as leads_unit, l.assisting as leads_assisting
from rectification_case c left join rectification_case l on l.id = c.lead_case_id
where c.id = %(id)s
"""
_KEY = """
select k.seq, c.no from command_key k join rectification_case c on c.id = k.case_id
where k.key = %(key)s
"""


@dataclass(frozen=True)
class Occasion:
    """When and by whom: ``at`` is business time, ``recorded_at`` when it is written (aware)."""

    at: datetime
    recorded_at: datetime
    by: Actor
    key: str = ""


@dataclass(frozen=True)
class Noted:
    """What history says: an event, its codes and figures, and texts that it cites by hash."""

    event: str
    detail: Mapping[str, Figure]
    texts: tuple[Text, ...] = ()


Decide = Callable[[Connection, Mapping[str, Any], int], Noted]
"""Takes the connection, the locked case, and the place that the entry gets; may refuse."""


def note(engine: Engine, no: str, occasion: Occasion, decide: Decide) -> bool:
    """Note one thing about a case under lock; gives whether it was, not merely repeated.

    Refuses an unknown case, an instant before the last event, and what ``decide`` refuses.
    """
    with transaction(engine) as connection:
        ids = lock(connection, [no])
        if not ids:
            raise UnknownCase(no)
        if _repeated(connection, no, occasion.key):
            return False
        case = dict(connection.exec_driver_sql(_CASE, {"id": ids[0]}).mappings().one())
        if occasion.at < case["last_event_at"]:
            raise Refused(
                f"案件 {no} 最近一次记录在 {moment(case['last_event_at'])}，"
                f"所给时间 {moment(occasion.at)} 比它早，请改用不早于它的时间。"
            )
        seq = case["seq"] + 1
        noted = decide(connection, case, seq)
        _write(connection, case["id"], seq, noted, occasion)
        return True


def append(connection: Connection, entries: Sequence[Row], occasion: Occasion) -> None:
    """Append one entry (``case_id``, ``event``, ``detail``) to each of these locked cases.

    One dated before the last event of its case takes that event's instant.
    """
    arguments = {
        "entries": json.dumps(entries),
        "ids": [entry["case_id"] for entry in entries],
        "at": occasion.at,
        "recorded_at": occasion.recorded_at,
        "actor": str(occasion.by),
        "claimed": occasion.by.name,
    }
    if connection.exec_driver_sql(_APPEND, arguments).rowcount != len(entries):
        raise Refused("案件在办理期间被其他操作改动，未写入任何内容，请重试。")


def _write(
    connection: Connection, case_id: int, seq: int, noted: Noted, occasion: Occasion
) -> None:
    texts = [new_text(case_id, seq, text) for text in noted.texts]
    detail: dict[str, Any] = dict(noted.detail)
    if texts:
        connection.exec_driver_sql(TEXTS, {"rows": json.dumps(texts)})
        detail["texts"] = {row["kind"]: row["digest"] for row in texts}
    append(connection, [{"case_id": case_id, "event": noted.event, "detail": detail}], occasion)
    if occasion.key:
        row = {"key": occasion.key, "case_id": case_id, "command": noted.event, "seq": seq}
        connection.exec_driver_sql(KEYS, {"rows": json.dumps([row])})


def _repeated(connection: Connection, no: str, key: str) -> bool:
    """Whether the key was used for this case before; refuses one used for another."""
    row = connection.exec_driver_sql(_KEY, {"key": key}).one_or_none() if key else None
    if row is not None and row.no != no:
        raise KeyTaken(key, row.no)
    return row is not None
