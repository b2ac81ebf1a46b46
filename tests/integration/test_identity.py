"""Reporters' identities: sealed on the way in, opened only through the function that logs it."""

import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy.exc import ProgrammingError

from domain.errors import Misuse, Refused
from models.executing import UnknownCase
from models.identity import (
    Keys,
    Reporter,
    Sealer,
    bind_keys,
    keys_in_use,
    lookup_mark,
    read_identity,
)
from tasks.desk import Desk
from tasks.intake import intake_rows
from tasks.secrets import ensure_keys, keys_for
from tasks.settings import Settings
from tests.integration.conftest import MONDAY, Bench

ROWS = [
    {"编号": "1", "事由": "停水", "反映人": "王女士", "电话": "138-0000-1234"},
    {"编号": "2", "事由": "噪声", "反映人": "李先生", "电话": "+86 13800001234"},
    {"编号": "3", "事由": "断电", "反映人": "", "电话": ""},
]


@pytest.fixture
def keys(bench: Bench, tmp_path: Path) -> Keys:
    """Keys of a home in which three problems came in, the last from nobody."""
    desk = Desk(Settings(home=tmp_path), "test", bench.engine, MONDAY, MONDAY)
    intake_rows(desk, ROWS, "12345", "现场")
    return ensure_keys(tmp_path, rows_present=True)


def no(number: int) -> str:
    return f"QD2026-{number:06d}"


def test_what_came_in_is_read_back_and_the_reading_logged(bench: Bench, keys: Keys) -> None:
    found = read_identity(bench.engine, keys, no(1), "office:王科", "电话回访")
    assert found == (Reporter("王女士", "138-0000-1234"),)
    assert bench.rows(
        "select c.no, r.reader, r.purpose from identity.reading r"
        " join rectification_case c on c.id = r.case_id"
    ) == [(no(1), "office:王科", "电话回访")]


def test_nothing_of_a_reporter_stands_in_the_database_in_the_clear(
    bench: Bench, keys: Keys
) -> None:
    assert keys.current
    for table in ("identity.reporter", "rectification_case", "history", "intake_row"):
        stored = repr(bench.rows(f"select t::text from {table} t"))
        for word in (
            "王女士",
            "13800001234",
            "138-0000",
            "王女士".encode().hex(),
            b"0000-1234".hex(),
        ):
            assert word not in stored


def test_a_case_without_a_reporter_says_so(bench: Bench, keys: Keys) -> None:
    assert bench.rows("select no, reachable from rectification_case order by no") == [
        (no(1), True),
        (no(2), True),
        (no(3), False),
    ]
    with pytest.raises(Refused, match="没有登记反映人"):
        read_identity(bench.engine, keys, no(3), "office", "回访")


def test_an_unknown_case_and_a_reading_without_reader_or_purpose_are_refused(
    bench: Bench, keys: Keys
) -> None:
    with pytest.raises(UnknownCase):
        read_identity(bench.engine, keys, no(9), "office", "回访")
    for reader, purpose in (("", "回访"), ("office", "  ")):
        with pytest.raises(Misuse, match="查看人和用途"):
            read_identity(bench.engine, keys, no(1), reader, purpose)
    assert bench.value("select count(*) from identity.reading") == 0


def test_the_application_cannot_read_the_table_itself(bench: Bench, keys: Keys) -> None:
    assert keys.current
    for statement in (
        "select * from identity.reporter",
        "update identity.reporter set sealed = ''",
        "delete from identity.reporter",
        "delete from identity.reading",
        "update identity.reading set reader = 'x'",
        "insert into identity.reading (case_id, reader, purpose) values (1, 'x', 'y')",
    ):
        with pytest.raises(ProgrammingError, match="denied"), bench.engine.begin() as connection:
            connection.exec_driver_sql(statement)


def test_a_sealed_reporter_moved_to_another_case_does_not_open(bench: Bench, keys: Keys) -> None:
    with bench.owner.begin() as connection:
        connection.exec_driver_sql(
            "update identity.reporter a set sealed = b.sealed from identity.reporter b,"
            " rectification_case c where c.no = %(to)s and a.case_id = c.id and b.case_id <> c.id",
            {"to": no(1)},
        )
    with pytest.raises(Refused, match="打不开"):
        read_identity(bench.engine, keys, no(1), "office", "回访")


def test_a_key_that_is_not_there_is_named(bench: Bench, keys: Keys) -> None:
    other = Keys("other", {"other": bytes(32)}, bytes(32))
    with pytest.raises(Refused, match=f"缺少打开案件 {no(1)} 反映人身份的密钥 {keys.current}"):
        read_identity(bench.engine, other, no(1), "office", "回访")
    wrong = Keys(keys.current, {keys.current: bytes(32)}, bytes(32))
    with pytest.raises(Refused, match="密钥不对"):
        read_identity(bench.engine, wrong, no(1), "office", "回访")


def test_an_older_key_opens_what_it_sealed(bench: Bench, keys: Keys) -> None:
    both = Keys("new", {**keys.sealing, "new": bytes(32)}, keys.lookup)
    found = read_identity(bench.engine, both, no(2), "office", "回访")
    assert [one.name for one in found] == ["李先生"]


def test_the_same_number_has_the_same_mark_however_it_is_written(bench: Bench, keys: Keys) -> None:
    marks = bench.rows("select lookup from identity.reporter order by case_id")
    assert [bytes(mark) for (mark,) in marks] == [  # type: ignore[call-overload]
        lookup_mark(keys.lookup, "", "13800001234")
    ] * 2


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("甲", "１３８００００１２３４"), ("乙", "008613800001234"), True),
        (("A0001", ""), (" a0001", "无号码"), True),
        (("", "分机 12"), ("", "分机12"), True),
        (("甲", "13800001234"), ("甲", "13800001235"), False),
        (("甲", ""), ("乙", ""), False),
        (("13800001234", ""), ("", "13800001234"), False),
    ],
)
def test_marks_tell_people_apart(
    one: tuple[str, str], other: tuple[str, str], *, same: bool
) -> None:
    key = bytes(32)
    assert (lookup_mark(key, *one) == lookup_mark(key, *other)) is same
    assert lookup_mark(key, *one) != lookup_mark(b"1" * 32, *one)


def test_sealing_the_same_twice_shows_nothing() -> None:
    sealer = Sealer(Keys("k", {"k": bytes(32)}, bytes(32)))
    assert sealer.seal(no(1), "王女士", "1")[0] != sealer.seal(no(1), "王女士", "1")[0]


def test_keys_are_made_once_for_their_owner_alone(tmp_path: Path) -> None:
    made = ensure_keys(tmp_path, rows_present=False)
    assert ensure_keys(tmp_path, rows_present=True) == made
    path = tmp_path / "keys" / "identity.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]
    assert len({*made.sealing.values(), made.lookup}) == 2
    shown = repr(made)
    assert made.lookup.hex() not in shown
    assert repr(made.lookup) not in shown


def test_a_missing_key_with_rows_present_is_refused_and_none_is_made(
    bench: Bench, keys: Keys, tmp_path: Path
) -> None:
    assert keys_in_use(bench.engine)
    path = tmp_path / "keys" / "identity.json"
    path.unlink()
    with pytest.raises(Refused, match=r"密钥文件 .*不见了"):
        keys_for(bench.engine, tmp_path)
    assert not path.exists()
    assert keys.current


def test_another_key_than_the_database_knows_is_refused(
    bench: Bench, keys: Keys, tmp_path: Path
) -> None:
    bind_keys(bench.engine, keys)
    (tmp_path / "keys" / "identity.json").unlink()
    ensure_keys(tmp_path, rows_present=False)
    with pytest.raises(Refused, match="不是同一把"):
        keys_for(bench.engine, tmp_path)


def test_a_database_without_reporters_takes_new_keys(bench: Bench, tmp_path: Path) -> None:
    assert not keys_in_use(bench.engine)
    keys_for(bench.engine, tmp_path)
    assert keys_in_use(bench.engine)


def test_two_that_make_keys_at_once_get_the_same(tmp_path: Path) -> None:
    start, found = Barrier(8), list[Keys]()

    def make() -> None:
        start.wait()
        found.append(ensure_keys(tmp_path, rows_present=False))

    threads = [Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert all(keys == found[0] for keys in found)


Damage = Callable[[dict[str, object]], object]


@pytest.mark.parametrize(
    "damage",
    [
        lambda kept: kept.pop("lookup"),
        lambda kept: kept.update(current="other"),
        lambda kept: kept.update(lookup="c2hvcnQ="),
        lambda kept: kept.update(lookup="!"),
        lambda kept: kept.update(sealing=[]),
    ],
)
def test_a_damaged_key_file_is_refused(tmp_path: Path, damage: Damage) -> None:
    ensure_keys(tmp_path, rows_present=False)
    path = tmp_path / "keys" / "identity.json"
    kept = json.loads(path.read_text())
    damage(kept)
    path.write_text(json.dumps(kept))
    with pytest.raises(Refused, match="内容损坏"):
        ensure_keys(tmp_path, rows_present=True)
    path.write_text("{")
    with pytest.raises(Refused, match="内容损坏"):
        ensure_keys(tmp_path, rows_present=True)


def test_a_key_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    ensure_keys(tmp_path, rows_present=False)
    path = tmp_path / "keys" / "identity.json"
    path.chmod(0o640)
    with pytest.raises(Refused, match="chmod 600"):
        ensure_keys(tmp_path, rows_present=True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_key_file_of_somebody_else_is_refused(tmp_path: Path) -> None:
    ensure_keys(tmp_path, rows_present=False)
    (tmp_path / "keys" / "identity.json").chmod(0)
    with pytest.raises(Refused, match="没有权限"):
        ensure_keys(tmp_path, rows_present=True)
