"""Whether two messages are about the same thing, told by invented messages of a hotline."""

import csv
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fingerprints import Fingerprint, fingerprint, plain
from domain.shared_words import shared_words
from domain.similarity import Weighed, Weights, score, weighed
from domain.wording import mask
from models.similar_packing import pack, unpack

DISTRICTS = ("市南区", "市北区", "李沧区", "城阳区", "崂山区")
INVENTED = Path(__file__).parents[1] / "data" / "invented_matters.csv"
AMONG = 1_000
"""Messages that are taken to have come in before."""


def rows() -> list[dict[str, str]]:
    with INVENTED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def printed(subject: str, body: str = "", party: str = "") -> Fingerprint:
    return fingerprint(subject, body, party, DISTRICTS)


@pytest.fixture(scope="module")
def weights() -> Weights:
    prints = [printed(row["subject"], row["body"]) for row in rows()]
    return Weights(AMONG, Counter(s for one in prints for s in one.whole | one.places))


def likely(weights: Weights, one: Fingerprint, other: Fingerprint) -> float:
    return score(weighed(one, weights), weighed(other, weights), weights)


def test_matters_are_found_in_other_words_and_told_from_others_nearby(weights: Weights) -> None:
    found, right, alike = 0, 0, 0
    for a, b in combinations(rows(), 2):
        same = a["matter"] == b["matter"] != "none"
        one, other = printed(a["subject"], a["body"]), printed(b["subject"], b["body"])
        suggested = likely(weights, one, other) >= 0.5
        alike += same
        found += suggested
        right += same and suggested
    assert alike == 19
    assert right / alike >= 0.9
    assert right / found >= 0.9


NOISE = ("海棠湾小区搅拌站噪声扰民", "海棠湾小区旁的搅拌站昼夜轰鸣，居民不能休息。")


@pytest.mark.parametrize(
    ("subject", "body", "alike"),
    [
        (*NOISE, True),
        ("海棠湾搅拌站太吵", "住在海棠湾小区，搅拌站的机器声吵得睡不着。", True),
        ("海棠湾小区何时通公交", "海棠湾小区到最近的公交站要走二十分钟。", False),
        ("听涛苑小区搅拌站噪声扰民", "听涛苑小区旁的搅拌站昼夜轰鸣，居民不能休息。", False),
        ("市南区" + NOISE[0], NOISE[1], True),
    ],
)
def test_place_and_matter_must_both_fit(
    weights: Weights,
    subject: str,
    body: str,
    alike: bool,  # noqa: FBT001 - a row of the table
) -> None:
    assert (likely(weights, printed(*NOISE), printed(subject, body)) >= 0.5) is alike


def test_the_same_words_from_another_district_are_another_matter(weights: Weights) -> None:
    here, there = printed("市南区" + NOISE[0], NOISE[1]), printed("崂山区" + NOISE[0], NOISE[1])
    assert likely(weights, here, here) > 0.99
    assert likely(weights, here, there) < 0.5


def test_the_firm_concerned_tells_as_much_as_a_place(weights: Weights) -> None:
    words = ("拖欠工程款", "工程验收三年，至今拖欠工程款。")
    named = printed(*words, party="柳亭科技")
    assert likely(weights, named, printed(*words, party="柳亭科技")) > likely(
        weights, named, printed(*words)
    )
    assert likely(weights, named, printed(*words, party="和平商贸")) < 0.5


def test_who_asks_does_not_matter(weights: Weights) -> None:
    prints = [printed(row["subject"], row["body"]) for row in rows()[:8]]
    for one, other in combinations(prints, 2):
        forth, back = likely(weights, one, other), likely(weights, other, one)
        assert forth == pytest.approx(back)


def test_with_little_known_of_what_is_common_more_must_be_shared() -> None:
    bars = [Weights(known, {}).bar for known in (0, 100, 1_000, 100_000)]
    assert bars == sorted(bars, reverse=True)
    assert bars[0] - bars[-1] > 2


def test_an_empty_body_and_wide_or_small_letters_do_no_harm(weights: Weights) -> None:
    wide, narrow = printed("Ａ３栋电梯停运ｋ"), printed("A3栋电梯停运K")
    assert wide == narrow
    assert likely(weights, wide, narrow) > 0.5


def test_a_text_of_seven_thousand_characters_is_looked_at_from_its_beginning() -> None:
    long = printed(NOISE[0], NOISE[1] + "请尽快处理。" * 1_200)
    assert len(long.body) < 200
    assert printed(*NOISE).body - long.body == frozenset()


@given(st.text(alphabet="0123456789 -()+鲁BX王电话。，京A", max_size=250))
def test_no_number_that_says_who_somebody_is_comes_into_a_fingerprint(text: str) -> None:
    assert mask(plain(text)) == plain(text)


def test_the_words_shared_are_the_place_and_the_matter_and_nobody(weights: Weights) -> None:
    body = "本人李四光，电话13812345678，海棠湾小区搅拌站粉尘漫天，李四光再次反映。"
    one = printed("海棠湾小区搅拌站扰民", body)
    other = printed("海棠湾搅拌站灰尘大", body)
    words = shared_words("海棠湾小区搅拌站扰民", body, one, other, weights)
    assert words[0].startswith("海棠湾")
    assert any("搅拌" in word for word in words)
    assert not any("李" in word or "138" in word for word in words)
    assert len(words) <= 6


def test_of_a_sentence_in_both_the_beginning_is_shown(weights: Weights) -> None:
    subject = "辽河路东段路灯损坏半月无人修复行人摔倒"
    one = printed(subject)
    words = shared_words(subject, "", one, one, weights)
    assert all(2 <= len(word) <= 13 for word in words)


hashes = st.frozensets(st.integers(-(2**31), 2**31 - 1), max_size=30)
bits = st.integers(0, 2**63 - 1)
figures = st.floats(1, 1e6)


@given(st.builds(Fingerprint, hashes, hashes, hashes, hashes, hashes, bits, bits), figures)
def test_what_is_packed_is_unpacked(prints: Fingerprint, figure: float) -> None:
    message = Weighed(prints, figure, figure + 1, figure + 2)
    assert unpack(pack(message)) == message
