"""The deadline check among 100,000 open cases against bare set-based SQL that writes the same."""

import time
from functools import partial

import pytest

from tests.benchmarks.ground import Ground, lay
from tests.benchmarks.ratio import alternate, report
from tests.integration.conftest import Bench

CASES = 100_000
DUE = CASES // 100


@pytest.fixture
def ground(bench: Bench) -> Ground:
    return lay(bench, CASES)


def test_a_check_takes_at_most_half_as_long_again_as_bare_sql(ground: Ground) -> None:
    ground.require_the_same_rows(DUE)
    name = f"a check of {CASES} cases, {DUE} due"
    ratio = alternate(partial(ground.ours, DUE), partial(ground.bare, DUE), name=name)
    assert ratio.median <= 1.5


def test_an_idle_check_does_not_look_at_every_case(ground: Ground) -> None:
    ground.ours(DUE)
    started = time.perf_counter()
    ground.idle()
    idle = time.perf_counter() - started
    started = time.perf_counter()
    ground.bench.value("select count(*) from clock where next_at + interval '0' <= now()")
    whole = time.perf_counter() - started
    report(f"an idle check of {CASES} cases: {idle:.4f} s, a full scan {whole:.4f} s")
    assert idle < whole
