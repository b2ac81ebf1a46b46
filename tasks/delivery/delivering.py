"""The outbox emptied once: withdrawn notices taken back, owed ones bound, messages sent."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random, SystemRandom
from time import monotonic

from sqlalchemy import Engine

from models.engine import transaction
from models.outbox import bind, dissolve, waiting
from models.outbox_sending import Parked, parked, send_again
from models.registry import directory
from models.rulebook import book_for
from tasks.delivery.channels import Channels
from tasks.delivery.composing import Composer
from tasks.delivery.hours import working
from tasks.delivery.rounds import Pace, Round
from tasks.settings import Settings

__all__ = ["DeliveryReport", "Pace", "Parked", "deliver", "parked", "send_again"]


@dataclass(frozen=True)
class DeliveryReport:
    """What one round did.

    ``bound`` notices were put into messages, ``unrendered`` ones could not be and stay owed;
    ``withdrawn`` ones were taken back out of unsent messages; ``waiting_for_hours`` ones wait for
    working hours. Messages were ``sent``; ``failed`` and will be tried again; ``parked`` for an
    operator; ``postponed`` untried, because their server was away or slow.
    """

    bound: int = 0
    sent: int = 0
    failed: int = 0
    parked: int = 0
    withdrawn: int = 0
    waiting_for_hours: int = 0
    postponed: int = 0
    unrendered: int = 0


def deliver(  # noqa: PLR0913 - the last three have defaults that only tests and simulations change
    engine: Engine,
    settings: Settings,
    at: datetime,
    recorded_at: datetime,
    *,
    simulated: bool = False,
    pace: Pace = Pace(),  # noqa: B008 - frozen
    rng: Random = SystemRandom(),  # noqa: B008 - without state
) -> DeliveryReport:
    """Empty the outbox once, at business time ``at``; ``recorded_at`` is the real time (aware).

    May be repeated and may run twice at once: nothing is bound twice, and a message is leased to
    one round. In a simulation every message becomes a file, whatever its channel.
    """
    with transaction(engine) as connection:
        rules = book_for(engine).rules(connection)
    everything = working(at, rules)
    composer = Composer(directory(engine).names, rules, settings.public_url, at)
    withdrawn = dissolve(engine)
    binding = bind(engine, at, composer.compose, everything=everything)
    channels = _channels(engine, settings, recorded_at, simulated=simulated)
    tally = Round(engine, channels, at, pace, rng).run(everything=everything)
    return DeliveryReport(
        bound=binding.bound,
        sent=tally["sent"],
        failed=tally["pending"],
        parked=tally["parked"],
        withdrawn=withdrawn,
        waiting_for_hours=0 if everything else waiting(engine, at),
        postponed=tally["postponed"],
        unrendered=binding.unrendered,
    )


def _channels(
    engine: Engine, settings: Settings, recorded_at: datetime, *, simulated: bool
) -> Channels:
    folder = f"outbox-{engine.url.database}" if simulated else "outbox"
    return Channels(settings, settings.home / folder, simulated, _running_from(recorded_at))


def _running_from(start: datetime) -> Callable[[], datetime]:
    """Give a clock that reads ``start`` now and runs on."""
    began = monotonic()
    return lambda: start + timedelta(seconds=monotonic() - began)
