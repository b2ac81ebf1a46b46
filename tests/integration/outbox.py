"""An outbox under test: contacts put on channels, cases dispatched, rounds of delivery."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from domain.calendar import SHANGHAI
from domain.commands import Refer
from models.outbox_parked import parked
from tasks.delivery.delivering import DeliveryReport, Pace, deliver
from tasks.settings import Settings
from tests.integration.conftest import OFFICE, Bench

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
LATER = timedelta(hours=3)
"""More than any first waits, and still the same working day."""


@dataclass
class Outbox:
    """Shortcuts for tests of delivery; by default nothing but files is configured."""

    bench: Bench
    home: Path
    more: dict[str, Any] = field(default_factory=dict)
    pace: Pace = field(default_factory=Pace)

    @property
    def settings(self) -> Settings:
        return Settings(home=self.home, **self.more)

    def contact(self, unit: str, channel: str, address: str, role: str = "contact") -> None:
        """Put a contact on a channel."""
        with self.bench.owner.begin() as connection:
            connection.exec_driver_sql(
                "update contact set channel = %(channel)s, address = %(address)s"
                " where unit = %(unit)s and role = %(role)s",
                {"channel": channel, "address": address, "unit": unit, "role": role},
            )

    def dispatch(self, *units: str, at: datetime = MONDAY, urgency: str = "normal") -> list[str]:
        """Dispatch a new case to each unit: each is owed one notice."""
        nos = [self.bench.open(at=at, urgency=urgency) for _ in units]
        for no, unit in zip(nos, units, strict=True):
            self.bench.dispatch(no, at=at, unit=unit)
        return nos

    def refer(self, no: str, at: datetime = MONDAY) -> None:
        """Refer a case: its unsent notices lose their ground, the discipline organ is owed one."""
        self.bench.give(no, Refer(at=at, by=OFFICE, to="jiwei"))

    def deliver(self, at: datetime = MONDAY, **more: Any) -> DeliveryReport:  # noqa: ANN401
        """Run one round."""
        chosen: dict[str, Any] = {"pace": self.pace, "rng": Random(1)} | more
        return deliver(self.bench.engine, self.settings, at, at, **chosen)

    def units(self) -> list[str]:
        """The codes of all units that a case may be dispatched to."""
        rows = self.bench.rows("select code from unit where kind <> 'office'")
        return [str(code) for (code,) in rows]

    def messages(self, columns: str = "id::text, status") -> list[tuple[Any, ...]]:
        """All messages in the order they were bound."""
        return self.bench.rows(f"select {columns} from message order by created_at, recipient")

    def notices(self) -> list[tuple[Any, ...]]:
        """Recipients and statuses of all notices, in order."""
        return self.bench.rows("select unit, status from notice order by id")

    def files(self) -> list[Path]:
        """The files written, in order of their paths."""
        return sorted(self.home.rglob("*.txt"))

    def reasons(self) -> list[str]:
        """Why messages are parked."""
        return [item.reason for item in parked(self.bench.engine)]
