"""The lock: complete, with hashes, without addresses, for every Python we support."""

import re
import tomllib
from collections.abc import Iterable

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tasks.settings import CHECKOUT

RUNTIME, DEVELOPMENT = "requirements.lock", "requirements-dev.lock"
LOCKS = (RUNTIME, DEVELOPMENT)
PYTHONS = ("3.11.2", "3.11.9", "3.12.1", "3.13.0")
PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]


def text(lock: str) -> str:
    return (CHECKOUT / lock).read_text("utf-8")


def pins(lock: str) -> list[tuple[Requirement, int]]:
    """Every pin with the number of its hashes."""
    entries = text(lock).replace("\\\n", " ").splitlines()
    return [
        (Requirement(entry.split(" --hash=")[0]), entry.count("--hash=sha256:"))
        for entry in entries
        if not entry.startswith("#")
    ]


def versions(lock: str) -> dict[str, Version]:
    return {
        canonicalize_name(pin.name): Version(next(iter(pin.specifier)).version)
        for pin, _ in pins(lock)
    }


def needed(python: str, pinned: Iterable[Requirement]) -> set[str]:
    here = {**default_environment(), "python_full_version": python, "sys_platform": "linux"}
    environment = {name: str(value) for name, value in here.items()}
    return {pin.name for pin in pinned if pin.marker is None or pin.marker.evaluate(environment)}


@pytest.mark.parametrize("lock", LOCKS)
def test_the_lock_names_no_address(lock: str) -> None:
    assert not re.search(
        r"://|@ |^\s*--?(i|index-url|extra-index-url|find-links)\b", text(lock), re.MULTILINE
    )


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_is_one_exact_version_with_hashes(lock: str) -> None:
    for pin, hashes in pins(lock):
        assert [clause.operator for clause in pin.specifier] == ["=="], pin
        assert hashes > 0, pin


def test_every_dependency_is_locked_within_its_bounds() -> None:
    test_only = PROJECT["optional-dependencies"]["test"]
    for lock, wanted in (
        (RUNTIME, PROJECT["dependencies"]),
        (DEVELOPMENT, [*PROJECT["dependencies"], *test_only]),
    ):
        locked = versions(lock)
        for requirement in map(Requirement, wanted):
            assert locked[canonicalize_name(requirement.name)] in requirement.specifier


def test_prefect_gets_the_libraries_with_which_it_works() -> None:
    locked = versions(RUNTIME)
    assert locked["prefect"] == Version("3.8.8")
    assert locked["fastapi"] < Version("0.151")
    assert locked["sqlalchemy"] < Version("2.1")


def test_the_lock_for_tests_has_the_very_versions_that_serve() -> None:
    assert versions(RUNTIME).items() <= versions(DEVELOPMENT).items()


@pytest.mark.parametrize("python", PYTHONS)
def test_the_lock_covers_every_python(python: str) -> None:
    names = needed(python, [pin for pin, _ in pins(RUNTIME)])
    assert ("async-timeout" in names) == (Version(python) < Version("3.11.3"))
    assert ("whenever" in names) == (Version(python) >= Version("3.13"))
    assert ("pendulum" in names) == (Version(python) < Version("3.13"))
