"""The sample campaign's scripts and who is ready when."""

from datetime import datetime

import pytest

from domain.calendar import SHANGHAI, WorkCalendar
from domain.codes import Rung
from models.standings import Standing
from tasks.campaign.acts import Wait
from tasks.campaign.ledger import Problem
from tasks.campaign.readiness import Player, ready
from tasks.campaign.scripts import SCRIPTS

CALENDAR = WorkCalendar(1, frozenset(), frozenset(), frozenset({2026}))


def at(day: int, hour: int = 10) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=SHANGHAI)


def problem(script: str, assisting: tuple[str, ...] = ()) -> Problem:
    return Problem("S1", "12345", at(2, 9), "shuiwu", assisting, script, "", "", {})


def standing(**more: object) -> Standing:
    plain: dict[str, object] = {
        "no": "QD2026-000001",
        "state": "assigned",
        "unit": "shuiwu",
        "signed_off": False,
        "reachable": True,
        "due_at": None,
        "rung": None,
        "recheck_due": None,
        "callback_open": False,
        "requests": {},
    }
    return Standing(**(plain | more))  # type: ignore[arg-type]


def verbs(player: Player, now: datetime, **more: object) -> list[str]:
    found = ready([player], {"S1": standing(**more)}, now, CALENDAR)
    return [act.verb for _, act, _ in found]


def test_nobody_acts_before_the_problem_came_in() -> None:
    player = Player(problem("prompt"), at(2, 9))
    assert list(ready([player], {}, at(2), CALENDAR)) == []


def test_acts_without_ground_are_passed_over() -> None:
    player = Player(problem("prompt"), at(2, 9), done=2)
    assert verbs(player, at(6), state="rectifying", reachable=False) == []
    assert player.next is not None
    assert player.next.verb == "submit"


def test_an_assisting_unit_signs_where_there_is_one() -> None:
    player = Player(problem("prompt", ("caizheng",)), at(2, 9), done=2)
    assert verbs(player, at(2)) == ["assist_sign"]


@pytest.mark.parametrize(
    ("day", "due"),
    [(4, []), (5, ["submit"])],
)
def test_a_prompt_unit_submits_two_working_days_before_the_limit_ends(
    day: int, due: list[str]
) -> None:
    player = Player(problem("open_submitted"), at(2, 9))
    player.done = next(i for i, act in enumerate(SCRIPTS["prompt"]) if act.verb == "submit")
    player.problem = problem("prompt")
    assert verbs(player, at(day), state="rectifying", due_at=at(9, 18)) == due


def test_a_late_unit_waits_for_its_red_card() -> None:
    player = Player(problem("late_answer"), at(2, 9))
    player.done = next(i for i, act in enumerate(SCRIPTS["late_answer"]) if act.verb == "remind")
    assert verbs(player, at(9), rung=Rung.YELLOW) == []
    assert verbs(player, at(9), rung=Rung.RED) == ["remind"]


def test_the_default_wait_is_over_at_the_next_moment() -> None:
    assert Wait() == Wait(wd=0, days=0)
    player = Player(problem("open_assigned"), at(2, 10))
    assert verbs(player, at(2, 10)) == []
    assert verbs(player, at(2, 15)) == ["assign"]
