"""The tables, by what they hold: registry, cases, history, notices, what is alike.

The constraints stand in the migrations; a test holds that both describe the same database.
"""

from models.tables.accounts import Account, LinkGeneration, PortalSession, SignInBucket
from models.tables.activities import ActivityCase, ActivityRow, MonitoringPoint
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
from models.tables.channels import Channel, ChannelChange
from models.tables.confidentiality import Disclosure, Erasure, RetentionHold, RetiredKey
from models.tables.feeds import FeedRejected, FeedRow
from models.tables.history import CaseText, HistoryRow, IdentityReading, Reporter, SealRow
from models.tables.inspections import (
    InspectionOrderRow,
    InspectionRow,
    InspectorRow,
    RuleProposal,
)
from models.tables.intake import IntakeFile, IntakeVersion, ReporterVersion
from models.tables.notices import DocumentRow, MessageRow, NoticeRow
from models.tables.portal import ApiKey, Open311Request
from models.tables.projects import ProjectEvent, ProjectRenewal, ProjectRow
from models.tables.referrals import Confidant, ConfidentialReading
from models.tables.registry import (
    CalendarDay,
    CalendarYear,
    Contact,
    KeyField,
    PolicyRow,
    Receiver,
    Reprojection,
    RuleSet,
    Setting,
    Unit,
)
from models.tables.similar import (
    DuplicateSetting,
    FingerprintRow,
    ShingleRow,
    SuggestionRow,
    UncomparedRow,
)
from models.tables.surveys import Survey, SurveyAnswer, SurveyClue

__all__ = [
    "Account",
    "ActivityCase",
    "ActivityRow",
    "ApiKey",
    "CalendarDay",
    "CalendarYear",
    "CaseRow",
    "CaseText",
    "Channel",
    "ChannelChange",
    "ClockRow",
    "CommandKey",
    "Confidant",
    "ConfidentialReading",
    "Contact",
    "Counter",
    "Disclosure",
    "DocumentRow",
    "DuplicateSetting",
    "Erasure",
    "Evidence",
    "FeedRejected",
    "FeedRow",
    "FingerprintRow",
    "FiredRow",
    "Heartbeat",
    "HistoryRow",
    "IdentityReading",
    "InspectionOrderRow",
    "InspectionRow",
    "InspectorRow",
    "IntakeFile",
    "IntakeRow",
    "IntakeVersion",
    "KeyField",
    "LinkGeneration",
    "MessageRow",
    "MonitoringPoint",
    "NoticeRow",
    "Open311Request",
    "PolicyRow",
    "PortalSession",
    "ProjectEvent",
    "ProjectRenewal",
    "ProjectRow",
    "Receiver",
    "Reporter",
    "ReporterVersion",
    "Reprojection",
    "RequestRow",
    "RetentionHold",
    "RetiredKey",
    "RuleProposal",
    "RuleSet",
    "SealRow",
    "Setting",
    "ShingleRow",
    "SignInBucket",
    "SuggestionRow",
    "Survey",
    "SurveyAnswer",
    "SurveyClue",
    "UncomparedRow",
    "Unit",
]
