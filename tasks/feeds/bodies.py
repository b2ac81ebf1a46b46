"""The bytes of an answer: unpacked within a bound, and read in the encoding they are really in."""

import zlib
from codecs import BOM_UTF8

from tasks.feeds.trouble import Trouble

_GZIP = 16 + zlib.MAX_WBITS
_PACKED = ("gzip", "x-gzip")
_PLAIN = ("", "identity")


def unpacked(raw: bytes, coding: str, most: int) -> bytes:
    """Undo the content coding of an answer, never beyond ``most`` bytes."""
    if coding in _PLAIN:
        return raw
    if coding not in _PACKED:
        raise Trouble("来源的答复用了没有商定的压缩方式，请来源方改用 gzip 或不压缩。")
    unpacking = zlib.decompressobj(_GZIP)
    try:
        plain = unpacking.decompress(raw, most + 1)
    except zlib.error:
        raise Trouble("来源的答复声称是 gzip，内容却解不开，请向来源方核对。") from None
    if len(plain) > most:
        raise too_big(most)
    if not unpacking.eof:
        raise Trouble("来源的压缩答复不完整，稍后自动重试。", again=True)
    return plain


def text_of(body: bytes, charset: str) -> str:
    """Read text: UTF-8 whatever was declared, else Big5 where declared, else GB18030."""
    declared = "big5" if charset.lower().startswith("big5") else "gb18030"
    for encoding in ("utf-8", declared):
        try:
            return body.removeprefix(BOM_UTF8).decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Trouble("来源的答复既不是 UTF-8 也不是 GB18030 编码，请来源方改用 UTF-8。")


def too_big(most: int) -> Trouble:
    """Say that a page is larger than allowed."""
    return Trouble(
        f"来源的一页答复超过 {most} 字节，没有读完；请减小每页行数 size，或调大 most_bytes。"
    )
