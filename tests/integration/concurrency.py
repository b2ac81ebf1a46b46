"""Several at once, and sessions that end as in a crash."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from tests.integration.conftest import Bench

T = TypeVar("T")


def at_once(*jobs: Callable[[], T]) -> list[T]:
    """Run jobs at the same time; what one raises comes out here."""
    start = threading.Barrier(len(jobs))

    def run(job: Callable[[], T]) -> T:
        start.wait(timeout=30)
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs, timeout=120))


def end_sessions(bench: Bench) -> None:
    """End every session of the application, as a crash of its machine would."""
    bench.value(
        "select count(pg_terminate_backend(pid)) from pg_stat_activity"
        " where datname = current_database() and pid <> pg_backend_pid()"
        " and usename = 'rectify_app'"
    )
