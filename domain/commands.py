"""What people and the system can ask of a case, as imperative commands.

Every command carries the instant it takes effect and who gives it. Free text travels beside the
figures and is stored apart (``domain.change.Text``); history keeps only a hash of it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from domain.case import Actor, Case
from domain.codes import Environment, Kind, Mode, Result, Rung, Urgency


@dataclass(frozen=True, kw_only=True)
class Command:
    """Base of all: ``at`` is business time (aware), ``by`` is who acts."""

    name: ClassVar[str]
    zh: ClassVar[str]
    at: datetime
    by: Actor


@dataclass(frozen=True, kw_only=True)
class Dispatch(Command):
    """交办: give the case to a lead unit; on a case already dispatched, redispatch (改派).

    Empty fields keep what the case has. ``level`` 4 or 5 is direct entry on the ladder.
    """

    name = "dispatch"
    zh = "交办"
    unit: str
    assisting: tuple[str, ...] = ()
    verifying_unit: str = ""
    environment: Environment | None = None
    kind: Kind | None = None
    urgency: Urgency | None = None
    mode: Mode | None = None
    level: int = 0


@dataclass(frozen=True, kw_only=True)
class Reject(Command):
    """不予受理: outside the campaign's remit, with the reason."""

    name = "reject"
    zh = "不予受理"
    reason: str


@dataclass(frozen=True, kw_only=True)
class Merge(Command):
    """并案: follow another case about the same thing.

    ``into`` is that case as it is now, ``followers`` counts the cases that already follow this one.
    """

    name = "merge"
    zh = "并案"
    into: Case
    followers: int = 0


@dataclass(frozen=True, kw_only=True)
class Split(Command):
    """拆分: a merged case stands on its own again."""

    name = "split"
    zh = "拆分"


@dataclass(frozen=True, kw_only=True)
class Refer(Command):
    """移送: hand over to another organ, finally."""

    name = "refer"
    zh = "移送"
    to: str


@dataclass(frozen=True, kw_only=True)
class Sign(Command):
    """签收: the lead or an assisting unit takes the case."""

    name = "sign"
    zh = "签收"


@dataclass(frozen=True, kw_only=True)
class Contact(Command):
    """首次联系: the unit has spoken with the reporter."""

    name = "contact"
    zh = "首次联系"


@dataclass(frozen=True, kw_only=True)
class Interim(Command):
    """阶段答复: the lead's interim reply, or an assisting unit's opinion to the lead."""

    name = "interim"
    zh = "阶段答复"
    reply: str = ""


@dataclass(frozen=True, kw_only=True)
class Submit(Command):
    """提交办结: result, reply for the reporter, evidence as SHA-256 digests."""

    name = "submit"
    zh = "提交办结"
    result: Result
    reply: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Return(Command):
    """退单: not this unit's matter; says whose it is."""

    name = "return"
    zh = "退单"
    reason: str
    suggested: str


@dataclass(frozen=True, kw_only=True)
class AskExtension(Command):
    """申请延期, in working days, before expiry."""

    name = "extend"
    zh = "申请延期"
    days: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class AskShelving(Command):
    """申请挂账 until a date, before expiry."""

    name = "shelve"
    zh = "申请挂账"
    until: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class Object(Command):
    """公示异议: somebody objects to the closing during the public notice."""

    name = "object"
    zh = "提出异议"
    reason: str


@dataclass(frozen=True, kw_only=True)
class Exclude(Command):
    """剔单: keep the case out of scoring. By a unit it is a request, by the office it is done."""

    name = "exclude"
    zh = "剔单"
    reason: str


@dataclass(frozen=True, kw_only=True)
class Withdraw(Command):
    """撤回 one's own pending request."""

    name = "withdraw"
    zh = "撤回申请"
    request: int


@dataclass(frozen=True, kw_only=True)
class Rule(Command):
    """裁定 a pending request. ``unit`` is where a granted return goes, if not as suggested."""

    name = "rule"
    zh = "裁定"
    request: int
    grant: bool
    opinion: str = ""
    unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Resume(Command):
    """恢复办理 of a shelved case."""

    name = "resume"
    zh = "恢复办理"


@dataclass(frozen=True, kw_only=True)
class Accept(Command):
    """验收: the verifying unit accepts the submission or sends it back."""

    name = "accept"
    zh = "验收"
    accept: bool
    opinion: str = ""


@dataclass(frozen=True, kw_only=True)
class EndNotice(Command):
    """公示期满: the public notice has run its time."""

    name = "end_notice"
    zh = "公示期满"


@dataclass(frozen=True, kw_only=True)
class SignOff(Command):
    """领导签批: the responsible unit's leader signs, or sends it back."""

    name = "sign_off"
    zh = "领导签批"
    accept: bool
    opinion: str = ""


@dataclass(frozen=True, kw_only=True)
class Review(Command):
    """办公室复核: the office closes the case, or sends it back."""

    name = "review"
    zh = "办公室复核"
    accept: bool
    opinion: str = ""


@dataclass(frozen=True, kw_only=True)
class Callback(Command):
    """回访: what the reporter said after closing."""

    name = "callback"
    zh = "回访"
    reached: bool
    solved: bool = False
    satisfied: bool = False


@dataclass(frozen=True, kw_only=True)
class Archive(Command):
    """复查归档: nothing is left to look at."""

    name = "archive"
    zh = "复查归档"


@dataclass(frozen=True, kw_only=True)
class OrderRecheck(Command):
    """安排复查: look at a closed or archived case again."""

    name = "order_recheck"
    zh = "安排复查"
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Recheck(Command):
    """复查: the finding of the re-check that is due next."""

    name = "recheck"
    zh = "复查"
    passed: bool
    finding: str = ""


@dataclass(frozen=True, kw_only=True)
class Escalate(Command):
    """升级: enter the ladder at a rung by hand, signed by the office head."""

    name = "escalate"
    zh = "升级督办"
    rung: Rung
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Delist(Command):
    """摘牌: take the case off the supervised list."""

    name = "delist"
    zh = "解除挂牌"
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Remind(Command):
    """催办: a reminder by hand to whoever handles it."""

    name = "remind"
    zh = "催办"
    reason: str = ""
