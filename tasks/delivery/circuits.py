"""Receivers that are away: left alone for a growing time, then tried with one probe."""

from collections.abc import Iterable
from datetime import datetime
from random import Random

from models.outbox_receivers import Receiver
from tasks.delivery.backoff import rest
from tasks.delivery.channels import Route
from tasks.delivery.results import Result


class Circuits:
    """What is known of receivers at the beginning of a round at ``at``, and what it finds out."""

    def __init__(self, known: Iterable[Receiver], at: datetime, rng: Random) -> None:
        self._known = {receiver.route: receiver for receiver in known}
        self._at = at
        self._rng = rng
        self._works: set[str] = set()
        self._errors: dict[str, str] = {}

    @property
    def any_shut(self) -> bool:
        """Whether there is a receiver to leave alone."""
        return any(_shut(receiver, self._at) for receiver in self._known.values())

    def shut(self, route: Route) -> bool:
        """Whether ordinary messages leave this receiver alone now."""
        known = self._known.get(named(route))
        return known is not None and _shut(known, self._at)

    def probing(self, route: Route) -> bool:
        """Whether the next message is a probe: one alone, and the others only when it arrives."""
        known = self._known.get(named(route))
        return known is not None and known.open_until is not None and known.route not in self._works

    def record(self, route: Route, result: Result) -> None:
        """Note how a sending ended; an answer that is neither success nor absence says nothing."""
        name = named(route)
        if result.sent:
            self._works.add(name)
        elif result.down:
            self._errors[name] = result.reason

    def working(self) -> list[str]:
        """Receivers that had failed before, and took all they got."""
        return sorted((self._works & self._known.keys()) - self._errors.keys())

    def failing(self) -> list[Receiver]:
        """Receivers that were away, one failure a round whatever went before, with their rest."""
        return [self._failed(name, error) for name, error in self._errors.items()]

    def _failed(self, name: str, error: str) -> Receiver:
        before = None if name in self._works else self._known.get(name)
        failures = before.failures + 1 if before else 1
        pause = rest(failures, self._rng)
        since = before.since if before else self._at
        return Receiver(name, failures, since, self._at + pause if pause else None, error)


def named(route: Route) -> str:
    """Write a route as operators read it: the channel, and the server where it has one."""
    return " ".join(filter(None, route))


def _shut(receiver: Receiver, at: datetime) -> bool:
    return receiver.open_until is not None and receiver.open_until > at
