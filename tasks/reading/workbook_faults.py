"""What reading a file raises that is no workbook, or a damaged one, and what people are told."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.parsers.expat import ExpatError
from zipfile import BadZipFile

from domain.errors import Refused

BROKEN = (
    BadZipFile,
    EOFError,
    ExpatError,
    IndexError,
    KeyError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
    zlib.error,
)
"""What zipfile, expat and our own reading of the parts raise on such a file."""


def no_workbook(path: Path) -> Refused:
    """Say that a file is no workbook that can be read."""
    return Refused(
        f"文件 {path.name} 的内容与扩展名不符：不是可读的 xlsx 工作簿（或已加密、损坏），"
        "请用 Excel 另存为 xlsx 后再试。"
    )


class TooLarge(Exception):
    """More than is kept in memory."""


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Say of whatever goes wrong in the block what people can do."""
    try:
        yield
    except TooLarge:
        raise Refused(f"工作簿 {path.name} 太大，请另存为 CSV UTF-8 文件后再试。") from None
    except BROKEN:
        raise no_workbook(path) from None
