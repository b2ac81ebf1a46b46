"""Making and dropping databases, with what every one of ours needs.

The tables are made by the migrations: here a database gets its owner, who may connect, and the
extension that searches Chinese text. All of it may be repeated at any time.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from domain.errors import Refused
from tasks.addresses import (
    OLDEST_SERVER,
    PREFECT,
    Role,
    admin_url,
    database_name,
    database_url,
    prefect_database_url,
)
from tasks.coordinates import Coordinates, read_coordinates, write_coordinates
from tasks.database_errors import explained
from tasks.settings import Settings

__all__ = [
    "PREFECT",
    "Coordinates",
    "Role",
    "database_name",
    "database_url",
    "drop_database",
    "ensure_database",
    "prefect_database_url",
    "read_coordinates",
    "write_coordinates",
]

_NEW_ROLES = ("rectify_app", "rectify_identity")
_SET_PRIVILEGE_SINCE = 16
# Not DROP … WITH (FORCE): that fails on an autovacuum worker, which only a superuser may end, while
# the plain command asks the worker to leave and waits for it.
_END_SESSIONS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = :name AND backend_type = 'client backend' AND pid <> pg_backend_pid()
"""


def ensure_database(settings: Settings, name: str, template: str = "") -> None:
    """Make the database when it is missing, and give it what ours need.

    ``template`` is one of our databases, copied with all its content; a copy is ready as it is.
    An external server is refused when it is too old or cannot search Chinese text.
    """
    with explained(settings), _connect(admin_url(settings)) as admin:
        admin.execute(text("SELECT pg_advisory_lock(hashtext('rectify databases'))"))
        if settings.database_url is not None:
            _require_server(admin)
            _ensure_roles(admin)
        _create(admin, settings, name, template)
        _restrict(admin, database_name(settings, name), name)
        if name != PREFECT and not template:
            # Still under the lock: two at once would both make the extension.
            with _connect(database_url(settings, name, "owner")) as own:
                _require_chinese_search(own)


def drop_database(settings: Settings, name: str) -> None:
    """Drop a database with all its content, ending its connections; live and Prefect's are kept."""
    if name in {"live", PREFECT}:
        raise Refused(f"数据库 {name} 不能删除。")
    with explained(settings), _connect(admin_url(settings)) as admin:
        known_as = database_name(settings, name)
        admin.execute(text(_END_SESSIONS), {"name": known_as})
        admin.execute(text(f"DROP DATABASE IF EXISTS {_quote(admin, known_as)}"))


@contextmanager
def _connect(url: str) -> Iterator[Connection]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


def _major(connection: Connection) -> int:
    return int(connection.scalar(text("SHOW server_version_num"))) // 10_000


def _require_server(connection: Connection) -> None:
    if _major(connection) < OLDEST_SERVER:
        raise Refused(
            f"RECTIFY_DATABASE_URL 的 PostgreSQL 太旧，请升级到 {OLDEST_SERVER} 以上版本。"
        )
    encoding = connection.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise Refused(
            f"RECTIFY_DATABASE_URL 的数据库编码是 {encoding}，请以 ENCODING 'UTF8' 重建该数据库。"
        )


def _require_chinese_search(connection: Connection) -> None:
    """With ctype C, pg_trgm finds no letters in Chinese and every search comes back empty."""
    connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
    if not connection.scalar(text("SELECT cardinality(show_trgm('整改'))")):
        raise Refused(
            f"数据库 {connection.scalar(text('SELECT current_database()'))} 的 LC_CTYPE 是"
            f" {_ctype(connection)}，检索不了中文，请以 LC_CTYPE 'C.UTF-8' 重建该数据库。"
        )


def _ctype(connection: Connection) -> str:
    query = "SELECT datctype FROM pg_database WHERE datname = current_database()"
    return str(connection.scalar(text(query)))


def _ensure_roles(connection: Connection) -> None:
    """The owner must be able to act as each role, to hand it tables and functions."""
    privilege = "SET" if _major(connection) >= _SET_PRIVILEGE_SINCE else "MEMBER"
    for role in _NEW_ROLES:
        known = text("SELECT 1 FROM pg_roles WHERE rolname = :role")
        if not connection.scalar(known, {"role": role}):
            connection.execute(text(f"CREATE ROLE {role} NOLOGIN"))
        acts = text("SELECT pg_has_role(:role, :privilege)")
        if not connection.scalar(acts, {"role": role, "privilege": privilege}):
            connection.execute(text(f"GRANT {role} TO CURRENT_USER"))


def _create(connection: Connection, settings: Settings, name: str, template: str) -> None:
    database = database_name(settings, name)
    known = text("SELECT 1 FROM pg_database WHERE datname = :name")
    if connection.scalar(known, {"name": database}):
        return
    origin = _quote(connection, database_name(settings, template)) if template else "template0"
    # An external template0 may have another locale than the database its administrator made.
    locale = f" LC_COLLATE '{_collate(connection)}' LC_CTYPE '{_ctype(connection)}'"
    connection.execute(
        text(
            f"CREATE DATABASE {_quote(connection, database)} TEMPLATE {origin}"
            + ("" if template else f" ENCODING 'UTF8'{locale}")
        )
    )


def _collate(connection: Connection) -> str:
    query = "SELECT datcollate FROM pg_database WHERE datname = current_database()"
    return str(connection.scalar(text(query)))


def _restrict(connection: Connection, database: str, name: str) -> None:
    """Only those who work there may connect; Prefect's database was restricted when it was made."""
    if name == PREFECT:
        return
    quoted = _quote(connection, database)
    connection.execute(text(f"REVOKE ALL ON DATABASE {quoted} FROM PUBLIC"))
    connection.execute(text(f"GRANT CONNECT, TEMPORARY ON DATABASE {quoted} TO rectify_app"))


def _quote(connection: Connection, identifier: str) -> str:
    return connection.dialect.identifier_preparer.quote_identifier(identifier)
