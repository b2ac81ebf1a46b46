"""Instants in words; free text without what says who somebody is. All numbers are invented."""

from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.errors import Misuse
from domain.wording import check_opinion, mask, moment

PHONES = [
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
    "370202199001011234",
    "37020219900101123X",
    "37020219900101123x",
    "370202 19900101 1234",
    "370202900101123",
    "３７０２０２１９９００１０１１２３４",
]
BANK_CARDS = ["6222020000000000000", "6222 0200 0000 0007", "4000-0000-0000-0002"]
PLATES = ["鲁B12345", "鲁B·12345", "鲁b12d45", "鲁B 12345", "鲁BD12345", "鲁B1234学", "京A0000警"]
HARMLESS = [
    "案件 QD2026-000123 已于2026年3月2日办结",
    "催办〔2026〕12号，共 123456789 元",
    "12345热线转来，A市A3区中心医院",
    "请在 2026-03-02 18:00 前办结",
    "新区建设、云计算、京东方、青岛港",
    "6222020000000000001",
    "",
]
KINDS = {"电话号码": PHONES, "身份证号": ID_CARDS, "银行卡号": BANK_CARDS, "车牌号": PLATES}
SECRETS = [(name, number) for name, numbers in KINDS.items() for number in numbers]


def luhn_card(digits: str) -> str:
    """Complete a card number with the digit that fits."""
    doubled = [int(d) * (2 - i % 2) for i, d in enumerate(reversed(digits))]
    total = sum(n - 9 if n > 9 else n for n in doubled)
    return digits + str(-total % 10)


chinese = st.text(st.sampled_from("因该企业负责人反映的问题，已到现场核查。"), max_size=20)
mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
id_cards = st.from_regex(r"[1-6][0-9]{16}[0-9X]|[1-6][0-9]{14}", fullmatch=True)
plates = st.from_regex(r"[鲁京苏][A-HJ-NP-Z][0-9][A-HJ-NP-Z0-9]{3,4}[0-9]", fullmatch=True)
cards = st.from_regex(r"62[0-9]{13,16}", fullmatch=True).map(luhn_card)
secrets = mobiles | id_cards | plates | cards


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
