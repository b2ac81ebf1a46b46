"""The one function that applies a command to a case."""

from dataclasses import replace
from typing import Any

from domain import (
    closing,
    dispatching,
    editing,
    escalating,
    handling,
    rechecking,
    referring,
    requesting,
    returning,
    ruling,
    settling,
)
from domain.case import Case, Request
from domain.change import Change, Handlers, Outcome
from domain.clocks import Rules, fold
from domain.commands import Command
from domain.refusals import NotAllowed, TooEarly, WrongActor, roles_zh
from domain.transitions import TABLE

HANDLERS: Handlers = {
    **settling.HANDLERS,
    **dispatching.HANDLERS,
    **editing.HANDLERS,
    **handling.HANDLERS,
    **returning.HANDLERS,
    **referring.HANDLERS,
    **requesting.HANDLERS,
    **ruling.HANDLERS,
    **closing.HANDLERS,
    **rechecking.HANDLERS,
    **escalating.HANDLERS,
}
"""One handler a command."""


_ENTRIES = frozenset({"redispatched", "part_redispatched", "part_confirmed"})
"""Events that begin another entry though the state stays: what was done may be done once more."""


def apply(case: Case, command: Command, rules: Rules) -> Outcome:
    """Decide what ``command`` does to ``case``.

    Raises ``NotAllowed`` when the state does not allow it, ``WrongActor`` when somebody else must
    give it, ``TooEarly`` when it is dated before the last event, or another ``Refused`` that names
    the rule in the way. Nothing is changed: the outcome is a value.
    """
    row = TABLE.get((case.state, command.name))
    if row is None:
        raise NotAllowed(case, command)
    if command.by.role not in row.roles:
        raise WrongActor(case, command, roles_zh(row.roles))
    if command.at < case.last_event_at:
        raise TooEarly(case, command)
    rules = rules.of(case.channel)
    change = HANDLERS[type(command)](case, command, rules)
    if change.state not in row.targets:
        message = f"{command.name} led from {case.state} to {change.state}, outside the table"
        raise AssertionError(message)
    after = _after(case, command, change, rules)
    return Outcome(case, after, change, command.at, str(command.by), command.by.name)


def _after(case: Case, command: Command, change: Change, rules: Rules) -> Case:
    moved = change.state is not case.state or change.event in _ENTRIES
    fields: dict[str, Any] = {
        "state": change.state,
        "entry": case.entry + 1 if moved else case.entry,
        "seq": case.seq + 1,
        "last_event_at": command.at,
        "clocks": fold(case.clocks, change.clocks, command.at, rules),
        "requests": _merged(case.requests, change),
        **change.fields,
    }
    return replace(case, **fields)


def _merged(requests: tuple[Request, ...], change: Change) -> tuple[Request, ...]:
    decided = {request.number: request for request in change.decided}
    return tuple(decided.get(r.number, r) for r in requests) + change.opened
