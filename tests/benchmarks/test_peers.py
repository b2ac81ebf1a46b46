"""Ten thousand timers due at once: our check, and what others offer for it, in the same run.

The peers' timers write two rows each; our check writes clock, case, history, rung, notices and
documents. Peers are compared where they are installed (optional dependencies ``peers``).
"""

import time
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

import pytest

from tasks.databases import database_url, drop_database, ensure_database
from tasks.settings import Settings
from tests.benchmarks import peer_action
from tests.benchmarks.ground import Ground, laid
from tests.benchmarks.ratio import report

pytestmark = pytest.mark.scale

CASES = 100_000
DUE = 10_000
PEERS = [
    pytest.param(
        peer,
        marks=pytest.mark.skipif(
            find_spec(peer) is None, reason=f"{peer} is not installed (optional: peers)"
        ),
    )
    for peer in ("apscheduler", "dbos")
]


@pytest.fixture(scope="module")
def ground(postgres: Settings, seeded: str) -> Iterator[Ground]:
    with laid(postgres, seeded, "beside_peers", CASES) as ground:
        yield ground


@pytest.mark.parametrize("peer", PEERS)
def test_ten_thousand_due_at_once_are_fired_no_slower_than_by_a_peer(
    ground: Ground, postgres: Settings, peer: str
) -> None:
    module = import_module(f"tests.benchmarks.peer_{peer}")
    name = f"peer_{peer}"
    ensure_database(postgres, name)
    url = database_url(postgres, name, "owner")
    peer_action.prepare(url, DUE)
    try:
        theirs = module.seconds(url, DUE)
    finally:
        peer_action.finish()
        drop_database(postgres, name)
    started = time.perf_counter()
    ground.ours(DUE)
    ours = time.perf_counter() - started
    report(f"{DUE} due at once: ours {ours:.2f} s, {peer} {theirs:.1f} s")
    assert ours <= theirs
