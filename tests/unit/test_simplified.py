"""Texts compared whatever script, width and case they are written in; kept as they are."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.reference import seed
from domain.categorising import grams_of
from domain.fingerprints import fingerprint
from domain.simplified import comparable, simplified
from domain.triaging import Triage

PAIRS = [
    ("物業亂收費，業主無處投訴", "物业乱收费，业主无处投诉"),
    ("開發商拖欠農民工工資", "开发商拖欠农民工工资"),
    ("徵收補償款三年後仍未發放", "征收补偿款三年后仍未发放"),
    ("申請營業執照被窗口來回刁難", "申请营业执照被窗口来回刁难"),
]


@pytest.fixture(scope="module")
def triage() -> Triage:
    path = Path(seed.__file__).parent / "dispatch.toml"
    return Triage(tomllib.loads(path.read_text("utf-8")))


@pytest.mark.parametrize(("traditional", "plain"), PAIRS)
def test_both_scripts_belong_to_the_same_unit_and_are_alike(
    triage: Triage, traditional: str, plain: str
) -> None:
    assert triage.propose(plain, plain).unit
    assert triage.propose(traditional, traditional) == triage.propose(plain, plain)
    assert fingerprint(traditional, traditional) == fingerprint(plain, plain)
    assert grams_of(traditional, traditional) == grams_of(plain, plain)


@pytest.mark.parametrize("written", ["ktv噪音扰民", "KTV噪音扰民", "ＫＴＶ噪音扰民", "Ktv噪音擾民"])
def test_letters_count_whatever_their_case_and_width(triage: Triage, written: str) -> None:
    found = triage.propose(written, "")
    assert found == triage.propose("KTV噪音扰民", "")
    assert any("KTV" in reason.words for reason in found.reasons)


@given(st.text())
def test_a_simplified_text_stays_as_it_is_and_no_text_becomes_longer(text: str) -> None:
    once = simplified(text)
    assert simplified(once) == once
    assert len(once) == len(text)
    assert comparable(comparable(text)) == comparable(text)


def test_characters_that_simplified_texts_use_too_are_left_alone() -> None:
    assert simplified("乾隆著书瞭望") == "乾隆著书瞭望"
