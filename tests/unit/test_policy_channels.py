"""Times that a channel has of its own: for which cases they hold, and how they are explained."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from deployments.reference.seed import reference
from domain.budgets import budget
from domain.clocks import ClockOp, Op, Rules
from domain.codes import ClockKind, Kind, Urgency
from domain.detecting import opening
from domain.explaining_sources import clause
from domain.policy import Policy, PolicyInvalid, read_policy
from tests.unit.casework import RULES, a_case, t


def policy(**parlour: str) -> Policy:
    body: dict[str, Any] = deepcopy(dict(reference().policy))
    return read_policy(body | {"channels": {"parlour": parlour}})


OWN = policy(triage="2wd", sign="2wd", contact="2wd", interim="5wd", finish="10wd")


@pytest.mark.parametrize(
    ("kind", "urgency", "limit"),
    [
        (Kind.SIMPLE, Urgency.NORMAL, "10wd"),
        (Kind.HARM, Urgency.URGENT, "10wd"),
        (Kind.HARM, Urgency.EMERGENCY, "24h"),
        (Kind.MULTI, Urgency.NORMAL, "30wd"),
        (Kind.INSPECTION, Urgency.NORMAL, "6mo"),
    ],
)
def test_a_channels_time_to_finish_holds_for_its_ordinary_cases(
    kind: Kind, urgency: Urgency, limit: str
) -> None:
    assert str(OWN.of("parlour").finish_limit(kind, urgency)) == limit


def test_shares_and_caps_follow_the_channels_time_to_finish() -> None:
    own = OWN.of("parlour")
    assert str(own.reopening_limit(Kind.HARM, Urgency.NORMAL)) == "5wd"
    assert str(own.first_extension(Kind.HARM, Urgency.NORMAL)) == "10wd"


def test_other_channels_and_older_policies_are_as_they_were() -> None:
    assert OWN.of("media") is OWN
    assert RULES.policy.channels == {}
    assert RULES.of("parlour") is RULES


def test_triage_is_the_channels_own_for_what_is_not_urgent() -> None:
    rules = Rules(RULES.calendar, OWN).of("parlour")
    limits = [str(opening(urgency, t("03-02 09:00"), rules)[0].limit) for urgency in Urgency]
    assert limits == ["2wd", "24h", "2h"]


@pytest.mark.parametrize(
    ("clock", "kind", "urgency"),
    [
        (clock, kind, urgency)
        for clock in (ClockKind.TRIAGE, ClockKind.SIGN, ClockKind.CONTACT, ClockKind.INTERIM)
        for kind in Kind
        for urgency in Urgency
    ]
    + [(ClockKind.FINISH, kind, urgency) for kind in Kind for urgency in Urgency],
)
def test_the_explanation_names_the_channel_exactly_where_its_time_holds(
    clock: ClockKind, kind: Kind, urgency: Urgency
) -> None:
    case = replace(a_case(), kind=kind, urgency=urgency, channel="parlour")
    start = ClockOp(Op.START, clock, rule="dispatched")
    general, own = (budget(start, kind, urgency, p) for p in (RULES.policy, OWN.of("parlour")))
    stood = case.clocks[ClockKind.TRIAGE, 0]
    named = clause(case, replace(stood, kind=clock, rule="dispatched"), OWN)
    assert named.startswith(f"channels.parlour.{clock}，") == (general != own)


@pytest.mark.parametrize(
    ("parlour", "said"),
    [
        ({"finish": "bald"}, "[channels.parlour].finish 应为时限"),
        ({"notice": "5wd"}, "[channels.parlour].notice 不是已知的项"),
        ({"triage": "1h"}, "[channels.parlour].triage 不应短于 [triage].urgent"),
        ({"finish": "1wd"}, "应短于 [channels.parlour].finish（1个工作日）"),
    ],
)
def test_mistakes_in_a_channels_times_are_named(parlour: dict[str, str], said: str) -> None:
    with pytest.raises(PolicyInvalid) as caught:
        policy(**parlour)
    assert said in caught.value.sentence


def test_the_section_of_channels_is_a_section() -> None:
    body = dict(reference().policy) | {"channels": ["parlour"]}
    with pytest.raises(PolicyInvalid, match=r"\[channels\] 应为一节"):
        read_policy(body)
