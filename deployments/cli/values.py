"""Words of the command line read into values; each mistake is refused in one Chinese sentence."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar

from domain.calendar import SHANGHAI, at_hour
from domain.codes import Term
from domain.errors import Misuse
from tasks.ordering.order import choice

FIRST_YEAR, LAST_YEAR = 2010, 2100
"""Deadlines are computed for these years; a date outside them is a slip of the pen."""

_YES = frozenset({"yes", "y", "true", "是"})
_NO = frozenset({"no", "n", "false", "否"})
_CASE = re.compile(r"QD\d{4}-\d+")
_SEVERAL = ("--evidence", "--assist")
_Coded = TypeVar("_Coded", bound=Term)


def instant(text: str) -> datetime:
    """Read an ISO 8601 instant; refused without an offset, and outside the years of the calendar."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Misuse(
            f"时间“{text}”看不懂，请写成 2026-03-02T10:00:00+08:00 的形式。"
        ) from None
    if found.tzinfo is None:
        raise Misuse(f"时间“{text}”没有时区，请在末尾写明，例如 {text.strip()[:10]}T10:00:00+08:00。")
    return _within_years(found, text)


def day_or_instant(text: str) -> datetime:
    """Read a date, which means 09:00 of that day in Shanghai, or an instant with its offset."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return instant(text)
    return _within_years(at_hour(day, "09:00"), text)


def yes_or_no(text: str) -> bool:
    """Read yes or no, also in Chinese."""
    word = text.strip().lower()
    if word in _YES | _NO:
        return word in _YES
    raise Misuse(f"“{text}”看不懂，请写 yes（是）或 no（否）。")


def whole(text: str) -> int:
    """Read a whole number from 0 to 999999."""
    word = text.strip()
    if not (word.isascii() and word.isdigit() and len(word) <= len("999999")):
        raise Misuse(f"“{text}”不是整数，请写 0 到 999999 的整数。")
    return int(word)


def coded(kind: type[_Coded], words: str, what: str) -> list[_Coded]:
    """Read coded values, by code or Chinese term, with commas between them."""
    return [choice(kind, word, what) for word in re.split(r"[,，、\s]+", words) if word]


def listed(words: Sequence[str]) -> list[str]:
    """Flatten words that were given one by one or with commas between them."""
    return [part for word in words for part in re.split(r"[,，、;；]", word) if part]


def spread(arguments: Sequence[str]) -> list[str]:
    """Let `--evidence A B` mean `--evidence A --evidence B`; a case number ends such a list."""
    result: list[str] = []
    several = ""
    for word in arguments:
        if word.startswith("-"):
            several, taken = (word if word in _SEVERAL else ""), False
        elif several and _CASE.fullmatch(word):
            several = ""
        elif several:
            result += [several] if taken else []
            taken = True
        result.append(word)
    return result


def _within_years(found: datetime, text: str) -> datetime:
    # A year at the edge of what datetime holds cannot be moved into another zone.
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise Misuse(f"时间“{text}”不在 {FIRST_YEAR} 至 {LAST_YEAR} 年之间，请核对。")
    return found.astimezone(SHANGHAI)
