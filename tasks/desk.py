"""The desk work is done at: which database, with what settings, at what time."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from domain.errors import Misuse, Refused
from models.engine import engine_for, explained
from models.registry import Directory, directory
from models.schema import require_current
from tasks.databases import database_url
from tasks.settings import Settings

LIVE = "live"


@dataclass(frozen=True)
class Desk:
    """One database at one moment.

    ``now`` is business time, ``recorded_at`` when things are really written (both aware); they
    differ when a command is entered late and on a simulated clock.
    """

    settings: Settings
    database: str
    engine: Engine
    now: datetime
    recorded_at: datetime

    @cached_property
    def directory(self) -> Directory:
        """The units and channels, read once a desk."""
        return directory(self.engine)

    @property
    def simulated(self) -> bool:
        """Whether this is a simulation, shown as 演示 wherever an operator looks."""
        return self.database != LIVE


def open_desk(
    settings: Settings, database: str, recorded_at: datetime, as_of: datetime | None = None
) -> Desk:
    """Sit down at a database whose schema fits; ``as_of`` replaces the clock as business time."""
    now = as_of or recorded_at
    if now.tzinfo is None:
        raise Misuse(f"时间 {now.isoformat()} 没有时区，请写成 2026-03-02T10:00:00+08:00 的形式。")
    engine = engine_for(database_url(settings, database, "app"))
    with explained():
        _require_there(engine, database)
        require_current(engine)
    return Desk(settings, database, engine, now, recorded_at)


def _require_there(engine: Engine, database: str) -> None:
    """Refuse a database that was never made; a refused connection says so in its text alone."""
    try:
        engine.connect().close()
    except DBAPIError as error:
        if f'database "{engine.url.database}" does not exist' in str(error.orig):
            raise Refused(
                f"数据库 {database} 还没有建立：live 和 demo 由 ./rectify up 建立，"
                "其他名称请核对 --database。"
            ) from None
        raise
