"""The database a replay works in: its own, empty at the start, and used by one replay at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from sqlalchemy import make_url

from domain.errors import Refused
from models.engine import connect
from models.replays import holds_others
from tasks.addresses import PREFECT, database_name, database_url
from tasks.databases import drop_database, ensure_database
from tasks.desk import LIVE, Desk
from tasks.settings import Settings


@contextmanager
def alone(settings: Settings, database: str) -> Iterator[None]:
    """Be the only replay in a database; refuses when one is running there."""
    with (settings.home / f"replaying-{database}").open("a") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(f"数据库 {database} 中正在回放，请等它结束。") from None
        yield


@contextmanager
def hasty(desk: Desk) -> Iterator[Desk]:
    """Give the same desk where no commit waits for the disk: what a crash loses is played again."""
    url = make_url(database_url(desk.settings, desk.database, "app"))
    options = f"{url.query.get('options', '')} -c synchronous_commit=off"
    address = url.update_query_dict({"options": options})
    engine = connect(address.render_as_string(hide_password=False))
    try:
        yield replace(desk, engine=engine)
    finally:
        engine.dispose()


def refuse_real(settings: Settings, database: str) -> None:
    """Refuse the databases that no simulation may touch, and names that are none."""
    database_name(settings, database)
    if database in {LIVE, PREFECT}:
        raise Refused(f"回放不能在数据库 {database} 中进行，请用 --database 另选，如 replay。")


def sweep(settings: Settings, database: str) -> None:
    """Drop a database that holds nothing but what a replay put there, if anything.

    A simulation starts over instead of resuming. Cases of any other origin are refused.
    """
    refuse_real(settings, database)
    ensure_database(settings, database)
    engine = connect(database_url(settings, database, "owner"))
    try:
        others = holds_others(engine)
    finally:
        engine.dispose()
    if others:
        raise Refused(
            f"数据库 {database} 里有不是回放产生的案件，不能清空；请用 --database 另选一个名称。"
        )
    drop_database(settings, database)
