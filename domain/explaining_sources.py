"""Where a clock's limit comes from: the clause of the policy file, and what ends the clock."""

from collections.abc import Callable, Mapping

from domain.case import Case
from domain.clocks import Clock
from domain.codes import ClockKind, Kind, Urgency

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
_CALLBACK = {"unreached": "callback.over_days"}
_RECHECK = {"triggered": "recheck.triggered", "lookback": "recheck.days、recheck.sample_days"}


def clause(case: Case, clock: Clock) -> str:
    """Name the clause of the policy that gives a clock, just started, its limit: ``finish.harm``.

    Names are those of the policy file, so that an operator finds the figure there.
    """
    if clock.kind in _HANDLING:
        return f"handling.{clock.kind}"
    if clock.kind in _CLOSING:
        return f"closing.{_CLOSING[clock.kind]}"
    return _CLAUSES[clock.kind](case, clock)


def _triage(case: Case, _clock: Clock) -> str:
    return f"triage.{case.urgency}，{case.urgency.zh}"


def _interim(case: Case, _clock: Clock) -> str:
    return "inspection.report" if case.kind is Kind.INSPECTION else "handling.interim"


def _finish(case: Case, clock: Clock) -> str:
    share = "的 handling.reopening_share，向上取整" if clock.rule in _REOPENED else ""
    return _term(case) + share


def _opinion(case: Case, _clock: Clock) -> str:
    return f"{_term(case)}的 handling.opinion_share，向上取整"


def _term(case: Case) -> str:
    if case.urgency is Urgency.EMERGENCY:
        return f"emergency.finish，{case.urgency.zh}"
    return f"finish.{case.kind}，{case.kind.zh}"


def _callback(_case: Case, clock: Clock) -> str:
    return _CALLBACK.get(clock.rule, "callback.due")


def _recheck(_case: Case, clock: Clock) -> str:
    return _RECHECK.get(clock.rule, "recheck")


_CLAUSES: Mapping[ClockKind, Callable[[Case, Clock], str]] = {
    ClockKind.TRIAGE: _triage,
    ClockKind.INTERIM: _interim,
    ClockKind.FINISH: _finish,
    ClockKind.OPINION: _opinion,
    ClockKind.CALLBACK: _callback,
    ClockKind.RECHECK: _recheck,
}
