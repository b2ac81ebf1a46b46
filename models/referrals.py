"""Referred cases and their feedback; who may read what they say, and every such reading."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from models.engine import transaction

_REFERRALS = """
select c.no, coalesce(h.detail ->> 'organ', '') as organ, h.occurred_at as referred_at,
    coalesce(c.feedback, '') as feedback, c.feedback_due_at as due_at
from rectification_case c
join lateral (
    select detail, occurred_at from history
    where case_id = c.id and event = 'referred' order by seq desc limit 1
) h on true
where c.state = 'referred' order by c.feedback is not null, c.feedback_due_at nulls last, c.no
"""
_SILENT = """
select no, feedback_due_at as due_at from rectification_case
where feedback_due_at is not null and feedback is null and feedback_due_at <= %(now)s
order by feedback_due_at, no limit %(limit)s
"""
_NAME = """
insert into confidant (name, added_by, added_at) values (%(name)s, %(by)s, %(at)s)
on conflict do nothing
"""
_READ = """
insert into confidential_reading (case_id, reader, at)
select c.id, k.name, %(at)s from rectification_case c join confidant k on k.name = %(name)s
where c.no = %(no)s
"""
_MOST = 200
"""Referrals that are told of at a time; the rest follow."""


@dataclass(frozen=True)
class Referral:
    """A referred case: to whom and when, what the organ said (a code), by when it should."""

    no: str
    organ: str
    referred_at: datetime
    feedback: str
    due_at: datetime | None


@dataclass(frozen=True)
class Silent:
    """A referral of which the organ has said nothing by ``due_at``."""

    no: str
    due_at: datetime


def referrals(engine: Engine) -> list[Referral]:
    """List the referred cases, those first that wait longest for feedback."""
    with transaction(engine) as connection:
        return [Referral(*row) for row in connection.exec_driver_sql(_REFERRALS)]


def silent(engine: Engine, now: datetime) -> list[Silent]:
    """List referrals whose feedback is late, at most 200, the oldest first."""
    with transaction(engine) as connection:
        rows = connection.exec_driver_sql(_SILENT, {"now": now, "limit": _MOST})
        return [Silent(*row) for row in rows]


def name_confidant(engine: Engine, name: str, by: str, at: datetime) -> bool:
    """Let a person read what referred cases say; gives whether that is new."""
    with transaction(engine) as connection:
        row = {"name": name, "by": by, "at": at}
        return bool(connection.exec_driver_sql(_NAME, row).rowcount)


def remove_confidant(engine: Engine, name: str) -> bool:
    """Let a person no longer read it; gives whether they could."""
    with transaction(engine) as connection:
        gone = connection.exec_driver_sql(
            "delete from confidant where name = %(name)s", {"name": name}
        )
        return bool(gone.rowcount)


def confidants(engine: Engine) -> list[Mapping[str, Any]]:
    """List who may read what referred cases say."""
    with transaction(engine) as connection:
        rows = connection.exec_driver_sql("select * from confidant order by name").mappings()
        return [dict(row) for row in rows]


def log_reading(engine: Engine, no: str, name: str, at: datetime) -> bool:
    """Log that a named person reads what a case says; false where they may not, and none is."""
    with transaction(engine) as connection:
        row = {"no": no, "name": name, "at": at}
        return bool(connection.exec_driver_sql(_READ, row).rowcount)
