"""Speed as a ratio: ours against another way, alternated on the same machine in the same run."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

Step = Callable[[], object]
MEASURED: list[str] = []
"""What this run measured, told at its end."""


@dataclass(frozen=True)
class Ratio:
    """What a comparison measured: seconds of each round, paired as they ran."""

    ours_seconds: tuple[float, ...]
    bare_seconds: tuple[float, ...]
    against: str = "bare SQL"

    @property
    def median(self) -> float:
        """How many times as long ours takes: the median of the pairwise ratios."""
        pairs = zip(self.ours_seconds, self.bare_seconds, strict=True)
        return median(ours / bare for ours, bare in pairs)

    @property
    def speed(self) -> float:
        """Our speed as a share of the other's."""
        return 1 / self.median

    def __str__(self) -> str:
        ours, bare = median(self.ours_seconds), median(self.bare_seconds)
        rounds = len(self.ours_seconds)
        return (
            f"{self.median:.2f} times {self.against} ({self.speed:.0%} of its speed); "
            f"median seconds of {rounds} rounds: ours {ours:.3f}, {self.against} {bare:.3f}"
        )


def alternate(  # noqa: PLR0913 - two steps and how to compare them
    ours: Step,
    bare: Step,
    *,
    rounds: int = 7,
    before: Step = lambda: None,
    name: str = "",
    against: str = "bare SQL",
) -> Ratio:
    """Time both, turn about; ``before`` runs ahead of each and is not timed.

    ``against`` names what ours is compared with.

    Who goes first changes from round to round, so that a machine that slows down wrongs neither.
    """
    seconds: dict[Step, list[float]] = {ours: [], bare: []}
    for number in range(rounds):
        for step in (ours, bare) if number % 2 == 0 else (bare, ours):
            before()
            started = time.perf_counter()
            step()
            seconds[step].append(time.perf_counter() - started)
    ratio = Ratio(tuple(seconds[ours]), tuple(seconds[bare]), against)
    report(f"{name or 'ours'}: {ratio}")
    return ratio


def report(line: str) -> None:
    """Keep what was measured for the end of the run: absolute times are told, not asserted."""
    MEASURED.append(line)
