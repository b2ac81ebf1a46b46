"""The tables, by what they hold: registry, cases, history, notices.

The constraints stand in the migrations; a test holds that both describe the same database.
"""

from models.tables.cases import (
    CaseRow,
    ClockRow,
    CommandKey,
    Counter,
    Evidence,
    FiredRow,
    Heartbeat,
    IntakeRow,
    RequestRow,
)
from models.tables.history import CaseText, HistoryRow, IdentityReading, Reporter, SealRow
from models.tables.notices import DocumentRow, MessageRow, NoticeRow
from models.tables.registry import (
    CalendarDay,
    CalendarYear,
    Channel,
    Contact,
    KeyField,
    PolicyRow,
    Receiver,
    Reprojection,
    RuleSet,
    Setting,
    Unit,
)

__all__ = [
    "CalendarDay",
    "CalendarYear",
    "CaseRow",
    "CaseText",
    "Channel",
    "ClockRow",
    "CommandKey",
    "Contact",
    "Counter",
    "DocumentRow",
    "Evidence",
    "FiredRow",
    "Heartbeat",
    "HistoryRow",
    "IdentityReading",
    "IntakeRow",
    "KeyField",
    "MessageRow",
    "NoticeRow",
    "PolicyRow",
    "Receiver",
    "Reporter",
    "Reprojection",
    "RequestRow",
    "RuleSet",
    "SealRow",
    "Setting",
    "Unit",
]
