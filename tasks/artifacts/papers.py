"""Official documents on the pages of the office: the register of a case, and drafts in full."""

import re
from collections.abc import Iterator

from domain.errors import Refused
from domain.wording import moment
from models.documents import documents
from tasks.artifacts.markup import table, text
from tasks.artifacts.terms import DOCUMENT_STATUS_ZH
from tasks.desk import Desk
from tasks.documents import Draft, drafts

_FENCE = 3
"""Backticks around a text that holds none."""


def register(desk: Desk, no: str) -> Iterator[str]:
    """Draw the table of a case's numbered documents, oldest first; nothing where there are none."""
    found = documents(desk.engine, no)
    if found:
        yield "## 文书"
        yield table(
            ("文号", "文书", "签发时间", "情况"),
            [
                (
                    text(paper.label),
                    text(paper.title or "—"),
                    moment(paper.issued_at),
                    DOCUMENT_STATUS_ZH[paper.status],
                )
                for paper in reversed(found)
            ],
        )


def drafted(desk: Desk, no: str) -> Iterator[str]:
    """Show the documents that wait for a signature on a case, each whole."""
    try:
        for draft in drafts(desk, no):
            yield from _pages(draft)
    except Refused as refusal:
        yield text(refusal.sentence)


def _pages(draft: Draft) -> Iterator[str]:
    yield f"### {text(f'{draft.no} 第 {draft.request} 号建议：{draft.rung.zh}')}"
    yield from (_verbatim(paper.body) for paper in draft.texts)


def _verbatim(body: str) -> str:
    """Show a text as it is written, whatever stands in it."""
    longest = max(map(len, re.findall("`+", body)), default=0)
    fence = "`" * max(_FENCE, longest + 1)
    return f"{fence}text\n{body.rstrip()}\n{fence}"
