"""The vocabulary of a case: every coded value, with the Chinese term that users see.

A member's value is what is stored and scripted; ``.zh`` is what people read. The terms are those of
docs/glossary.md.
"""

from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """A coded value that also carries its Chinese term in ``zh``."""

    zh: str

    def __new__(cls, value: str, zh: str = "") -> Self:
        """Make the member from its code and its Chinese term."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh = zh
        return member


class State(Term):
    """Where a case stands (design: one table of states)."""

    DETECTED = "detected", "待受理"
    ASSIGNED = "assigned", "已交办"
    RECTIFYING = "rectifying", "整改中"
    RETURNED = "returned", "退回待裁"
    SHELVED = "shelved", "挂账"
    SUBMITTED = "submitted", "待验收"
    IN_NOTICE = "in_notice", "公示中"
    IN_REVIEW = "in_review", "待签批"
    CLOSED = "closed", "已销号"
    VERIFIED = "verified", "复查归档"
    MERGED = "merged", "已并案"
    REJECTED = "rejected", "不予受理"
    REFERRED = "referred", "已移送"


class Kind(Term):
    """The class of a case, which sets its budget of time."""

    SIMPLE = "simple", "简单事项"
    ORDINARY = "ordinary", "一般事项"
    HARM = "harm", "损害营商环境"
    MULTI = "multi", "多部门事项"
    INSPECTION = "inspection", "巡察事项"


class Urgency(Term):
    """How fast a case must be taken on."""

    NORMAL = "normal", "一般"
    URGENT = "urgent", "紧急"
    EMERGENCY = "emergency", "特急"


class Environment(Term):
    """The six environments of the campaign: the taxonomy of problems."""

    POLICY = "policy", "政策环境"
    SERVICE = "service", "服务环境"
    FACTOR = "factor", "要素环境"
    MARKET = "market", "市场环境"
    LAW = "law", "法治环境"
    CULTURE = "culture", "人文环境"


class Mode(Term):
    """How a problem is rectified: warn and correct, discipline, or improve."""

    RECTIFY = "rectify", "整改"
    DISCIPLINE = "discipline", "整治"
    IMPROVE = "improve", "提升"


class Result(Term):
    """What a submission says became of the problem."""

    SOLVED = "solved", "已解决"
    PARTLY = "partly", "部分解决"
    EXPLAINED = "explained", "解释说明"
    UNFOUNDED = "unfounded", "不属实"
    WITHDRAWN = "withdrawn", "诉求撤回"
    NOT_YET = "not_yet", "暂不具备条件"


class Rung(Term):
    """A step of the escalation ladder, lowest first."""

    BLUE = "blue", "蓝色提示"
    YELLOW = "yellow", "黄牌"
    RED = "red", "红牌"
    CRITICISM = "criticism", "通报批评"
    RAISE = "raise", "提级办理、约谈"
    LIST = "list", "挂牌督办"


class ClockKind(Term):
    """What a clock measures."""

    TRIAGE = "triage", "受理"
    SIGN = "sign", "签收"
    CONTACT = "contact", "首次联系"
    INTERIM = "interim", "阶段答复"
    FINISH = "finish", "办结"
    OPINION = "opinion", "协办意见"
    RULING = "ruling", "退单裁定"
    REVIEW = "review", "验收"
    NOTICE = "notice", "公示"
    SIGN_OFF = "sign_off", "领导签批"
    OFFICE_REVIEW = "office_review", "办公室复核"
    CALLBACK = "callback", "回访"
    RECHECK = "recheck", "回头看"


class RequestKind(Term):
    """What somebody asks for and somebody else decides."""

    EXTENSION = "extension", "延期"
    SHELVING = "shelving", "挂账"
    RETURN = "return", "退单"
    OBJECTION = "objection", "公示异议"
    EXCLUSION = "exclusion", "剔单"
    PROPOSAL = "proposal", "升级建议"


class Feedback(Term):
    """What the organ says became of a case that was referred to it."""

    FILED = "filed", "立案"
    NOT_FILED = "not_filed", "不予立案"
    PASSED_ON = "passed_on", "转办"
    HANDLED = "handled", "已处理"


class Role(Term):
    """Who acts. What each may do is in the transition table."""

    OFFICE = "office", "指挥部办公室"
    UNIT = "unit", "责任单位"
    VERIFIER = "verifier", "验收单位"
    LEADER = "leader", "单位主要负责人"
    INSPECTOR = "inspector", "复查人员"
    OBJECTOR = "objector", "异议人"
    SYSTEM = "system", "系统"


RUNGS: tuple[Rung, ...] = tuple(Rung)
RUNG_LEVEL: dict[Rung, int] = {rung: level for level, rung in enumerate(RUNGS)}
AUTOMATIC_RUNGS = frozenset({Rung.BLUE, Rung.YELLOW, Rung.RED})
MEASURES = tuple(rung for rung in RUNGS if rung not in AUTOMATIC_RUNGS)
"""The rungs that leaders decide: each is proposed with a draft, and the office head signs."""
CARD_LEVEL = max(RUNG_LEVEL[rung] for rung in AUTOMATIC_RUNGS)
"""The highest level that cards give by themselves; above it a leader decided."""
HIGHEST_LEVEL = 5

FINAL = frozenset({State.REJECTED, State.REFERRED})
"""States that nothing leaves."""
HANDLING = frozenset({State.ASSIGNED, State.RECTIFYING})
"""The responsible unit has the case in hand."""
CLOSING = frozenset({State.SUBMITTED, State.IN_NOTICE, State.IN_REVIEW})
"""The unit has submitted; others verify."""
DONE = frozenset({State.CLOSED, State.VERIFIED})
"""The problem counts as solved; it may still come back."""
OPEN = frozenset(State) - FINAL - DONE - {State.MERGED}
"""Somebody still owes something before the case can close."""
OFFICE_UNIT = "office"
"""The registry code of the campaign office, holder of the office's own clocks."""
