"""What the codes and figures of a notice say: instants, levels, clocks, and who gets a document."""

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import chain
from typing import Any

from domain.calendar import SHANGHAI
from domain.codes import OFFICE_UNIT
from models.outbox_reading import Owed, Paper

ROLE_ZH: Mapping[str, str] = {"deputy": "分管负责同志", "head": "主要负责同志"}
"""What the roles of a unit are called that get a copy of a document."""

_WORDS = ("task", "into", "cause", "term", "ask", "decide", "before", "level", "outcome")
_INSTANTS = {"ends": "ends", "publish_by": "publish_by", "moved_from": "from", "moved_to": "to"}


def figures(args: Mapping[str, Any]) -> dict[str, Any]:
    """Give the words and instants that templates may name; empty where the notice has none."""
    words = {f"new_{name}" if name == "level" else name: args.get(name, "") for name in _WORDS}
    listed = {"followers": list(args.get("followers", ()))}
    return words | listed | {name: _instant(args.get(key)) for name, key in _INSTANTS.items()}


def _instant(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, SHANGHAI)


def clocks_named(owed: Owed) -> list[str] | None:
    """Name the clocks that a notice is about, if it says; for a document, those of all its copies.

    Each is written ``finish/0``.
    """
    told = [copy.args for copy in owed.paper.copies] if owed.paper else [owed.args]
    if not any("clocks" in args or "clock" in args for args in told):
        return None
    named = chain.from_iterable([*args.get("clocks", ()), args.get("clock", "")] for args in told)
    return list(dict.fromkeys(filter(None, named)))


def addressed(paper: Paper, name: Callable[[str], str]) -> dict[str, Any]:
    """Say to whom a document goes (主送) and who gets copies (抄送); each unit and role once.

    It goes to the units whose contact gets it, or else to all who get it; the office, which signs,
    is addressed only when nobody else is.
    """
    places = dict.fromkeys((copy.unit, copy.role) for copy in paper.copies)
    contacts = [unit for unit, role in places if role == "contact" and unit != OFFICE_UNIT]
    main = list(dict.fromkeys(contacts or (unit for unit, _ in places)))
    copies = [
        name(unit) + ROLE_ZH.get(role, "")
        for unit, role in places
        if role in ROLE_ZH or unit not in main
    ]
    return {
        "recipient_unit": "、".join(map(name, main)),
        "recipient_name": "",
        "copies": copies,
    }
