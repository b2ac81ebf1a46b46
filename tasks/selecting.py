"""Which cases a bulk is about: picked by what they are, or named in a file."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from domain.codes import HIGHEST_LEVEL, Environment, State
from domain.errors import Misuse, Refused
from models.ledger import numbers
from models.reading import Filter
from tasks.desk import Desk
from tasks.ordering.order import choice
from tasks.reading.texts import encoding_of

_TERM = re.compile(r"(\w+)(>=|=)(\S+)")
_NO = re.compile(r"QD\d{4}-\d{6,}")
_MOST_BYTES = 16 << 20
"""Of a file of case numbers: some million numbers."""


def selected(desk: Desk, words: str) -> list[str]:
    """Give the numbers of the cases that fit ``state=整改中,已交办 unit=shuiwu level>=2``."""
    terms = words.split()
    if not terms:
        raise Misuse(f"--select 没有写条件；{_KNOWN}。")
    wanted = Filter(limit=None)
    for term in terms:
        wanted = _with(desk, wanted, term)
    return numbers(desk.engine, wanted)


def _with(desk: Desk, wanted: Filter, term: str) -> Filter:
    match = _TERM.fullmatch(term)
    reader = _TERMS.get((match[1], match[2])) if match else None
    if match is None or reader is None:
        raise Misuse(f"--select 中的“{term}”看不懂；{_KNOWN}。")
    return replace(wanted, **reader(desk, match[3]))


def _states(_desk: Desk, word: str) -> dict[str, Any]:
    return {"states": [choice(State, one, "状态") for one in re.split("[,，、]", word) if one]}


def _unit(desk: Desk, word: str) -> dict[str, Any]:
    doubtful = word in desk.directory.doubtful
    return {"unit": word if doubtful else desk.directory.unit(word)}


def _channel(desk: Desk, word: str) -> dict[str, Any]:
    if word not in desk.directory.channels:
        raise Misuse(f"没有代码为“{word}”的渠道，请用 ./rectify channel list 查看。")
    return {"channel": word}


def _environment(_desk: Desk, word: str) -> dict[str, Any]:
    return {"environment": choice(Environment, word, "环境类别")}


def _level(_desk: Desk, word: str) -> dict[str, Any]:
    if not (word.isascii() and word.isdigit() and int(word) <= HIGHEST_LEVEL):
        raise Misuse(f"督办级别“{word}”应为 0 到 {HIGHEST_LEVEL} 的整数。")
    return {"level": int(word)}


_TERMS: Mapping[tuple[str, str], Callable[[Desk, str], dict[str, Any]]] = {
    ("state", "="): _states,
    ("unit", "="): _unit,
    ("channel", "="): _channel,
    ("environment", "="): _environment,
    ("level", ">="): _level,
}
_KNOWN = "可写 state=状态,状态 unit=单位 channel=渠道 environment=环境 level>=级别，以空格分开"


def listed(file: Path) -> list[str]:
    """Give the case numbers in a text file, each once, in its order; refuses one without any."""
    if file.stat().st_size > _MOST_BYTES:
        raise Refused(f"文件 {file.name} 太大，不像是案件编号的清单，请检查。")
    text = file.read_text(encoding_of(file))
    found = list(dict.fromkeys(_NO.findall(text)))
    if not found:
        raise Refused(f"文件 {file.name} 里没有案件编号（如 QD2026-000123），请每行写一个。")
    return found
