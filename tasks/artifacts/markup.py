"""Markdown that shows what it is given and nothing else: cells, links, tables, keys."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape

from domain.wording import moment
from tasks.desk import LIVE

_UPDATED = "更新于 "

_SPECIAL = re.compile(r"([\\`*_\[\]{}()#!|~$])")
_UI = "/v2"


def text(value: object) -> str:
    """Make any text safe inside a table cell: on one line, no HTML, nothing read as markup."""
    line = " ".join(str(value).split())
    return _SPECIAL.sub(r"\\\1", escape(line, quote=False))


def link(shown: str, path: str) -> str:
    """Link to a page of Prefect's interface, wherever that is reached from."""
    return f"[{text(shown)}]({_UI}{path})"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Draw a table of cells that are markup already; a line that says so when it is empty."""
    drawn = [f"| {' | '.join(row)} |" for row in rows]
    if not drawn:
        return "（无）"
    return "\n".join([f"| {' | '.join(heads)} |", "|" + " --- |" * len(heads), *drawn])


def artifact_key(name: str, database: str) -> str:
    """Give the key of an artifact: lower-case letters, digits, dashes; a simulation has its own."""
    prefix = "" if database == LIVE else f"{database}-"
    return re.sub(r"[^a-z0-9-]", "-", f"{prefix}{name}".lower())


def card_link(no: str, database: str) -> str:
    """Link a case number to its card."""
    return link(no, f"/artifacts/key/{artifact_key(f'case-{no}', database)}")


def heading(title: str, database: str) -> str:
    """A title, with a plain warning where what follows is a simulation."""
    if database == LIVE:
        return f"# {text(title)}"
    return f"# 【演示】{text(title)}\n\n> 演示数据（{text(database)}），不是正式业务。"


def updated(at: datetime) -> str:
    """Say when this was written; a version that differs in nothing else is not written."""
    return f"{_UPDATED}{moment(at)}（内容有变化时更新）"


def same(one: str, other: str) -> bool:
    """Whether two versions say the same, whenever they were written."""
    return _timeless(one) == _timeless(other)


def _timeless(markdown: str) -> list[str]:
    return [line for line in markdown.splitlines() if not line.startswith(_UPDATED)]
