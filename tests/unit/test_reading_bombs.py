"""Workbooks made to do harm, or that cannot be read: each is refused in one sentence, at once."""

import struct
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from time import process_time
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest

from domain.errors import Refused
from tasks.reading import workbook_guard, workbook_strings
from tasks.reading.files import open_table
from tests.unit.workbooks import HEADER, inline, pack, row, sheet, texts

SOUND = sheet(texts(1, *HEADER), texts(2, "1", "停水"))
SECONDS = 3
"""Processor time that no refusal takes; most take hundredths."""
MEBIBYTES = 48


def refusal(path: Path) -> str:
    tracemalloc.start()
    started = process_time()
    try:
        with pytest.raises(Refused) as caught:
            list(open_table(path).rows)
        peak = tracemalloc.get_traced_memory()[1] / (1 << 20)
    finally:
        tracemalloc.stop()
    assert process_time() - started < SECONDS
    assert peak < MEBIBYTES
    assert caught.value.sentence.count("。") == 1
    return caught.value.sentence


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "台账.xlsx"


def blanks(path: Path) -> Path:
    """A workbook whose sheet unpacks to 256 MiB of blanks, written without having them at once."""
    pack(path)
    with (
        ZipFile(path, "a", ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(16):
            part.write(b" " * (1 << 24))
    return path


def claim(path: Path, name: str, size: int) -> Path:
    """Let the directory say of a member that it unpacks to ``size`` bytes."""
    data = bytearray(path.read_bytes())
    at = data.rindex(name.encode()) - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    struct.pack_into("<I", data, at + 24, size)
    path.write_bytes(data)
    return path


def test_a_sheet_that_unpacks_to_no_ledgers_size_is_refused_unread(book: Path) -> None:
    assert "展开后过大" in refusal(blanks(book))


def test_a_directory_that_claims_too_much_is_believed(book: Path) -> None:
    path = claim(pack(book, SOUND), "xl/worksheets/sheet1.xml", 4_000_000_000)
    assert "展开后过大" in refusal(path)


def test_a_directory_that_claims_too_little_is_held_to_it(book: Path) -> None:
    path = claim(blanks(book), "xl/worksheets/sheet1.xml", 1000)
    assert "已损坏" in refusal(path) or "不是可读" in refusal(path)


def test_members_that_share_bytes_are_refused(book: Path) -> None:
    pack(book, SOUND, more={"xl/a.bin": b"x" * 50})
    data = bytearray(book.read_bytes())
    at = data.rindex(b"xl/a.bin") - 46
    struct.pack_into("<I", data, at + 42, 0)
    book.write_bytes(data)
    assert "不是可读的 xlsx" in refusal(book)


def test_too_many_members_are_refused(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_guard, "_MOST_MEMBERS", 20)
    path = pack(book, SOUND, more={f"xl/{n}": b"" for n in range(20)})
    assert "内有 24 个部件" in refusal(path)


def test_ways_of_packing_that_unpack_without_bound_are_refused(book: Path) -> None:
    pack(book, SOUND)
    with ZipFile(book, "a", ZIP_BZIP2) as archive:
        archive.writestr("xl/media/a.png", b"0" * 1000)
    assert "不是可读的 xlsx" in refusal(book)


ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{"&a;" * 10}">' for n in range(9))
    + "]>"
)


@pytest.mark.parametrize(
    "make",
    [
        lambda path: pack(path, ENTITIES + SOUND),
        lambda path: pack(path, SOUND, strings=ENTITIES + "<sst><si><t>&a8;</t></si></sst>"),
        lambda path: pack(path, '<!DOCTYPE x SYSTEM "file:///etc/passwd">' + SOUND),
        lambda path: pack(
            path, SOUND.replace("<sheetData>", f'<x a="{"y" * (9 << 20)}"/><sheetData>')
        ),
        lambda path: pack(path, SOUND[:-30]),
        lambda path: pack(path, SOUND.replace("A2", "?2")),
        lambda path: pack(path, sheet(row(1, '<c r="A1" t="s"><v>7</v></c>'))),
        pack,
    ],
    ids=["entities", "shared", "outside", "attribute", "cut", "place", "string", "sheetless"],
)
def test_xml_that_no_spreadsheet_writes_is_refused(
    book: Path, make: Callable[[Path], Path]
) -> None:
    assert "不是可读的 xlsx" in refusal(make(book))


def test_a_workbook_with_a_password_says_so(book: Path) -> None:
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    for before in (600, (1 << 20) - 20):
        book.write_bytes(head + bytes(before) + "EncryptedPackage".encode("utf-16-le") + bytes(99))
        assert "设有打开密码" in refusal(book)
    book.write_bytes(head + bytes(600))
    assert "旧版 Excel" in refusal(book)


def test_a_packed_password_says_so(book: Path) -> None:
    pack(book, SOUND)
    data = bytearray(book.read_bytes())
    at = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    struct.pack_into("<H", data, at + 8, 1)
    book.write_bytes(data)
    assert "设有压缩密码" in refusal(book)


def test_more_texts_or_merges_than_are_kept_are_refused(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook_strings, "_MOST_TEXTS", 5)
    monkeypatch.setattr("tasks.reading.workbook_sheet._MOST_MERGES", 5)
    strings = f"<sst>{'<si/>' * 6}</sst>"
    assert "另存为 CSV" in refusal(pack(book, SOUND, strings=strings))
    merged = [f"A{n}:A{n + 1}" for n in range(2, 14, 2)]
    assert "另存为 CSV" in refusal(pack(book, sheet(texts(1, *HEADER), merged=merged)))


def test_rows_that_are_only_formatted_are_passed_over(book: Path) -> None:
    empty = "".join(
        f'<row r="{n}"><c r="A{n}" s="1"/><c r="B{n}" s="1"/></row>' for n in range(3, 60_000)
    )
    path = pack(
        book,
        sheet(
            texts(1, *HEADER), texts(2, "1", "停水"), empty, row(60_000, inline("B60000", "停电"))
        ),
    )
    table = open_table(path)
    assert table.total == 2
    assert [one.number for one in table.rows] == [2, 60_000]
