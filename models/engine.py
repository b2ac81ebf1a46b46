"""Connections to the database, and its errors turned into ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from sqlalchemy import Connection, Engine, create_engine, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from domain.errors import Refused

_UNIQUE = "23505"
_CHECK = "23514"
_BUSY = "所需数据正被其他操作占用，未改动任何内容，请稍后重试。"
_SENTENCES = {
    "40001": _BUSY,
    "40P01": _BUSY,
    "55P03": _BUSY,
    "53100": "数据库所在磁盘已满，未写入任何内容；请清理磁盘后重试。",
    "53300": "数据库连接数已满，请稍后重试或调大 max_connections。",
}
"""By SQLSTATE; whatever is not here is said with its code."""

_SESSION = (
    "-c timezone=UTC -c jit=off -c lock_timeout=60s -c idle_in_transaction_session_timeout=10min"
)
"""Compiling would take longer than any of our statements; nobody waits for ever for a process that
was stopped in the middle of its work."""


def connect(url: str) -> Engine:
    """Make an engine for ``url``; sessions speak UTC, so that no setting changes what is read.

    The URL's own ``options`` stay: on an external server they say which role does the work.
    """
    address = make_url(url)
    given = address.query.get("options", "")
    return create_engine(
        address.difference_update_query(["options"]),
        pool_pre_ping=True,
        pool_size=4,
        max_overflow=4,
        connect_args={
            "connect_timeout": 10,
            "application_name": "rectify",
            "options": f"{given} {_SESSION}",
        },
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


class DatabaseBusy(Refused):
    """Every connection of this process is in use."""

    def __init__(self) -> None:
        super().__init__("本进程的数据库连接都在使用中，未写入任何内容，请稍后重试。")


@contextmanager
def explained() -> Iterator[None]:
    """Turn database errors within into ours, without values of the statement."""
    try:
        yield
    except PoolTimeout:
        raise DatabaseBusy from None
    except DBAPIError as error:
        raise _translated(error) from None


@contextmanager
def transaction(engine: Engine) -> Iterator[Connection]:
    """Run one transaction; database errors come out as ours."""
    with explained(), engine.begin() as connection:
        yield connection


@contextmanager
def session_lock(engine: Engine, key: int) -> Iterator[bool]:
    """Hold an advisory lock for the block, on a session of its own; yields whether it was free.

    It ends with the session, so that whoever is killed leaves nothing locked.
    """
    with explained(), engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        got = connection.exec_driver_sql(f"select pg_try_advisory_lock({key})").scalar_one()
        try:
            yield bool(got)
        finally:
            if got:
                connection.exec_driver_sql(f"select pg_advisory_unlock({key})")


def _translated(error: DBAPIError) -> Refused:
    code = getattr(error.orig, "pgcode", None)
    if code is None and isinstance(error, OperationalError | InterfaceError):
        return DatabaseAway()  # a connection refused or lost carries no code
    if code in _SENTENCES:
        return Refused(_SENTENCES[code])
    constraint = getattr(getattr(error.orig, "diag", None), "constraint_name", None)
    if code in {_UNIQUE, _CHECK} and constraint:
        return Refused(f"数据库约束 {constraint} 拒绝了这次写入，未改动任何内容。")
    if isinstance(error, OperationalError):
        return Refused(f"数据库暂时不可用（{code}），请稍后重试。")
    return Refused(f"数据库拒绝了这次操作（{code or '未说明'}），未改动任何内容。")
