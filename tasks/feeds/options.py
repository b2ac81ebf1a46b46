"""What operators may set of a source, as words: ``rows=data.list paging=page size=100``."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from domain.errors import Misuse
from tasks.feeds.shape import FORMATS, PAGING, TIMES

_MOST_DIGITS = 9
_LONGEST = 200

Value = str | int


@dataclass(frozen=True)
class Option:
    """One thing to set: what it means to people, and how its word is read."""

    zh: str
    read: Callable[[str, str], Value]


def _text(name: str, word: str) -> str:
    if len(word) > _LONGEST or not word.isprintable():
        raise Misuse(f"{name} 的值应是至多 {_LONGEST} 字的一行文字，请改正。")
    return word


def _one_of(choices: Sequence[str]) -> Callable[[str, str], str]:
    def read(name: str, word: str) -> str:
        if word not in choices:
            raise Misuse(f"{name}={_text(name, word)} 不认识，可写：{'、'.join(choices)}。")
        return word

    return read


def _whole(low: int, high: int) -> Callable[[str, str], int]:
    def read(name: str, word: str) -> int:
        known = word.isascii() and word.isdigit() and len(word) <= _MOST_DIGITS
        if not known or not low <= int(word) <= high:
            raise Misuse(f"{name} 应是 {low} 到 {high} 的整数，请改正。")
        return int(word)

    return read


def _file(name: str, word: str) -> str:
    if word and not (Path(word).is_absolute() and Path(word).is_file()):
        raise Misuse(f"{name} 应是证书文件的完整路径，请核对。")
    return word


OPTIONS: Mapping[str, Option] = {
    "format": Option("答复的格式", _one_of(FORMATS)),
    "rows": Option("各行在答复中的路径，如 data.list", _text),
    "ok": Option("成功标志，如 code=0", _text),
    "paging": Option("翻页方式", _one_of(PAGING)),
    "page_param": Option("页码、起始行或翻页标记的参数名", _text),
    "first": Option("第一页的页码", _whole(0, 1)),
    "size": Option("每页行数，0 为不指定", _whole(0, 10_000)),
    "size_param": Option("每页行数的参数名", _text),
    "next": Option("下一页链接或翻页标记的路径；留空看 Link 头", _text),
    "since_param": Option("只取此后内容的参数名", _text),
    "since_field": Option("行里作游标的字段路径", _text),
    "since_format": Option("游标的写法", _one_of(TIMES)),
    "overlap": Option("每次回看多少分钟（游标是数字时为个数）", _whole(0, 525_600)),
    "timeout": Option("一页最多等多少秒", _whole(1, 600)),
    "most_pages": Option("一次最多拉多少页", _whole(1, 10_000)),
    "most_bytes": Option("一页最多多少字节", _whole(1_000, 100_000_000)),
    "rows_per_second": Option("每秒最多取多少行，0 为不限", _whole(0, 100_000)),
    "ca_file": Option("内部证书机构的证书文件", _file),
}
"""All of it, in the order in which it is shown."""


def read_options(words: Sequence[str]) -> dict[str, Value]:
    """Read ``name=value`` words; refuses what is unknown, said twice, or no such word."""
    found: dict[str, Value] = {}
    for name, value in pairs(words, "设置").items():
        option = OPTIONS.get(name)
        if option is None:
            raise Misuse(f"没有设置项“{name[:40]}”，可用：{'、'.join(OPTIONS)}、since。")
        found[name] = option.read(name, value)
    return found


def pairs(words: Sequence[str], what: str) -> dict[str, str]:
    """Part words at their first equals sign."""
    found: dict[str, str] = {}
    for word in words:
        name, sign, value = word.partition("=")
        name = name.strip()
        if not sign or not name:
            raise Misuse(f"{what}应写成 名称=值 的形式，请改正第 {len(found) + 1} 项。")
        if name in found:
            raise Misuse(f"{what}“{name[:40]}”写了两次，请只留一个。")
        found[name] = value.strip()
    return found
