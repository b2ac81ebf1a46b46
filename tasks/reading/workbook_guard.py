"""What a workbook may be before anything of it is read: judged by its directory, then in bounds.

A workbook is a zip archive, and a small archive can claim to unpack to terabytes. Its directory is
looked at first; since directories lie, no member is unpacked beyond what it says there either.
"""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from domain.errors import Refused
from tasks.reading.workbook_faults import explained, no_workbook

_MOST_MEMBERS = 10_000
_MOST_BYTES = 2 << 30
"""Bytes of all members unpacked: ten times the largest ledger of a sheet's million rows."""
_LARGE = 16 << 20
_DENSEST = 200
"""Bytes from which a member is judged, and bytes to a packed one that no ledger's rows reach."""
_HEAD = 30
"""Bytes of a member's own header, its name aside."""
_SAFE = (ZIP_STORED, ZIP_DEFLATED)
"""The ways of packing that Excel uses; others unpack without bound."""
_LOCKED = 0x1
_OLE = b"\xd0\xcf\x11\xe0"
_SEALED = "EncryptedPackage".encode("utf-16-le")
_BLOCK = 1 << 20
_AS_CSV = "不像是台账，请另存为 CSV UTF-8 文件后再试"


@contextmanager
def archive_of(path: Path, instead: str = _AS_CSV) -> Iterator[ZipFile]:
    """Open a workbook's archive for the block, in bounds by its directory; says what goes wrong.

    ``instead`` is what people are told to do with one that unpacks to too much.
    """
    _refuse_old(path)
    with explained(path), ZipFile(path) as archive:
        _judge(path, archive.infolist(), instead)
        try:
            yield archive
        except (BadZipFile, zlib.error):
            raise Refused(f"工作簿 {path.name} 已损坏，请用 Excel 打开后重新保存再试。") from None


def _refuse_old(path: Path) -> None:
    """Refuse what starts like a file of older programs: so do workbooks that have a password."""
    with path.open("rb") as file:
        if not file.read(len(_OLE)).startswith(_OLE):
            return
        tail = b""
        while block := file.read(_BLOCK):
            if _SEALED in tail + block:
                raise Refused(
                    f"工作簿 {path.name} 设有打开密码，请在 Excel 中取消密码后重新保存再试。"
                )
            tail = block[-len(_SEALED) :]
    raise Refused(f"文件 {path.name} 实际是旧版 Excel（xls）或 Word 文件，请另存为 xlsx 后再试。")


def _judge(path: Path, members: list[ZipInfo], instead: str) -> None:
    if len(members) > _MOST_MEMBERS:
        raise Refused(f"工作簿 {path.name} 内有 {len(members)} 个部件，不像是台账，请检查文件。")
    if sum(member.file_size for member in members) > _MOST_BYTES or any(map(_bomb, members)):
        raise Refused(f"工作簿 {path.name} 展开后过大，{instead}。")
    if any(member.flag_bits & _LOCKED for member in members):
        raise Refused(f"工作簿 {path.name} 设有压缩密码，请取消密码后重新保存再试。")
    if any(member.compress_type not in _SAFE for member in members) or _overlapping(members):
        raise no_workbook(path)


def _bomb(member: ZipInfo) -> bool:
    return member.file_size > _LARGE and member.file_size > _DENSEST * member.compress_size


def _overlapping(members: list[ZipInfo]) -> bool:
    """Whether two members share bytes of the file: only bombs are packed so."""
    end = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        if member.header_offset < end:
            return True
        end = member.header_offset + _HEAD + member.compress_size
    return False
