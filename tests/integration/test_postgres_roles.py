"""What each role of the embedded server may do, and what the server never writes down."""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from deployments.postgres import status
from domain.errors import Misuse, Refused
from tasks.databases import (
    PREFECT,
    database_url,
    drop_database,
    ensure_database,
    prefect_database_url,
    read_coordinates,
)
from tasks.settings import Settings

REVEAL = """
CREATE FUNCTION identity.reveal() RETURNS text SECURITY DEFINER
BEGIN ATOMIC SELECT name FROM identity.persons; END
"""


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        yield connection


@pytest.fixture
def owner(postgres: Settings) -> Iterator[Connection]:
    ensure_database(postgres, "roles")
    with connected(database_url(postgres, "roles", "owner")) as connection:
        yield connection
    drop_database(postgres, "roles")


@pytest.fixture
def app(postgres: Settings, owner: Connection) -> Iterator[Connection]:
    with connected(database_url(postgres, "roles", "app")) as connection:
        yield connection


def refused(connection: Connection, statement: str) -> bool:
    with pytest.raises(DBAPIError) as caught:
        connection.execute(text(statement))
    return getattr(caught.value.orig, "pgcode", None) == "42501"


def test_nobody_who_can_log_in_is_a_superuser_or_makes_roles(owner: Connection) -> None:
    query = "SELECT rolname, rolsuper, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolcanlogin"
    assert {tuple(row) for row in owner.execute(text(query))} == {
        ("rectify_owner", False, False, True),
        ("rectify_app", False, False, False),
        ("rectify_prefect", False, False, False),
    }


def test_the_application_reads_only_what_it_was_granted(owner: Connection, app: Connection) -> None:
    owner.execute(text("CREATE TABLE history (n int)"))
    assert refused(app, "SELECT * FROM history")
    owner.execute(text("GRANT SELECT, INSERT ON history TO rectify_app"))
    app.execute(text("INSERT INTO history VALUES (1)"))
    for statement in ("UPDATE history SET n = 2", "DELETE FROM history", "TRUNCATE history"):
        assert refused(app, statement)
    assert owner.scalar(text("SELECT n FROM history")) == 1


def test_the_application_makes_no_databases_tables_or_roles(app: Connection) -> None:
    for statement in (
        "CREATE DATABASE mine",
        "CREATE TABLE mine (n int)",
        "CREATE ROLE mine",
        "SET ROLE rectify_owner",
        "SET ROLE rectify_identity",
        "SELECT pg_read_file('postgresql.conf')",
    ):
        assert refused(app, statement)


def test_a_function_can_be_handed_to_the_identity_role(owner: Connection, app: Connection) -> None:
    for statement in (
        "CREATE SCHEMA identity",
        "CREATE TABLE identity.persons (name text)",
        "INSERT INTO identity.persons VALUES ('甲')",
        "GRANT USAGE, CREATE ON SCHEMA identity TO rectify_identity",
        "GRANT SELECT ON identity.persons TO rectify_identity",
        REVEAL,
        "ALTER FUNCTION identity.reveal() OWNER TO rectify_identity",
        "GRANT USAGE ON SCHEMA identity TO rectify_app",
    ):
        owner.execute(text(statement))
    assert refused(app, "SELECT * FROM identity.persons")
    assert app.scalar(text("SELECT identity.reveal()")) == "甲"


def test_prefect_reaches_its_own_database_and_no_other(postgres: Settings) -> None:
    ensure_database(postgres, PREFECT)
    ensure_database(postgres, "live")

    async def whoami(url: str) -> tuple[str, ...]:
        engine = create_async_engine(url, poolclass=NullPool)
        async with engine.connect() as connection:
            await connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
            row = (await connection.execute(text("SELECT current_user, current_database()"))).one()
        return tuple(row)

    url = prefect_database_url(postgres)
    assert asyncio.run(whoami(url)) == ("rectify_prefect", "prefect")
    with pytest.raises(Exception, match="permission denied"):
        asyncio.run(whoami(url.replace("/prefect?", "/rectify_live?")))


def test_neither_owner_nor_application_reaches_prefects_database(postgres: Settings) -> None:
    for role in ("owner", "app"):
        url = database_url(postgres, "live", "owner" if role == "owner" else "app")
        with (
            pytest.raises(OperationalError, match="permission denied"),
            connected(url.replace("/rectify_live?", "/prefect?")),
        ):
            pass


def test_a_wrong_password_is_not_let_in(postgres: Settings) -> None:
    at = read_coordinates(postgres.home)
    for role in ("rectify_owner", "postgres"):
        url = f"postgresql+psycopg2://{role}:wrong@/postgres?host={at.host}&port={at.port}"
        with pytest.raises(OperationalError, match="authentication failed"), connected(url):
            pass


def test_coordinates_are_readable_by_their_owner_alone(postgres: Settings) -> None:
    path = postgres.home / "database.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert set(json.loads(path.read_text())["passwords"]) == {
        "rectify_owner",
        "rectify_app",
        "rectify_prefect",
    }
    password = read_coordinates(postgres.home).passwords["rectify_app"]
    assert password not in repr(read_coordinates(postgres.home))


def test_chinese_text_is_searchable(owner: Connection) -> None:
    assert owner.scalar(text("SELECT similarity('噪声扰民', '噪声扰民问题')")) > 0


def test_the_log_never_holds_a_statement_or_its_values(
    postgres: Settings, owner: Connection
) -> None:
    owner.execute(text("CREATE TABLE secrets (phone text UNIQUE, n int)"))
    for phone in ("13800001111", "13800001111"):
        try:
            owner.execute(text("INSERT INTO secrets VALUES (:p, 1)"), {"p": phone})
        except DBAPIError:
            continue
    with pytest.raises(DBAPIError):
        owner.execute(text("SELECT 'mima13800002222'::int"))
    log = (postgres.home / "postgres" / "postgres.log").read_text()
    assert "ready to accept connections" in log
    assert "1380000" not in log
    assert "secrets" not in log


def test_no_tcp_port_is_opened(postgres: Settings, owner: Connection) -> None:
    assert owner.scalar(text("SHOW listen_addresses")) == ""
    socket = status(postgres).socket
    assert socket is not None
    assert socket.stat().st_mode & 0o777 == 0o700


def test_a_copy_has_the_content_and_the_rights_of_ours(
    postgres: Settings, owner: Connection
) -> None:
    owner.execute(text("CREATE TABLE copied (n int)"))
    owner.execute(text("GRANT SELECT ON copied TO rectify_app"))
    owner.close()
    ensure_database(postgres, "copy", template="roles")
    with connected(database_url(postgres, "copy", "app")) as app:
        assert app.scalar(text("SELECT count(*) FROM copied")) == 0
        drop_database(postgres, "copy")
    with pytest.raises(OperationalError, match="does not exist"):
        connected(database_url(postgres, "copy", "app")).__enter__()


def test_many_may_make_the_same_database_at_once(postgres: Settings) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: ensure_database(postgres, "crowd"), range(8)))
    with connected(database_url(postgres, "crowd", "app")) as app:
        assert app.scalar(text("SELECT show_trgm('整改') <> '{}'"))
    drop_database(postgres, "crowd")


def test_live_and_prefect_are_never_dropped(postgres: Settings) -> None:
    for name in ("live", PREFECT):
        with pytest.raises(Refused, match=name):
            drop_database(postgres, name)


def test_prefects_database_is_not_one_of_ours(postgres: Settings) -> None:
    with pytest.raises(Misuse, match="prefect"):
        database_url(postgres, PREFECT, "owner")


def test_a_missing_database_is_said_in_a_sentence(postgres: Settings) -> None:
    with pytest.raises(Refused, match="数据库不存在"):
        ensure_database(postgres, "late", template="missing")
