"""Children end with their supervisor, however it ends, and never anybody else's processes."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from deployments.stack import record
from deployments.stack.child import Child
from deployments.stack.crew import Crew
from deployments.stack.identity import Identity
from deployments.stack.record import Record
from deployments.stack.services import Service
from domain.errors import Refused

SLEEP = (sys.executable, "-c", "import time; time.sleep(600)")
FLEE = """
import subprocess, sys, time
run = [sys.executable, "-c", "import time; time.sleep(600)"]
print(subprocess.Popen(run, start_new_session=True).pid, flush=True)
time.sleep(600)
"""
"""Starts a process in a session of its own, as Prefect does for flow runs, and tells its id."""

FLEEING = (sys.executable, "-c", FLEE)
SUPERVISOR = """
import os, sys, time
from pathlib import Path
from deployments.stack.crew import Crew
from deployments.stack.record import Record
from deployments.stack.services import Service
crew = Crew(Path(sys.argv[1]), Record(), print)
crew.start(Service("sleeper", "眠", tuple(sys.argv[2:]), dict(os.environ), 2.0))
print("started", flush=True)
time.sleep(600)
"""


def service(*command: str, name: str = "sleeper", grace: float = 2.0) -> Service:
    return Service(name, "测试服务", command, dict(os.environ), grace)


def eventually(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


def gone(*processes: Identity) -> bool:
    return not any(process.is_alive() for process in processes)


def fled(log: Path) -> Identity:
    """The process that the service put into a session of its own."""
    assert eventually(lambda: log.read_text().strip().isdigit())
    found = Identity.of(int(log.read_text()))
    assert found is not None
    return found


def supervised(home: Path, *command: str) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", SUPERVISOR, str(home), *command]
    supervisor = subprocess.Popen(words, stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout is not None
    assert supervisor.stdout.readline() == "started\n"
    return supervisor


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_supervisor_leaves_no_child(tmp_path: Path, number: signal.Signals) -> None:
    with supervised(tmp_path, *FLEEING) as supervisor:
        children = record.read(tmp_path).left()
        escaped = fled(tmp_path / "logs" / "sleeper.log")
        assert len(children) == 2
        supervisor.send_signal(number)
    assert eventually(lambda: gone(*children, escaped))


def test_a_child_that_ignores_the_polite_signal_is_killed(tmp_path: Path) -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(1, flush=True)"
    )
    child = Child.start(service(sys.executable, "-c", f"{deaf}; time.sleep(600)"), tmp_path)
    assert eventually(lambda: child.log.read_text() == "1\n")
    child.stop()
    assert gone(*child.identities)


def test_stopping_ends_what_fled_into_another_session(tmp_path: Path) -> None:
    child = Child.start(service(*FLEEING), tmp_path)
    escaped = fled(child.log)
    child.stop()
    assert gone(*child.identities, escaped)


def test_a_child_is_ended_even_when_its_guard_was_killed(tmp_path: Path) -> None:
    child = Child.start(service(*SLEEP), tmp_path)
    guard, sleeper = child.identities
    os.kill(guard.pid, signal.SIGKILL)
    assert eventually(lambda: child.code() is not None)
    assert child.why_dead() == "测试服务被信号 9 终止"
    assert sleeper.is_alive()
    child.stop()
    assert gone(sleeper)


def test_a_child_started_where_sigint_is_ignored_still_hears_it(tmp_path: Path) -> None:
    former = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        child = Child.start(service(*SLEEP), tmp_path)
    finally:
        signal.signal(signal.SIGINT, former)
    os.kill(child.identities[1].pid, signal.SIGINT)
    assert eventually(lambda: child.code() is not None)
    child.stop()


def test_a_dead_child_tells_its_last_words_of_this_run_only(tmp_path: Path) -> None:
    (tmp_path / "sleeper.log").write_text("words of a former run\n", "utf-8")
    failing = service(sys.executable, "-c", "import sys; sys.exit('端口已被占用')")
    child = Child.start(failing, tmp_path)
    assert eventually(lambda: child.code() is not None)
    assert child.why_dead() == (
        f"测试服务已退出（退出码 1）：端口已被占用（日志 {tmp_path / 'sleeper.log'}）"
    )
    child.stop()
    silent = Child.start(service(sys.executable, "-c", "raise SystemExit(3)"), tmp_path)
    assert eventually(lambda: silent.code() == 3)
    assert "没有留下说明" in silent.last_words()
    silent.stop()


def test_the_sweep_ends_recorded_processes_and_forgets_them(tmp_path: Path) -> None:
    crew = Crew(tmp_path, Record(Identity.of(os.getpid())), print)
    child = crew.start(service(*SLEEP))
    swept = record.sweep(tmp_path)
    assert swept == child.identities
    assert gone(*child.identities)
    assert record.read(tmp_path) == Record()
    crew.stop()


def test_a_reused_process_id_is_spared() -> None:
    with subprocess.Popen(SLEEP) as stranger:
        mine = Identity(stranger.pid, psutil.Process(stranger.pid).create_time() - 60)
        assert not mine.is_alive()
        mine.end(1.0)
        assert stranger.poll() is None
        stranger.kill()


def test_an_ended_process_is_nobody() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    assert Identity.of(process.pid) is None


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"supervisor": 1, "ready": true, "services": {}}']
)
def test_a_damaged_record_counts_as_none(tmp_path: Path, text: str) -> None:
    record.path(tmp_path).write_text(text, "utf-8")
    assert record.read(tmp_path) == Record()


def test_a_failed_step_refuses_with_its_last_words(tmp_path: Path) -> None:
    crew = Crew(tmp_path, Record(), print)
    with pytest.raises(Refused, match="测试服务没有成功：磁盘已满"):
        crew.run(service(sys.executable, "-c", "import sys; sys.exit('磁盘已满')"), 20)
    crew.run(service(sys.executable, "-c", ""), 20)
    with pytest.raises(Refused, match="测试服务超过 0 秒没有完成"):
        crew.run(service(*SLEEP), 0.2)
    assert crew.children == {}


def test_a_grown_log_is_put_aside(tmp_path: Path) -> None:
    log = tmp_path / "sleeper.log"
    log.touch()
    os.truncate(log, 20_000_000)
    Child.start(service(sys.executable, "-c", "print(1)"), tmp_path).stop()
    assert log.with_suffix(".log.1").stat().st_size == 20_000_000
    assert log.stat().st_size < 100
