"""Cases that follow a lead: told when it closes and when it is handled again.

They stay merged and have no clocks of their own; what becomes of the lead is the answer to all of
their reporters (design: one matter, one case).
"""

from collections.abc import Iterable

from domain.case import Case, Follower
from domain.change import Figure, Notice
from domain.clocks import Rules
from domain.codes import OFFICE_UNIT, Mode
from domain.notifying import notices

CLOSED, REOPENED = "closed", "reopened"
"""What can become of a lead that its followers are told of."""


def told(
    case: Case, followers: Iterable[Follower], outcome: str, rules: Rules
) -> tuple[Notice, ...]:
    """Owe what ``outcome`` of a lead makes known to the units and reporters of its followers.

    The office answers those reporters who do not read it where they reported.
    """
    following = tuple(followers)
    waiting = [one.no for one in following if one.reachable and not one.answered]
    task = answer(waiting, outcome, rules)
    units = {unit: None for one in following for unit in one.units if unit not in case.units}
    if case.mode is Mode.DISCIPLINE:
        # What the discipline organ handles is no business of other units.
        return task
    return (*notices(rules, "followed", *units, outcome=outcome), *task)


def answer(nos: list[str], outcome: str, rules: Rules) -> tuple[Notice, ...]:
    """Have the office answer the reporters of these cases by telephone, where there are any."""
    if not nos:
        return ()
    return notices(rules, "answer", OFFICE_UNIT, outcome=outcome, followers=nos)


def named(followers: Iterable[Follower]) -> dict[str, Figure]:
    """Give what history keeps of followers: their numbers, where there are any."""
    nos: list[str] = [one.no for one in followers]
    return {"followers": nos} if nos else {}
