"""What the supervisor does about a service or an errand that ended."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployments.stack import startup, watch
from deployments.stack.crew import Crew
from deployments.stack.record import Record
from deployments.stack.rounds import STALE_CODE
from deployments.stack.services import Service, prefect_server, worker
from deployments.stack.watch import Watch
from tasks.settings import Settings


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def rounds(tmp_path: Path, said: list[str]) -> Iterator[Watch]:
    """A watch over nothing yet, that looks at neither database nor heartbeat by itself."""
    crew = Crew(tmp_path, Record(), said.append)
    never = {"database": float("inf"), "heartbeat": float("inf")}
    yield Watch(crew, Settings(home=tmp_path), due=never)
    crew.stop()


def ending(name: str, code: int) -> Service:
    command = (sys.executable, "-c", f"raise SystemExit({code})")
    return Service(name, f"测试{name}", command, dict(os.environ))


def ended(rounds: Watch, name: str, code: int) -> None:
    """Starts a service that ends at once, and lets the watch see it."""
    child = rounds.crew.start(ending(name, code))
    child.guard.wait(20)
    rounds.round(time.monotonic())


def test_a_service_that_died_is_started_again_after_its_pause(
    rounds: Watch, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeper = Service(
        "worker", "执行器", (sys.executable, "-c", "import time; time.sleep(600)"), dict(os.environ)
    )
    monkeypatch.setitem(watch._SERVICES, "worker", lambda _: sleeper)
    ended(rounds, "worker", 7)
    assert "测试worker已退出（退出码 7）" in said[0]
    assert said[0].endswith("1 秒后重新启动。")
    rounds.round(time.monotonic())
    assert "worker" not in rounds.crew.children
    rounds.round(time.monotonic() + 1)
    assert rounds.crew.children["worker"].code() is None


def test_the_sample_is_played_to_its_end_only_once(rounds: Watch, said: list[str]) -> None:
    ended(rounds, startup.SAMPLE, 1)
    assert said[-1].endswith("可用 ./rectify campaign play 再推演一次。")
    assert not startup.sample_played(rounds.settings)
    ended(rounds, startup.SAMPLE, 0)
    assert said[-1] == "样例推演已完成。"
    assert startup.sample_played(rounds.settings)


def test_a_missed_check_is_run_by_the_supervisor(rounds: Watch, said: list[str]) -> None:
    ended(rounds, "heartbeat", STALE_CODE)
    assert said == ["期限检查已超过两轮没有执行，由监管程序直接执行一次。"]
    check = rounds.crew.children["check"].service
    assert check.command[-3:] == ("-m", "deployments.cli", "check")


def test_a_failed_errand_is_told_and_a_good_one_is_not(rounds: Watch, said: list[str]) -> None:
    ended(rounds, "heartbeat", 0)
    assert said == []
    ended(rounds, "check", STALE_CODE)
    assert "测试check已退出" in said[0]
    assert rounds.crew.children == {}


def test_the_heartbeat_is_looked_at_when_it_is_due(rounds: Watch) -> None:
    rounds.due["heartbeat"] = 0
    rounds.round(100)
    assert rounds.due["heartbeat"] == 100 + watch.HEARTBEAT_SECONDS
    looking = rounds.crew.children["heartbeat"].service
    assert looking.command[-1] == "deployments.stack.heartbeat"


def test_only_the_server_knows_its_database(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url="postgresql://me:secret@db/case")
    secret = "PREFECT_SERVER_DATABASE_CONNECTION_URL"
    assert "case_prefect" in prefect_server(settings).environment[secret]
    assert secret not in worker(settings).environment
