"""The encoding of a text file, judged over the whole file, block by block.

A file is UTF-8 or GB18030, which covers GBK and GB2312: what Excel writes on a Chinese Windows.
"""

from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from domain.errors import Refused

_BLOCK = 1 << 20
_CHANCE = 16
"""GB18030 hardly ever has this many characters that are valid UTF-8 before one that is not."""
_WIDE = "\u0800"
"""The first character that UTF-8 takes three bytes for."""
_PRINTABLE = frozenset(b"\t\n\r\x0b\x0c\x1a\x1b")
_MOST_CONTROLS = 0.05
LONGEST_LINE = 4 << 20
"""Characters of the longest line that is read: bounds the memory that a broken file takes."""
_MARKS = {
    b"PK\x03\x04": "实际是压缩包或 Excel 工作簿（xlsx）",
    b"\xd0\xcf\x11\xe0": "实际是旧版 Excel 或 Word 文件",
    b"%PDF": "实际是 PDF 文件",
    b"\x89PNG": "实际是图片",
    b"\xff\xd8\xff": "实际是图片",
    b"\x1f\x8b": "实际是压缩文件",
    BOM_UTF16_LE: "是 UTF-16 编码，请另存为 UTF-8 编码的文件",
    BOM_UTF16_BE: "是 UTF-16 编码，请另存为 UTF-8 编码的文件",
}


@dataclass(frozen=True)
class _Trial:
    """What reading a file in one encoding showed.

    ``fault`` is the line of the first fault; ``beyond`` how many characters beyond ASCII came
    before it (counted up to where it matters); ``wide`` whether one of them was Chinese, or of any
    other script that UTF-8 takes three bytes for.
    """

    fault: int | None
    beyond: int
    wide: bool


def encoding_of(path: Path) -> str:
    """Give the encoding of a text file; refuse what is no text, or damaged."""
    with path.open("rb") as file:
        start = file.read(4096)
    _refuse_binary(path, start)
    trial = _try(path, "utf-8")
    marked = start.startswith(BOM_UTF8)
    if trial.fault is not None and (marked or trial.beyond >= _CHANCE):
        raise Refused(
            f"文件 {path.name} 第 {trial.fault} 行有损坏的 UTF-8 字符，请修复或重新导出后再试。"
        )
    if trial.fault is None:
        # A few Chinese characters in GB18030 may happen to be valid UTF-8: “停水” is.
        certain = marked or trial.wide or not trial.beyond
        return "utf-8-sig" if certain else "gb18030"
    if _try(path, "gb18030").fault is None:
        return "gb18030"
    raise Refused(
        f"文件 {path.name} 的编码既不是 UTF-8 也不是 GB18030，请另存为 UTF-8 编码后再试。"
    )


def lines_of(path: Path, file: TextIO) -> Iterator[str]:
    """Give the lines of an open file, with their ends; refuse one without end."""
    while line := file.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE:
            raise Refused(f"文件 {path.name} 有一行超过 400 万字，不像是正常的台账，请检查。")
        yield line


def _refuse_binary(path: Path, start: bytes) -> None:
    for mark, what in _MARKS.items():
        if start.startswith(mark):
            raise Refused(f"文件 {path.name} 的内容与扩展名不符：{what}，请用原程序另存后再试。")
    controls = sum(byte < ord(" ") and byte not in _PRINTABLE for byte in start)
    if controls > _MOST_CONTROLS * len(start):
        raise Refused(f"文件 {path.name} 不是文本文件，请导出为 UTF-8 编码的文件后再试。")


def _try(path: Path, encoding: str) -> _Trial:
    decoder = getincrementaldecoder(encoding)()
    line, beyond, wide = 1, 0, False
    with path.open("rb") as file:
        while True:
            block = file.read(_BLOCK)
            try:
                text, ended, fault = decoder.decode(block, final=not block), not block, False
            except UnicodeDecodeError as error:
                # The object starts with what the decoder kept of the block before.
                text, ended, fault = error.object[: error.start].decode(encoding), True, True
            line += text.count("\n")
            if beyond < _CHANCE or not wide:
                beyond += _beyond_ascii(text)
                wide = wide or max(text, default="") >= _WIDE
            if ended:
                return _Trial(line if fault else None, beyond, wide)


def _beyond_ascii(text: str) -> int:
    return 0 if text.isascii() else sum(not character.isascii() for character in text)
