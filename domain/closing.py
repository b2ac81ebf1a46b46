"""From submission to closing: acceptance, public notice, leader's sign-off, office review."""

from dataclasses import replace

from domain.case import Case
from domain.change import Change, Handlers, texts
from domain.clocks import ClockOp, Op, Rules
from domain.codes import OFFICE_UNIT, ClockKind, RequestKind, Result, Role, State
from domain.commands import Accept, EndNotice, Resume, Review, SignOff
from domain.following import CLOSED, named, told
from domain.handling import only_lead
from domain.limits import deadline
from domain.lookback import lookback
from domain.notifying import notices, office_task
from domain.refusals import WrongActor, refuse
from domain.reworking import rework
from domain.settling import lapse, require
from domain.times import joined, resume_all, stop_all
from domain.wording import moment


def accept(case: Case, command: Accept, rules: Rules) -> Change:
    """Verify a submission; nobody verifies what they handled."""
    verifier = OFFICE_UNIT if command.by.role is Role.OFFICE else command.by.code
    if verifier != case.verifying_unit:
        raise WrongActor(case, command, f"验收单位 {case.verifying_unit}")
    if not command.accept:
        return _sent_back(case, command, rules)
    if case.result is Result.UNFOUNDED:
        require(
            case, command.opinion, "结论为“不属实”的，验收单位须自行核查并写明意见（--opinion）。"
        )
    return (
        _to_review(case, command, rules)
        if _waived(case, rules)
        else _to_notice(case, command, rules)
    )


def _waived(case: Case, rules: Rules) -> bool:
    return case.kind in rules.policy.closing.waive_notice and not case.listed


def _to_notice(case: Case, command: Accept, rules: Rules) -> Change:
    limit = rules.policy.closing.notice
    start = ClockOp(Op.START, ClockKind.NOTICE, 0, OFFICE_UNIT, limit, rule="accepted")
    return Change(
        state=State.IN_NOTICE,
        event="accepted",
        fields={"wake_at": deadline(command.at, limit, rules.calendar, rules.policy.hours).at},
        clocks=joined(stop_all(case, ClockKind.REVIEW), (start,)),
        notices=notices(rules, "public_notice", OFFICE_UNIT),
        texts=texts("opinion", command.opinion),
        withdraw="rungs",
    )


def _to_review(case: Case, command: Accept, rules: Rules) -> Change:
    return Change(
        state=State.IN_REVIEW,
        event="accepted",
        clocks=joined(stop_all(case, ClockKind.REVIEW), (_sign_off_starts(case, rules),)),
        notices=notices(rules, "sign_off", case.lead_unit),
        texts=texts("opinion", command.opinion),
        withdraw="rungs",
    )


def _sign_off_starts(case: Case, rules: Rules) -> ClockOp:
    limit = rules.policy.closing.sign
    return ClockOp(Op.START, ClockKind.SIGN_OFF, 0, case.lead_unit, limit, rule="in_review")


def end_notice(case: Case, command: EndNotice, rules: Rules) -> Change:
    """The public notice has run: the leader signs next."""
    if case.wake_at is not None and command.at < case.wake_at:
        raise refuse(case, f"公示至 {moment(case.wake_at)}，尚未期满。")
    return Change(
        state=State.IN_REVIEW,
        event="notice_ended",
        fields={"wake_at": None},
        clocks=joined(stop_all(case, ClockKind.NOTICE), (_sign_off_starts(case, rules),)),
        notices=notices(rules, "sign_off", case.lead_unit),
    )


def sign_off(case: Case, command: SignOff, rules: Rules) -> Change:
    """The responsible unit's leader signs; then the office reviews."""
    only_lead(case, command)
    if case.signed_off:
        raise refuse(case, "领导已签批，待办公室复核（close --step review）。")
    if not command.accept:
        return _sent_back(case, command, rules)
    limit = rules.policy.closing.review
    start = ClockOp(Op.START, ClockKind.OFFICE_REVIEW, 0, OFFICE_UNIT, limit, rule="signed_off")
    return Change(
        state=State.IN_REVIEW,
        event="signed_off",
        fields={"signed_off": True},
        clocks=joined(stop_all(case, ClockKind.SIGN_OFF), (start,)),
        notices=office_task(rules, "review"),
        texts=texts("opinion", command.opinion),
        withdraw="rungs",
    )


def review(case: Case, command: Review, rules: Rules) -> Change:
    """The office closes the case and what must be looked at again starts, or sends it back."""
    if not command.accept:
        return _sent_back(case, command, rules)
    if not case.signed_off:
        raise refuse(case, "主要负责人尚未签批，请先办理领导签批（close --step sign）。")
    if case.pending(RequestKind.OBJECTION):
        raise refuse(case, "有公示异议尚未裁定，请先裁定（rule）再销号。")
    looks = lookback(case, rules, command.followers)
    return Change(
        state=State.CLOSED,
        event="closed",
        fields={"closed_at": command.at, "wake_at": None if looks else command.at},
        clocks=joined(stop_all(case), looks),
        decided=lapse(case, RequestKind.PROPOSAL),
        notices=(
            *notices(rules, "closed", *case.units),
            *told(case, command.followers, CLOSED, rules),
        ),
        texts=texts("opinion", command.opinion),
        detail={"result": str(case.result), **named(command.followers)},
        withdraw="rungs",
    )


def resume(case: Case, _command: Resume, rules: Rules) -> Change:
    """Take a shelved case up again, its clocks with the time that was left."""
    return Change(
        state=State.RECTIFYING,
        event="resumed",
        fields={"wake_at": None},
        clocks=resume_all(case, "resumed"),
        notices=notices(rules, "resumed", case.lead_unit),
    )


def _sent_back(case: Case, command: Accept | SignOff | Review, rules: Rules) -> Change:
    require(case, command.opinion, "退回必须写明意见（--opinion）。")
    change = rework(case, "submission_rejected", rules)
    return replace(
        change,
        texts=texts("opinion", command.opinion),
        detail={"step": command.name},
    )


HANDLERS: Handlers = {
    Accept: accept,
    EndNotice: end_notice,
    SignOff: sign_off,
    Review: review,
    Resume: resume,
}
