"""`up`, `down` and what happens when a part of the running stack is killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from deployments import postgres
from deployments.stack import record
from deployments.stack.health import answers
from deployments.stack.lifecycle import StackStatus, status
from tasks.settings import Settings, load_settings

Rectify = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    """A home of one's own, with a free port."""
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("", 0)) as other:
        prefect, portal = one.getsockname()[1], other.getsockname()[1]
    ports = {"RECTIFY_PREFECT_PORT": str(prefect), "RECTIFY_PORTAL_PORT": str(portal)}
    return os.environ | ports | {"RECTIFY_HOME": str(home), "HOME": ""}


@pytest.fixture
def settings(environment: dict[str, str]) -> Settings:
    return load_settings(environment)


@pytest.fixture
def rectify(environment: dict[str, str]) -> Iterator[Rectify]:
    """Runs a command to its end; what it started is stopped afterwards."""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "deployments.cli", *words],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    yield run
    run("down")


def eventually(condition: Callable[[], bool], seconds: float = 60.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.2)
    return condition()


def processes_of(home: Path) -> list[str]:
    """The command lines and environments that name this home."""
    found = []
    for process in psutil.process_iter():
        try:
            words = " ".join(process.cmdline())
            if str(home) in words or process.environ().get("RECTIFY_HOME") == str(home):
                found.append(words)
        except psutil.Error:
            continue
    return found


def kill(settings: Settings, service: str) -> Callable[[], bool]:
    """Kills a service; the answer tells whether another one has taken its place."""
    former = record.read(settings.home).services[service][1].pid
    os.kill(former, signal.SIGKILL)

    def replaced() -> bool:
        now = record.read(settings.home).services.get(service, [])
        return len(now) == 2 and now[1].pid != former and status(settings).state == "running"

    return replaced


def test_every_part_that_is_killed_comes_back(rectify: Rectify, settings: Settings) -> None:
    started = rectify("up", "--detach", "--empty")
    assert started.returncode == 0, started.stderr
    assert "系统已就绪" in started.stdout
    assert f"http://127.0.0.1:{settings.prefect_port}/v2" in started.stdout
    for service in ("worker", "portal", "server"):
        assert eventually(kill(settings, service)), service
    database = postgres.status(settings).pid
    assert database is not None
    os.kill(database, signal.SIGKILL)
    assert eventually(lambda: postgres.status(settings).pid not in {None, database})
    assert eventually(lambda: answers(f"{settings.api_url}/ready"))


def test_down_leaves_no_process_and_no_lock(rectify: Rectify, settings: Settings) -> None:
    assert rectify("up", "--detach", "--empty").returncode == 0
    again = rectify("up", "--detach")
    assert again.returncode == 0
    assert "已在运行" in again.stdout
    stopped = rectify("down")
    assert stopped.returncode == 0, stopped.stderr
    assert processes_of(settings.home) == []
    assert not (settings.home / "stack.lock").exists()
    assert status(settings) == StackStatus(
        state="stopped",
        page=f"http://127.0.0.1:{settings.prefect_port}/v2",
        supervisor=None,
        services={},
        left=[],
        database=False,
    )
    assert rectify("down").returncode == 0


def test_a_killed_supervisor_takes_everything_along_and_up_starts_anew(
    rectify: Rectify, settings: Settings
) -> None:
    assert rectify("up", "--detach", "--empty").returncode == 0
    supervisor = status(settings).supervisor
    assert supervisor is not None
    os.kill(supervisor, signal.SIGKILL)
    assert eventually(lambda: processes_of(settings.home) == [])
    assert rectify("up", "--detach", "--empty").returncode == 0
    assert status(settings).state == "running"


def test_a_taken_port_is_said_and_nothing_is_left(rectify: Rectify, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", settings.prefect_port)):
        refused = rectify("up", "--detach", "--empty")
    assert refused.returncode == 1
    assert refused.stderr.count("\n") == 1
    assert f"端口 {settings.prefect_port} 已被进程 {os.getpid()}" in refused.stderr
    assert eventually(lambda: processes_of(settings.home) == [])


def test_interrupted_in_the_foreground_it_stops_all(
    environment: dict[str, str], settings: Settings
) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "deployments.cli", "up", "--empty"],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as running:
        assert running.stdout is not None
        assert any("系统已就绪" in line for line in iter(running.stdout.readline, ""))
        os.killpg(running.pid, signal.SIGINT)
        assert "系统已停止，数据保留。" in running.stdout.read()
    assert running.returncode == 0
    assert eventually(lambda: processes_of(settings.home) == [])


def test_status_tells_machines_too(rectify: Rectify) -> None:
    seen = rectify("status", "--json")
    assert seen.returncode == 0
    assert json.loads(seen.stdout)["state"] == "stopped"
