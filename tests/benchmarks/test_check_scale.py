"""The deadline check among a million open cases: its cost follows what is due, not what is open."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from statistics import median

import pytest

from tasks.settings import Settings
from tests.benchmarks.ground import Ground, laid
from tests.benchmarks.many_cases import settle
from tests.benchmarks.ratio import Step, alternate, report

pytestmark = pytest.mark.scale

SIZES = (10_000, 100_000, 1_000_000)
DUE = 1000
"""Due at every size where sizes are compared."""
IDLE_BOUND = 3
"""An idle check among a hundred times as many cases takes at most so many times as long."""
DUE_BOUND = 2
"""The same for DUE cases: among a million they lie on more and colder pages."""


@pytest.fixture(scope="module")
def grounds(postgres: Settings, seeded: str) -> Iterator[dict[int, Ground]]:
    """Ten thousand, a hundred thousand and a million open cases, each in its own database."""
    with ExitStack() as stack:
        yield {
            size: stack.enter_context(laid(postgres, seeded, f"open_{size}", size))
            for size in SIZES
        }


@pytest.mark.parametrize("share", [0.01, 0.1])
def test_among_a_million_a_check_takes_at_most_1_3_times_as_long_as_bare_sql(
    grounds: dict[int, Ground], share: float
) -> None:
    million = grounds[1_000_000]
    due = round(million.cases * share)
    if share < 0.1:  # once is enough, and a tenth of all is much to count
        million.require_the_same_rows(due)
    name = f"a check of {million.cases} cases, {due} due"
    ratio = alternate(partial(million.ours, due), partial(million.bare, due), name=name)
    assert ratio.median <= 1.3


def seconds(step: Step) -> float:
    """The median of seven times."""
    taken = []
    for _ in range(7):
        started = time.perf_counter()
        step()
        taken.append(time.perf_counter() - started)
    return median(taken)


def test_the_cost_grows_with_what_is_due_not_with_what_is_open(grounds: dict[int, Ground]) -> None:
    few, many = grounds[SIZES[0]], grounds[SIZES[-1]]
    for size, ground in grounds.items():
        settle(ground.bench)
        due, idle = seconds(partial(ground.ours, DUE)), seconds(ground.idle)
        report(f"a check of {size} cases: {DUE} due {due:.3f} s, idle {idle * 1000:.1f} ms")
    name, against = f"a check of {many.cases} cases", f"a check of {few.cases}"
    idle_ratio = alternate(many.idle, few.idle, name=f"{name}, idle", against=against)
    due_ratio = alternate(
        partial(many.ours, DUE), partial(few.ours, DUE), name=f"{name}, {DUE} due", against=against
    )
    assert idle_ratio.median <= IDLE_BOUND
    assert due_ratio.median <= DUE_BOUND
