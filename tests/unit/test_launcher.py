"""`./rectify` on machines that lack something: one sentence, what is wrong and what to do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deployments.stack.bootstrap import CAUSES, OTHERWISE, explain, is_ready, pip_environment
from tasks.settings import CHECKOUT

NO_REGISTRY = {
    "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
    "PIP_CONFIG_FILE": os.devnull,
    "PIP_NO_CACHE_DIR": "1",
    "PIP_RETRIES": "0",
}
INHERITED_PIP = ("PIP_FIND_LINKS", "PIP_EXTRA_INDEX_URL", "PIP_NO_INDEX")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A fresh checkout, in a folder whose name has a space, with nothing installed."""
    fresh = tmp_path / "a checkout"
    (fresh / "deployments" / "stack").mkdir(parents=True)
    for name in ("rectify", "requirements.lock", "deployments/stack/bootstrap.py"):
        shutil.copy(CHECKOUT / name, fresh / name)
    return fresh


def launch(checkout: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name not in INHERITED_PIP}
    return subprocess.run(
        [checkout / "rectify", "status"],
        env=inherited | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def interpreter(folder: Path, body: str) -> str:
    """A pretended Python that answers the launcher's questions as told."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{body}\n", "utf-8")
    path.chmod(0o755)
    return str(path)


def test_too_old_a_python_is_named(checkout: Path, tmp_path: Path) -> None:
    old = interpreter(tmp_path, 'case "$2" in *print*) echo 3.9.2 ;; *) exit 1 ;; esac')
    result = launch(checkout, RECTIFY_PYTHON=old)
    assert result.returncode == 1
    assert result.stderr == (
        "找到的 Python 是 3.9.2，本系统需要 3.11、3.12 或 3.13，请安装其一，"
        "或用 RECTIFY_PYTHON 指明它的路径。\n"
    )


def test_no_python_at_all_is_said(checkout: Path) -> None:
    result = launch(checkout, RECTIFY_PYTHON="/nowhere/python3")
    assert result.returncode == 1
    assert result.stderr.startswith("没有找到 Python（RECTIFY_PYTHON=/nowhere/python3），请安装")
    assert result.stderr.count("\n") == 1


def test_a_python_without_venv_is_told_from_an_old_one(checkout: Path, tmp_path: Path) -> None:
    bare = interpreter(tmp_path, 'case "$2" in *venv*) exit 1 ;; *print*) echo 3.11.2 ;; esac')
    result = launch(checkout, RECTIFY_PYTHON=bare)
    assert result.returncode == 1
    assert (
        "缺少 venv 组件，请先安装（Debian、Ubuntu：apt-get install python3-venv）" in result.stderr
    )


def test_a_registry_out_of_reach_is_said_and_the_next_run_tries_again(checkout: Path) -> None:
    for _ in range(2):
        result = launch(checkout, RECTIFY_PYTHON=sys.executable, HOME="", **NO_REGISTRY)
        assert result.returncode == 1
        assert result.stderr.splitlines()[-1].startswith("连不上软件源，依赖没有装成，请检查网络")
    assert not is_ready(checkout, "requirements.lock")
    assert (checkout / ".venv" / "install.log").is_file()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "磁盘空间不足"),
        ("PermissionError: [Errno 13] Permission denied: 'x'", "没有写入"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "校验值不符"),
        ("NewConnectionError: Connection refused\nNo matching distribution found", "连不上软件源"),
        ("(from versions: none)\nERROR: No matching distribution found", "连不上软件源"),
        ("ERROR: No matching distribution found for prefect==3.8.8", "软件源缺少锁定的版本"),
        ("Segmentation fault", "依赖没有装成"),
    ],
)
def test_what_stopped_the_installation_becomes_one_sentence(said: str, sentence: str) -> None:
    spoken = explain(said, Path("/srv/.venv"), Path("/srv/.venv/install.log"))
    assert sentence in spoken
    assert "/srv/.venv" in spoken
    assert "\n" not in spoken


def test_every_sentence_says_what_to_do() -> None:
    for sentence in (*CAUSES.values(), OTHERWISE):
        assert "请" in sentence
        assert sentence.endswith("。")


@pytest.mark.parametrize("home", ["", "/nowhere"])
def test_without_a_home_pip_keeps_no_cache(home: str) -> None:
    assert pip_environment({"HOME": home})["PIP_NO_CACHE_DIR"] == "1"


def test_pip_installs_nowhere_else(tmp_path: Path) -> None:
    caller = {"HOME": str(tmp_path), "PIP_USER": "1", "PIP_TARGET": "/opt", "PIP_INDEX_URL": "i"}
    chosen = pip_environment(caller)
    assert chosen["PIP_USER"] == "0"
    assert "PIP_TARGET" not in chosen
    assert "PIP_NO_CACHE_DIR" not in chosen
    assert chosen["PIP_INDEX_URL"] == "i"


def test_an_installation_from_another_lock_or_place_is_not_ready(tmp_path: Path) -> None:
    venv = tmp_path / ".venv"
    venv.mkdir()
    for folder in (tmp_path, venv):
        (folder / "requirements.lock").write_text("a==1\n", "utf-8")
    (venv / "checkout").write_text(f"{tmp_path}\n", "utf-8")
    assert is_ready(tmp_path, "requirements.lock")
    (venv / "checkout").write_text("/elsewhere\n", "utf-8")
    assert not is_ready(tmp_path, "requirements.lock")
    (venv / "checkout").write_text(f"{tmp_path}\n", "utf-8")
    (tmp_path / "requirements.lock").write_text("a==2\n", "utf-8")
    assert not is_ready(tmp_path, "requirements.lock")
