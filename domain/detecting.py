"""What a new case starts with: its first event and the clock of triage (受理)."""

from datetime import datetime

from domain.clocks import ClockOp, Op, Rules
from domain.codes import OFFICE_UNIT, ClockKind, Urgency

DETECTED = "detected"
"""The event of a case being opened, first in its history; also the rule of its triage clock."""


def opening(urgency: Urgency, _at: datetime, rules: Rules) -> tuple[ClockOp, ...]:
    """Give the operations at a case's opening: the office has the policy's time for triage.

    They are the same for every case of an urgency, so intake asks once a batch. The instant is that
    of intake, not that of the report.
    """
    limit = rules.policy.triage[urgency]
    return (ClockOp(Op.START, ClockKind.TRIAGE, 0, OFFICE_UNIT, limit, rule=DETECTED),)
