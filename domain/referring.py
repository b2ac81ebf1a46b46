"""移送: allegations about persons go to another organ, never to those they are about."""

from domain.calendar import local_date
from domain.case import Case
from domain.change import Change, Handlers, texts
from domain.clocks import Rules
from domain.codes import OFFICE_UNIT, State
from domain.commands import RecordFeedback, Refer
from domain.limits import deadline
from domain.notifying import notices
from domain.refusals import refuse
from domain.settling import lapse, require
from domain.times import stop_all

WITHHELD = "（涉及执纪，不列）"
"""What stands in place of the words of a case that is for named office persons alone."""


def unless_withheld(words: str, state: str) -> str:
    """Give the words of a case in this state (its code), or that they are withheld.

    Once a case is referred they are for named office persons alone (design: states).
    """
    return WITHHELD if words and State(state) is State.REFERRED else words


def refer(case: Case, command: Refer, rules: Rules) -> Change:
    """Hand over to the organ named, which is neither accused nor a unit of the case.

    The organ is asked for feedback within the limit of the policy.
    """
    require(case, command.to, "移送必须写明移送机关（--to）。")
    _check_organ(case, command)
    limit = rules.policy.referral.feedback
    due = deadline(command.at, limit, rules.calendar, rules.policy.hours).at
    return Change(
        state=State.REFERRED,
        event="referred",
        fields={"accused": command.about, "feedback_due_at": due},
        clocks=stop_all(case),
        decided=lapse(case),
        notices=notices(rules, "referred", command.to),
        detail={
            "organ": command.to,
            "about": list(command.about),
            "feedback_due": int(due.timestamp()),
        },
        withdraw="all",
    )


def _check_organ(case: Case, command: Refer) -> None:
    to = command.to
    if to in command.about:
        raise refuse(case, f"不能移送给被反映单位 {to} 自身，请另选移送机关（--to）。")
    if to in case.units:
        raise refuse(case, f"不能移送给办理单位 {to} 自身，请另选移送机关（--to）。")
    if case.verifying_unit == to != OFFICE_UNIT:
        raise refuse(case, f"{to} 是本案验收单位，不能移送给它，请另选移送机关（--to）。")
    if to == OFFICE_UNIT:
        raise refuse(case, "不能移送给指挥部办公室自身，请另选移送机关（--to）。")


def feedback(case: Case, command: RecordFeedback, _rules: Rules) -> Change:
    """Record what the organ said; each saying stands in history, the last one in the case."""
    first, today = local_date(case.detected_at), local_date(command.at)
    if not first <= command.on <= today:
        raise refuse(case, f"反馈日期 {command.on} 须在登记日 {first} 至今日 {today} 之间。")
    return Change(
        state=case.state,
        event="referral_feedback",
        fields={"feedback": command.result},
        texts=texts("feedback", command.text),
        detail={"feedback": str(command.result), "on": command.on.isoformat()},
    )


HANDLERS: Handlers = {Refer: refer, RecordFeedback: feedback}
