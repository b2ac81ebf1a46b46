"""Database errors come out as sentences that say what to do, without values."""

import pytest
from sqlalchemy import Connection, create_engine

from domain.errors import Refused
from models.engine import DatabaseAway, DatabaseBusy, connect, transaction
from models.loading import lock
from tests.integration.conftest import Bench


def test_a_lock_held_too_long_is_said_in_a_sentence(bench: Bench) -> None:
    no = bench.open()
    bench.dispatch(no)
    with bench.owner.begin() as connection:
        connection.exec_driver_sql("select from rectification_case for update")
        with pytest.raises(Refused, match="正被其他操作占用"), transaction(bench.engine) as mine:
            _lock_within(mine, "50ms", no)


def _lock_within(connection: Connection, wait: str, no: str) -> None:
    connection.exec_driver_sql(f"set local lock_timeout = '{wait}'")
    lock(connection, [no])


def test_a_database_that_is_not_there_is_said_in_a_sentence() -> None:
    engine = connect("postgresql+psycopg2://nobody@127.0.0.1:1/nothing")
    with pytest.raises(DatabaseAway, match="连接不上数据库"), transaction(engine):
        raise AssertionError


def test_running_out_of_connections_is_said_in_a_sentence(bench: Bench) -> None:
    url = bench.engine.url
    engine = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=0.05)
    with (
        transaction(engine),
        pytest.raises(DatabaseBusy, match="都在使用中"),
        transaction(engine),
    ):
        raise AssertionError
    engine.dispose()


def test_a_session_that_was_cut_off_is_replaced(bench: Bench) -> None:
    no = bench.open()
    with pytest.raises(Refused, match="连接不上数据库"), transaction(bench.engine) as connection:
        connection.exec_driver_sql("select pg_terminate_backend(pg_backend_pid())")
    bench.dispatch(no)


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        (
            "update rectification_case set level = 9",
            "数据库约束 rectification_case_level_check 拒绝了这次写入，未改动任何内容。",
        ),
        ("select 张三", "数据库拒绝了这次操作（42703），未改动任何内容。"),
        (
            "set statement_timeout = 1; select pg_sleep(1)",
            "数据库暂时不可用（57014），请稍后重试。",
        ),
    ],
)
def test_database_errors_carry_no_values(bench: Bench, statement: str, sentence: str) -> None:
    bench.open()
    with pytest.raises(Refused) as refused, transaction(bench.engine) as connection:
        connection.exec_driver_sql(statement)
    assert refused.value.sentence == sentence
    assert refused.value.__suppress_context__
