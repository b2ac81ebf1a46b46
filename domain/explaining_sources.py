"""Where a clock's limit comes from: the clause of the policy file, and what ends the clock."""

from collections.abc import Callable, Mapping
from dataclasses import fields

from domain.case import Case
from domain.clocks import Clock
from domain.codes import ClockKind, Kind, Urgency
from domain.policy import Policy
from domain.policy_channels import ChannelTerms

ENDS: Mapping[ClockKind, str] = {
    ClockKind.TRIAGE: "交办、不予受理、并案或移送后停止计时",
    ClockKind.SIGN: "签收后停止计时",
    ClockKind.CONTACT: "登记首次联系后停止计时",
    ClockKind.INTERIM: "作阶段答复或提交办结后停止计时",
    ClockKind.FINISH: "提交办结后停止计时；延期、挂账须在到期前申请",
    ClockKind.OPINION: "提交协办意见后停止计时",
    ClockKind.RULING: "裁定或改派后停止计时",
    ClockKind.REVIEW: "验收通过或退回后停止计时",
    ClockKind.NOTICE: "公示期满或异议成立后停止计时",
    ClockKind.SIGN_OFF: "领导签批或退回后停止计时",
    ClockKind.OFFICE_REVIEW: "复核销号或退回后停止计时",
    ClockKind.CALLBACK: "回访有结果后停止计时",
    ClockKind.RECHECK: "登记复查结论后停止计时",
}
"""By kind of clock, what stops it."""

_REOPENED = frozenset({"rehandled", "relapsed"})
_HANDLING = frozenset({ClockKind.SIGN, ClockKind.CONTACT, ClockKind.RULING})
_CLOSING = {
    ClockKind.REVIEW: "accept",
    ClockKind.NOTICE: "notice",
    ClockKind.SIGN_OFF: "sign",
    ClockKind.OFFICE_REVIEW: "review",
}
_OWN = frozenset(item.name for item in fields(ChannelTerms))
_CALLBACK = {"unreached": "callback.over_days"}
_RECHECK = {
    "triggered": "recheck.triggered",
    "lookback": "recheck.days、recheck.sample_days",
    "drawn": "recheck.sample_days、recheck.triggered",
}


def clause(case: Case, clock: Clock, policy: Policy) -> str:
    """Name the clause of the policy that gives a clock, just started, its limit: ``finish.harm``.

    Names are those of the policy file, so that an operator finds the figure there; a limit of the
    case's own channel stands under ``channels``.
    """
    if clock.kind in _HANDLING:
        return _channels(case, clock.kind, policy) or f"handling.{clock.kind}"
    if clock.kind in _CLOSING:
        return f"closing.{_CLOSING[clock.kind]}"
    return _CLAUSES[clock.kind](case, clock, policy)


def _channels(case: Case, term: str, policy: Policy) -> str:
    """Name the channel's own clause, where it has one that takes effect."""
    terms = policy.channels.get(case.channel)
    if term not in _OWN or terms is None or terms.own(term, case.kind, case.urgency) is None:
        return ""
    return f"channels.{case.channel}.{term}，按来源渠道"


def _triage(case: Case, _clock: Clock, policy: Policy) -> str:
    return _channels(case, "triage", policy) or f"triage.{case.urgency}，{case.urgency.zh}"


def _interim(case: Case, _clock: Clock, policy: Policy) -> str:
    if case.kind is Kind.INSPECTION:
        return "inspection.report"
    return _channels(case, "interim", policy) or "handling.interim"


def _finish(case: Case, clock: Clock, policy: Policy) -> str:
    share = "的 handling.reopening_share，向上取整" if clock.rule in _REOPENED else ""
    return _term(case, policy) + share


def _opinion(case: Case, _clock: Clock, policy: Policy) -> str:
    return f"{_term(case, policy)}的 handling.opinion_share，向上取整"


def _term(case: Case, policy: Policy) -> str:
    if own := _channels(case, "finish", policy):
        return own
    if case.urgency is Urgency.EMERGENCY:
        return f"emergency.finish，{case.urgency.zh}"
    return f"finish.{case.kind}，{case.kind.zh}"


def _callback(_case: Case, clock: Clock, _policy: Policy) -> str:
    return _CALLBACK.get(clock.rule, "callback.due")


def _recheck(_case: Case, clock: Clock, _policy: Policy) -> str:
    return _RECHECK.get(clock.rule, "recheck")


_CLAUSES: Mapping[ClockKind, Callable[[Case, Clock, Policy], str]] = {
    ClockKind.TRIAGE: _triage,
    ClockKind.INTERIM: _interim,
    ClockKind.FINISH: _finish,
    ClockKind.OPINION: _opinion,
    ClockKind.CALLBACK: _callback,
    ClockKind.RECHECK: _recheck,
}
