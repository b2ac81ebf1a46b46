"""The time that the policy gives a clock that was started, by its kind and the rule of its start.

What a handler starts and what a re-projection gives must agree; a test walks cases to hold it.
"""

from collections.abc import Callable, Mapping

from domain.clocks import ClockOp
from domain.codes import ClockKind, Kind
from domain.limits import Limit
from domain.policy import Policy

REOPENINGS = frozenset({"rehandled", "relapsed"})
"""Rules of a start that reopened the case."""


def budget(start: ClockOp, kind: str, urgency: str, policy: Policy) -> Limit | None:
    """Give the limit that ``policy`` has for a clock started like this, of a case of that class.

    ``None`` where the limit stays as it was: a public notice runs as announced, planned re-checks
    stand on their dates, further attempts at a callback in their window.
    """
    by_kind = _BUDGETS.get(start.kind)
    return by_kind(start, kind, urgency, policy) if by_kind else None


def _finish(start: ClockOp, kind: str, urgency: str, policy: Policy) -> Limit:
    if start.rule in REOPENINGS:
        return policy.reopening_limit(kind, urgency)
    return policy.finish_limit(kind, urgency)


def _interim(_start: ClockOp, kind: str, _urgency: str, policy: Policy) -> Limit:
    return policy.inspection_report if kind == Kind.INSPECTION else policy.handling.interim


def _callback(start: ClockOp, _kind: str, _urgency: str, policy: Policy) -> Limit | None:
    return policy.callback.due if start.rule == "closed" else None


def _recheck(start: ClockOp, _kind: str, _urgency: str, policy: Policy) -> Limit | None:
    return policy.recheck.triggered if start.rule == "triggered" else None


_Budget = Callable[[ClockOp, str, str, Policy], Limit | None]
_BUDGETS: Mapping[ClockKind, _Budget] = {
    ClockKind.TRIAGE: lambda _start, _kind, urgency, policy: policy.triage[urgency],
    ClockKind.SIGN: lambda _start, _kind, _urgency, policy: policy.handling.sign,
    ClockKind.CONTACT: lambda _start, _kind, _urgency, policy: policy.handling.contact,
    ClockKind.INTERIM: _interim,
    ClockKind.FINISH: _finish,
    ClockKind.OPINION: lambda _start, kind, urgency, policy: policy.opinion_limit(kind, urgency),
    ClockKind.RULING: lambda _start, _kind, _urgency, policy: policy.handling.ruling,
    ClockKind.REVIEW: lambda _start, _kind, _urgency, policy: policy.closing.accept,
    ClockKind.SIGN_OFF: lambda _start, _kind, _urgency, policy: policy.closing.sign,
    ClockKind.OFFICE_REVIEW: lambda _start, _kind, _urgency, policy: policy.closing.review,
    ClockKind.CALLBACK: _callback,
    ClockKind.RECHECK: _recheck,
}
