"""Ends before handling begins or apart from it: not accepted, merged, split. See also referring."""

from dataclasses import replace

from domain.case import Case, Request
from domain.change import Change, Figure, Handlers, Notice, texts
from domain.clocks import ClockOp, Rules
from domain.codes import DONE, FINAL, ClockKind, RequestKind, State
from domain.commands import Merge, Reject, Split
from domain.following import CLOSED, answer
from domain.notifying import notices
from domain.refusals import refuse
from domain.times import joined, pause_all, resume_all, stop_all

GROUNDLESS = (RequestKind.EXTENSION, RequestKind.SHELVING, RequestKind.PROPOSAL)
"""Requests that lose their ground when the unit no longer has the case in hand."""


def lapse(case: Case, *kinds: RequestKind) -> tuple[Request, ...]:
    """Close the pending requests of these kinds, or all: what they were about went away."""
    return tuple(replace(request, status="lapsed") for request in case.pending(*kinds))


def reject(case: Case, command: Reject, _rules: Rules) -> Change:
    """Do not accept the case; a reason is compulsory."""
    require(case, command.reason, "不予受理必须写明理由（--reason）。")
    return Change(
        state=State.REJECTED,
        event="rejected",
        clocks=stop_all(case),
        decided=lapse(case),
        texts=texts("reason", command.reason),
        withdraw="all",
    )


def merge(case: Case, command: Merge, rules: Rules) -> Change:
    """Follow a lead case, which is never itself merged; time used is kept for a later split."""
    lead = command.into
    if lead.no == case.no:
        raise refuse(case, "不能并入自身，请另选主案（--into）。")
    if lead.state in FINAL or lead.state is State.MERGED:
        raise refuse(case, f"不能并入 {lead.no}：该案为“{lead.state.zh}”，请选在办或已销号的主案。")
    if command.followers:
        raise refuse(case, f"已有 {command.followers} 件案件并入，主案不能再并入他案；请先拆分。")
    likely: dict[str, Figure] = {}
    if command.score is not None:
        likely["percent"] = round(command.score * 100)
    return Change(
        state=State.MERGED,
        event="merged",
        fields={"former": case.state, "lead_case": lead.no, "wake_at": None},
        clocks=_standing_still(case),
        decided=lapse(case),
        notices=(*notices(rules, "merged", *case.units, into=lead.no), *_late(case, lead, rules)),
        detail={"into": lead.no, **likely},
        withdraw="all",
    )


def _late(case: Case, lead: Case, rules: Rules) -> tuple[Notice, ...]:
    """The office answers the reporter at once where the lead has closed already."""
    late = lead.state in DONE and case.reachable
    return answer([case.no] if late else [], CLOSED, rules)


def _standing_still(case: Case) -> tuple[ClockOp, ...]:
    """Pause everything; a return that waited for a ruling has lost its ground."""
    pauses = (op for op in pause_all(case) if op.kind is not ClockKind.RULING)
    return joined(stop_all(case, ClockKind.RULING), pauses)


def split(case: Case, _command: Split, rules: Rules) -> Change:
    """Stand alone again, in the former state, with the time used kept."""
    former = case.former or State.DETECTED
    return Change(
        state=former,
        event="split",
        fields={"former": None, "lead_case": ""},
        clocks=resume_all(case, "split"),
        notices=notices(rules, "assigned", *case.units),
        detail={"lead": case.lead_case},
    )


def require(case: Case, text: str, sentence: str) -> None:
    """Refuse when a compulsory text is empty."""
    if not text.strip():
        raise refuse(case, sentence)


HANDLERS: Handlers = {Reject: reject, Merge: merge, Split: split}
