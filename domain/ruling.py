"""Deciding what was asked: extension, shelving, return, objection, exclusion, proposal."""

from collections.abc import Callable
from dataclasses import replace

from domain.calendar import local_date
from domain.case import Case, Request
from domain.change import Change, Figure, Handlers, texts
from domain.clocks import ClockOp, Op, Rules
from domain.codes import CARD_LEVEL, MEASURES, ClockKind, RequestKind, Rung, State
from domain.commands import Rule
from domain.escalating import enter_rung
from domain.limits import Limit, deadline
from domain.notifying import notices
from domain.refusals import WrongActor, refuse
from domain.requesting import decider, pending
from domain.reworking import rework
from domain.ruling_returns import rule_return
from domain.settling import GROUNDLESS, lapse, require
from domain.times import UNIT_CLOCKS, pause_all


def rule(case: Case, command: Rule, rules: Rules) -> Change:
    """Decide a pending request; only the one the design names may."""
    request = pending(case, command.request)
    who = decider(case, request)
    if command.by.role is not who.role or (who.code and command.by.code != who.code):
        raise WrongActor(case, command, f"{who.role.zh} {who.code}".rstrip())
    _check_amended(case, command, request)
    change = _RULINGS[request.kind](case, command, request, rules)
    status = "granted" if command.grant else "refused"
    decided = replace(request, status=status, decider=str(command.by), decided_at=command.at)
    detail: dict[str, Figure] = {
        "request": request.number,
        "kind": str(request.kind),
        "status": status,
    }
    return replace(
        change,
        decided=(decided, *(r for r in change.decided if r.number != request.number)),
        texts=(*texts("opinion", command.opinion), *texts("wording", command.wording)),
        detail={**change.detail, **detail},
    )


def _check_amended(case: Case, command: Rule, request: Request) -> None:
    """Only a proposal that is signed has a measure and a demand that can be amended."""
    signed = command.grant and request.kind is RequestKind.PROPOSAL
    if (command.rung or command.wording.strip()) and not signed:
        raise refuse(case, "只有签发升级建议时才能改用措施（--rung）或改写要求（--wording）。")
    if command.rung and command.rung not in MEASURES:
        known = "、".join(f"{rung}（{rung.zh}）" for rung in MEASURES)
        raise refuse(case, f"“{command.rung.zh}”由系统自动发出，签发时只能改用：{known}。")


def _unchanged(case: Case, event: str = "ruled") -> Change:
    return Change(state=case.state, event=event)


def _extension(case: Case, command: Rule, request: Request, rules: Rules) -> Change:
    """Extend from the original due instant; what fired while it was pending is withdrawn."""
    if not command.grant:
        told = notices(rules, "extension_refused", case.lead_unit, request=request.number)
        return replace(_unchanged(case), notices=told)
    _check_inspection_cap(case, request, rules)
    days = Limit(request.days, "wd")
    return replace(
        _unchanged(case, "extended"),
        fields={"level": _level_before(case, request)},
        clocks=(ClockOp(Op.EXTEND, ClockKind.FINISH, limit=days, rule="extended"),),
        decided=_proposed_since(case, request),
        notices=notices(rules, "extension_granted", case.lead_unit, request=request.number),
        detail={"days": request.days, "since": int(request.asked_at.timestamp())},
        withdraw="rungs",
    )


def _check_inspection_cap(case: Case, request: Request, rules: Rules) -> None:
    clock = case.clock(ClockKind.FINISH)
    if clock is None or clock.limit.unit != "mo" or case.dispatched_at is None:
        return
    hours, calendar = rules.policy.hours, rules.calendar
    cap = deadline(case.dispatched_at, rules.policy.inspection_cap, calendar, hours).at
    if calendar.add_workdays(local_date(clock.due_at), request.days) > local_date(cap):
        raise refuse(case, f"巡察事项最迟 {cap:%Y-%m-%d} 办结，不能再延 {request.days} 个工作日。")


def _level_before(case: Case, request: Request) -> int:
    """Give the level without the cards that fired since the request; leaders' decisions stand."""
    return min(request.level, case.level) if case.level <= CARD_LEVEL else case.level


def _proposed_since(case: Case, request: Request) -> tuple[Request, ...]:
    proposals = lapse(case, RequestKind.PROPOSAL)
    return tuple(proposal for proposal in proposals if proposal.asked_at >= request.asked_at)


def _shelving(case: Case, command: Rule, request: Request, rules: Rules) -> Change:
    """Shelve: clocks pause until the date, when the system resumes the case."""
    if not command.grant:
        told = notices(rules, "shelving_refused", case.lead_unit, request=request.number)
        return replace(_unchanged(case), notices=told)
    if request.until is None or request.until <= command.at:
        raise refuse(case, "申请的挂账期限已过，请退回申请或由单位重新申请。")
    change = replace(
        _unchanged(case, "shelved"),
        state=State.SHELVED,
        fields={"wake_at": request.until},
        clocks=pause_all(case, *UNIT_CLOCKS),
        decided=lapse(case, *GROUNDLESS),
        notices=notices(rules, "shelved", case.lead_unit, request=request.number),
        detail={"until": int(request.until.timestamp())},
        withdraw="rungs",
    )
    finish = case.clock(ClockKind.FINISH)
    expired = finish is not None and finish.overdue(command.at)
    return _from_due(case, change, request) if expired else change


def _from_due(case: Case, change: Change, request: Request) -> Change:
    """Approved after expiry: shelved as from the due instant, what fired since is withdrawn."""
    others = (op for op in change.clocks if op.kind is not ClockKind.FINISH)
    return replace(
        change,
        fields={**change.fields, "level": _level_before(case, request)},
        clocks=(*others, ClockOp(Op.PAUSE_AT_DUE, ClockKind.FINISH, rule="shelved")),
        detail={**change.detail, "since": int(request.asked_at.timestamp())},
    )


def _objection(case: Case, command: Rule, _request: Request, rules: Rules) -> Change:
    """Uphold: back to the unit; refuse: the notice runs on."""
    if not command.grant:
        return _unchanged(case)
    return rework(case, "objection_upheld", rules)


def _exclusion(case: Case, command: Rule, _request: Request, _rules: Rules) -> Change:
    return replace(
        _unchanged(case, "excluded" if command.grant else "ruled"),
        fields={"excluded": True} if command.grant else {},
    )


def _proposal(case: Case, command: Rule, request: Request, rules: Rules) -> Change:
    """The office head signs the draft, amended or not: number, sending and level follow.

    A refusal says why. The rung stays passed, so that only the next one proposes again.
    """
    if not command.grant:
        require(case, command.opinion, "不予签发升级建议，必须写明理由（--opinion）。")
    rung = command.rung or request.rung
    if not command.grant or rung is None:
        return _unchanged(case)
    if rung is Rung.LIST and case.listed:
        raise refuse(case, "已挂牌督办，请改用其他措施或不予签发。")
    return enter_rung(case, rung, command.at, rules)


_RULINGS: dict[RequestKind, Callable[[Case, Rule, Request, Rules], Change]] = {
    RequestKind.EXTENSION: _extension,
    RequestKind.SHELVING: _shelving,
    RequestKind.RETURN: rule_return,
    RequestKind.OBJECTION: _objection,
    RequestKind.EXCLUSION: _exclusion,
    RequestKind.PROPOSAL: _proposal,
}
HANDLERS: Handlers = {Rule: rule}
