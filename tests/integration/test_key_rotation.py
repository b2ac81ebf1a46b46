"""Keys of identities rotated: everything opens before, during and after; killed, it is finished."""

import os
import signal
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from deployments.stack.databases import hold_keys
from domain.errors import Misuse, Refused
from models.identity import Sealer, lookup_mark, read_identity
from models.identity_rotation import key_counts
from models.intake_rows import IntakeReport
from tasks.desk import Desk
from tasks.intake import intake_rows
from tasks.key_file import alone, key_path, read_keys
from tasks.key_rotation import keys_in_file, retire_key, rotate, waiting
from tasks.secrets import keys_for
from tasks.settings import CHECKOUT, Settings
from tests.integration.conftest import MONDAY, Bench, Terminal

PEOPLE = 60
RUN = """
import sys
from datetime import datetime
from pathlib import Path
from models import identity_rotation
from tasks.key_rotation import rotate
from tasks.settings import Settings
identity_rotation.BATCH = 5
home, now = sys.argv[1:]
rotate(Settings(home=Path(home)), datetime.fromisoformat(now), "王科",
       lambda count: (print(count, flush=True), sys.stdin.readline()))
"""
"""A rotation that waits to be told to go on after each batch."""


class Office:
    """A state folder of its own on the tests' server, with people who reported."""

    def __init__(self, settings: Settings, bench: Bench) -> None:
        self.settings, self.bench = settings, bench
        self.name = str(bench.engine.url.database).removeprefix("rectify_")

    def desk(self) -> Desk:
        return Desk(self.settings, self.name, self.bench.engine, MONDAY, MONDAY)

    def take_in(self, first: int, last: int) -> IntakeReport:
        rows = [
            {"编号": str(n), "事由": f"第{n}件", "反映人": f"王{n}", "电话": f"1380000{n:04d}"}
            for n in range(first, last + 1)
        ]
        return intake_rows(self.desk(), rows, "12345", "现场")

    @property
    def engine(self) -> Engine:
        return self.bench.engine

    def opened(self, number: int) -> str:
        keys = keys_for(self.engine, self.settings.home)
        no = f"QD2026-{number:06d}"
        return read_identity(self.engine, keys, no, "office:王科", "核对轮换")[0].name

    def by_key(self) -> dict[str, int]:
        return dict(key_counts(self.engine))


@pytest.fixture
def office(bench: Bench, postgres: Settings, tmp_path: Path) -> Office:
    home = tmp_path / "home"
    home.mkdir()
    (home / "database.json").write_bytes((postgres.home / "database.json").read_bytes())
    made = Office(replace(postgres, home=home), bench)
    made.take_in(1, PEOPLE)
    return made


def test_a_rotation_seals_everything_under_a_new_key_and_nothing_is_lost(office: Office) -> None:
    path = key_path(office.settings.home)
    before = read_keys(path)
    done = rotate(office.settings, MONDAY, "王科")
    after = read_keys(path)
    assert (done.made, done.resealed, done.broken) == (True, {office.name: PEOPLE}, [])
    assert office.by_key() == {after.current: PEOPLE}
    assert set(after.sealing) == {before.current, after.current}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [office.opened(n) for n in (1, PEOPLE)] == ["王1", f"王{PEOPLE}"]
    marks = office.bench.rows("select lookup from identity.reporter order by case_id limit 1")
    assert bytes(marks[0][0]) == lookup_mark(after.lookup, "", "13800000001")  # type: ignore[call-overload]
    assert after.lookup != before.lookup
    assert after.content_key == before.content_key
    again = office.take_in(1, PEOPLE)
    assert (again.duplicate, again.opened) == (PEOPLE, 0)
    assert office.bench.value("select count(*) from intake_version") == 0


def test_a_rotation_is_logged_by_the_batch_and_a_start_goes_on_with_the_new_keys(
    office: Office,
) -> None:
    rotate(office.settings, MONDAY, "王科")
    assert office.bench.rows("select case_id, reader, purpose, cases from identity.reading") == [
        (None, "office:王科", "密钥轮换", PEOPLE)
    ]
    hold_keys(office.settings, [office.name])
    office.take_in(PEOPLE + 1, PEOPLE + 1)
    assert set(office.by_key()) == {read_keys(key_path(office.settings.home)).current}


@pytest.mark.parametrize("batches", [0, 4])
def test_killed_in_the_middle_both_keys_open_and_the_next_run_finishes(
    office: Office, batches: int
) -> None:
    old = read_keys(key_path(office.settings.home)).current
    words = [sys.executable, "-c", RUN, str(office.settings.home), MONDAY.isoformat()]
    pipe = subprocess.PIPE
    with subprocess.Popen(words, cwd=CHECKOUT, stdin=pipe, stdout=pipe, text=True) as run:
        assert run.stdout is not None
        assert run.stdin is not None
        for _ in range(batches):
            assert run.stdout.readline() == "5\n"
            run.stdin.write("\n")
            run.stdin.flush()
        assert run.stdout.readline() == "5\n"
        os.kill(run.pid, signal.SIGKILL)
    assert run.returncode == -signal.SIGKILL
    new = read_keys(key_path(office.settings.home)).current
    assert set(office.by_key()) == {old, new}
    assert [office.opened(n) for n in (1, PEOPLE)] == ["王1", f"王{PEOPLE}"]
    with pytest.raises(Refused, match=f"密钥 {old} 还在使用"):
        retire_key(office.settings, old)
    left = office.by_key()[old]
    assert left == PEOPLE - 5 * (batches + 1)
    assert waiting(office.settings) == left
    done = rotate(office.settings, MONDAY, "王科")
    assert (done.made, done.key, done.resealed) == (False, new, {office.name: left})
    assert office.by_key() == {new: PEOPLE}


def test_killed_before_anything_was_sealed_again_the_database_follows_the_file(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tasks.key_rotation.bind_keys", stop)
    with pytest.raises(KeyboardInterrupt):
        rotate(office.settings, MONDAY, "王科")
    monkeypatch.undo()
    hold_keys(office.settings, [office.name])
    assert office.opened(1) == "王1"
    assert rotate(office.settings, MONDAY, "王科").resealed == {office.name: PEOPLE}


def test_two_at_once_are_one_too_many(office: Office) -> None:
    with (
        alone(key_path(office.settings.home)),
        pytest.raises(Refused, match="另一次密钥轮换正在进行"),
    ):
        rotate(office.settings, MONDAY, "王科")
    with pytest.raises(Misuse, match="经办人"):
        rotate(office.settings, MONDAY, " ")
    assert len(read_keys(key_path(office.settings.home)).sealing) == 1


def test_what_an_older_process_seals_meanwhile_is_sealed_again_later(office: Office) -> None:
    stale = read_keys(key_path(office.settings.home))
    rotate(office.settings, MONDAY, "王科")
    sealed, mark = Sealer(stale).seal("QD2026-000001/2", "李四", "")
    with office.engine.begin() as connection:
        connection.exec_driver_sql(
            "insert into identity.reporter_version select id, 2, %s, %s, %s"
            " from rectification_case where no = 'QD2026-000001'",
            (stale.current, sealed, mark),
        )
    done = rotate(office.settings, MONDAY, "王科", new=False)
    assert (done.made, done.resealed) == (False, {office.name: 1})
    keys = keys_for(office.engine, office.settings.home)
    found = read_identity(office.engine, keys, "QD2026-000001", "office:王科", "核对轮换")
    assert [one.name for one in found] == ["王1", "李四"]


def test_an_unused_key_is_retired_and_nothing_comes_in_under_it_any_more(office: Office) -> None:
    stale = read_keys(key_path(office.settings.home))
    with pytest.raises(Refused, match="正在使用，不能停用"):
        retire_key(office.settings, stale.current)
    rotate(office.settings, MONDAY, "王科")
    retire_key(office.settings, stale.current)
    after = read_keys(key_path(office.settings.home))
    assert list(after.sealing) == [after.current]
    hold_keys(office.settings, [office.name])
    assert office.opened(1) == "王1"
    sealed, mark = Sealer(stale).seal("QD2026-000001/2", "李四", "")
    with (
        pytest.raises(Exception, match="sealed with a retired key"),
        office.engine.begin() as connection,
    ):
        connection.exec_driver_sql(
            "insert into identity.reporter_version select id, 2, %s, %s, %s"
            " from rectification_case where no = 'QD2026-000001'",
            (stale.current, sealed, mark),
        )
    with pytest.raises(Misuse, match="没有密钥"):
        retire_key(office.settings, stale.current)


def test_a_database_that_still_needs_a_retired_key_is_refused_at_the_start(office: Office) -> None:
    rotate(office.settings, MONDAY, "王科")
    with office.bench.owner.begin() as connection:
        connection.exec_driver_sql("update identity.reporter set key_id = 'gone' where case_id = 1")
    with pytest.raises(Refused, match="密钥 gone 加密"):
        hold_keys(office.settings, [office.name])


def test_what_was_tampered_with_is_named_and_does_not_hold_up_the_rest(office: Office) -> None:
    with office.bench.owner.begin() as connection:
        connection.exec_driver_sql(
            "update identity.reporter r set sealed = '\\x00112233445566778899aabbccddeeff'"
            " from rectification_case c where c.id = r.case_id and c.no = 'QD2026-000002'"
        )
    done = rotate(office.settings, MONDAY, "王科")
    assert (done.broken, done.resealed) == (["QD2026-000002"], {office.name: PEOPLE - 1})
    listed, uncounted = keys_in_file(office.settings)
    assert [key.current for key in listed] == [True, False]
    assert [key.reporters[office.name] for key in listed] == [PEOPLE - 1, 1]
    assert uncounted == []


def test_by_command_keys_are_rotated_listed_and_retired(
    bench: Bench, terminal: Terminal, postgres: Settings
) -> None:
    office = Office(postgres, bench)
    office.take_in(1, PEOPLE)
    path, held = key_path(postgres.home), f"{office.name} {PEOPLE} 件"
    old = read_keys(path).current
    told = terminal("identity", "rotate", "--actor", "王科")
    new = read_keys(path).current
    assert f"已造新密钥 {new} 并启用" in told
    assert held in told
    again = terminal("identity", "rotate", "--only-reseal", "--actor", "王科")
    assert f"现用密钥为 {new}，没有造新的" in again
    listed = {key["id"]: key["current"] for key in terminal.document("identity", "keys")["keys"]}
    assert (listed[old], listed[new]) == (False, True)
    assert held in terminal("identity", "keys")
    assert f"密钥 {old} 已停用" in terminal("identity", "retire", old)
    assert old not in read_keys(path).sealing
