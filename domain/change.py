"""What a command changes: the decision value that the rules give and ``models`` writes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from domain.case import Case, Request
from domain.clocks import ClockOp, Rules
from domain.codes import State
from domain.commands import Command

Figure = str | int | bool | list[str] | None
"""What history detail may hold: codes, figures and references, never free text or identity."""


@dataclass(frozen=True)
class Notice:
    """A notice owed to one role of one unit. ``args`` are codes and figures for its template."""

    template: str
    unit: str
    role: str
    args: Mapping[str, Figure] = field(default_factory=dict)


@dataclass(frozen=True)
class Text:
    """Free text that came with the command; stored erasable, cited in history by salted hash."""

    kind: str
    body: str


@dataclass(frozen=True)
class Change:
    """One handler's decision.

    ``fields`` replaces attributes of the case. ``withdraw`` says which unsent notices of the case
    lose their ground: ``rungs`` those of the ladder, ``all`` every one; those of one unit alone
    where ``withdraw_from`` names it.
    """

    state: State
    event: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    clocks: tuple[ClockOp, ...] = ()
    opened: tuple[Request, ...] = ()
    decided: tuple[Request, ...] = ()
    notices: tuple[Notice, ...] = ()
    texts: tuple[Text, ...] = ()
    detail: Mapping[str, Figure] = field(default_factory=dict)
    withdraw: str = ""
    withdraw_from: str = ""


@dataclass(frozen=True)
class Outcome:
    """The case before and after, and what was decided at which instant by whom."""

    before: Case
    after: Case
    change: Change
    at: datetime
    actor: str
    claimed_name: str


Handlers = dict[type[Command], Callable[[Case, Any, Rules], Change]]
"""By command, the function that decides it: each gives a ``Change`` or refuses."""


def texts(kind: str, body: str) -> tuple[Text, ...]:
    """Give the text of that kind, if there is any."""
    return (Text(kind, body),) if body.strip() else ()
