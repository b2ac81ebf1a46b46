"""What runs, written down in `stack.json` so that a later `up` or `down` can end what was left."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from deployments.stack.identity import Identity

END_SECONDS = 10.0


@dataclass(slots=True)
class Record:
    """The supervisor, and by name each service's processes: its guard, then the service itself."""

    supervisor: Identity | None = None
    ready: bool = False
    services: dict[str, list[Identity]] = field(default_factory=dict)

    def left(self) -> list[Identity]:
        """The recorded service processes that still run, guards first."""
        return [each for group in self.services.values() for each in group if each.is_alive()]


def path(home: Path) -> Path:
    """Where the record is kept."""
    return home / "stack.json"


def write(home: Path, record: Record) -> None:
    """Replaces the record in one step, so that a reader never sees half of it."""
    new = path(home).with_suffix(".new")
    new.write_text(json.dumps(asdict(record)), "utf-8")
    new.replace(path(home))


def read(home: Path) -> Record:
    """The record; an empty one where there is none or it cannot be read."""
    try:
        data = json.loads(path(home).read_text("utf-8"))
        return Record(
            Identity(**data["supervisor"]) if data["supervisor"] else None,
            bool(data["ready"]),
            {name: [Identity(**one) for one in group] for name, group in data["services"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Record()


def sweep(home: Path) -> list[Identity]:
    """Ends the recorded processes that are still the same ones, and forgets them."""
    left = read(home).left()
    for process in left:
        process.end(END_SECONDS)
    path(home).unlink(missing_ok=True)
    return left
