"""Notices about no case: what is owed for a duty of the campaign, each once.

They wait in the same outbox as those about cases, and go into the same message of a recipient.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from domain.notifying import target

# The channels of a recipient may change later: what was owed on any of them is not owed again.
_OWE = """
with r as (
    select * from jsonb_to_recordset(%(rows)s::jsonb) as r(
        key text, template text, unit text, role text, args jsonb, owed_at timestamptz)
), added as (
    insert into notice (key, template, unit, role, channel, args, owed_at)
    select r.key, r.template, r.unit, r.role, coalesce(c.channel, 'file'), r.args, r.owed_at
    from r left join contact c on c.unit = r.unit and c.role = r.role
    where not exists (
        select from notice n where n.key = r.key and n.template = r.template
            and n.unit = r.unit and n.role = r.role)
    on conflict do nothing
    returning key, template, unit, role
)
select count(*) from (select distinct key, template, unit, role from added) owed
"""


@dataclass(frozen=True)
class DutyNotice:
    """What one role of one unit is told about a duty.

    ``key`` says about what, when and why (``hall:2026Q1:rsj:10wd``); the same key, template, unit
    and role is owed once. ``template`` extends ``duty.j2`` and may name what stands in ``args``:
    JSON values, free of identity; ``subject`` among them is the line that a digest shows. ``role``
    is one of the policy's recipients (contact, deputy, head, office); ``at`` is aware.
    """

    key: str
    template: str
    unit: str
    role: str
    args: Mapping[str, object]
    at: datetime


def owe(connection: Connection, notices: Iterable[DutyNotice]) -> int:
    """Owe these notices, each on every channel of its recipient; give how many were new."""
    rows = [_row(notice) for notice in notices]
    if not rows:
        return 0
    document = json.dumps(rows, ensure_ascii=False)
    added: int = connection.exec_driver_sql(_OWE, {"rows": document}).scalar_one()
    return added


def _row(notice: DutyNotice) -> dict[str, object]:
    unit, role = target(notice.unit, notice.role)
    return {
        "key": notice.key,
        "template": notice.template,
        "unit": unit,
        "role": role,
        "args": dict(notice.args),
        "owed_at": notice.at.isoformat(),
    }
