"""退单: a unit says that it is not its matter: the lead of the case, an assisting unit of its part.

A return concerns one unit (docs/decisions/0012). The lead's takes the case to the office; of an
assisting unit only its own clocks stand still, everybody else goes on.
"""

from domain.case import Case, Request
from domain.change import Change, Figure, Handlers, texts
from domain.clocks import ClockOp, Op, Rules
from domain.codes import OFFICE_UNIT, ClockKind, RequestKind, State
from domain.commands import Return
from domain.handling import slot_of
from domain.limits import deadline
from domain.notifying import office_task
from domain.refusals import refuse
from domain.settling import GROUNDLESS, lapse, require
from domain.times import UNIT_CLOCKS, joined, of_part, pause_all
from domain.wording import moment


def return_(case: Case, command: Return, rules: Rules) -> Change:
    """Return a wrong dispatch within its limit; the unit's clocks pause until the office rules."""
    slot = slot_of(case, command)
    _check(case, command, slot, rules)
    request = Request(
        number=case.next_request,
        kind=RequestKind.RETURN,
        applicant=command.by.code,
        asked_at=command.at,
        unit=command.suggested,
        slot=slot,
    )
    limit = rules.policy.handling.ruling
    ruling = ClockOp(Op.START, ClockKind.RULING, slot, OFFICE_UNIT, limit, rule="returned")
    return (_by_assisting if slot else _by_lead)(case, command, request, ruling, rules)


def _by_lead(
    case: Case, command: Return, request: Request, ruling: ClockOp, rules: Rules
) -> Change:
    return Change(
        state=State.RETURNED,
        event="returned",
        fields={"returns": case.returns + 1},
        clocks=joined(pause_all(case, *UNIT_CLOCKS), (ruling,)),
        opened=(request,),
        decided=lapse(case, *GROUNDLESS),
        notices=office_task(rules, "ruling", request=request.number),
        texts=texts("reason", command.reason),
        detail=_detail(request, case.returns + 1),
        withdraw="rungs",
    )


def _by_assisting(
    case: Case, command: Return, request: Request, ruling: ClockOp, rules: Rules
) -> Change:
    hops = tuple(part.hops + (part.slot == request.slot) for part in case.parts)
    running = (clock for clock in of_part(case, request.slot) if clock.running)
    pauses = tuple(ClockOp(Op.PAUSE, clock.kind, clock.slot) for clock in running)
    return Change(
        state=case.state,
        event="part_returned",
        fields={"hops": hops},
        clocks=joined(pauses, (ruling,)),
        opened=(request,),
        notices=office_task(rules, "ruling", request=request.number),
        texts=texts("reason", command.reason),
        detail=_detail(request, hops_of(case, request.slot) + 1),
        withdraw="rungs",
        withdraw_from=command.by.code,
    )


def _detail(request: Request, hop: int) -> dict[str, Figure]:
    return {
        "unit": request.applicant,
        "suggested": request.unit,
        "request": request.number,
        "hop": hop,
    }


def hops_of(case: Case, slot: int) -> int:
    """How often what has this slot was returned so far: the lead's place, or a part."""
    return {0: case.returns, **{part.slot: part.hops for part in case.parts}}[slot]


def _check(case: Case, command: Return, slot: int, rules: Rules) -> None:
    require(case, command.reason, "退单必须写明理由（--reason）。")
    require(case, command.suggested, "退单必须提出建议承办单位（--suggest）。")
    if any(r.slot == slot for r in case.pending(RequestKind.RETURN)):
        raise refuse(case, f"{command.by.code} 已提出退单，正待办公室裁定，不必重复。")
    busy = case.units if slot else (case.lead_unit,)
    if command.suggested in busy:
        raise refuse(case, f"建议承办单位 {command.suggested} 已在办理本案，请另提建议。")
    if command.suggested == OFFICE_UNIT:
        raise refuse(case, "不能建议由指挥部办公室承办，请另提建议（--suggest）。")
    hops = hops_of(case, slot)
    if hops >= rules.policy.handling.max_returns:
        raise refuse(case, f"已退回 {hops} 次，办公室裁定为终局，不能再退。")
    _check_in_time(case, command, slot, rules)


def _check_in_time(case: Case, command: Return, slot: int, rules: Rules) -> None:
    within = rules.policy.handling.return_within
    sign = case.clock(ClockKind.SIGN, slot)
    since = sign.started_at if slot and sign else case.dispatched_at or case.detected_at
    last = deadline(since, within, rules.calendar, rules.policy.hours).at
    if command.at > last:
        raise refuse(
            case, f"退单须在交办后 {within.amount} 个工作日内（{moment(last)} 前）提出，现已超过。"
        )


HANDLERS: Handlers = {Return: return_}
