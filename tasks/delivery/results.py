"""How one sending ended, and what every channel's sender looks like."""

from dataclasses import dataclass
from typing import Protocol

from models.outbox_sending import Message

CONNECT_SECONDS = 5.0
"""How long a server may take to answer the call."""

REPLY_SECONDS = 10.0
"""How long a server may stay silent during a sending."""

_SHOWN = 120


@dataclass(frozen=True)
class Result:
    """How one sending ended.

    ``reason`` is a Chinese sentence for the operator. ``certain`` failures reached nobody;
    ``permanent`` ones would fail again; ``bounced`` ones would for every message to that address.
    ``down`` says that the server as a whole is away, so that others need not be tried on it in this
    round.
    """

    sent: bool = False
    reason: str = ""
    certain: bool = True
    permanent: bool = False
    down: bool = False
    bounced: bool = False


SENT = Result(sent=True)
"""It was taken over by the receiver."""


def failed(reason: str) -> Result:
    """The receiver said no, for now."""
    return Result(reason=reason)


def refused(reason: str) -> Result:
    """It would never be taken: an operator has to look."""
    return Result(reason=reason, permanent=True)


def bounced(reason: str) -> Result:
    """The address itself is refused: nothing will arrive there until it is changed."""
    return Result(reason=reason, permanent=True, bounced=True)


def away(reason: str) -> Result:
    """The server cannot be reached, so nothing was sent."""
    return Result(reason=reason, down=True)


def doubtful(reason: str) -> Result:
    """It may have arrived and may not: the same message goes again."""
    return Result(reason=reason, certain=False, down=True)


class Sender(Protocol):
    """Sends messages one after the other over one connection, as far as there is one."""

    def send(self, message: Message) -> Result:
        """Send; failures of the receiver and the network are results, not exceptions."""

    def close(self) -> None:
        """Let the connection go."""


@dataclass(frozen=True)
class Unconfigured:
    """A channel that lacks its settings: messages are parked with the reason, not lost."""

    reason: str

    def send(self, _message: Message) -> Result:
        """Refuse, saying what is missing."""
        return refused(self.reason)

    def close(self) -> None:
        """Nothing was opened."""


def shown(text: str) -> str:
    """Give a receiver's own words on one line, cut where they get long."""
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
