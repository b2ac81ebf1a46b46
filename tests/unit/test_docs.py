"""The documents name only what exists, and name all of it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from deployments.cli.app import app
from domain.codes import (
    ClockKind,
    Environment,
    Feedback,
    Kind,
    Mode,
    RequestKind,
    Result,
    Role,
    Rung,
    State,
    Term,
    Urgency,
)
from domain.inspecting import Cause, Outcome

ROOT = Path(__file__).parents[2]
READMES = [ROOT / "README.md", ROOT / "README.zh-CN.md"]
DOCUMENTS = [*READMES, *sorted((ROOT / "docs").rglob("*.md"))]
SETTING = re.compile(r"\bRECTIFY_[A-Z_]*[A-Z]\b")
INTERNAL = {"RECTIFY_CHECKOUT", "RECTIFY_GUARD"}
"""Set by the program for its own processes, not by operators."""


def written_commands(document: Path) -> Iterator[tuple[str, list[str]]]:
    for line in document.read_text("utf-8").splitlines():
        for found in re.finditer(r"\./rectify ([^`#]*)", line):
            yield line, found[1].split()


def resolve(words: list[str]) -> tuple[Any, list[str]]:
    command: Any = typer.main.get_command(app)
    rest = list(words)
    while hasattr(command, "commands") and rest and not rest[0].startswith("-"):
        found = command.commands.get(rest.pop(0))
        assert found is not None, words
        command = found
    return command, rest


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_commands_and_options_in_the_documents_exist(document: Path) -> None:
    for line, words in written_commands(document):
        command, rest = resolve(words)
        known = {name for parameter in command.params for name in parameter.opts}
        for word in rest:
            if word.startswith("--"):
                assert word.rstrip("|,;.]") in known | {"--help"}, line


def settings_in(*folders: str) -> set[str]:
    files = [ROOT / "rectify", *(p for name in folders for p in (ROOT / name).rglob("*.py"))]
    return {name for path in files for name in SETTING.findall(path.read_text("utf-8"))}


def test_every_setting_is_documented_in_both_languages_and_none_is_invented() -> None:
    real = settings_in("tasks", "deployments", "flows") - INTERNAL
    for readme in READMES:
        assert set(SETTING.findall(readme.read_text("utf-8"))) == real


def test_the_readmes_say_the_same() -> None:
    english, chinese = (readme.read_text("utf-8") for readme in READMES)
    for pattern in (r"^#+ ", r"^```", r"^\| `", r"\]\("):
        count = len(re.findall(pattern, english, re.MULTILINE))
        assert len(re.findall(pattern, chinese, re.MULTILINE)) == count, pattern


def test_links_in_the_documents_lead_somewhere() -> None:
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


@pytest.mark.parametrize(
    "terms",
    [
        *(State, Kind, Urgency, Environment, Mode, Result, Rung, ClockKind, RequestKind, Feedback),
        *(Role, Cause, Outcome),
    ],
)
def test_every_coded_term_stands_in_the_glossary(terms: type[Term]) -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    for term in terms:
        assert term.zh in glossary, term
