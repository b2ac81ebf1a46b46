"""Columns of a channel: its mapping over the usual headers, and what is unclear about it."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import Misuse
from models.channels import IntakeChannel
from models.intake_rows import IncomingRow
from models.registry import Directory
from tasks.reading.channel_columns import FIELD_ZH, OWN, columns_for, known_fields, read_mapping
from tasks.reading.columns import COLUMNS, fields_in
from tasks.reading.files import open_table
from tasks.reading.incoming import understand
from tasks.reading.rows import RawRow, Table
from tasks.understanding import Understanding

FEW = Directory(
    names={"caizheng": "市财政局", "odd": "青岛市监局"},
    aliases={"市财政局": "caizheng", "财政局": "caizheng", "青岛市监局": "odd"},
    doubtful=frozenset({"odd"}),
    channels={},
    kinds={},
    districts=frozenset(),
)


def channel(**more: object) -> IntakeChannel:
    known: dict[str, object] = {
        "code": "self_check",
        "name": "自查问题清单",
        "layer": "self",
        "default_kind": "harm",
    }
    known |= {"default_urgency": "normal", "expects_reporter": False, "columns": {}}
    lists = {"users": (), "extra_fields": tuple(OWN)}
    return IntakeChannel(**(known | lists | more))  # type: ignore[arg-type]


def understood(fields: dict[str, str], **more: object) -> tuple[IncomingRow, Understanding]:
    understanding = Understanding(channel(**more), FEW)
    headers = {field: FIELD_ZH[field] for field in fields}
    (row,) = understanding.rows(Table(iter([RawRow(2, fields)]), 1, headers))
    assert isinstance(row, IncomingRow), row
    return row, understanding


def test_a_mapped_header_wins_over_the_usual_ones() -> None:
    columns = columns_for([], {"body": "存在问题"})
    assert fields_in(["问题描述", "存在问题"], columns)["body"] == "存在问题"


def test_without_the_mapped_header_the_usual_ones_count() -> None:
    columns = columns_for([], {"body": "存在问题"})
    assert fields_in(["事由", "问题描述"], columns) == {"subject": "事由", "body": "问题描述"}


def test_a_mapped_header_stands_for_no_other_field() -> None:
    columns = columns_for([], {"body": "标题"})
    assert fields_in(["标题"], columns) == {"body": "标题"}


def test_in_jsonl_too_a_mapped_name_wins_over_the_usual_ones(tmp_path: Path) -> None:
    path = tmp_path / "来件.jsonl"
    line = {"内容": "旧", "存在问题": "新", "id": "1"}
    path.write_text(json.dumps(line, ensure_ascii=False) + "\n", encoding="utf-8")
    (row,) = open_table(path, columns_for([], {"body": "存在问题"})).rows
    assert row.fields == {"body": "新", "source_id": "1"}


@pytest.mark.parametrize("word", ["body", "内容", "问题描述", "Content"])
def test_a_field_is_named_by_code_name_or_usual_header(word: str) -> None:
    assert read_mapping([f"{word}= 存在问题 "], []) == {"body": "存在问题"}


@pytest.mark.parametrize(
    ("pairs", "said"),
    [
        (["天气=晴"], "没有字段“天气”"),
        (["内容"], "看不懂"),
        (["内容="], "看不懂"),
        ([f"内容={'长' * 61}"], "看不懂"),
        (["内容=甲", "body=乙"], "写了两次"),
        (["内容=甲", "事由=甲＊"], "不能同时作为"),
        (["整改措施=措施"], "没有字段“整改措施”"),
    ],
)
def test_an_unclear_mapping_is_refused_in_one_sentence(pairs: list[str], said: str) -> None:
    with pytest.raises(Misuse, match=said) as caught:
        read_mapping(pairs, [])
    assert caught.value.sentence.count("。") == 1


def test_a_new_pair_replaces_what_was_saved_and_may_not_collide_with_it() -> None:
    saved = {"body": "甲", "subject": "乙"}
    assert read_mapping(["内容=丙"], [], saved) == {"body": "丙", "subject": "乙"}
    with pytest.raises(Misuse, match="列“乙”不能同时作为"):
        read_mapping(["内容=乙"], [], saved)


def test_every_field_has_a_name_and_no_header_stands_for_two_fields() -> None:
    fields = known_fields(OWN)
    assert fields.keys() == FIELD_ZH.keys()
    headers = [header for names in fields.values() for header in names]
    assert len(headers) == len(set(headers))


@given(st.dictionaries(st.sampled_from(list(COLUMNS)), st.text("甲乙丙丁", min_size=1), max_size=4))
def test_whatever_is_mapped_is_found_under_its_header(mapping: dict[str, str]) -> None:
    if len(set(mapping.values())) == len(mapping):
        found = fields_in(list(mapping.values()), columns_for([], mapping))
        assert found == mapping


def test_columns_of_its_own_become_lines_of_the_text() -> None:
    fields = {"body": "贴息未到账", "measures": "逐户核对", "studied_on": "2026-03-10 00:00:00"}
    row, _ = understood(fields | {"leader": ""})
    assert row.body == "贴息未到账\n整改措施：逐户核对\n党委（党组）研究日期：2026-03-10"


def test_a_missing_subject_is_taken_from_the_problem_not_from_what_is_planned() -> None:
    row, _ = understood({"body": "贴息未到账", "measures": "逐户核对"})
    assert row.subject == "贴息未到账"


def test_a_row_of_nothing_but_measures_is_no_problem() -> None:
    understanding = Understanding(channel(), FEW)
    rows = understanding.rows(Table(iter([RawRow(2, {"measures": "逐户核对"})]), 1, {}))
    assert not isinstance(next(rows), IncomingRow)


@pytest.mark.parametrize("word", ["caizheng", "市财政局", "财政局", " 财政局 "])
def test_the_unit_that_a_row_names_is_kept_as_a_hint(word: str) -> None:
    row, understanding = understood({"subject": "贴息未到账", "unit": word})
    assert (row.named_unit, row.body, understanding.unknown_units) == ("caizheng", "", 0)


@pytest.mark.parametrize("word", ["没有这个局", "青岛市监局"])
def test_an_unknown_or_doubtful_unit_is_no_hint_but_stays_in_the_text(word: str) -> None:
    row, understanding = understood({"subject": "贴息未到账", "unit": word})
    assert (row.named_unit, row.body) == ("", f"建议责任单位：{word}")
    assert understanding.unknown_units == 1


def test_a_unit_named_does_not_make_another_problem_of_the_same_row() -> None:
    row, _ = understood({"subject": "贴息未到账", "unit": "财政局"})
    plainly = understand(RawRow(2, {"subject": "贴息未到账"}), {})
    assert row.source_id == plainly.source_id


def test_the_channels_urgency_holds_unless_the_row_says_another() -> None:
    assert understood({"subject": "甲"}, default_urgency="urgent")[0].urgency == "urgent"
    plain = understood({"subject": "甲", "urgency": "一般"}, default_urgency="urgent")[0]
    assert plain.urgency == "normal"


def test_rows_without_anybody_to_answer_are_counted_where_somebody_is_expected() -> None:
    assert understood({"subject": "甲"}, expects_reporter=True)[1].unreported == 1
    assert understood({"subject": "甲", "phone": "1"}, expects_reporter=True)[1].unreported == 0
    assert understood({"subject": "甲"}, expects_reporter=False)[1].unreported == 0
