"""Making `.venv`, in this process: done once, done again after a cut, alone at a time."""

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deployments.stack import bootstrap, quality

LOCK = bootstrap.RUNTIME_LOCK
UNREACHABLE = f"nowhere==1 --hash=sha256:{'0' * 64}\n"
HOLD = """
import fcntl, os, sys
handle = os.open(sys.argv[1], os.O_RDONLY)
fcntl.flock(handle, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout that needs nothing, installed."""
    folder = tmp_path_factory.mktemp("a checkout")
    (folder / LOCK).write_text("# nothing is needed\n", "utf-8")
    assert bootstrap.main(folder, LOCK) == 0
    return folder


@pytest.fixture
def no_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_RETRIES", "0")


@pytest.fixture
def holder(checkout: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that installs in the same checkout."""
    command = [sys.executable, "-c", HOLD, str(checkout)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_what_is_installed_finds_the_checkout_from_anywhere(checkout: Path) -> None:
    (checkout / "ours.py").write_text("", "utf-8")
    python = checkout / ".venv" / "bin" / "python"
    assert subprocess.run([python, "-P", "-c", "import ours"], cwd="/", check=False).returncode == 0
    assert bootstrap.is_ready(checkout, LOCK)


def test_a_second_start_installs_nothing(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bootstrap.main(checkout, LOCK) == 0
    assert capsys.readouterr().err == ""


def test_a_cut_installation_is_taken_up_in_place(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = checkout / ".venv" / "kept"
    kept.touch()
    (checkout / ".venv" / "checkout").write_text("", "utf-8")
    assert bootstrap.main(checkout, LOCK) == 0
    assert capsys.readouterr().err == "依赖已装好。\n"
    assert kept.exists()


@pytest.mark.usefixtures("no_registry")
def test_a_lock_that_cannot_be_had_leaves_the_stamp_off(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    former = (checkout / LOCK).read_text("utf-8")
    (checkout / LOCK).write_text(UNREACHABLE, "utf-8")
    assert bootstrap.main(checkout, LOCK) == 1
    assert capsys.readouterr().err.startswith("连不上软件源")
    assert not bootstrap.is_ready(checkout, LOCK)
    (checkout / LOCK).write_text(former, "utf-8")
    assert bootstrap.main(checkout, LOCK) == 0


def test_a_full_disk_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / LOCK).touch()
    monkeypatch.setattr(bootstrap, "NEEDED_BYTES", 10**18)
    assert bootstrap.main(tmp_path, LOCK) == 1
    assert capsys.readouterr().err.startswith("磁盘空间不足")
    assert not (tmp_path / ".venv").exists()


def test_a_checkout_that_is_gone_is_an_error_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bootstrap.main(tmp_path / "gone", LOCK) == 1
    assert capsys.readouterr().err.startswith("依赖没有装成，请")


def test_two_at_once_wait_for_each_other(
    checkout: Path, holder: subprocess.Popen[str], capsys: pytest.CaptureFixture[str]
) -> None:
    handle = os.open(checkout, os.O_RDONLY)
    with pytest.raises(BlockingIOError):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.close(handle)
    assert holder.stdin is not None
    ending = ["/bin/sh", "-c", f"sleep 0.5; kill {holder.pid}"]
    with subprocess.Popen(ending):
        began = time.monotonic()
        assert bootstrap.main(checkout, LOCK) == 0
    assert time.monotonic() - began > 0.2
    assert capsys.readouterr().err == "另一个进程正在安装依赖，等它完成……\n"


def test_every_check_runs_and_the_end_names_what_failed(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    fails, passes = ("-c", "raise SystemExit(1)"), ("-c", "print('ran')")
    monkeypatch.setattr(quality, "CHECKS", (("甲", fails), ("乙", passes)))
    assert quality.main([]) == 1
    said = capfd.readouterr().out
    assert "ran" in said
    assert said.endswith("未通过：甲。\n")
    monkeypatch.setattr(quality, "CHECKS", (("乙", passes),))
    assert quality.main([]) == 0
    assert capfd.readouterr().out.endswith("全部通过。\n")


def test_named_tests_are_run_alone(capfd: pytest.CaptureFixture[str]) -> None:
    assert quality.main(["--version"]) == 0
    assert capfd.readouterr().out.startswith("pytest ")
