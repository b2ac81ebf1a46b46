"""Allegations about persons, known by words that the office edits or by their channel."""

from collections.abc import Mapping
from typing import Any


class Alleged:
    """The section ``allegation`` of the dispatch rules; without one nothing is recognised."""

    def __init__(self, section: Mapping[str, Any]) -> None:
        self.organ: str = section.get("organ", "")
        self._threshold: int = section.get("threshold", 1)
        self._channels = frozenset(section.get("channels", ()))
        self._words = [(entry["word"], entry["weight"]) for entry in section.get("words", ())]

    def found(self, subject: str, body: str, channel: str) -> tuple[str, ...]:
        """Give what tells of an allegation, the heaviest word first; nothing where none is made.

        The words found must weigh as much together as the threshold asks; a channel that is for
        such reports tells by itself.
        """
        found = sorted(
            ((word, weight) for word, weight in self._words if word in subject or word in body),
            key=lambda pair: (-pair[1], pair[0]),
        )
        by_channel = (f"渠道 {channel}",) if channel in self._channels else ()
        enough = sum(weight for _, weight in found) >= self._threshold
        return (*by_channel, *(word for word, _ in found)) if by_channel or enough else ()
