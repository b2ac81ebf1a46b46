"""One database server for all tests of a session, and an empty migrated database for each test."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from deployments.postgres import lease, stop
from deployments.postgres.place import recorded
from models.schema import upgrade
from tasks.databases import database_url, drop_database, ensure_database
from tasks.settings import CHECKOUT, Settings

HOLD = """
import os, sys
from deployments.postgres import lease
from tasks.settings import load_settings
with lease(load_settings(os.environ)):
    print("held", flush=True)
    sys.stdin.read()
"""
"""A program that uses the server until its standard input closes."""

_numbers = count(1)


@dataclass(frozen=True)
class Database:
    """An empty database with the present schema, dropped after its test."""

    settings: Settings
    name: str
    owner_url: str
    app_url: str


@contextmanager
def _fresh_home() -> Iterator[Path]:
    """A state folder that the server's account can reach, gone with its server afterwards."""
    outer = Path(tempfile.mkdtemp(prefix="rectify-test-", dir="/tmp"))
    outer.chmod(0o711)
    try:
        yield outer / "home"
        assert stop(Settings(home=outer / "home"))
    finally:
        shutil.rmtree(outer)


@pytest.fixture(scope="session")
def durable() -> bool:
    """Whether what is written must reach the disk: it takes most of the time of small tests.

    Nothing of the machine fails under tests, only processes do, and those lose nothing either way.
    """
    return False


@pytest.fixture(scope="session")
def postgres(*, durable: bool) -> Iterator[Settings]:
    """Settings of a state folder whose server runs for the whole session."""
    with _fresh_home() as home:
        settings = Settings(home=home)
        with lease(settings):
            if not durable:
                _spare_the_disk(home)
            yield settings


def _spare_the_disk(home: Path) -> None:
    """Let the running server read the setting, in the file that is there for one's own."""
    place = recorded(home)
    assert place is not None
    place.account.write(place.data / "local.conf", "fsync = off\n")
    os.kill(int((place.data / "postmaster.pid").read_text().split()[0]), signal.SIGHUP)


@pytest.fixture(scope="session")
def migrated(postgres: Settings) -> str:
    """The name of a migrated database that nobody may connect to; others are copied from it."""
    ensure_database(postgres, "migrated")
    upgrade(database_url(postgres, "migrated", "owner"))
    return "migrated"


@pytest.fixture
def database(postgres: Settings, migrated: str) -> Iterator[Database]:
    """A database of one's own."""
    name = f"test_{next(_numbers)}"
    ensure_database(postgres, name, template=migrated)
    yield Database(
        settings=postgres,
        name=name,
        owner_url=database_url(postgres, name, "owner"),
        app_url=database_url(postgres, name, "app"),
    )
    drop_database(postgres, name)


@pytest.fixture
def home() -> Iterator[Path]:
    """A state folder of one's own, with nothing in it yet."""
    with _fresh_home() as path:
        yield path


@pytest.fixture
def use_server() -> Iterator[Callable[[Path], subprocess.Popen[str]]]:
    """Start processes that hold a lease on the server of a state folder; give each once it does."""
    users: list[subprocess.Popen[str]] = []

    def use(home: Path) -> subprocess.Popen[str]:
        user = subprocess.Popen(
            [sys.executable, "-c", HOLD],
            cwd=CHECKOUT,
            env=os.environ | {"RECTIFY_HOME": str(home)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        users.append(user)
        assert user.stdout is not None
        assert user.stdout.readline() == "held\n"
        return user

    yield use
    for user in users:
        with user:
            user.kill()
