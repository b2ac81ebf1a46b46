"""Questionnaires: questions read, clues found, figures that show nobody, answers accounted for."""

from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.codes import Environment
from domain.errors import Misuse, Refused
from domain.survey_figures import figures
from domain.survey_questions import question_of, read_questions, table_of
from domain.surveys import Question, QuestionKind, SurveyState, clues, read_answer, state_on
from models.surveys import Stored
from tasks.surveys.importing import sort_out
from tasks.surveys.reading import SheetsRead, read_sheets

S5, S10 = QuestionKind.SCORE5, QuestionKind.SCORE10
ASKED = (
    Question("q1", "办证快慢", S5, Environment.SERVICE, "shenpi", 2),
    Question("q2", "窗口态度", S10, Environment.SERVICE, "shenpi", 4),
    Question("q3", "用地保障", S5, Environment.FACTOR, low=1),
    Question("q4", "窗口哪里不好", QuestionKind.TEXT, unit="shenpi"),
    Question("q5", "企业规模", QuestionKind.CHOICE, choices=("大", "小")),
)
SURVEY = Stored("YS", "问卷", date(2026, 3, 1), date(2026, 3, 31), 10, ASKED, b"s" * 32, None, 0, 0)


def test_low_marks_of_one_matter_are_one_clue_with_its_texts() -> None:
    [clue] = clues(ASKED, {"q1": 2, "q2": 2, "q3": 2, "q4": "排队久", "q5": "大"})
    assert (clue.matter, clue.questions) == ("shenpi", ("q1", "q2", "q4"))
    assert (clue.mark, clue.unit) == (Decimal(1), "shenpi")
    assert clue.environment is Environment.SERVICE


def test_each_matter_has_a_clue_of_its_own_and_good_marks_have_none() -> None:
    found = list(clues(ASKED, {"q1": 1, "q2": 10, "q3": 1}))
    assert [(clue.matter, clue.questions) for clue in found] == [
        ("shenpi", ("q1",)),
        ("factor", ("q3",)),
    ]
    assert list(clues(ASKED, {"q1": 3, "q2": 5, "q3": 2, "q4": "都好"})) == []


def test_a_text_alone_is_no_clue_and_neither_is_a_question_left_open() -> None:
    assert list(clues(ASKED, {"q4": "排队久"})) == []
    assert list(clues(ASKED, {})) == []


def test_a_block_is_a_matter_and_a_question_may_stand_alone() -> None:
    assert Question("q", "t", S5, unit="u", block="登记").matter == "登记"
    assert Question("q", "t", S5).matter == "q"


@pytest.mark.parametrize(
    ("question", "text", "answer"),
    [(0, "5", 5), (0, " 3分 ", 3), (1, "10", 10), (4, "大", "大"), (3, "慢", "慢"), (0, "", None)],
)
def test_answers_are_read(question: int, text: str, answer: object) -> None:
    assert read_answer(ASKED[question], text) == answer


@pytest.mark.parametrize(
    ("question", "text", "wanted"),
    [
        (0, "6", "1 到 5"),
        (0, "0", "1 到 5"),
        (1, "11", "1 到 10"),
        (0, "好", "整数"),
        (4, "中", "大、小"),
    ],
)
def test_a_wrong_answer_says_what_it_should_be(question: int, text: str, wanted: str) -> None:
    with pytest.raises(ValueError, match=wanted):
        read_answer(ASKED[question], text)


@pytest.mark.parametrize(
    ("today", "closed", "state"),
    [
        (date(2026, 2, 28), False, SurveyState.PLANNED),
        (date(2026, 3, 1), False, SurveyState.OPEN),
        (date(2026, 5, 1), False, SurveyState.OPEN),
        (date(2026, 3, 5), True, SurveyState.CLOSED),
    ],
)
def test_a_survey_opens_by_the_day_and_closes_by_an_act(
    today: date,
    closed: bool,  # noqa: FBT001
    state: SurveyState,
) -> None:
    assert state_on(today, date(2026, 3, 1), closed=closed) is state


def table(**changes: object) -> dict[str, Any]:
    return {"code": "q1", "text": "办证快慢", "kind": "score5"} | changes


def test_questions_are_read_and_written_alike() -> None:
    assert read_questions({"question": [table(low=2, environment="service")]}) == (
        Question("q1", "办证快慢", S5, Environment.SERVICE, low=2),
    )
    assert tuple(question_of(table_of(question)) for question in ASKED) == ASKED


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "一个或多个"),
        ({"question": [], "x": 1}, "没有其他内容"),
        ({"question": [3]}, "第 1 题不是一节"),
        ({"question": [table(colour="red")]}, "不认识的项 colour"),
        ({"question": [table(code="")]}, "的 code 应为 1 到 40 字"),
        ({"question": [table(block=3)]}, "的 block 应为"),
        ({"question": [table(kind="stars")]}, "的 kind 应为 score5"),
        ({"question": [table(low=5)]}, "的 low 应为 0 到 4"),
        ({"question": [table(kind="text", low=1)]}, "不能写 low"),
        ({"question": [table(kind="choice")]}, "至少两个选项"),
        ({"question": [table(choices=["a", "b"])]}, "只用于 choice"),
        ({"question": [table(environment="sea")]}, "的 environment 应为 policy"),
        ({"question": [table(unit=3)]}, "的 unit 应为单位代码"),
        ({"question": [table(), table(text="别的")]}, "code “q1”重复"),
    ],
)
def test_mistakes_in_questions_are_named(data: dict[str, Any], said: str) -> None:
    with pytest.raises(Misuse, match=said):
        read_questions(data)


def test_figures_are_means_and_shares_on_one_scale() -> None:
    made = figures(ASKED, [{"q1": 2, "q2": 10}, {"q1": 4, "q2": 6}], 2)
    unit = made.units[0]
    assert (unit.about, unit.answers, unit.mean) == ("shenpi", 4, Decimal("3.50"))
    assert unit.low == Decimal("25.00")
    assert made.respondents == 2


def test_few_answers_are_hidden_and_cannot_be_found_from_other_tables() -> None:
    sheets = [{"q1": 5}] * 5 + [{"q2": 1}] * 4
    made = figures(ASKED, sheets, 5)
    by_code = {line.about: line for line in made.questions}
    assert by_code["q2"].hidden
    assert by_code["q2"].mean is None
    assert (made.units[0].answers, made.units[0].mean) == (5, Decimal("5.00"))
    assert {line.about: line.hidden for line in made.environments} == {
        "service": False,
        "factor": True,
    }


@given(
    st.lists(
        st.fixed_dictionaries({}, optional={"q1": st.integers(1, 5), "q2": st.integers(1, 10)}),
        max_size=9,
    )
)
def test_no_line_rests_on_fewer_answers_than_the_smallest_group(
    sheets: list[dict[str, int]],
) -> None:
    made = figures(ASKED, sheets, 3)
    counts = Counter(code for sheet in sheets for code in sheet)
    shown = sum(count for count in counts.values() if count >= 3)
    for line in (*made.questions, *made.environments, *made.units):
        assert line.hidden == (line.answers is None)
        assert line.answers is None or line.answers >= 3
    assert sum(line.answers or 0 for line in made.units) == shown


def sheets_of(tmp_path: Path, text: str) -> SheetsRead:
    file = tmp_path / "答卷.csv"
    file.write_text(text, encoding="utf-8")
    return read_sheets(file, SURVEY)


def test_columns_are_found_by_the_question_or_its_code(tmp_path: Path) -> None:
    read = sheets_of(tmp_path, "序号,办证快慢,q2,别的\n1,2,8,x\n2,,,y\n3,9,,\n")
    assert [sheet.answers for sheet in read.sheets] == [{"q1": 2, "q2": 8}]
    assert [bad.row for bad in read.refused] == [3, 4]
    assert "没有回答任何题目" in read.refused[0].reason
    assert "“q1”的值“9”看不懂，应为 1 到 5 的整数" in read.refused[1].reason


@pytest.mark.parametrize("header", ["姓名", "您的手机号", "联系电话", "微信"])
def test_a_file_that_says_who_answered_is_refused_plainly(tmp_path: Path, header: str) -> None:
    with pytest.raises(Refused, match=f"有“{header}”列：问卷不收答卷人的姓名、电话"):
        sheets_of(tmp_path, f"q1,{header}\n2,王女士\n")


def test_a_phone_is_no_number_for_a_sheet_and_is_masked_in_texts(tmp_path: Path) -> None:
    read = sheets_of(tmp_path, "编号,q1,q4\n13805320417,2,a\n7,2,找我13805320417\n")
    assert "电话或证件号码" in read.refused[0].reason
    assert "13805320417" not in str(read.sheets[0].answers)


def test_a_file_without_any_question_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="没有问卷 YS 的题目"):
        sheets_of(tmp_path, "序号,别的\n1,2\n")


@given(st.lists(st.tuples(st.sampled_from(["", "1", "2"]), st.sampled_from("0123456")), min_size=1))
def test_every_row_of_answers_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    text = "序号,q1\n" + "".join(f"{number},{score}\n" for number, score in rows)
    read = sheets_of(tmp_path_factory.mktemp("答卷"), text)
    report, fresh = sort_out(read, {})
    assert report.read == len(rows) == report.added + report.repeated + len(report.refused)
    known = {sheet.respondent: sheet.answers for sheet in fresh}
    again, none = sort_out(read, dict(known))
    assert (none, len(again.refused)) == ([], len(report.refused))
