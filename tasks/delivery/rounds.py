"""One round of sending: batches of claimed messages, by route, some routes at once.

What is slow or dead holds up nobody else: each route of a batch has its own thread, a server found
away is left alone for the rest of the round, and so is one that needs longer than its share. One
that was away in several rounds running gets nothing for a while, then a single probe; emergencies
try it all the same, once a round.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from time import monotonic

from sqlalchemy import Engine

from models.outbox_receivers import due, note_receivers
from models.outbox_sending import Claim, Message, Settled, claim, release, settle
from tasks.delivery.backoff import ATTEMPTS, delay
from tasks.delivery.channels import Channels, Route
from tasks.delivery.circuits import Circuits
from tasks.delivery.results import Result, Sender, doubtful

Lane = tuple[Route, int]
"""One of the connections to a route."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Pace:
    """How a round proceeds.

    A route with many messages has up to ``lanes`` connections, one for each ``lane_share`` of a
    batch; what was sent is written down ``written_together``. ``lease`` must be well above
    ``share`` plus the longest single sending: when it ends, another process may send the same
    message again.
    """

    batch: int = 400
    threads: int = 8
    lanes: int = 4
    lane_share: int = 25
    share: timedelta = timedelta(seconds=60)
    lease: timedelta = timedelta(minutes=4)
    written_together: int = 40


@dataclass
class Round:
    """Sends what is due at ``at``; ``tally`` counts messages by what became of them.

    ``starting`` is asked before each batch is sent whether to go on.
    """

    engine: Engine
    channels: Channels
    circuits: Circuits
    at: datetime
    pace: Pace
    rng: Random
    starting: Callable[[], bool]
    tally: Counter[str] = field(default_factory=Counter)
    _senders: dict[Lane, Sender] = field(default_factory=dict)
    _closed: set[Route] = field(default_factory=set)

    def run(self, *, everything: bool) -> Counter[str]:
        """Claim and send until nothing due is left; urgent messages only unless ``everything``."""
        shut = self._shut(everything=everything)
        wanted = Claim(self.at, everything, self.pace.batch, self.pace.lease, shut)
        try:
            for batch in claim(self.engine, wanted):
                if not self.starting():
                    release(self.engine, batch)
                    self.tally["postponed"] += len(batch)
                    break
                self._send_batch(batch)
        finally:
            for sender in self._senders.values():
                sender.close()
        note_receivers(self.engine, self.circuits.working(), self.circuits.failing())
        return self.tally

    def _shut(self, *, everything: bool) -> list[tuple[str, str]]:
        """Find the channels and addresses whose receiver is left alone; count what waits there."""
        if not self.circuits.any_shut:
            return []
        waiting = [
            place
            for place in due(self.engine, self.at, everything=everything)
            if self.circuits.shut(self.channels.route_to(place.channel, place.address))
        ]
        self.tally["postponed"] += sum(place.ordinary for place in waiting)
        return [(place.channel, place.address) for place in waiting]

    def _send_batch(self, batch: Iterable[Message]) -> None:
        lanes = self._lanes(batch)
        for lane in lanes:
            self._senders.setdefault(lane, self.channels.sender(lane[0]))
        until = monotonic() + self.pace.share.total_seconds()
        with ThreadPoolExecutor(self.pace.threads) as pool:
            sending = [pool.submit(self._send_lane, *item, until) for item in lanes.items()]
            for future in sending:
                self.tally.update(future.result())

    def _lanes(self, batch: Iterable[Message]) -> dict[Lane, list[Message]]:
        routes: defaultdict[Route, list[Message]] = defaultdict(list)
        for message in batch:
            routes[self.channels.route(message)].append(message)
        lanes: dict[Lane, list[Message]] = {}
        for route, messages in routes.items():
            count = min(self.pace.lanes, 1 + len(messages) // self.pace.lane_share)
            count = 1 if self.circuits.probing(route) else count
            lanes |= {(route, number): messages[number::count] for number in range(count)}
        return lanes

    def _send_lane(self, lane: Lane, messages: list[Message], until: float) -> Counter[str]:
        tally: Counter[str] = Counter()
        ended: list[Settled] = []
        for settled in self._sendings(lane, messages, until):
            ended.append(settled)
            tally[settled.status] += 1
            if len(ended) >= self.pace.written_together:
                settle(self.engine, ended)
                ended.clear()
        settle(self.engine, ended)
        postponed = messages[tally.total() :]
        release(self.engine, postponed)
        return tally + Counter(postponed=len(postponed))

    def _sendings(self, lane: Lane, messages: list[Message], until: float) -> Iterator[Settled]:
        for message in messages:
            if lane[0] in self._closed:
                return
            result = attempt(self._senders[lane], message)
            self.circuits.record(lane[0], result)
            yield self._settled(message, result)
            if result.down or self.circuits.probing(lane[0]) or monotonic() > until:
                self._closed.add(lane[0])

    def _settled(self, message: Message, result: Result) -> Settled:
        if result.sent:
            return Settled(message, "sent", self.at, sent_at=self.at)
        attempts = message.attempts + 1
        return Settled(
            message,
            "parked" if result.permanent or attempts >= ATTEMPTS else "pending",
            self.at + delay(attempts, self.rng),
            error=result.reason,
            doubtful=message.doubtful or not result.certain,
            bounced_at=self.at if result.bounced else None,
        )


def attempt(sender: Sender, message: Message) -> Result:
    """Send one message: the boundary where any failure is recorded and the round goes on."""
    try:
        return sender.send(message)
    except Exception as error:  # noqa: BLE001 - the one boundary that may not let anything through
        _log.error("message %s failed unexpectedly: %s", message.id, type(error).__name__)
        return doubtful(f"发送时出现意外错误（{type(error).__name__}），稍后自动重试。")
