"""The tables, by what they hold: registry, cases, history, notices, what is alike.

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
from models.tables.portal import ApiKey, Open311Request
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
from models.tables.similar import DuplicateSetting, FingerprintRow, ShingleRow, SuggestionRow

__all__ = [
    "ApiKey",
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
    "DuplicateSetting",
    "Evidence",
    "FingerprintRow",
    "FiredRow",
    "Heartbeat",
    "HistoryRow",
    "IdentityReading",
    "IntakeRow",
    "KeyField",
    "MessageRow",
    "NoticeRow",
    "Open311Request",
    "PolicyRow",
    "Receiver",
    "Reporter",
    "Reprojection",
    "RequestRow",
    "RuleSet",
    "SealRow",
    "Setting",
    "ShingleRow",
    "SuggestionRow",
    "Unit",
]
