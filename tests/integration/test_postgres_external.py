"""Somebody else's PostgreSQL, given by RECTIFY_DATABASE_URL."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg2
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from deployments.postgres import lease, process, status, stop
from deployments.postgres.binaries import find_binaries
from deployments.postgres.place import Place, locate, prepare, with_socket
from deployments.postgres.socket_dir import socket_folder
from domain.errors import Refused
from tasks.databases import (
    PREFECT,
    database_url,
    drop_database,
    ensure_database,
    prefect_database_url,
)
from tasks.settings import Settings, load_settings

RULES = """
CREATE ROLE keeper LOGIN CREATEDB CREATEROLE PASSWORD 'kee:p/er';
CREATE ROLE weak LOGIN PASSWORD 'weak';
"""


@contextmanager
def server(ctype: str) -> Iterator[Place]:
    """A plain server that is not ours, made by PostgreSQL's own programs."""
    outer = Path(tempfile.mkdtemp(prefix="rectify-test-", dir="/tmp"))
    outer.chmod(0o755)
    prepare(outer)
    place = locate(outer)
    place = with_socket(place, socket_folder(place))
    place.data.mkdir()
    place.account.own(place.data)
    found = find_binaries(place)
    locale = ["--locale=C", f"--lc-ctype={ctype}", "--encoding=UTF8", "--auth=trust", "-U", "root"]
    made, said = place.account.run([found.initdb, "-D", place.data, *locale])
    assert made, said
    place.account.start(
        [found.postgres, "-D", place.data, "-k", str(place.socket), "-c", "listen_addresses="],
        place.log,
    )
    while process.running(place) is None:
        pass
    try:
        yield place
    finally:
        process.stop(place)
        shutil.rmtree(outer)


@pytest.fixture(scope="module")
def external() -> Iterator[Place]:
    """One whose databases can search Chinese text; ``city`` and ``odd-name`` belong to keeper."""
    with server("C.UTF-8") as place:
        superuser(place, RULES)
        for name in ("city", "odd-name"):
            superuser(place, f'CREATE DATABASE "{name}" OWNER keeper')
        superuser(place, "CREATE DATABASE weak OWNER weak")
        yield place


def superuser(place: Place, statements: str) -> None:
    connection = psycopg2.connect(host=str(place.socket), user="root", dbname="postgres")
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement in filter(str.strip, statements.split(";")):
            cursor.execute(statement)
    connection.close()


def settings_for(place: Place, user: str, password: str, database: str) -> Settings:
    """Settings of a server reached by its socket; nothing of it is in the state folder."""
    url = f"postgresql://{user}:{quote(password, safe='')}@/{database}?host={place.socket}"
    return load_settings({"RECTIFY_DATABASE_URL": url, "RECTIFY_HOME": str(place.home / "unused")})


def whoami(url: str) -> tuple[str, ...]:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return tuple(connection.execute(text("SELECT current_user, current_database()")).one())


async def whoami_async(url: str) -> tuple[str, ...]:
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        found = await connection.execute(text("SELECT current_user, current_database()"))
        return tuple(found.one())


def test_its_databases_are_named_after_the_one_given(external: Place) -> None:
    settings = settings_for(external, "keeper", "kee:p/er", "city")
    for name in ("live", "demo", PREFECT, "live"):
        ensure_database(settings, name)
    assert whoami(database_url(settings, "live", "owner")) == ("keeper", "city")
    assert whoami(database_url(settings, "live", "app")) == ("rectify_app", "city")
    assert whoami(database_url(settings, "demo", "app")) == ("rectify_app", "city_demo")
    assert asyncio.run(whoami_async(prefect_database_url(settings))) == ("keeper", "city_prefect")
    drop_database(settings, "demo")
    with pytest.raises(Exception, match="does not exist"):
        whoami(database_url(settings, "demo", "owner"))


def test_a_database_with_an_odd_name_works(external: Place) -> None:
    settings = settings_for(external, "keeper", "kee:p/er", "odd-name")
    ensure_database(settings, "live")
    ensure_database(settings, "demo")
    assert whoami(database_url(settings, "demo", "app")) == ("rectify_app", "odd-name_demo")


def test_its_owner_can_hand_tables_to_the_new_roles(external: Place) -> None:
    settings = settings_for(external, "keeper", "kee:p/er", "city")
    ensure_database(settings, "live")
    engine = create_engine(database_url(settings, "live", "owner"), poolclass=NullPool)
    with engine.begin() as connection:
        for statement in (
            "CREATE FUNCTION answer() RETURNS int LANGUAGE sql AS 'SELECT 42'",
            "GRANT CREATE ON SCHEMA public TO rectify_identity",
            "ALTER FUNCTION answer() OWNER TO rectify_identity",
        ):
            connection.execute(text(statement))
        assert connection.scalar(text("SELECT answer()")) == 42


def test_no_server_of_ours_is_started_beside_it(external: Place) -> None:
    settings = settings_for(external, "keeper", "kee:p/er", "city")
    with lease(settings):
        assert status(settings).external
    assert stop(settings)
    assert not settings.home.exists()


def test_a_server_that_cannot_search_chinese_is_refused() -> None:
    with server("C") as place:
        superuser(place, "CREATE DATABASE city")
        with pytest.raises(Refused, match=r"LC_CTYPE.*C\.UTF-8"):
            ensure_database(settings_for(place, "root", "x", "city"), "live")


@pytest.mark.parametrize(
    ("user", "password", "database", "sentence"),
    [
        ("weak", "weak", "weak", "权限不足.*CREATEROLE"),
        ("keeper", "kee:p/er", "nowhere", "数据库不存在"),
        ("stranger", "x", "city", "RECTIFY_DATABASE_URL"),
    ],
)
def test_what_it_refuses_is_said_in_a_sentence(
    external: Place, user: str, password: str, database: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence) as caught:
        ensure_database(settings_for(external, user, password, database), "live")
    assert f":{quote(password, safe='')}@" not in caught.value.sentence


def test_a_server_that_does_not_answer_is_said_in_a_sentence(tmp_path: Path) -> None:
    url = f"postgresql://keeper:secret@/city?host={tmp_path}"
    settings = load_settings({"RECTIFY_DATABASE_URL": url})
    with pytest.raises(Refused, match="连接不上数据库") as caught:
        ensure_database(settings, "live")
    assert "secret" not in caught.value.sentence
