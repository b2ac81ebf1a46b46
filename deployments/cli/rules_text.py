"""Dispatch rules written as the file that operators edit."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from deployments.cli.toml_text import toml_text

_WIDTH = 100
_TABLES = ("environment", "unit", "region")
_PLAIN = ("code", "verifying", "district_led", "organ", "threshold")
_SETTINGS = (
    "threshold",
    "margin",
    "subject_factor",
    "body_factor",
    "named_weight",
    "default_environment",
    "department_verifier",
)


def rules_text(body: Mapping[str, Any]) -> str:
    """Write rules as TOML, in the order of the file that comes with the system; no version."""
    lines = [toml_text({name: body[name] for name in _SETTINGS if name in body})]
    if "allegation" in body:
        lines += ["[allegation]", *_entry(body["allegation"]), ""]
    for table in _TABLES:
        for entry in body[table]:
            lines += [f"[[{table}]]", *_entry(entry), ""]
    return "\n".join(lines).strip() + "\n"


def _entry(entry: Mapping[str, Any]) -> Iterator[str]:
    plain = {name: value for name, value in entry.items() if not isinstance(value, list)}
    for name in sorted(plain, key=_PLAIN.index):
        yield toml_text({name: plain[name]}).strip()
    for name in ("channels", "keywords", "words"):
        if name in entry:
            yield f"{name} = ["
            yield from _filled(map(_cell, entry[name]))
            yield "]"


def _cell(item: str | Mapping[str, Any]) -> str:
    if isinstance(item, str):
        return f"{_quoted(item)},"
    name = "word" if "word" in item else "code"
    return f"{{ {name} = {_quoted(item[name])}, weight = {item['weight']} }},"


def _filled(cells: Iterable[str]) -> Iterator[str]:
    """Put as many cells on a line as it holds."""
    line = " "
    for cell in cells:
        if len(line) + 1 + len(cell) > _WIDTH:
            yield line
            line = " "
        line += f" {cell}"
    if line.strip():
        yield line


def _quoted(word: str) -> str:
    """A text in JSON is one in TOML as well, but for one character."""
    return json.dumps(word, ensure_ascii=False).replace("\x7f", "\\u007f")
