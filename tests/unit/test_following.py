"""Cases that follow a lead: told of its closing and reopening, and asked with it."""

from dataclasses import replace

import pytest

from domain.case import Follower
from domain.codes import ClockKind, Mode, State
from domain.commands import Callback, Merge, Recheck, Review
from tests.unit.casework import LEAD, OTHER, a_case, after, case_in, decide, order, signed_off

FIRST = Follower("QD2026-000007", reachable=True, units=(OTHER, LEAD))
ONLINE = Follower("QD2026-000008", reachable=True, answered=True, units=(OTHER,))
SILENT = Follower("QD2026-000009", reachable=False)
ALL = (FIRST, ONLINE, SILENT)


def told(outcome: object) -> list[tuple[str, str, object, object]]:
    notices = outcome.change.notices  # type: ignore[attr-defined]
    return [
        (one.template, one.unit, one.args.get("outcome"), one.args.get("followers"))
        for one in notices
        if one.template in {"followed", "answer"}
    ]


def expected(outcome: str) -> list[tuple[str, str, object, object]]:
    return [
        ("followed", OTHER, outcome, None),
        ("answer", "office", outcome, [FIRST.no]),
    ]


def test_closing_tells_the_units_of_followers_and_has_their_reporters_answered_once() -> None:
    closed = decide(signed_off(), order(Review, "03-13 16:00", followers=ALL))
    assert closed.after.state is State.CLOSED
    assert told(closed) == expected("closed")
    assert closed.change.detail["followers"] == [FIRST.no, ONLINE.no, SILENT.no]


def test_without_followers_nobody_more_is_told() -> None:
    closed = decide(signed_off(), order(Review, "03-13 16:00"))
    assert told(closed) == []
    assert "followers" not in closed.change.detail


def test_other_units_are_not_told_of_what_the_discipline_organ_handles() -> None:
    signed = replace(signed_off(), mode=Mode.DISCIPLINE)
    closed = decide(signed, order(Review, "03-13 16:00", followers=ALL))
    assert told(closed) == expected("closed")[1:]


@pytest.mark.parametrize(
    ("followers", "called"), [((FIRST,), True), ((SILENT,), False), ((), False)]
)
def test_the_callback_asks_reporters_of_followers_where_the_leads_own_cannot_be_reached(
    followers: tuple[Follower, ...],
    called: bool,  # noqa: FBT001
) -> None:
    closed = after(
        replace(signed_off(), reachable=False), order(Review, "03-13 16:00", followers=followers)
    )
    assert (closed.clock(ClockKind.CALLBACK) is not None) is called


@pytest.mark.parametrize(
    "command",
    [
        order(Callback, "03-16 09:00", reached=True, solved=False, satisfied=False, followers=ALL),
        order(Recheck, "04-10 09:00", passed=False, finding="又出现", followers=ALL),
    ],
)
def test_reopening_is_told_too(command: object) -> None:
    reopened = decide(case_in(State.CLOSED), command)  # type: ignore[arg-type]
    assert reopened.after.state is State.RECTIFYING
    assert told(reopened) == expected("reopened")
    assert reopened.change.detail["followers"] == [FIRST.no, ONLINE.no, SILENT.no]


def test_who_joins_a_closed_lead_is_answered_at_once() -> None:
    lead = case_in(State.CLOSED)
    late = a_case(no="QD2026-000007", when="03-20 09:00")
    merge = order(Merge, "03-20 10:00", into=lead)
    assert told(decide(late, merge)) == [("answer", "office", "closed", [late.no])]
    silent = a_case(no="QD2026-000007", when="03-20 09:00", reachable=False)
    assert told(decide(silent, merge)) == []
    running = order(Merge, "03-20 10:00", into=case_in(State.RECTIFYING))
    assert told(decide(late, running)) == []


def test_the_units_of_the_lead_are_told_once() -> None:
    own = Follower("QD2026-000007", reachable=False, units=(LEAD,))
    closed = decide(signed_off(), order(Review, "03-13 16:00", followers=(own,)))
    assert told(closed) == []
    assert [one.unit for one in closed.change.notices].count(LEAD) == 1
