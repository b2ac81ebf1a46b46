"""The office rules on a return: what was returned goes to another unit, or stays 维持交办."""

from dataclasses import replace

from domain.case import Case, Request
from domain.change import Change
from domain.clocks import ClockOp, Op, Rules
from domain.codes import HANDLING, OFFICE_UNIT, State
from domain.commands import Dispatch, Rule
from domain.dispatching import dispatch, part_starts
from domain.notifying import notices
from domain.refusals import refuse
from domain.times import joined, of_part, resume_all, resumed, stop_ruling


def rule_return(case: Case, command: Rule, request: Request, rules: Rules) -> Change:
    """Grant: to the unit suggested or another; refuse: clocks resume with the time already used.

    A return by an assisting unit moves its part alone.
    """
    if request.slot:
        decide = _part_moved if command.grant else _part_confirmed
        return decide(case, command, request, rules)
    if command.grant:
        unit = command.unit or request.unit
        change = dispatch(case, Dispatch(at=command.at, by=command.by, unit=unit), rules)
        return replace(change, notices=change.notices + notices(rules, "returned", case.lead_unit))
    return Change(
        state=State.ASSIGNED,
        event="confirmed",
        clocks=joined(stop_ruling(case, 0), resume_all(case, "confirmed")),
        notices=notices(rules, "ruling_confirmed", case.lead_unit, request=request.number),
        detail={"unit": case.lead_unit, "returns": case.returns},
    )


def _part_moved(case: Case, command: Rule, request: Request, rules: Rules) -> Change:
    """The part goes to another unit, which gets its own full time; nobody else's time changes."""
    unit, slot = command.unit or request.unit, request.slot
    if unit in case.units or unit == OFFICE_UNIT:
        raise refuse(case, f"协办部分不能改交 {unit}（已在办理本案或为办公室），请另选单位。")
    units = tuple(unit if part.slot == slot else part.unit for part in case.parts)
    verifying = OFFICE_UNIT if case.verifying_unit == unit else case.verifying_unit
    stops = (ClockOp(Op.STOP, c.kind, c.slot) for c in of_part(case, slot))
    starts = part_starts(case, unit, slot, rules)
    still = () if case.state in HANDLING else _paused(starts)
    return Change(
        state=case.state,
        event="part_redispatched",
        fields={"assisting": units, "verifying_unit": verifying},
        clocks=joined(stop_ruling(case, slot), stops, starts, still),
        notices=(
            *notices(rules, "assigned", unit),
            *notices(rules, "part_changed", case.lead_unit),
        ),
        detail={"unit": unit, "from_unit": request.applicant, "given": [unit]},
        withdraw="all",
        withdraw_from=request.applicant,
    )


def _part_confirmed(case: Case, _command: Rule, request: Request, rules: Rules) -> Change:
    handled = case.state in HANDLING
    clocks = resumed(of_part(case, request.slot), "confirmed") if handled else ()
    return Change(
        state=case.state,
        event="part_confirmed",
        clocks=joined(stop_ruling(case, request.slot), clocks),
        notices=notices(rules, "ruling_confirmed", request.applicant, request=request.number),
        detail={"unit": request.applicant},
    )


def _paused(starts: tuple[ClockOp, ...]) -> tuple[ClockOp, ...]:
    """While the lead's time stands still, so does the part's."""
    return tuple(ClockOp(Op.PAUSE, op.kind, op.slot) for op in starts)
