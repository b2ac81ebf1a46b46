"""Leaders' decisions on the ladder, by hand or by signing a proposal, and reminders by hand."""

from dataclasses import replace
from datetime import datetime

from domain.case import Case, Request
from domain.change import Change, Figure, Handlers, Notice, texts
from domain.clocks import ClockOp, Op, Rules
from domain.codes import OFFICE_UNIT, RUNG_LEVEL, RUNGS, ClockKind, RequestKind, Rung, State
from domain.commands import Deescalate, Delist, Escalate, Remind
from domain.limits import Limit, deadline
from domain.notifying import notices, target
from domain.refusals import refuse
from domain.settling import require


def escalate(case: Case, command: Escalate, rules: Rules) -> Change:
    """Enter the ladder at a rung by hand; lower rungs are disarmed."""
    require(case, command.reason, "升级督办必须写明理由（--reason）。")
    if RUNG_LEVEL[command.rung] <= case.level and not _unlisted(case, command.rung):
        raise refuse(case, f"督办级别已是 {case.level} 级，“{command.rung.zh}”不高于它。")
    change = enter_rung(case, command.rung, command.at, rules)
    return replace(change, texts=texts("reason", command.reason))


def _unlisted(case: Case, rung: Rung) -> bool:
    return rung is Rung.LIST and not case.listed


def enter_rung(case: Case, rung: Rung, at: datetime, rules: Rules) -> Change:
    """Raise the case to a rung at ``at``: document, level, and lower rungs disarmed."""
    return Change(
        state=case.state,
        event="escalated",
        fields={
            "level": max(case.level, RUNG_LEVEL[rung]),
            "listed": case.listed or rung is Rung.LIST,
        },
        clocks=_disarm(case, rung),
        decided=_overtaken(case, rung),
        notices=rung_notices(case, rung, at, rules),
        detail={"rung": str(rung), "level": max(case.level, RUNG_LEVEL[rung])},
    )


def rung_notices(case: Case, rung: Rung, at: datetime, rules: Rules) -> tuple[Notice, ...]:
    """Owe the rung's document to the roles its rule names; the list is also announced."""
    rule = rules.policy.rungs[rung]
    args: dict[str, Figure] = {"rung": str(rung)}
    told = args | _terms(at, rules) if rung is Rung.LIST else args
    targets = dict.fromkeys(target(case.lead_unit, role) for role in rule.recipients)
    document = (Notice(rule.template, unit, role, told) for unit, role in targets if unit)
    if rung is not Rung.LIST:
        return tuple(document)
    by = _end(at, rules.policy.supervised_list.publish, rules)
    announced = notices(rules, "list_announced", OFFICE_UNIT, **args, publish_by=by)
    return (*document, *announced)


def _terms(at: datetime, rules: Rules) -> dict[str, Figure]:
    """What a listing says of its term and how to ask for more (policy: supervised list)."""
    listing = rules.policy.supervised_list
    return {
        "term": listing.term.zh,
        "ends": _end(at, listing.term, rules),
        "ask": listing.extension_ask.zh,
        "decide": listing.extension_decide.zh,
    }


def _end(at: datetime, limit: Limit, rules: Rules) -> int:
    """Epoch seconds at which a limit from ``at`` ends."""
    return int(deadline(at, limit, rules.calendar, rules.policy.hours).at.timestamp())


def _disarm(case: Case, rung: Rung) -> tuple[ClockOp, ...]:
    clock = case.clock(ClockKind.FINISH)
    if clock is None or clock.stopped_at is not None:
        return ()
    return (ClockOp(Op.FIRE, ClockKind.FINISH, rung=rung),)


def _overtaken(case: Case, rung: Rung) -> tuple[Request, ...]:
    """Pending proposals for this rung or a lower one are overtaken by the decision."""
    return tuple(
        replace(request, status="superseded")
        for request in case.pending(RequestKind.PROPOSAL)
        if request.rung is not None and RUNGS.index(request.rung) <= RUNGS.index(rung)
    )


def delist(case: Case, command: Delist, rules: Rules) -> Change:
    """Take it off the supervised list; the level stays, for time and delisting never lower it."""
    if not case.listed:
        raise refuse(case, "未挂牌督办，不需要解除。")
    by = _end(command.at, rules.policy.supervised_list.removal_publish, rules)
    announced = notices(rules, "delisted_announced", OFFICE_UNIT, publish_by=by)
    return Change(
        state=case.state,
        event="delisted",
        fields={"listed": False},
        notices=(*notices(rules, "delisted", *case.units), *announced),
        texts=texts("reason", command.reason),
    )


def deescalate(case: Case, command: Deescalate, rules: Rules) -> Change:
    """Lower the level by hand; rungs that fired stay fired, and a listed case is delisted first."""
    require(case, command.reason, "降级督办必须写明理由（--reason）。")
    if case.listed:
        raise refuse(case, "已挂牌督办，请先解除挂牌（delist），再降级。")
    if not 0 <= command.level < case.level:
        raise refuse(case, f"督办级别现为 {case.level} 级，只能降到比它低的级别（0 级为最低）。")
    return Change(
        state=case.state,
        event="deescalated",
        fields={"level": command.level},
        notices=notices(rules, "deescalated", *case.units, before=case.level, level=command.level),
        texts=texts("reason", command.reason),
        detail={"before": case.level, "level": command.level},
    )


def remind(case: Case, command: Remind, rules: Rules) -> Change:
    """Remind whoever has the case in hand."""
    holder = _holder(case)
    return Change(
        state=case.state,
        event="reminded",
        notices=notices(rules, "reminder", holder),
        texts=texts("reason", command.reason),
        detail={"unit": holder},
    )


def _holder(case: Case) -> str:
    """Who has it in hand: the verifier, after the leader's signature the office, else the lead."""
    if case.state is State.SUBMITTED:
        return case.verifying_unit
    return OFFICE_UNIT if case.signed_off else case.lead_unit


HANDLERS: Handlers = {
    Escalate: escalate,
    Deescalate: deescalate,
    Delist: delist,
    Remind: remind,
}
