"""What a peer's timer does when it fires: move a case and journal it, in one transaction."""

import time

from sqlalchemy import Engine, create_engine

from models.engine import transaction

THREADS = 10
"""Actions at once; a connection each."""
PATIENCE = 600
"""Seconds after which a peer is given up."""
_TABLES = """
create table timed (id integer primary key, state text not null);
create table timed_history (id bigint generated always as identity primary key,
    case_id integer not null references timed, event text not null, at timestamptz not null);
insert into timed select n, 'open' from generate_series(1, %(count)s) n
"""
# One statement, one round trip: less than any program in earnest would do.
_FIRE = """
with moved as (update timed set state = 'late' where id = %(number)s returning id)
insert into timed_history (case_id, event, at) select id, 'fired', now() from moved
"""
_FIRED = "select count(*) from timed_history"
_engines: list[Engine] = []


def prepare(url: str, count: int) -> None:
    """Make the tables with ``count`` cases; from then on ``fire`` works on them."""
    _engines.append(create_engine(url, pool_size=THREADS, max_overflow=0))
    with transaction(_engines[-1]) as connection:
        connection.exec_driver_sql(_TABLES, {"count": count})


def fire(number: int) -> None:
    """Move a case and journal it; a timer's action, found by the name of this function."""
    with transaction(_engines[-1]) as connection:
        connection.exec_driver_sql(_FIRE, {"number": number})


def await_all(count: int) -> None:
    """Wait until ``count`` cases are journalled."""
    given_up = time.monotonic() + PATIENCE
    with _engines[-1].connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while connection.exec_driver_sql(_FIRED).scalar_one() < count:
            assert time.monotonic() < given_up, "the peer did not finish"
            time.sleep(0.05)


def finish() -> None:
    """Let go of the database."""
    _engines.pop().dispose()
