"""The sections of the policy that steer the work on a case; sources stand in the policy file."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Annotated

from domain.codes import HIGHEST_LEVEL, Kind, Rung
from domain.limits import Limit, WorkingHours
from domain.policy_reading import codes, flag, hour, limit_in, one_of, refuse, rising, table, whole

Workdays = Annotated[Limit, limit_in("wd")]
"""A limit in working days."""
Term = Annotated[Limit, limit_in("wd", "h", "d", "mo")]
"""A limit in any unit."""
Percent = Annotated[int, whole(1, 100)]
"""A share from 1 to 100."""
Count = Annotated[int, whole(1, 99)]
"""How many, at least one."""
Hour = Annotated[time, hour()]
"""An hour of the day, Shanghai time."""
Kinds = Annotated[tuple[str, ...], codes(Kind)]
"""Codes of ``domain.codes.Kind``."""
ROLES = ("contact", "deputy", "head", "office")
"""Who gets a notice: the addressed unit's contact, deputy head or head, or the campaign office."""
Roles = Annotated[tuple[str, ...], codes(ROLES)]
"""Codes among ``ROLES``."""


@dataclass(frozen=True)
class Hours(WorkingHours):
    """When a working day opens and closes, and at which hour a rung fires on its working day."""

    opens: Hour
    closes: Hour
    rung_hour: Hour

    def __post_init__(self) -> None:
        inside = self.opens <= self.rung_hour < self.closes
        refuse(
            (self.opens >= self.closes, "[hours].closes 应晚于 [hours].opens。"),
            (not inside, "[hours].rung_hour 应在上下班时间之内。"),
        )


@dataclass(frozen=True)
class Handling:
    """From dispatch to submission.

    ``opinion_share`` is an assisting unit's part of the finish limit, ``reopening_share`` that of a
    reopened case; ``rejection_minimum`` is what is left at least after a rejected submission;
    a wrong dispatch may be returned within ``return_within`` of dispatch, ``max_returns`` times,
    then the office rules within ``ruling``.
    """

    sign: Term
    contact: Term
    interim: Term
    ruling: Term
    return_within: Workdays
    max_returns: Count
    opinion_share: Percent
    rejection_minimum: Workdays
    reopening_share: Percent


@dataclass(frozen=True)
class Emergency:
    """``finish`` is the limit of an emergency, whatever its kind."""

    finish: Term


@dataclass(frozen=True)
class Inspection:
    """Cases of kind inspection: a report is due at ``report``, nothing runs beyond ``cap``."""

    report: Term
    cap: Term


@dataclass(frozen=True)
class Extension:
    """``cap`` is by kind the most that a first extension adds, never more than the term."""

    cap: Annotated[Mapping[str, Limit], table({str(kind): limit_in("wd") for kind in Kind})]


@dataclass(frozen=True)
class SupervisedList:
    """挂牌督办: limits for registering, publishing, removing; its longest term and extension."""

    register: Workdays
    publish: Workdays
    term: Term
    extension_ask: Workdays
    extension_decide: Workdays
    removal_publish: Workdays

    def __post_init__(self) -> None:
        refuse(
            (
                self.register.amount > self.publish.amount,
                "[supervised_list].publish 不应短于 register：先登记，后公布。",
            ),
            (
                self.extension_decide.amount > self.extension_ask.amount,
                "[supervised_list].extension_decide 不应长于 extension_ask：须在到期前作出决定。",
            ),
        )


@dataclass(frozen=True)
class DirectEntry:
    """The levels at which a difficult, meddled-with, resisted or notorious case may start."""

    levels: Annotated[tuple[int, ...], rising(1, HIGHEST_LEVEL)]


@dataclass(frozen=True)
class Triggers:
    """What else opens supervision: dissatisfied at callback, and again after re-handling."""

    dissatisfied: Annotated[bool, flag()]
    dissatisfied_again: Annotated[bool, flag()]


@dataclass(frozen=True)
class RungRule:
    """When a rung fires, in working days before or after the day the limit ends, and whom it tells.

    ``template`` is the document of a rung, ``min_term`` the shortest term it exists for. Level and
    whether it fires by itself belong to the rung (``domain.codes``).
    """

    code: Rung
    template: Annotated[str, one_of(Rung)]
    recipients: Roles
    before: Annotated[Limit | None, limit_in("wd")] = None
    after: Annotated[Limit | None, limit_in("wd")] = None
    min_term: Annotated[Limit | None, limit_in("wd")] = None

    def __post_init__(self) -> None:
        both_or_none = (self.before is None) == (self.after is None)
        refuse((both_or_none, f"[rungs.{self.code}] 应在 before 和 after 中恰好写一个。"))

    @property
    def offset(self) -> int:
        """Working days from the day the limit ends, negative before it."""
        if self.before is not None:
            return -self.before.amount
        return self.after.amount if self.after is not None else 0


@dataclass(frozen=True)
class Closing:
    """From submission to closing: verifier's review, public notice, leader, office.

    Kinds in ``waive_notice`` skip the public notice.
    """

    accept: Term
    notice: Term
    sign: Term
    review: Term
    waive_notice: Kinds


@dataclass(frozen=True)
class Callback:
    """回访: due after closing, ``attempts`` over ``over_days`` working days, then the result."""

    due: Term
    attempts: Count
    over_days: Count
    result: Term

    def __post_init__(self) -> None:
        refuse((self.over_days > self.attempts, "[callback].over_days 不应多于 attempts。"))


@dataclass(frozen=True)
class Recheck:
    """“回头看”: days after closing, by whom it is owed, and how many of the others are sampled.

    Cases of ``kinds``, and listed or relapsed ones when that is set, are looked at on each of
    ``days``; ``sample_percent`` of the rest on ``sample_days``. A triggered re-inspection is due
    within ``triggered``.
    """

    days: Annotated[tuple[int, ...], rising(1, 999)]
    kinds: Kinds
    listed_or_relapsed: Annotated[bool, flag()]
    sample_percent: Annotated[int, whole(0, 100)]
    sample_days: Annotated[tuple[int, ...], rising(1, 999)]
    triggered: Term


@dataclass(frozen=True)
class Referral:
    """移送: within ``feedback`` of a referral the organ is to say what became of it."""

    feedback: Term


REFERRAL = Referral(feedback=Limit(30, "d"))
"""What policies written before this section say (design)."""
