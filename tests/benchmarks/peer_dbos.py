"""DBOS: delayed workflows on a queue, which are its durable timers."""

import time
from concurrent.futures import ThreadPoolExecutor

from dbos import DBOS, SetEnqueueOptions

from tests.benchmarks import peer_action

SETTING_UP = 90
"""Seconds within which all timers are set; then they are due."""


def seconds(url: str, count: int) -> float:
    """How long it takes to run ``count`` workflows from the instant at which all are due."""
    DBOS(
        config={
            "name": "timers",
            "system_database_url": url,
            "log_level": "ERROR",
            "max_executor_threads": peer_action.THREADS,
        }
    )
    # Not as a step of its own, which would commit once more.
    workflow = DBOS.workflow(name="fire")(peer_action.fire)
    DBOS.launch()
    try:
        queue = DBOS.register_queue("timers", polling_interval_sec=0.1)
        due = time.time() + SETTING_UP

        def enqueue(number: int) -> None:
            with SetEnqueueOptions(delay_seconds=due - time.time()):
                queue.enqueue(workflow, number)

        with ThreadPoolExecutor(peer_action.THREADS) as pool:
            list(pool.map(enqueue, range(1, count + 1)))
        assert time.time() < due, "setting the timers took too long"
        time.sleep(due - time.time())
        started = time.perf_counter()
        peer_action.await_all(count)
        return time.perf_counter() - started
    finally:
        DBOS.destroy()
