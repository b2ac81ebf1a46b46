"""建章立制: rules that clusters of relapses call for, until the office decides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Engine

from domain.errors import Refused
from models.engine import transaction
from models.relapse_figures import Cluster

_PROPOSE = """
insert into rule_proposal (unit, environment, month, relapses, cases, proposed_at)
values (nullif(%(unit)s, ''), nullif(%(environment)s, ''), %(month)s, %(relapses)s, %(nos)s,
    %(now)s)
on conflict do nothing
"""
_LIST = """
select id as number, coalesce(unit, '') as unit, coalesce(environment, '') as environment, month,
    relapses, cases, status, reason, decider, decided_at
from rule_proposal where status = 'open' or not %(open)s order by status <> 'open', id desc
limit %(most)s
"""
_DECIDE = """
update rule_proposal set status = %(status)s, reason = %(reason)s, decider = %(decider)s,
    decided_at = %(now)s
where id = %(number)s and status = 'open'
"""
_MOST = 200

STATUS_ZH = {"open": "待定", "accepted": "已采纳", "dismissed": "不采纳"}
"""What became of a proposal, as users read it."""


@dataclass(frozen=True)
class Proposal:
    """A rule proposed for a unit or an environment, after the relapses of these cases."""

    number: int
    unit: str
    environment: str
    month: date
    relapses: int
    cases: list[str]
    status: str
    reason: str
    decider: str
    decided_at: datetime | None


def propose(
    connection: Connection, found: Sequence[Cluster], month: date, now: datetime
) -> list[Cluster]:
    """Propose a rule for each cluster, once a month; gives those that are new."""
    return [
        one
        for one in found
        if connection.exec_driver_sql(
            _PROPOSE, vars(one) | {"month": month, "now": now}
        ).rowcount
    ]  # fmt: skip


def proposals(engine: Engine, *, only_open: bool) -> list[Proposal]:
    """List proposals, those that wait first, at most 200."""
    with transaction(engine) as connection:
        rows = connection.exec_driver_sql(_LIST, {"open": only_open, "most": _MOST})
        return [Proposal(*row) for row in rows]


@dataclass(frozen=True)
class Decision:
    """What the office decides of a proposal, why, who as claimed, and when (aware)."""

    accept: bool
    reason: str
    decider: str
    at: datetime


def decide(engine: Engine, number: int, decision: Decision) -> None:
    """Record a decision; refuses one about a proposal that does not wait."""
    values = {
        "number": number,
        "status": "accepted" if decision.accept else "dismissed",
        "reason": decision.reason,
        "decider": decision.decider,
        "now": decision.at,
    }
    with transaction(engine) as connection:
        if not connection.exec_driver_sql(_DECIDE, values).rowcount:
            raise Refused(
                f"没有待定的第 {number} 号建章立制建议，请用 ./rectify inspection rules 查看。"
            )
