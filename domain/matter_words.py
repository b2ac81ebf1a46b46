"""What speaks for a unit's matter in the dispatch rules: its words, its channels, its names."""

from collections.abc import Iterator, Mapping
from typing import Any

_SHORTEST_NAME = 3
"""A unit's shorter names stand in other words too: 人行 in 人行道."""


def keywords(rule: Mapping[str, Any]) -> list[tuple[str, int]]:
    """Give the words of a rule with their weights."""
    return [(keyword["word"], keyword["weight"]) for keyword in rule["keywords"]]


def channels(rule: Mapping[str, Any]) -> dict[str, int]:
    """Give what each channel adds to a rule's score, by its code."""
    return {channel["code"]: channel["weight"] for channel in rule.get("channels", ())}


def names_of(
    rule: Mapping[str, Any], names: Mapping[str, str], weight: int
) -> Iterator[tuple[str, int]]:
    """Give the names of the rule's unit that none of its words, nor a shorter name, finds.

    ``names`` has the code of each unit by its names; ``weight`` 0 gives none.
    """
    if not weight:
        return
    known = [word for word, _ in keywords(rule)]
    for name in sorted(names, key=len):
        mine = names[name] == rule["code"] and len(name) >= _SHORTEST_NAME
        if mine and not any(word in name for word in known):
            known.append(name)
            yield name, weight
