"""Instants in words; free text without what says who somebody is. All numbers are invented."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.errors import Misuse
from domain.personal_numbers import FORM_PATTERN
from domain.wording import check_opinion, mask, moment

PHONES = [
    "138·0000·1234",
    "138—0000—1234",
    "1 3 8 0 0 0 0 1 2 3 4",
    "138-00001-234",
    "138\u200b0000\u200b1234",
    "一三八零零零零一二三四",
    "幺三八 〇〇〇〇 一二三四",
    "0532 8590 1234",
    "0532-8590123",
    "13800001234",
    "138 0000 1234",
    "138-0000-1234",
    "+86 13800001234",
    "8613800001234",
    "0532-85901234",
    "(0532)85901234",
    "１３８００００１２３４",
]
ID_CARDS = [
    "370202 1990 0101 123X",
    "370202-19900101-123x",
    "370202199001011234",
    "37020219900101123X",
    "37020219900101123x",
    "370202 19900101 1234",
    "370202900101123",
    "３７０２０２１９９００１０１１２３４",
]
BANK_CARDS = [
    "6222020000000000001",
    "6222 0200 0000 0007",
    "4000-0000-0000-0002",
    "6222 0200 0000 0007 123",
    "622202 0000000000001",
    "６２２２　０２００　００００　０００７",
    "6222·0200·0000·0007",
]
PLATES = [
    "鲁 B 12345",
    "鲁B-12345",
    "鲁B·D12345",
    "鲁B D 12345",
    "鲁Ｂ１２３４５",
    "鲁B12345",
    "鲁B·12345",
    "鲁b12d45",
    "鲁B 12345",
    "鲁BD12345",
    "鲁B1234学",
    "京A0000警",
]
HARMLESS = [
    "案件 QD2026-000123 已于2026年3月2日办结",
    "催办〔2026〕12号，共 123456789 元",
    "12345热线转来，A市A3区中心医院",
    "请在 2026-03-02 18:00 前办结",
    "新区建设、云计算、京东方、青岛港",
    "2026-03-02 2026-04-02",
    "2026.03.15-2026.04.20",
    "2026年3月15日至2026年4月20日 14:30-15:30",
    "新区A座 1234 平方米，第003 2026-03-02 号",
    "一是公示收费，二是三日内答复，第四、五、六项已办结",
    "",
]
MAILS = ["zhang.san@example.com", "a1@b.cn"]
KINDS = {
    "电子邮箱": MAILS,
    "电话号码": PHONES,
    "身份证号": ID_CARDS,
    "银行卡号": BANK_CARDS,
    "车牌号": PLATES,
}
SECRETS = [(name, number) for name, numbers in KINDS.items() for number in numbers]


chinese = st.text(st.sampled_from("因该企业负责人反映的问题，已到现场核查。"), max_size=20)
mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
id_cards = st.from_regex(r"[1-6][0-9]{16}[0-9X]|[1-6][0-9]{14}", fullmatch=True)
plates = st.from_regex(r"[鲁京苏][A-HJ-NP-Z][0-9][A-HJ-NP-Z0-9]{3,4}[0-9]", fullmatch=True)
cards = st.from_regex(r"62[0-9]{13,17}", fullmatch=True)
secrets = mobiles | id_cards | plates | cards


GAPS = st.sampled_from(["", " ", "-", "·", "．", "　", "—", "--"])
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@st.composite
def dressed(draw: st.DrawFn) -> str:
    """A mobile number in threes and fours, or a card in fours, with anything usual between."""
    number = draw(mobiles | st.from_regex(r"62[0-9]{14}", fullmatch=True))
    parts = [number[:3], number[3:7], number[7:]] if len(number) < 12 else _fours(number)
    gap = draw(GAPS)
    shown = gap.join(parts)
    return shown.translate(FULL_WIDTH) if draw(st.booleans()) else shown


def _fours(number: str) -> list[str]:
    return [number[start : start + 4] for start in range(0, len(number), 4)]


def test_an_instant_is_written_in_shanghai_time() -> None:
    assert moment(datetime(2026, 3, 2, 16, 5, tzinfo=UTC)) == "2026-03-03 00:05"


@pytest.mark.parametrize(("name", "number"), SECRETS)
def test_an_opinion_with_such_a_number_is_refused_naming_what_it_is(name: str, number: str) -> None:
    with pytest.raises(Misuse, match=name):
        check_opinion(f"请联系{number}核实")


@pytest.mark.parametrize(("name", "number"), SECRETS)
def test_such_a_number_is_covered_in_other_text(name: str, number: str) -> None:
    assert mask(f"请联系{number}核实") == f"请联系{'＊' * len(number)}核实", name


@pytest.mark.parametrize("text", HARMLESS)
def test_other_numbers_stay(text: str) -> None:
    assert mask(text) == text
    assert check_opinion(text) == text


def test_an_opinion_is_trimmed_and_at_most_two_hundred_characters() -> None:
    assert check_opinion("  同意。\n") == "同意。"
    assert check_opinion("好" * 200) == "好" * 200
    with pytest.raises(Misuse, match="最多 200 字，现有 201 字"):
        check_opinion("好" * 201)


@given(chinese, secrets, chinese)
def test_no_number_that_says_who_somebody_is_survives(before: str, secret: str, after: str) -> None:
    text = f"{before}{secret}{after}"
    masked = mask(text)
    assert secret not in masked
    assert masked == f"{before}{'＊' * len(secret)}{after}"
    with pytest.raises(Misuse):
        check_opinion(text)


@given(chinese, dressed(), chinese)
def test_blanks_hyphens_dots_and_wide_digits_hide_no_number(
    before: str, secret: str, after: str
) -> None:
    masked = mask(f"{before}{secret}{after}")
    assert masked == f"{before}{'＊' * len(secret)}{after}"
    assert not re.match(FORM_PATTERN, f"{before}{secret}{after}")


@pytest.mark.parametrize(("name", "number"), SECRETS)
def test_a_form_refuses_such_a_number_before_anything_is_stored(name: str, number: str) -> None:
    assert not re.match(FORM_PATTERN, f"请联系{number}核实"), name


@given(st.text(st.sampled_from("0123456789X -+鲁京BD（）·汉字"), max_size=60))
def test_masking_keeps_the_length_and_leaves_nothing_to_mask(text: str) -> None:
    masked = mask(text)
    assert len(masked) == len(text)
    assert mask(masked) == masked
    assert check_opinion(masked) == masked.strip()


@given(chinese, st.integers(0, 99_999_999))
def test_short_numbers_are_never_touched(text: str, number: int) -> None:
    assume(not text.endswith("京"))
    assert mask(f"{text}{number}") == f"{text}{number}"
