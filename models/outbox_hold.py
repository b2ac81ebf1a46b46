"""Delivery held: by hand, or because the database is older than what was sent; and let go again.

``setting.deliveries`` counts the batches sent. An installation remembers the greatest count it saw;
a database that is behind it was restored, and would send what has been sent before.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from domain.errors import Refused
from models.engine import transaction

_STATE = "select held_at, held_why, deliveries from setting"
_COUNT = """
update setting set deliveries = deliveries + 1 where held_at is null returning deliveries
"""
_HOLD = """
update setting set held_at = coalesce(held_at, %(at)s),
    held_why = case when held_at is null then %(why)s else held_why end,
    deliveries = greatest(deliveries, %(deliveries)s)
"""
_LET_GO = "update setting set held_at = null, held_why = ''"
_CHECKED = "select held_at, checked_as_of from setting for update"

# What was owed by a rung has its ground at the instant of the rung, however late a check found it.
_GROUNDS = """
with open as materialized (
    select n.id, n.message_id,
        coalesce(case when n.ladder then (
            select max(f.at) from clock k join fired f on f.clock_id = k.id
            where k.case_id = n.case_id and f.seq = n.seq and not f.coalesced) end, n.owed_at)
            as ground
    from notice n left join message m on m.id = n.message_id
    where n.status = 'owed' or n.status = 'bound' and m.status = 'pending'
        and (m.leased_until is null or m.leased_until < clock_timestamp())
), taken as (
    select id, message_id from open where ground < %(since)s
)
"""
_COUNTED = f"""
{_GROUNDS}
select (select count(*) from taken), (select count(*) from open where ground >= %(since)s)
"""
_TAKE = f"""
{_GROUNDS}, withdrawn as (
    update notice n set status = 'withdrawn', reason = %(reason)s from taken t where n.id = t.id
), dissolved as (
    update message m set status = 'dissolved'
    where m.id in (select message_id from taken) and m.status = 'pending'
)
update notice n set status = 'owed', message_id = null
from open o
where n.id = o.id and o.ground >= %(since)s
    and o.message_id in (select message_id from taken)
"""


@dataclass(frozen=True)
class Delivery:
    """Whether delivery is held, since when (aware) and why; and how many batches were sent."""

    held_at: datetime | None
    held_why: str
    deliveries: int


@dataclass(frozen=True)
class Released:
    """How many notices are taken for sent, and how many are sent now."""

    taken: int
    rest: int


def state(engine: Engine) -> Delivery:
    """Read whether delivery is held, and how much was sent."""
    with transaction(engine) as connection:
        return Delivery(**connection.exec_driver_sql(_STATE).mappings().one())


def count_batch(engine: Engine) -> int | None:
    """Count one more batch, before it is sent; ``None`` when delivery has been held meanwhile."""
    with transaction(engine) as connection:
        count: int | None = connection.exec_driver_sql(_COUNT).scalar_one_or_none()
    return count


def hold(engine: Engine, at: datetime, why: str, deliveries: int = 0) -> None:
    """Hold delivery from ``at`` on (aware); a hold that stands keeps its own time and reason.

    The count is raised to ``deliveries``, so that a restored database is found behind only once.
    """
    arguments = {"at": at, "why": why, "deliveries": deliveries}
    with transaction(engine) as connection:
        connection.exec_driver_sql(_HOLD, arguments)


def count_release(engine: Engine, since: datetime) -> Released:
    """Say what ``release`` would do, without doing it."""
    with transaction(engine) as connection:
        return Released(*connection.exec_driver_sql(_COUNTED, {"since": since}).one())


def release(engine: Engine, since: datetime, reason: str) -> Released:
    """Let delivery go on: what has its ground before ``since`` (aware) is taken for sent.

    Refused when it is not held, and until a deadline check has run since it was: only then is
    everything owed again that the restored database had forgotten.
    """
    with transaction(engine) as connection:
        held_at, checked = connection.exec_driver_sql(_CHECKED).one()
        if held_at is None:
            raise Refused("发送没有暂停，不需要恢复。")
        if checked is None or checked < held_at:
            raise Refused("暂停以后还没有做过期限检查，请先运行 ./rectify check，再恢复发送。")
        counted = Released(*connection.exec_driver_sql(_COUNTED, {"since": since}).one())
        connection.exec_driver_sql(_TAKE, {"since": since, "reason": reason})
        connection.exec_driver_sql(_LET_GO)
    return counted
