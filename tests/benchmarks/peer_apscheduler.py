"""APScheduler 3 with its jobs in PostgreSQL."""

import time
from datetime import datetime, timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.background import BackgroundScheduler

from domain.calendar import SHANGHAI
from tests.benchmarks import peer_action


def seconds(url: str, count: int) -> float:
    """How long it takes to fire ``count`` jobs that are due at once."""
    scheduler = BackgroundScheduler(
        jobstores={"default": SQLAlchemyJobStore(url=url)},
        executors={"default": ThreadPoolExecutor(peer_action.THREADS)},
        job_defaults={"misfire_grace_time": None},
        timezone=SHANGHAI,
    )
    scheduler.start(paused=True)
    due = datetime.now(SHANGHAI) - timedelta(seconds=1)
    for number in range(1, count + 1):
        scheduler.add_job(peer_action.fire, "date", run_date=due, args=[number])
    started = time.perf_counter()
    scheduler.resume()
    peer_action.await_all(count)
    taken = time.perf_counter() - started
    scheduler.shutdown()
    return taken
