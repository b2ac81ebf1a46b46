"""The table of states: it is the design's, leads everywhere, and refuses in words."""

from typing import Any

import pytest

from domain.codes import FINAL, OPEN, Role, State
from domain.commands import Command
from domain.errors import Refused
from domain.refusals import COMMAND_ZH
from domain.transitions import TABLE, allowed, exits
from tests.unit.casework import after, case_in, decide, order

MOVES = {
    "detected": {
        "dispatch": {"assigned"},
        "reject": {"rejected"},
        "merge": {"merged"},
        "refer": {"referred"},
    },
    "assigned": {
        "sign": {"rectifying"},
        "return": {"returned"},
        "merge": {"merged"},
        "refer": {"referred"},
    },
    "rectifying": {
        "submit": {"submitted"},
        "return": {"returned"},
        "rule": {"shelved"},
        "dispatch": {"assigned"},
        "merge": {"merged"},
        "refer": {"referred"},
    },
    "returned": {"dispatch": {"assigned"}, "rule": {"assigned"}},
    "shelved": {"resume": {"rectifying"}},
    "submitted": {"accept": {"in_notice", "in_review", "rectifying"}},
    "in_notice": {"end_notice": {"in_review"}, "rule": {"rectifying"}},
    "in_review": {
        "sign_off": {"rectifying"},
        "review": {"closed", "rectifying"},
        "rule": {"rectifying"},
    },
    "closed": {
        "archive": {"verified"},
        "callback": {"verified", "rectifying"},
        "recheck": {"verified", "rectifying"},
    },
    "verified": {"recheck": {"rectifying"}},
    "merged": {"split": {"detected", "assigned", "rectifying"}},
}
"""The design's table: from each state, the commands that lead to another one."""

EVERYWHERE_OPEN = {"escalate", "deescalate", "delist", "exclude", "withdraw", "rule"}
AFTER_CLOSING = {"delist", "exclude", "withdraw", "rule", "order_recheck"}
STAYS = {
    "assigned": {"dispatch", "sign", "interim", "remind", "return"},
    "rectifying": {"sign", "contact", "interim", "extend", "shelve", "remind", "return"},
    "submitted": {"remind"},
    "in_notice": {"object"},
    "in_review": {"sign_off", "remind"},
    "closed": {"callback", "recheck"},
    "verified": {"recheck"},
    "referred": {"feedback"},
}
"""Commands after which the case can still be where it was."""


def moves(state: State) -> dict[str, set[str]]:
    rows = {name: row.targets - {state} for (source, name), row in TABLE.items() if source is state}
    return {name: {str(target) for target in targets} for name, targets in rows.items() if targets}


def stays(state: State) -> set[str]:
    return {n for (source, n), row in TABLE.items() if source is state and state in row.targets}


@pytest.mark.parametrize("state", State)
def test_each_state_is_left_as_the_design_says(state: State) -> None:
    assert moves(state) == MOVES.get(state, {})


@pytest.mark.parametrize("state", State)
def test_each_state_allows_what_leaves_it_as_it_is(state: State) -> None:
    common = EVERYWHERE_OPEN if state in OPEN else set()
    if state in {State.CLOSED, State.VERIFIED}:
        common = AFTER_CLOSING
    common = common | ({"edit"} if state not in FINAL else set())
    assert stays(state) == STAYS.get(state, set()) | common


def test_every_state_is_reached_from_detected() -> None:
    reached, border = {State.DETECTED}, {State.DETECTED}
    while border:
        border = set().union(*(exits(state) for state in border)) - reached
        reached |= border
    assert reached == set(State)


@pytest.mark.parametrize("state", State)
def test_only_final_states_have_no_way_out(state: State) -> None:
    assert (not exits(state)) == (state in FINAL)


@pytest.mark.parametrize("state", State)
def test_commands_bring_a_case_into_every_state(state: State) -> None:
    assert case_in(state).state is state


def test_every_command_is_allowed_somewhere_and_every_allowed_one_exists() -> None:
    assert {name for _, name in TABLE} == set(COMMAND_ZH)


def commands() -> list[type[Command]]:
    return Command.__subclasses__()


@pytest.mark.parametrize("state", State)
def test_a_refusal_names_the_state_the_command_and_what_is_allowed(state: State) -> None:
    case = case_in(state)
    refused = [cls for cls in commands() if cls.name not in allowed(state)]
    assert refused
    for cls in refused:
        into: dict[str, Any] = {"into": case} if cls.name == "merge" else {}
        with pytest.raises(Refused) as caught:
            decide(case, order(cls, "12-01 09:00", **into))
        sentence = caught.value.sentence
        assert case.no in sentence
        assert state.zh in sentence
        assert f"“{cls.zh}”（{cls.name}）" in sentence
        offered = [f"{COMMAND_ZH[name]}（{name}）" for name in allowed(state)]
        assert all(offer in sentence for offer in offered)


def test_a_final_state_says_that_nothing_is_left() -> None:
    with pytest.raises(Refused, match="已终结"):
        after(case_in(State.REJECTED), order(commands()[0], "12-01 09:00"))


def test_only_the_system_ends_a_notice_and_archives() -> None:
    for command in ("end_notice", "archive"):
        roles = [row.roles for (_, name), row in TABLE.items() if name == command]
        assert roles == [frozenset({Role.SYSTEM})]
