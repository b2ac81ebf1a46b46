"""Connections to the database, and its errors turned into ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError, OperationalError

from domain.errors import Refused

_UNIQUE = "23505"
_CHECK = "23514"
_LOCK_NOT_AVAILABLE = "55P03"
_DISK_FULL = "53100"


def connect(url: str) -> Engine:
    """Make an engine for ``url``; sessions speak UTC, so that no setting changes what is read."""
    return create_engine(
        url,
        pool_pre_ping=True,
        pool_size=4,
        max_overflow=4,
        connect_args={"connect_timeout": 10, "application_name": "rectify"},
    )


@cache
def engine_for(url: str) -> Engine:
    """Share one engine a process and URL."""
    return connect(url)


class DatabaseAway(Refused):
    """The database cannot be reached."""

    def __init__(self) -> None:
        super().__init__(
            "连接不上数据库，请确认 ./rectify up 正在运行，或检查 RECTIFY_DATABASE_URL。"
        )


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Run one transaction; database errors come out as ours, without values of the statement."""
    try:
        with engine.begin() as connection:
            yield connection
    except OperationalError as error:
        raise _operational(error) from None
    except DBAPIError as error:
        raise _translated(error) from None


def _operational(error: OperationalError) -> Refused:
    code = getattr(error.orig, "pgcode", None)
    if code == _LOCK_NOT_AVAILABLE:
        return Refused("案件正被其他操作占用，请稍后重试。")
    if code == _DISK_FULL:
        return Refused("数据库所在磁盘已满，未写入任何内容；请清理磁盘后重试。")
    return DatabaseAway() if code is None else Refused(f"数据库暂时不可用（{code}），请稍后重试。")


def _translated(error: DBAPIError) -> Refused:
    code = getattr(error.orig, "pgcode", None)
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    if code in {_UNIQUE, _CHECK} and constraint:
        return Refused(f"数据库约束 {constraint} 拒绝了这次写入，未改动任何内容。")
    return Refused(f"数据库拒绝了这次操作（{code}），未改动任何内容。")
