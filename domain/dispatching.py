"""Giving a case to the units that must put it right, and giving it to others instead."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import count

from domain.case import Case, Part, Request
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
from domain.times import PART_CLOCKS, held_slots, joined, resumed, stop_all


def dispatch(case: Case, command: Dispatch, rules: Rules) -> Change:
    """Dispatch, or redispatch: every unit named gets its own full time from now.

    Several units make a case a several-unit one, which has the longer limit. The verifying unit is
    never one that handles; where none is named, the office verifies. After the lead's return,
    assisting units that stay keep their time.
    """
    planned = _planned(case, command)
    _check(case, command, planned, rules)
    again = case.dispatched_at is not None
    kept = _kept(case, planned)
    return Change(
        state=State.ASSIGNED,
        event="redispatched" if again else "dispatched",
        fields=_fields(planned, command, rules),
        clocks=joined(
            _stops(case, kept),
            _starts(planned, command.level, rules),
            *(part_starts(planned, p.unit, p.slot, rules) for p in planned.parts if p not in kept),
            _resumed(case, kept),
        ),
        decided=(*lapse(case, *GROUNDLESS), *_settled_returns(case, command, planned, kept)),
        notices=_told(planned, command, rules),
        texts=(*labels(command), *texts("reason", command.reason)),
        detail=_detail(case, command, planned, kept),
        withdraw="all",
    )


def _planned(case: Case, command: Dispatch) -> Case:
    """Give the case as the command wants it, before any check."""
    assisting = tuple(dict.fromkeys(command.assisting or _others(case, command.unit)))
    units = (command.unit, *assisting)
    verifying = command.verifying_unit or case.verifying_unit
    if not command.verifying_unit and verifying in units:
        verifying = ""
    parts = _placed(case, assisting)
    return replace(
        case,
        lead_unit=command.unit,
        assisting=assisting,
        slots=tuple(part.slot for part in parts),
        hops=tuple(part.hops for part in parts),
        verifying_unit=verifying or OFFICE_UNIT,
        environment=command.environment or case.environment,
        kind=command.kind or _kind(case.kind, assisting),
        urgency=command.urgency or case.urgency,
        mode=command.mode or case.mode,
    )


def _placed(case: Case, assisting: tuple[str, ...]) -> list[Part]:
    """Give each assisting unit its part: the one it keeps, or a free slot."""
    known = {part.unit: part for part in case.parts} if case.state is State.RETURNED else {}
    taken = {known[unit].slot for unit in assisting if unit in known}
    free = (slot for slot in count(1) if slot not in taken)
    return [known.get(unit) or Part(unit, next(free)) for unit in assisting]


def _kept(case: Case, planned: Case) -> tuple[Part, ...]:
    """The parts that go on while the lead's place goes to another unit."""
    if case.state is not State.RETURNED:
        return ()
    return tuple(part for part in case.parts if part in planned.parts)


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
    lead_stays = case.lead_unit == planned.lead_unit
    same = lead_stays and case.assisting == planned.assisting
    if lead_stays and case.state is State.RETURNED:
        raise refuse(case, "仍交原单位的，请用裁定（rule --refuse）维持交办。")
    if same and case.dispatched_at is not None:
        raise refuse(case, f"已交办给 {planned.lead_unit}，改派须另选单位。")


def _fields(planned: Case, command: Dispatch, rules: Rules) -> dict[str, object]:
    return {
        "lead_unit": planned.lead_unit,
        "assisting": planned.assisting,
        "slots": planned.slots,
        "hops": planned.hops,
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


def _detail(
    case: Case, command: Dispatch, planned: Case, kept: tuple[Part, ...]
) -> dict[str, Figure]:
    """``given`` are the units that got something new; ``rules`` the version that settled it."""
    fresh = [part.unit for part in planned.parts if part not in kept]
    return {
        "given": [planned.lead_unit, *fresh],
        "rules": command.rule_set or None,
        "unit": planned.lead_unit,
        "assisting": list(planned.assisting),
        "verifying_unit": planned.verifying_unit,
        "kind": str(planned.kind),
        "urgency": str(planned.urgency),
        "from_unit": case.lead_unit,
    }


def _starts(case: Case, level: int, rules: Rules) -> tuple[ClockOp, ...]:
    term = rules.policy.finish_limit(case.kind, case.urgency)
    lead = case.lead_unit
    return (
        _start(ClockKind.SIGN, 0, lead, rules.policy.handling.sign),
        _start(ClockKind.FINISH, 0, lead, term, RUNGS[level] if level else None),
        *_replies(case, rules),
    )


def part_starts(case: Case, unit: str, slot: int, rules: Rules) -> tuple[ClockOp, ...]:
    """Give an assisting unit its full time for the part with this slot."""
    opinion = rules.policy.opinion_limit(case.kind, case.urgency)
    return (
        _start(ClockKind.SIGN, slot, unit, rules.policy.handling.sign),
        _start(ClockKind.OPINION, slot, unit, opinion),
    )


def _stops(case: Case, kept: tuple[Part, ...]) -> tuple[ClockOp, ...]:
    slots = {part.slot for part in kept}
    lasting = (*PART_CLOCKS, ClockKind.RULING)
    return tuple(op for op in stop_all(case) if op.kind not in lasting or op.slot not in slots)


def _resumed(case: Case, kept: tuple[Part, ...]) -> tuple[ClockOp, ...]:
    slots = {part.slot for part in kept} - held_slots(case)
    clocks = (clock for clock in case.unstopped(*PART_CLOCKS) if clock.slot in slots)
    return resumed(clocks, "kept")


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


def _settled_returns(
    case: Case, command: Dispatch, planned: Case, kept: tuple[Part, ...]
) -> Iterator[Request]:
    """A redispatch is the ruling that grants a pending return of a unit that has nothing left.

    Where the unit stays with a full time of its own, its return has lost its ground.
    """
    slots = {part.slot for part in kept}
    for request in case.pending(RequestKind.RETURN):
        if request.slot in slots:
            continue
        gone = request.applicant not in planned.units
        status = "granted" if gone or not request.slot else "lapsed"
        yield replace(request, status=status, decider=str(command.by), decided_at=command.at)


HANDLERS: Handlers = {Dispatch: dispatch}
