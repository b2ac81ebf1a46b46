"""What the responsible unit does: sign, contact, interim reply, submit. See also returning."""

from domain.case import Case
from domain.change import Change, Handlers, texts
from domain.clocks import ClockOp, Op, Rules
from domain.codes import ClockKind, RequestKind, Result, State
from domain.commands import Command, Contact, Interim, Sign, Submit
from domain.notifying import notices
from domain.refusals import WrongActor, refuse
from domain.settling import GROUNDLESS, lapse, require
from domain.times import UNIT_CLOCKS, held_slots, joined, stop_all


def slot_of(case: Case, command: Command) -> int:
    """Give 0 for the lead unit, an assisting unit's slot from 1; refuse anybody else."""
    if command.by.code not in case.units:
        whose = f"主办单位 {case.lead_unit}" + (
            f"或协办单位 {'、'.join(case.assisting)}" if case.assisting else ""
        )
        raise WrongActor(case, command, whose)
    return case.slot_of(command.by.code)


def only_lead(case: Case, command: Command) -> None:
    """Refuse anybody but the lead unit."""
    if not case.lead_unit or command.by.code != case.lead_unit:
        raise WrongActor(case, command, f"主办单位 {case.lead_unit or '（尚未交办）'}")


def sign(case: Case, command: Sign, _rules: Rules) -> Change:
    """Take the case; the lead's signature moves it to rectifying, an assisting unit's does not."""
    slot = _slot_in_hand(case, command)
    if slot == 0 and case.state is State.RECTIFYING:
        raise refuse(case, f"已由 {case.lead_unit} 签收，不必重复签收。")
    clock = case.clock(ClockKind.SIGN, slot)
    if slot and (clock is None or clock.stopped_at is not None):
        raise refuse(case, f"已由 {command.by.code} 签收，不必重复签收。")
    return Change(
        state=case.state if slot else State.RECTIFYING,
        event="signed",
        clocks=_stop(case, ClockKind.SIGN, slot),
        detail={"unit": command.by.code},
    )


def contact(case: Case, command: Contact, _rules: Rules) -> Change:
    """Record that the unit spoke with the reporter; the first time counts for the clock."""
    only_lead(case, command)
    if not case.reachable:
        raise refuse(case, "没有可联系的反映人，不需要登记首次联系。")
    return Change(
        state=case.state,
        event="contacted",
        clocks=_stop(case, ClockKind.CONTACT, 0),
        detail={"unit": command.by.code},
    )


def interim(case: Case, command: Interim, _rules: Rules) -> Change:
    """Record the lead's interim reply, or an assisting unit's opinion to the lead."""
    slot = _slot_in_hand(case, command)
    if slot == 0 and case.state is State.ASSIGNED:
        raise refuse(case, "尚未签收，请先签收（sign）再作阶段答复。")
    kind = ClockKind.OPINION if slot else ClockKind.INTERIM
    return Change(
        state=case.state,
        event="opined" if slot else "replied",
        clocks=_stop(case, kind, slot),
        texts=texts("reply", command.reply),
        detail={"unit": command.by.code},
    )


def submit(case: Case, command: Submit, rules: Rules) -> Change:
    """Submit for verification: the unit's clocks stop and the verifying unit's starts."""
    only_lead(case, command)
    require(case, command.reply, "提交办结必须附答复意见（--reply）。")
    if command.result is Result.NOT_YET:
        raise refuse(case, "暂不具备条件的，请申请挂账（shelve --until --reason），不能提交办结。")
    limit = rules.policy.closing.accept
    start = ClockOp(Op.START, ClockKind.REVIEW, 0, case.verifying_unit, limit, rule="submitted")
    return Change(
        state=State.SUBMITTED,
        event="submitted",
        fields={"result": command.result},
        clocks=joined(stop_all(case, *UNIT_CLOCKS, ClockKind.RULING), (start,)),
        decided=lapse(case, *GROUNDLESS, RequestKind.RETURN),
        notices=notices(rules, "submitted", case.verifying_unit),
        texts=texts("reply", command.reply),
        detail={"result": str(command.result), "evidence": list(command.evidence)},
        withdraw="rungs",
    )


def _slot_in_hand(case: Case, command: Command) -> int:
    """Give the unit's slot; refuse an assisting unit whose return waits for a ruling."""
    slot = slot_of(case, command)
    if slot in held_slots(case):
        raise refuse(case, f"{command.by.code} 已提出退单，请等办公室裁定。")
    return slot


def _stop(case: Case, kind: ClockKind, slot: int) -> tuple[ClockOp, ...]:
    clock = case.clock(kind, slot)
    stoppable = clock is not None and clock.stopped_at is None
    return (ClockOp(Op.STOP, kind, slot),) if stoppable else ()


HANDLERS: Handlers = {
    Sign: sign,
    Contact: contact,
    Interim: interim,
    Submit: submit,
}
