"""What an evidence file is, by what is in it: its name and what a browser says count for nothing.

A file that is two things at once (a picture that is also an archive or a page) is refused.
"""

import zipfile
from dataclasses import dataclass
from os import SEEK_END
from pathlib import Path

from domain.errors import Misuse

_HEAD = 4096
_TAIL = 1024
_PAGE_MARKS = (b"<html", b"<script", b"<svg", b"<?php", b"<!doctype", b"<iframe")
_MOST_ENTRIES = 5000
_ARCHIVE = b"PK\x03\x04"
_MACROS = ("vbaproject.bin", "activex", "oleobject")
_WRONG = "不是可以接受的证明材料，请上传 PDF、JPEG、PNG、Word（docx）或 Excel（xlsx）文件。"


@dataclass(frozen=True)
class _Kind:
    """A type by how its files begin and end, with the extensions it goes by."""

    extensions: tuple[str, ...]
    begins: bytes
    ends: bytes


_KINDS = (
    _Kind((".pdf",), b"%PDF-", b"%%EOF"),
    _Kind((".jpg", ".jpeg"), b"\xff\xd8\xff", b"\xff\xd9"),
    _Kind((".png",), b"\x89PNG\r\n\x1a\n", b"IEND\xaeB`\x82"),
)
_OFFICE = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml"}


def require_evidence(path: Path, name: str) -> None:
    """Refuse a file that is none of the types, or another one than its name says."""
    extension = Path(name).suffix.lower()
    head, tail = _ends(path)
    if any(mark in head.lower() for mark in _PAGE_MARKS):
        raise Misuse(f"“{name}”{_WRONG}")
    kind = next((kind for kind in _KINDS if head.startswith(kind.begins)), None)
    if kind is None and head.startswith(_ARCHIVE):
        _require_office(path, name, extension)
    elif kind is None:
        raise Misuse(f"“{name}”{_WRONG}")
    elif not tail.rstrip(b"\r\n\0 ").endswith(kind.ends) or zipfile.is_zipfile(path):
        raise Misuse(f"“{name}”已损坏或夹带其他内容，请重新导出后上传。")
    elif extension not in kind.extensions:
        raise Misuse(f"“{name}”的内容与扩展名不符，请改正文件名后上传。")


def _ends(path: Path) -> tuple[bytes, bytes]:
    with path.open("rb") as file:
        head = file.read(_HEAD)
        size = file.seek(0, SEEK_END)
        file.seek(max(0, size - _TAIL))
        return head, file.read()


def _require_office(path: Path, name: str, extension: str) -> None:
    """Word and Excel files are archives with a known entry; those with programs are refused."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = {entry.lower() for entry in archive.namelist()}
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Misuse(f"“{name}”{_WRONG}") from None
    if len(entries) > _MOST_ENTRIES:
        raise Misuse(f"“{name}”内的部件太多，不像是文档，请重新导出后上传。")
    if "[content_types].xml" not in entries or _OFFICE.get(extension) not in entries:
        raise Misuse(f"“{name}”{_WRONG}")
    if any(macro in entry for entry in entries for macro in _MACROS):
        raise Misuse(f"“{name}”含有宏或嵌入程序，请另存为不含宏的文件后上传。")
