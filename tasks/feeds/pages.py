"""An answer read as a page: its rows, and where the next one is."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from io import StringIO

from tasks.feeds.fetching import Answer
from tasks.feeds.paths import MISSING, dig
from tasks.feeds.shape import Shape
from tasks.feeds.trouble import Trouble


@dataclass(frozen=True)
class Page:
    """The rows of a page as the source has them; ``next`` is its own word for the next page."""

    rows: list[object]
    next: str

    def digest(self) -> bytes:
        """Give what tells whether two pages hold the same rows; refuses what is nested too deep."""
        try:
            written = json.dumps(self.rows, sort_keys=True)
        except RecursionError:
            raise Trouble("来源的答复嵌套太深，不予接收，请向来源方核对。") from None
        return sha256(written.encode()).digest()


def read_page(answer: Answer, shape: Shape) -> Page:
    """Read an answer by the shape of its source; raises ``Trouble``."""
    if shape.format == "csv":
        return Page(list(_csv_rows(answer.text)), answer.link if shape.paging == "next" else "")
    whole = _parsed(answer.text)
    _require_ok(whole, shape)
    return Page(_rows(whole, shape), _next(whole, answer, shape))


def _parsed(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Trouble("来源的答复不是 JSON，请核对网址，或向来源方核对接口。") from None


def _require_ok(whole: object, shape: Shape) -> None:
    path, _, wanted = shape.ok.partition("=")
    if path and _word(dig(whole, path)) != wanted:
        raise Trouble(f"来源答复 200，但 {path} 不是 {wanted}，表示没有办成；请核对密钥和参数。")


def _rows(whole: object, shape: Shape) -> list[object]:
    """Find the rows; nothing in their place means none only where success is said otherwise."""
    found = dig(whole, shape.rows)
    if found is None and shape.ok:
        return []
    if not isinstance(found, list):
        where = f"中的 {shape.rows} " if shape.rows else ""
        raise Trouble(f"来源的答复{where}不是列表，请用 feed set 改正 rows（必要时加上 ok）。")
    return found


def _next(whole: object, answer: Answer, shape: Shape) -> str:
    if shape.paging not in {"next", "cursor"}:
        return ""
    if shape.paging == "next" and not shape.next:
        return answer.link
    return _word(dig(whole, shape.next))


def _word(value: object) -> str:
    """A scalar as text, as one would write it in the settings; anything else is nothing."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, (str, int, float)) and value is not MISSING else ""


def _csv_rows(text: str) -> Iterator[object]:
    """Read rows by the header; one with more cells than the header is no object."""
    try:
        for row in csv.DictReader(StringIO(text, newline=""), restkey="", strict=True):
            yield list(row.values()) if "" in row else row
    except csv.Error:
        raise Trouble("来源的 CSV 引号不成对，请向来源方核对。") from None
