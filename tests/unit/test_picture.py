"""The lifecycle as a Mermaid flowchart."""

import re

import pytest

from domain.codes import State
from domain.picture import mermaid
from domain.transitions import TABLE, exits

EDGE = re.compile(r"^    (\w+) -->\|(.+)\| (\w+)$", re.MULTILINE)


def edges(state: State | None, *, whole: bool) -> list[tuple[str, str]]:
    return [(a, b) for a, _, b in EDGE.findall(mermaid(state, whole=whole))]


def test_the_whole_picture_has_every_way_once() -> None:
    ways = {(str(a), str(b)) for a in State for b in exits(a)}
    drawn = edges(None, whole=True)
    assert set(drawn) == ways
    assert len(drawn) == len(ways)


def test_the_short_picture_has_the_road_forward_and_its_exits() -> None:
    drawn = edges(None, whole=False)
    order = [str(state) for state in State]
    assert all(order.index(a) < order.index(b) for a, b in drawn)
    assert set(drawn) < set(edges(None, whole=True))
    assert {b for _, b in drawn} == set(order) - {"detected"}
    assert len(drawn) <= 20
    assert mermaid(None) == mermaid(None, whole=False)


def test_an_edge_names_its_commands_in_chinese() -> None:
    assert ("returned", "交办、裁定", "assigned") in EDGE.findall(mermaid(None, whole=True))
    assert len(TABLE) > len(edges(None, whole=True))


@pytest.mark.parametrize("state", State)
def test_the_present_state_alone_is_marked(state: State) -> None:
    lines = mermaid(state).splitlines()
    assert lines[0] == "flowchart TD"
    assert f'    {state}["{state.zh}"]' in lines
    assert [line for line in lines if line.endswith(" current")] == [f"    class {state} current"]
    assert any(line.startswith("    classDef current ") for line in lines)


def test_without_a_state_nothing_is_marked() -> None:
    assert not [line for line in mermaid(None).splitlines() if line.endswith(" current")]
