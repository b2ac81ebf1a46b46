"""Encodings judged over the whole file: accepted for certain, or refused with the place."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.errors import Refused
from tasks.reading import texts
from tasks.reading.texts import encoding_of

CHINESE = "编号,事由,内容\n" + "1,停水,小区三天没有水，请尽快处理\n" * 50


def test_the_encoding_is_found_however_late_it_shows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,subject\n" * 200_000 + "停水".encode("gb18030"))
    assert encoding_of(path) == "gb18030"
    path.write_bytes(b"id,subject\n" * 200_000 + "停水".encode())
    assert encoding_of(path) == "utf-8-sig"


@settings(max_examples=20)
@given(cut=st.integers(1, 60))
def test_a_character_across_two_blocks_is_one(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    path = tmp_path_factory.mktemp("cut") / "a.csv"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texts, "_BLOCK", cut)
        for encoding, found in (("utf-8", "utf-8-sig"), ("gb18030", "gb18030")):
            path.write_bytes(CHINESE.encode(encoding))
            assert encoding_of(path) == found


def test_a_damaged_utf_8_file_is_not_taken_for_gb18030(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    content = CHINESE.encode()
    # Two bytes gone leave pairs that GB18030 could read as other characters.
    path.write_bytes(content[:700] + content[702:])
    with pytest.raises(Refused, match="第 15 行有损坏的 UTF-8 字符") as caught:
        encoding_of(path)
    assert path.name in caught.value.sentence


def test_a_byte_order_mark_settles_it(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xef\xbb\xbf" + "停水".encode("gb18030"))
    assert encoding_of(path) == "utf-8-sig"
    path.write_bytes(b"\xef\xbb\xbf" + "噪声".encode("gb18030"))
    with pytest.raises(Refused, match="第 1 行"):
        encoding_of(path)


def test_gb18030_that_happens_to_be_valid_utf_8_is_still_read_as_chinese(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("id,subject\n1,停水\n".encode("gb18030"))
    assert path.read_bytes().decode() != "id,subject\n1,停水\n"
    assert encoding_of(path) == "gb18030"


def test_whatever_takes_two_bytes_in_utf_8_is_also_a_character_of_gb18030() -> None:
    for lead in range(0xC2, 0xE0):
        for follow in range(0x80, 0xC0):
            assert bytes([lead, follow]).decode()
            assert bytes([lead, follow]).decode("gb18030")


def test_neither_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("subject\ncafé à la carte, señor\n".encode("latin-1") + b"\xff\xff")
    with pytest.raises(Refused, match="既不是 UTF-8 也不是 GB18030"):
        encoding_of(path)


def test_a_stray_control_character_does_not_make_a_text_binary(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(CHINESE.encode() + b"\x00")
    assert encoding_of(path) == "utf-8-sig"
