"""What people and the system can ask of a case, as imperative commands.

Every command carries the instant it takes effect and who gives it. Free text travels beside the
figures and is stored apart (``domain.change.Text``); history keeps only a hash of it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from domain.case import Actor, Case, Follower
from domain.codes import Environment, Feedback, Kind, Mode, Result, Rung, Urgency


@dataclass(frozen=True, kw_only=True)
class Command:
    """Base of all: ``at`` is business time (aware), ``by`` is who acts."""

    name: ClassVar[str]
    zh: ClassVar[str]
    at: datetime
    by: Actor

    def __init_subclass__(cls, *, name: str, zh: str) -> None:
        """Take the command's code and what people call it."""
        super().__init_subclass__()
        cls.name, cls.zh = name, zh


@dataclass(frozen=True, kw_only=True)
class Dispatch(Command, name="dispatch", zh="交办"):
    """交办: give the case to a lead unit; on a case already dispatched, redispatch (改派).

    Empty fields keep what the case has. ``level`` 4 or 5 is direct entry on the ladder. ``subject``
    and ``party`` are corrected on the way where they are given, as ``Edit`` does. ``rule_set`` is
    the version of the dispatch rules that settled it, 0 where a person did.
    """

    unit: str
    assisting: tuple[str, ...] = ()
    verifying_unit: str = ""
    environment: Environment | None = None
    kind: Kind | None = None
    urgency: Urgency | None = None
    mode: Mode | None = None
    level: int = 0
    reason: str = ""
    subject: str | None = None
    party: str | None = None
    rule_set: int = 0


@dataclass(frozen=True, kw_only=True)
class Edit(Command, name="edit", zh="台账更正"):
    """台账更正 of what a case is called, whom it concerns, which environment; ``None`` keeps."""

    subject: str | None = None
    party: str | None = None
    environment: Environment | None = None


@dataclass(frozen=True, kw_only=True)
class Reject(Command, name="reject", zh="不予受理"):
    """不予受理: outside the campaign's remit, with the reason."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Merge(Command, name="merge", zh="并案"):
    """并案: follow another case about the same thing.

    ``into`` is that case as it is now, ``followers`` counts the cases that already follow this one.
    ``score`` is how alike they are, from 0 to 1, where that made the system merge them.
    """

    into: Case
    followers: int = 0
    score: float | None = None


@dataclass(frozen=True, kw_only=True)
class Split(Command, name="split", zh="拆分"):
    """拆分: a merged case stands on its own again."""


@dataclass(frozen=True, kw_only=True)
class Refer(Command, name="refer", zh="移送"):
    """移送: hand over to another organ, finally; ``about`` are the units whose persons it is about.

    What nobody of these units is told, shown or sent: that there is such a case.
    """

    to: str
    about: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RecordFeedback(Command, name="feedback", zh="登记移送反馈"):
    """登记移送反馈: what the organ said became of it, and on which day it said so."""

    result: Feedback
    on: date
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class Sign(Command, name="sign", zh="签收"):
    """签收: the lead or an assisting unit takes the case."""


@dataclass(frozen=True, kw_only=True)
class Contact(Command, name="contact", zh="首次联系"):
    """首次联系: the unit has spoken with the reporter."""


@dataclass(frozen=True, kw_only=True)
class Interim(Command, name="interim", zh="阶段答复"):
    """阶段答复: the lead's interim reply, or an assisting unit's opinion to the lead."""

    reply: str = ""


@dataclass(frozen=True, kw_only=True)
class Submit(Command, name="submit", zh="提交办结"):
    """提交办结: result, reply for the reporter, evidence as SHA-256 digests."""

    result: Result
    reply: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Return(Command, name="return", zh="退单"):
    """退单: not this unit's matter; says whose it is. By an assisting unit, its part alone."""

    reason: str
    suggested: str


@dataclass(frozen=True, kw_only=True)
class AskExtension(Command, name="extend", zh="申请延期"):
    """申请延期, in working days, before expiry."""

    days: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class AskShelving(Command, name="shelve", zh="申请挂账"):
    """申请挂账 until a date, before expiry."""

    until: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class Object(Command, name="object", zh="提出异议"):
    """公示异议: somebody objects to the closing during the public notice."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Exclude(Command, name="exclude", zh="剔单"):
    """剔单: keep the case out of scoring. By a unit it is a request, by the office it is done."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class Withdraw(Command, name="withdraw", zh="撤回申请"):
    """撤回 one's own pending request."""

    request: int


@dataclass(frozen=True, kw_only=True)
class Rule(Command, name="rule", zh="裁定"):
    """裁定 a pending request.

    ``unit`` is where a granted return goes, if not as suggested. A signed proposal may be amended:
    ``rung`` is the measure taken instead of the one proposed, ``wording`` the demand that its
    document makes instead of the usual one.
    """

    request: int
    grant: bool
    opinion: str = ""
    unit: str = ""
    rung: Rung | None = None
    wording: str = ""


@dataclass(frozen=True, kw_only=True)
class Resume(Command, name="resume", zh="恢复办理"):
    """恢复办理 of a shelved case."""


@dataclass(frozen=True, kw_only=True)
class Accept(Command, name="accept", zh="验收"):
    """验收: the verifying unit accepts the submission or sends it back."""

    accept: bool
    opinion: str = ""


@dataclass(frozen=True, kw_only=True)
class EndNotice(Command, name="end_notice", zh="公示期满"):
    """公示期满: the public notice has run its time."""


@dataclass(frozen=True, kw_only=True)
class SignOff(Command, name="sign_off", zh="领导签批"):
    """领导签批: the responsible unit's leader signs, or sends it back."""

    accept: bool
    opinion: str = ""


@dataclass(frozen=True, kw_only=True)
class Review(Command, name="review", zh="办公室复核"):
    """办公室复核: the office closes the case, and what follows it with it, or sends it back."""

    accept: bool
    opinion: str = ""
    followers: tuple[Follower, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Callback(Command, name="callback", zh="回访"):
    """回访: what the reporter said after closing; those of the ``followers`` are asked with it."""

    reached: bool
    solved: bool = False
    satisfied: bool = False
    followers: tuple[Follower, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Archive(Command, name="archive", zh="复查归档"):
    """复查归档: nothing is left to look at."""


@dataclass(frozen=True, kw_only=True)
class OrderRecheck(Command, name="order_recheck", zh="安排复查"):
    """安排复查: look at a closed or archived case again, ``drawn`` in the look-back or ordered."""

    reason: str = ""
    drawn: bool = False


@dataclass(frozen=True, kw_only=True)
class Recheck(Command, name="recheck", zh="复查"):
    """复查: the finding of the re-check of that ``slot``; of the one that is due next for 0."""

    passed: bool
    finding: str = ""
    slot: int = 0
    followers: tuple[Follower, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Escalate(Command, name="escalate", zh="升级督办"):
    """升级: enter the ladder at a rung by hand, signed by the office head."""

    rung: Rung
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Deescalate(Command, name="deescalate", zh="降级督办"):
    """降级: lower the level by hand, signed by the office head."""

    level: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Delist(Command, name="delist", zh="解除挂牌"):
    """摘牌: take the case off the supervised list."""

    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Remind(Command, name="remind", zh="催办"):
    """催办: a reminder by hand to whoever handles it."""

    reason: str = ""
