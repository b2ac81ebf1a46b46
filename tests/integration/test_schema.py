"""Migrations up and down, what they and the table classes agree on, and who may do what."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import ProgrammingError
from sqlmodel import SQLModel

from deployments.reference.seed import seed
from domain import codes
from domain.errors import Refused
from models import tables  # noqa: F401  (fills the metadata)
from models.engine import connect
from models.rulebook import book_for
from models.schema import current, downgrade, newest, require_current, upgrade
from models.sealing import seal
from tasks.databases import database_url, drop_database, ensure_database
from tasks.settings import Settings
from tests.conftest import Database
from tests.integration.concurrency import at_once
from tests.integration.conftest import MONDAY, Bench

_STRUCTURE = """
select 'column', table_schema || '.' || table_name || '.' || column_name,
    data_type || is_nullable || coalesce(column_default, '') || coalesce(identity_generation, '')
from information_schema.columns where table_schema in ('public', 'identity')
union all
select 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
from pg_constraint
where conrelid <> 0 and connamespace::regnamespace::text in ('public', 'identity')
union all
select 'index', indexname, indexdef from pg_indexes where schemaname in ('public', 'identity')
union all
select 'function', oid::regprocedure::text, pg_get_functiondef(oid) || proowner::regrole
from pg_proc
where pronamespace::regnamespace::text = 'identity' or proname in ('history_hash', 'append_only')
union all
select 'grant', table_schema || '.' || table_name,
    string_agg(grantee || ' ' || privilege_type, ',' order by grantee, privilege_type)
from information_schema.role_table_grants where table_schema in ('public', 'identity') group by 2
order by 1, 2, 3
"""


def structure(url: str) -> list[tuple[object, ...]]:
    engine = connect(url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.exec_driver_sql(_STRUCTURE)]
    engine.dispose()
    return found


@pytest.fixture
def owner(database: Database) -> Iterator[Engine]:
    engine = create_engine(database.owner_url)
    yield engine
    engine.dispose()


def test_down_and_up_again_gives_the_same_database(database: Database) -> None:
    before = structure(database.owner_url)
    assert len(before) > 300
    downgrade(database.owner_url, "base")
    assert [row[1] for row in structure(database.owner_url) if row[0] != "grant"] == [
        "public.alembic_version.version_num",
        "alembic_version.alembic_version_pkc",
        "alembic_version.alembic_version_version_num_not_null",
        "alembic_version_pkc",
    ]
    upgrade(database.owner_url)
    assert structure(database.owner_url) == before


def test_a_filled_database_goes_down_and_up(bench: Bench, database: Database) -> None:
    bench.dispatch(bench.open())
    url = bench.owner.url.render_as_string(hide_password=False)
    before = structure(url)
    downgrade(url, "base")
    upgrade(url)
    assert structure(url) == before
    seed(url, MONDAY)
    bench.dispatch(bench.open())
    assert bench.value("select count(*) from rectification_case") == 1


def test_an_upgrade_of_a_database_that_is_up_to_date_changes_nothing(bench: Bench) -> None:
    bench.open()
    url = bench.owner.url.render_as_string(hide_password=False)
    upgrade(url)
    assert bench.value("select count(*) from rectification_case") == 1


def test_two_upgrades_at_once_do_not_collide(postgres: Settings) -> None:
    ensure_database(postgres, "collision")
    url = database_url(postgres, "collision", "owner")
    try:
        at_once(*[lambda: upgrade(url)] * 3)
        engine = connect(url)
        require_current(engine)
        engine.dispose()
    finally:
        drop_database(postgres, "collision")


def test_an_upgrade_that_waits_too_long_says_so(
    database: Database, owner: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.schema.PATIENCE", "50ms")
    with owner.begin() as connection:
        connection.exec_driver_sql("lock table alembic_version")
        with pytest.raises(Refused, match="正被其他操作占用"):
            upgrade(database.owner_url)


def test_the_table_classes_describe_the_migrated_database(owner: Engine) -> None:
    def ours(_object: object, name: str | None, kind: str, *_: object) -> bool:
        return (kind, name) != ("table", "alembic_version")

    with owner.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_schemas": True,
                "include_name": lambda name, kind, _: (
                    kind != "schema" or name in {None, "identity"}
                ),
                "include_object": ours,
                "compare_type": True,
            },
        )
        differences = compare_metadata(context, SQLModel.metadata)
    assert [d for d in differences if not _same_type(d)] == []


def _same_type(difference: object) -> bool:
    """SQLModel's strings have no length, and the database calls them text."""
    if not isinstance(difference, list):
        return False
    kind, *_, found, declared = difference[0]
    return bool(kind == "modify_type" and str(found) == "TEXT" and str(declared) == "VARCHAR")


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [
        ("rectification_case", "state", codes.State),
        ("rectification_case", "kind", codes.Kind),
        ("rectification_case", "urgency", codes.Urgency),
        ("rectification_case", "mode", codes.Mode),
        ("rectification_case", "environment", codes.Environment),
        ("rectification_case", "result", codes.Result),
        ("clock", "kind", codes.ClockKind),
        ("request", "kind", codes.RequestKind),
    ],
)
def test_the_constraints_allow_exactly_the_codes(
    owner: Engine, table: str, column: str, values: type[codes.Term]
) -> None:
    with owner.connect() as connection:
        definition = connection.exec_driver_sql(
            "select pg_get_constraintdef(oid) from pg_constraint where conname = %(name)s",
            {"name": f"{table}_{column}_check"},
        ).scalar_one()
    assert set(re.findall(r"'(\w+)'", definition)) == {str(value) for value in values}


@pytest.mark.parametrize(
    "statement",
    [
        "update history set actor = 'x'",
        "delete from history",
        "truncate history",
        "update seal set seq = 1",
        "delete from seal",
        "truncate seal",
        "delete from rectification_case",
        "delete from fired",
        "delete from notice",
        "delete from command_key",
        "truncate clock cascade",
        "select * from identity.reporter",
        "update identity.reporter set key_id = 'x'",
        "delete from identity.reading",
        "update alembic_version set version_num = 'x'",
        "alter table history disable trigger user",
        (
            "drop function history_hash(bytea, bigint, integer, text, text, text, timestamptz,"
            " timestamptz, jsonb)"
        ),
    ],
)
def test_the_application_may_not(bench: Bench, statement: str) -> None:
    with (
        bench.engine.connect() as connection,
        pytest.raises(ProgrammingError, match=r"permission denied|must be owner"),
    ):
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    "statement",
    ["update history set actor = 'x'", "delete from history", "truncate history cascade"],
)
def test_not_even_the_owner_changes_history_by_mistake(bench: Bench, statement: str) -> None:
    bench.open()
    with (
        bench.owner.connect() as connection,
        pytest.raises(Exception, match="history is append-only"),
    ):
        connection.exec_driver_sql(statement)


def test_identity_is_read_by_its_function_alone_and_every_reading_is_logged(bench: Bench) -> None:
    bench.open()
    with bench.engine.begin() as connection:
        connection.exec_driver_sql(
            "insert into identity.reporter"
            " select id, 'k1', '\\x01', '\\x02' from rectification_case"
        )
        sealed = connection.exec_driver_sql(
            "select r.* from rectification_case c, identity.read(c.id, '王科', '电话回复') r"
        ).one()
        assert (sealed.key_id, bytes(sealed.sealed)) == ("k1", b"\x01")
    assert bench.rows("select reader, purpose from identity.reading") == [("王科", "电话回复")]
    with (
        bench.engine.connect() as connection,
        pytest.raises(Exception, match="reading_purpose_check"),
    ):
        connection.exec_driver_sql("select identity.read(1, '王科', '')")


def test_an_older_schema_is_refused_with_what_to_do(database: Database) -> None:
    downgrade(database.owner_url, "base")
    engine = connect(database.owner_url)
    with pytest.raises(Refused, match=r"版本为 空，程序需要 \d+，请先运行 \./rectify up 升级"):
        require_current(engine)
    engine.dispose()


def test_a_newer_schema_is_refused_by_everything(database: Database, owner: Engine) -> None:
    with owner.begin() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    with pytest.raises(Refused, match="9999 比程序新"):
        require_current(owner)
    with pytest.raises(Refused, match="9999 比程序新"):
        upgrade(database.owner_url)
    with pytest.raises(Refused, match="9999 比程序新"):
        downgrade(database.owner_url, "base")


def test_the_present_schema_is_accepted(database: Database, owner: Engine) -> None:
    require_current(owner)
    with owner.connect() as connection:
        assert current(connection) == newest()


def test_a_database_never_seeded_says_so(owner: Engine) -> None:
    with owner.connect() as connection, pytest.raises(Refused, match=r"请先运行 \./rectify up"):
        book_for(owner).rules(connection)


def test_sessions_speak_utc(bench: Bench) -> None:
    def zone(connection: Connection) -> object:
        return connection.exec_driver_sql("show timezone").scalar_one()

    with bench.engine.connect() as connection:
        assert zone(connection) == "UTC"


def test_the_application_may_seal(bench: Bench) -> None:
    bench.open()
    assert seal(bench.engine, date(2026, 3, 2), MONDAY) == 1
