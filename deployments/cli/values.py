"""Words of the command line read into values; each mistake is refused in one Chinese sentence."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from domain.codes import Term
from domain.errors import Misuse
from flows import instants
from tasks.ordering.order import choice

_YES = frozenset({"yes", "y", "true", "是"})
_NO = frozenset({"no", "n", "false", "否"})
_CASE = re.compile(r"QD\d{4}-\d+")
_SEPARATORS = re.compile(r"[,，、;；\s]+")
_SEVERAL = ("--evidence", "--assist", "--about")
_Coded = TypeVar("_Coded", bound=Term)


def instant(text: str) -> datetime:
    """Read an ISO 8601 instant with its offset."""
    return instants.instant(text, "时间")


def day_or_instant(text: str) -> datetime:
    """Read a date, which means 09:00 of that day in Shanghai, or an instant with its offset."""
    return instants.day_or_instant(text, "日期")


class YesNo(int):
    """Yes (1) or no (0): not ``bool``, which Typer would take for a switch without a value."""


def yes_or_no(text: str) -> YesNo:
    """Read yes or no, also in Chinese."""
    word = text.strip().lower()
    if word in _YES | _NO:
        return YesNo(word in _YES)
    raise Misuse(f"“{text}”看不懂，请写 yes（是）或 no（否）。")


def whole(text: str) -> int:
    """Read a whole number from 0 to 999999."""
    word = text.strip()
    if not (word.isascii() and word.isdigit() and len(word) <= len("999999")):
        raise Misuse(f"“{text}”不是整数，请写 0 到 999999 的整数。")
    return int(word)


def coded(kind: type[_Coded], words: Sequence[str], what: str) -> list[_Coded]:
    """Read coded values, by code or Chinese term, given one by one or with commas between them."""
    return [choice(kind, word, what) for word in parted(words)]


def parted(words: Sequence[str]) -> list[str]:
    """Flatten words that were given one by one or with commas between them."""
    return [part for word in words for part in _SEPARATORS.split(word) if part]


def spread(arguments: Sequence[str]) -> list[str]:
    """Let `--evidence A B` mean `--evidence A --evidence B`; a case number ends such a list."""
    result: list[str] = []
    option, taken = "", False
    for word in arguments:
        if word.startswith("-"):
            option, taken = (word if word in _SEVERAL else ""), False
        elif option and taken and _CASE.fullmatch(word):
            option = ""
        elif option:
            result += [option] if taken else []
            taken = True
        result.append(word)
    return result
