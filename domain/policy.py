"""The policy: every figure that the rules work with, as versioned data.

A case keeps the policy version it was dispatched under. Limits are in their own units, shares in
percent, hours in Shanghai time; keys are the codes of ``domain.codes``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from itertools import pairwise
from typing import Annotated, Any

from domain.codes import RUNGS, Kind, Rung, Urgency
from domain.limits import Limit
from domain.policy_channels import ChannelTerms, by_channel, early_rungs, late_triage
from domain.policy_duties import DUTIES, Duties
from domain.policy_inspections import REINSPECTION, Reinspection
from domain.policy_portal import PORTAL, Portal
from domain.policy_reading import (
    PolicyInvalid,
    codes,
    collect,
    limit_in,
    readers_of,
    section,
    table,
    text,
    whole,
)
from domain.policy_sections import (
    REFERRAL,
    ROLES,
    Callback,
    Closing,
    DirectEntry,
    Emergency,
    Extension,
    Handling,
    Hours,
    Inspection,
    Recheck,
    Referral,
    RungRule,
    SupervisedList,
    Triggers,
)
from domain.policy_sources import PROJECTS, SURVEYS, Projects, Surveys
from domain.policy_standing import Floor, Grades, Rhythm, Score, Yardstick
from domain.retaining import DEFAULT, Retention

__all__ = [
    "LATER_TEMPLATES",
    "NOTICE_TEMPLATES",
    "Policy",
    "PolicyInvalid",
    "RungRule",
    "read_policy",
]

NOTICE_TEMPLATES = (
    "assigned",
    "returned",
    "ruling_confirmed",
    "reminder",
    "rejected_submission",
    "submitted",
    "public_notice",
    "sign_off",
    "closed",
    "reopened",
    "recheck",
    "recheck_failed",
    "extension_granted",
    "extension_refused",
    "shelved",
    "shelving_refused",
    "resumed",
    "merged",
    "referred",
    "delisted",
    "task",
    "warning",
    "suggestion",
    "list_announced",
    "delisted_announced",
    "deescalated",
    "reprojected",
    "followed",
    "answer",
    "part_changed",
)
"""Notices that are not rungs; the policy says who gets each."""
LATER_TEMPLATES = NOTICE_TEMPLATES[NOTICE_TEMPLATES.index("warning") :]
"""Those that policies written before them do not name: the contact gets them then."""

_LIMIT = limit_in("wd", "h", "d", "mo")
_BY_KIND = table({str(kind): _LIMIT for kind in Kind})
_BY_URGENCY = table({str(urgency): _LIMIT for urgency in Urgency})
_LADDER = table({str(rung): section(RungRule, code=rung) for rung in RUNGS})
_RECIPIENTS = table(
    {name: replace(codes(ROLES), optional=name in LATER_TEMPLATES) for name in NOTICE_TEMPLATES}
)


@dataclass(frozen=True)
class Policy:
    """One version of the policy; each field is a section of the file.

    ``triage`` is by urgency, ``finish`` by kind; ``rungs`` are in ladder order; ``recipients`` are
    roles by notice template. ``channels`` are the terms that channels have of their own, by code.
    """

    version: Annotated[int, whole(1, 2**31 - 1)]
    name: Annotated[str, text()]
    hours: Annotated[Hours, section(Hours)]
    triage: Annotated[Mapping[str, Limit], _BY_URGENCY]
    handling: Annotated[Handling, section(Handling)]
    finish: Annotated[Mapping[str, Limit], _BY_KIND]
    emergency: Annotated[Emergency, section(Emergency)]
    inspection: Annotated[Inspection, section(Inspection)]
    extension: Annotated[Extension, section(Extension)]
    supervised_list: Annotated[SupervisedList, section(SupervisedList)]
    direct_entry: Annotated[DirectEntry, section(DirectEntry)]
    triggers: Annotated[Triggers, section(Triggers)]
    rungs: Annotated[Mapping[str, RungRule], _LADDER]
    closing: Annotated[Closing, section(Closing)]
    callback: Annotated[Callback, section(Callback)]
    recheck: Annotated[Recheck, section(Recheck)]
    recipients: Annotated[Mapping[str, tuple[str, ...]], _RECIPIENTS]
    score: Annotated[Score, section(Score)]
    grades: Annotated[Grades, section(Grades)]
    floor: Annotated[Floor, section(Floor)]
    rhythm: Annotated[Rhythm, section(Rhythm)]
    yardstick: Annotated[Yardstick, section(Yardstick)]
    channels: Annotated[Mapping[str, ChannelTerms], by_channel()] = field(default_factory=dict)
    retention: Annotated[Retention, section(Retention)] = DEFAULT
    projects: Annotated[Projects, section(Projects)] = PROJECTS
    duties: Annotated[Duties, section(Duties)] = DUTIES
    surveys: Annotated[Surveys, section(Surveys)] = SURVEYS
    referral: Annotated[Referral, section(Referral)] = REFERRAL
    reinspection: Annotated[Reinspection, section(Reinspection)] = REINSPECTION
    portal: Annotated[Portal, section(Portal)] = PORTAL

    def of(self, channel: str) -> "Policy":
        """Give the policy as it is for cases of a channel, whose own terms replace the general."""
        own = self.channels.get(channel)
        if own is None:
            return self
        return replace(
            self,
            triage=own.triaged(self.triage),
            handling=own.handled(self.handling),
            finish=own.finished(self.finish),
        )

    @property
    def rung_hour(self) -> time:
        """The hour at which a rung fires on its working day."""
        return self.hours.rung_hour

    @property
    def finish_emergency(self) -> Limit:
        """The finish limit of an emergency."""
        return self.emergency.finish

    @property
    def inspection_report(self) -> Limit:
        """When an inspection case owes its report."""
        return self.inspection.report

    @property
    def inspection_cap(self) -> Limit:
        """The longest an inspection case may take, extensions included."""
        return self.inspection.cap

    def finish_limit(self, kind: str, urgency: str) -> Limit:
        """Give the time to finish a case of that kind and urgency."""
        return self.finish_emergency if urgency == Urgency.EMERGENCY else self.finish[kind]

    def first_extension(self, kind: str, urgency: str) -> Limit:
        """Give the most that a first extension adds: the kind's cap, never more than the term."""
        return min(self.finish_limit(kind, urgency), self.extension.cap[kind], key=Limit.roughly)

    def opinion_limit(self, kind: str, urgency: str) -> Limit:
        """Give an assisting unit's time for its opinion, a share of the finish limit."""
        return self.finish_limit(kind, urgency).share(self.handling.opinion_share)

    def reopening_limit(self, kind: str, urgency: str) -> Limit:
        """Give a reopened case's time to finish, a share of the finish limit."""
        return self.finish_limit(kind, urgency).share(self.handling.reopening_share)


def read_policy(data: Mapping[str, object]) -> Policy:
    """Build a policy from the data of a TOML file; ``PolicyInvalid`` carries all its mistakes."""
    built, mistakes = collect(readers_of(Policy), data, "")
    mistakes += _contradictions(built)
    if mistakes:
        raise PolicyInvalid(mistakes)
    return Policy(**built)


def _contradictions(built: Mapping[str, Any]) -> Iterator[str]:
    """Say what does not fit together among the sections that could be read."""
    if "triage" in built:
        yield from _urgency_order(built["triage"])
    if "rungs" in built:
        yield from _ladder_order(built["rungs"])
    if {"finish", "rungs"} <= built.keys():
        yield from _early_rungs(built["finish"], built["rungs"])
    yield from _channels(built)
    if {"finish", "inspection"} <= built.keys():
        yield from _inspection_order(built["finish"][Kind.INSPECTION], built["inspection"])


def _urgency_order(triage: Mapping[str, Limit]) -> Iterator[str]:
    lengths = [triage[urgency].roughly() for urgency in Urgency]
    if lengths != sorted(lengths, reverse=True):
        yield "[triage] 的时限应随紧急程度缩短：normal 不短于 urgent，urgent 不短于 emergency。"


def _ladder_order(rungs: Mapping[str, RungRule]) -> Iterator[str]:
    for lower, higher in pairwise(RUNGS):
        if rungs[lower].offset >= rungs[higher].offset:
            yield f"[rungs.{higher}] 应晚于 [rungs.{lower}]：预警阶梯须逐级推后。"
    if rungs[Rung.RED].after is None:
        yield "[rungs.red] 应写 after：红牌只发给已逾期的事项。"


def _early_rungs(finish: Mapping[str, Limit], rungs: Mapping[str, RungRule]) -> Iterator[str]:
    terms = [(kind, limit.amount) for kind, limit in finish.items() if limit.unit == "wd"]
    for code, rule in rungs.items():
        shortest = rule.min_term.amount if rule.min_term else 1
        for kind, amount in terms:
            if shortest <= amount <= -rule.offset:
                yield f"[rungs.{code}].before 应短于 [finish].{kind}（{amount}个工作日）。"


def _channels(built: Mapping[str, Any]) -> Iterator[str]:
    channels = built.get("channels", {})
    if "triage" in built:
        yield from late_triage(channels, built["triage"])
    if "rungs" in built:
        yield from early_rungs(channels, built["rungs"])


def _inspection_order(finish: Limit, inspection: Inspection) -> Iterator[str]:
    if inspection.report.roughly() >= finish.roughly():
        yield "[inspection].report 应短于 [finish].inspection。"
    if finish.roughly() > inspection.cap.roughly():
        yield "[finish].inspection 不应超过 [inspection].cap。"
