"""Giving a case to the units that must put it right, and giving it to others instead."""

from collections.abc import Iterator
from dataclasses import replace

from domain.case import Case, Request
from domain.change import Change, Figure, Handlers, Notice, texts
from domain.clocks import ClockOp, Op, Rules
from domain.codes import OFFICE_UNIT, RUNGS, ClockKind, Kind, Mode, RequestKind, Rung, State
from domain.commands import Dispatch
from domain.editing import labels
from domain.escalating import rung_notices
from domain.limits import Limit
from domain.notifying import notices
from domain.refusals import refuse
from domain.settling import GROUNDLESS, lapse
from domain.times import joined, stop_all


def dispatch(case: Case, command: Dispatch, rules: Rules) -> Change:
    """Dispatch, or redispatch: every unit named gets its own full time from now.

    Several units make a case a several-unit one, which has the longer limit. The verifying unit is
    never one that handles; where none is named, the office verifies.
    """
    planned = _planned(case, command)
    _check(case, command, planned, rules)
    again = case.dispatched_at is not None
    return Change(
        state=State.ASSIGNED,
        event="redispatched" if again else "dispatched",
        fields=_fields(planned, command, rules),
        clocks=joined(stop_all(case), _starts(planned, command.level, rules)),
        decided=(*lapse(case, *GROUNDLESS), *_granted_returns(case, command)),
        notices=_told(planned, command, rules),
        texts=(*labels(command), *texts("reason", command.reason)),
        detail=_detail(case, planned),
        withdraw="all",
    )


def _planned(case: Case, command: Dispatch) -> Case:
    """Give the case as the command wants it, before any check."""
    assisting = tuple(dict.fromkeys(command.assisting or _others(case, command.unit)))
    units = (command.unit, *assisting)
    verifying = command.verifying_unit or case.verifying_unit
    if not command.verifying_unit and verifying in units:
        verifying = ""
    return replace(
        case,
        lead_unit=command.unit,
        assisting=assisting,
        verifying_unit=verifying or OFFICE_UNIT,
        environment=command.environment or case.environment,
        kind=command.kind or _kind(case.kind, assisting),
        urgency=command.urgency or case.urgency,
        mode=command.mode or case.mode,
    )


def _others(case: Case, lead: str) -> tuple[str, ...]:
    return tuple(unit for unit in case.assisting if unit != lead)


def _kind(kind: Kind, assisting: tuple[str, ...]) -> Kind:
    several = bool(assisting) and kind in (Kind.SIMPLE, Kind.ORDINARY, Kind.HARM)
    return Kind.MULTI if several else kind


def _check(case: Case, command: Dispatch, planned: Case, rules: Rules) -> None:
    if planned.lead_unit == OFFICE_UNIT:
        raise refuse(case, "不能交办给指挥部办公室自身，请另选主办单位（--unit）。")
    if planned.lead_unit in planned.assisting:
        raise refuse(case, f"主办单位 {planned.lead_unit} 不能同时协办，请从协办单位中去掉。")
    if planned.verifying_unit in planned.units:
        raise refuse(case, f"验收单位 {planned.verifying_unit} 不能是主办或协办单位，请另选。")
    levels = rules.policy.direct_entry.levels
    if command.level and command.level not in levels:
        allowed = "、".join(map(str, levels))
        raise refuse(case, f"直接进入的督办级别只能是 {allowed}，不能是 {command.level}。")
    same = case.lead_unit == planned.lead_unit and case.assisting == planned.assisting
    if same and case.state is State.RETURNED:
        raise refuse(case, "仍交原单位的，请用裁定（rule --refuse）维持交办。")
    if same and case.dispatched_at is not None:
        raise refuse(case, f"已交办给 {planned.lead_unit}，改派须另选单位。")


def _fields(planned: Case, command: Dispatch, rules: Rules) -> dict[str, object]:
    return {
        "lead_unit": planned.lead_unit,
        "assisting": planned.assisting,
        "verifying_unit": planned.verifying_unit,
        "environment": planned.environment,
        "kind": planned.kind,
        "urgency": planned.urgency,
        "mode": planned.mode,
        "level": max(planned.level, command.level),
        "listed": planned.listed or command.level == RUNGS.index(Rung.LIST),
        "dispatched_at": command.at,
        "policy_version": rules.policy.version,
    }


def _detail(case: Case, planned: Case) -> dict[str, Figure]:
    return {
        "unit": planned.lead_unit,
        "assisting": list(planned.assisting),
        "verifying_unit": planned.verifying_unit,
        "kind": str(planned.kind),
        "urgency": str(planned.urgency),
        "from_unit": case.lead_unit,
    }


def _starts(case: Case, level: int, rules: Rules) -> tuple[ClockOp, ...]:
    handling = rules.policy.handling
    term = rules.policy.finish_limit(case.kind, case.urgency)
    opinion = rules.policy.opinion_limit(case.kind, case.urgency)
    lead = case.lead_unit
    ops = [
        _start(ClockKind.SIGN, 0, lead, handling.sign),
        _start(ClockKind.FINISH, 0, lead, term, RUNGS[level] if level else None),
        *_replies(case, rules),
    ]
    for slot, unit in enumerate(case.assisting, start=1):
        ops.append(_start(ClockKind.SIGN, slot, unit, handling.sign))
        ops.append(_start(ClockKind.OPINION, slot, unit, opinion))
    return tuple(ops)


def _replies(case: Case, rules: Rules) -> Iterator[ClockOp]:
    """What is owed on the way: to the reporter if reachable; of an inspection case, a report."""
    lead, policy = case.lead_unit, rules.policy
    if case.reachable:
        yield _start(ClockKind.CONTACT, 0, lead, policy.handling.contact)
    if case.kind is Kind.INSPECTION:
        yield _start(ClockKind.INTERIM, 0, lead, policy.inspection_report)
    elif case.reachable:
        yield _start(ClockKind.INTERIM, 0, lead, policy.handling.interim)


def _start(
    kind: ClockKind, slot: int, holder: str, limit: Limit, rung: Rung | None = None
) -> ClockOp:
    return ClockOp(Op.START, kind, slot, holder, limit, rung, "dispatched")


MODE_PAPER = {Mode.RECTIFY: "warning", Mode.IMPROVE: "suggestion"}
"""By handling mode, the paper that goes to the lead unit with its assignment: 提醒函, 办理建议.

整治 has none at dispatch: its paper is the 移送函 that a referral (``refer``) sends.
"""


def _told(case: Case, command: Dispatch, rules: Rules) -> tuple[Notice, ...]:
    """Every unit gets its assignment; direct entry at a level also owes that rung's document."""
    level = command.level
    entered = rung_notices(case, RUNGS[level], command.at, rules) if level else ()
    return (*notices(rules, "assigned", *case.units), *_paper(case, command, rules), *entered)


def _paper(case: Case, command: Dispatch, rules: Rules) -> tuple[Notice, ...]:
    """The mode's own paper, once the office chose the mode: to warn is not the usual course."""
    chosen = command.mode is not None or case.mode is not Mode.RECTIFY
    if not chosen or case.mode not in MODE_PAPER:
        return ()
    return notices(rules, MODE_PAPER[case.mode], case.lead_unit)


def _granted_returns(case: Case, command: Dispatch) -> tuple[Request, ...]:
    """A redispatch is the ruling that grants a pending return."""
    return tuple(
        replace(r, status="granted", decider=str(command.by), decided_at=command.at)
        for r in case.pending(RequestKind.RETURN)
    )


HANDLERS: Handlers = {Dispatch: dispatch}
