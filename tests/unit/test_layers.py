"""Everything points down, and the tool that says so would notice if it did not."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deployments.stack.quality import CHECKS, command
from tasks.settings import CHECKOUT

PACKAGES = ("domain", "models", "tasks", "flows", "portal", "deployments")
LINT = command(dict(CHECKS)["分层"])


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the sources that a test may spoil."""
    shutil.copyfile(CHECKOUT / "pyproject.toml", tmp_path / "pyproject.toml")
    for package in PACKAGES:
        only_python = shutil.ignore_patterns("__pycache__", "*.toml", "*.csv", "*.j2")
        shutil.copytree(CHECKOUT / package, tmp_path / package, ignore=only_python)
    return tmp_path


def lint(sources: Path) -> subprocess.CompletedProcess[str]:
    first = f"import sys; sys.path.insert(0, {str(sources)!r}); "
    assert LINT[1] == "-c"
    return subprocess.run(
        [sys.executable, "-c", first + LINT[2]],
        cwd=sources,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_layers_hold() -> None:
    result = lint(CHECKOUT)
    assert result.returncode == 0, result.stdout
    assert "0 broken" in result.stdout


@pytest.mark.parametrize(
    ("where", "statement", "broken"),
    [
        ("domain/planted.py", "import models.schema", "domain is not allowed to import models"),
        ("models/planted.py", "import tasks.settings", "models is not allowed to import tasks"),
        (
            "tasks/planted.py",
            "import deployments.stack",
            "tasks is not allowed to import deployments",
        ),
        ("portal/planted.py", "import flows.check", "portal is not allowed to import flows"),
        ("portal/planted.py", "import prefect", "portal is not allowed to import prefect"),
        ("domain/planted.py", "import sqlalchemy", "domain is not allowed to import sqlalchemy"),
    ],
)
def test_a_planted_violation_is_reported(
    copy: Path, where: str, statement: str, broken: str
) -> None:
    (copy / where).write_text(statement + "\n", "utf-8")
    result = lint(copy)
    assert result.returncode == 1
    assert broken in " ".join(result.stdout.split())


def test_the_domain_imports_the_standard_library_only() -> None:
    allowed = {*sys.stdlib_module_names, "domain"}
    for file in sorted((CHECKOUT / "domain").rglob("*.py")):
        assert imported(file) <= allowed, file.name


def imported(file: Path) -> set[str]:
    """The top-level packages that a file imports."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide what is imported"
            names.add((node.module or "").split(".")[0])
    return names
