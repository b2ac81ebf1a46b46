"""Legal holds: cases that keep everything, whatever their age, until the office lets them go."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine

from domain.change import Text
from domain.errors import Refused
from models.engine import transaction
from models.journaling import Noted, Occasion, note

_HOLD = """
insert into retention_hold (case_id, seq, held_at) values (%(id)s, %(seq)s, %(at)s)
on conflict do nothing
"""
_RELEASE = "delete from retention_hold where case_id = %(id)s"
_LIST = """
select c.no, r.held_at, h.claimed_name, coalesce(t.body, '') as reason
from retention_hold r join rectification_case c on c.id = r.case_id
join history h on h.case_id = r.case_id and h.seq = r.seq
left join case_text t on t.case_id = r.case_id and t.seq = r.seq and t.kind = 'reason'
order by r.held_at, c.no
"""


class Hold(NamedTuple):
    """A case that is held: since when (aware), by whom, why."""

    no: str
    held_at: datetime
    actor: str
    reason: str


def hold(engine: Engine, no: str, reason: str, occasion: Occasion) -> bool:
    """Let a case keep everything; false where the key was used before, refused where it is held."""

    def decide(connection: Connection, case: Mapping[str, Any], seq: int) -> Noted:
        place = {"id": case["id"], "seq": seq, "at": occasion.at}
        if not connection.exec_driver_sql(_HOLD, place).rowcount:
            raise Refused(f"案件 {no} 已经是暂缓清除，无需重复登记。")
        return Noted("retention_held", {}, (Text("reason", reason),))

    return note(engine, no, occasion, decide)


def release(engine: Engine, no: str, occasion: Occasion) -> bool:
    """Let a held case go; it is erased with the next run if its time is over."""

    def decide(connection: Connection, case: Mapping[str, Any], _seq: int) -> Noted:
        if not connection.exec_driver_sql(_RELEASE, {"id": case["id"]}).rowcount:
            raise Refused(f"案件 {no} 不在暂缓清除之列，无需解除。")
        return Noted("retention_released", {})

    return note(engine, no, occasion, decide)


def holds(engine: Engine) -> list[Hold]:
    """List what is held, the longest first."""
    with transaction(engine) as connection:
        return [Hold._make(row) for row in connection.exec_driver_sql(_LIST)]
