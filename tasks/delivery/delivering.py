"""The outbox emptied once: withdrawn notices taken back, owed ones bound, messages sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random, SystemRandom
from time import monotonic

from sqlalchemy import Engine

from models.engine import transaction
from models.outbox import Binding, bind, dissolve, waiting
from models.outbox_bounces import park_bounced
from models.outbox_receivers import receivers
from models.registry import directory
from models.rulebook import book_for
from tasks.delivery.channels import Channels
from tasks.delivery.circuits import Circuits
from tasks.delivery.composing import Composer
from tasks.delivery.holding import begin_batch, held, watermark
from tasks.delivery.hours import working
from tasks.delivery.rounds import Pace, Round
from tasks.portal.links import links_from, no_link
from tasks.settings import Settings

__all__ = ["DeliveryReport", "Pace", "channels_at", "deliver"]


@dataclass(frozen=True)
class DeliveryReport:
    """What one round did.

    ``bound`` notices were put into messages, ``unrendered`` ones could not be and are parked;
    ``withdrawn`` ones were taken back out of unsent messages; ``waiting_for_hours`` ones wait for
    working hours. Messages were ``sent``; ``failed`` and will be tried again; ``parked`` for an
    operator; ``postponed`` untried, because their server was away or slow. ``held`` is the Chinese
    sentence that says why nothing was sent at all, when delivery is held.
    """

    bound: int = 0
    sent: int = 0
    failed: int = 0
    parked: int = 0
    withdrawn: int = 0
    waiting_for_hours: int = 0
    postponed: int = 0
    unrendered: int = 0
    held: str = ""


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
    one round. In a simulation every message becomes a file, whatever its channel, and delivery is
    never held.
    """
    mark = None if simulated else watermark(settings.home, engine, at)
    why = held(engine, mark) if mark else ""
    if why:
        return DeliveryReport(held=why)
    sent_at = None if simulated else recorded_at
    everything, binding, withdrawn = _bound(engine, settings, at, sent_at)
    bounced = park_bounced(engine)
    tally = Round(
        engine,
        channels_at(engine, settings, recorded_at, simulated=simulated),
        Circuits(receivers(engine), at, rng),
        at,
        pace,
        rng,
        starting=lambda: mark is None or begin_batch(engine, mark),
    ).run(everything=everything)
    return replace(
        _told(tally, binding),
        parked=bounced + tally["parked"],
        withdrawn=withdrawn,
        waiting_for_hours=0 if everything else waiting(engine, at),
    )


def _told(tally: Mapping[str, int], binding: Binding) -> DeliveryReport:
    return DeliveryReport(
        bound=binding.bound,
        sent=tally["sent"],
        failed=tally["pending"],
        postponed=tally["postponed"],
        unrendered=binding.unrendered,
    )


def _bound(
    engine: Engine, settings: Settings, at: datetime, sent_at: datetime | None
) -> tuple[bool, Binding, int]:
    """Bind what may go out: everything, or urgent notices alone; what was withdrawn comes out.

    Links let their recipients in from ``sent_at`` (real time); in a simulation none does.
    """
    with transaction(engine) as connection:
        rules = book_for(engine).rules(connection)
    everything = working(at, rules)
    way_in = links_from(engine, settings.home, sent_at, rules.policy.portal) if sent_at else no_link
    composer = Composer(directory(engine).names, rules, settings.public_url, at, way_in)
    withdrawn = dissolve(engine)
    return everything, bind(engine, at, composer.compose, everything=everything), withdrawn


def channels_at(
    engine: Engine, settings: Settings, recorded_at: datetime, *, simulated: bool
) -> Channels:
    """Give the channels of a database as they are configured; ``recorded_at`` is the real time."""
    folder = f"outbox-{engine.url.database}" if simulated else "outbox"
    return Channels(settings, settings.home / folder, simulated, _running_from(recorded_at))


def _running_from(start: datetime) -> Callable[[], datetime]:
    """Give a clock that reads ``start`` now and runs on."""
    began = monotonic()
    return lambda: start + timedelta(seconds=monotonic() - began)
