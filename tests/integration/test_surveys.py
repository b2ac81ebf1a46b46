"""Questionnaires: set up, answered, ended on time; low marks become clues, and clues cases."""

from datetime import timedelta
from pathlib import Path

import pytest

from domain.errors import Refused
from models.surveys import survey, surveys
from tasks.artifacts.surveys import survey_report
from tasks.artifacts.worklist import worklist
from tasks.delivery.rendering import render
from tasks.desk import Desk
from tasks.surveys import deciding
from tasks.surveys.deciding import accept_clue
from tasks.surveys.importing import import_answers
from tasks.surveys.rounds import go_round
from tests.integration.conftest import MONDAY, Bench, Terminal

QUESTIONS = """
[[question]]
code = "q1"
text = "办证快慢"
kind = "score5"
environment = "service"
unit = "市行政审批局"
low = 2

[[question]]
code = "q2"
text = "窗口哪里不好"
kind = "text"
unit = "shenpi"

[[question]]
code = "q3"
text = "用地保障"
kind = "score10"
environment = "factor"
low = 2
"""
ANSWERS = "序号,q1,q2,q3\n1,1,排队久,9\n2,2,,1\n3,5,都好,10\n4,8,,\n"


@pytest.fixture
def made(terminal: Terminal, tmp_path: Path) -> str:
    """A questionnaire of March, 10 answers planned, three of them in."""
    questions, answers = tmp_path / "题目.toml", tmp_path / "答卷.csv"
    questions.write_text(QUESTIONS, encoding="utf-8")
    answers.write_text(ANSWERS, encoding="utf-8")
    words = ("survey", "new", "YS", "--title", "营商环境问卷", "--questions", str(questions),
             "--opens", "2026-03-01", "--closes", "2026-03-31", "--planned", "10")  # fmt: skip
    assert terminal.document(*words, at=MONDAY.isoformat())["added"]
    assert not terminal.document(*words, at=MONDAY.isoformat())["added"], "the same again"
    report = terminal.document("survey", "import", "YS", str(answers), at=MONDAY.isoformat())
    assert (report["read"], report["added"], report["clues"]) == (4, 3, 3)
    assert [bad["row"] for bad in report["refused"]] == [5]
    return "YS"


def later(desk: Desk, days: int) -> Desk:
    at = desk.now + timedelta(days=days)
    return Desk(desk.settings, desk.database, desk.engine, at, at)


def numbers(terminal: Terminal) -> dict[tuple[str, float], int]:
    found = terminal.document("survey", "clues", "YS")
    return {(one["matter"], one["mark"]): one["clue"] for one in found}


def test_low_marks_become_one_clue_a_respondent_and_matter(terminal: Terminal, made: str) -> None:
    found = terminal.document("survey", "clues", made)
    assert [(one["matter"], one["mark"], one["questions"]) for one in found] == [
        ("factor", 0.5, ["q3"]),
        ("shenpi", 1.0, ["q1", "q2"]),
        ("shenpi", 2.0, ["q1"]),
    ]
    assert found[1]["answers"] == {"q1": 1, "q2": "排队久"}


def test_the_same_answers_again_count_once_and_other_ones_are_refused(
    desk: Desk, bench: Bench, made: str, tmp_path: Path
) -> None:
    file = tmp_path / "答卷.csv"
    again = import_answers(desk, made, file)
    assert (again.added, again.repeated, again.clues) == (0, 3, 0)
    file.write_text("序号,q1\n1,5\n9,5\n", encoding="utf-8")
    changed = import_answers(desk, made, file)
    assert (changed.read, changed.added, len(changed.refused)) == (2, 1, 1)
    assert "保留先前的" in changed.refused[0].reason
    assert bench.value("select count(*) from survey_answer") == 4


def test_an_accepted_clue_becomes_one_case_with_the_unit_named(
    desk: Desk, bench: Bench, terminal: Terminal, made: str
) -> None:
    clue = numbers(terminal)["shenpi", 1.0]
    done = terminal.document(
        "survey", "accept", str(clue), "--unit", "shenpi", "--actor", "王科",
        at=MONDAY.isoformat(),
    )  # fmt: skip
    assert done["changed"]
    [(channel, state, lead, environment, reachable, body)] = bench.rows(
        "select c.channel, c.state, c.lead_unit, c.environment, c.reachable, t.body"
        " from rectification_case c join case_text t on t.case_id = c.id and t.kind = 'body'"
    )
    assert (channel, state, lead) == ("survey", "assigned", "shenpi")
    assert (environment, reachable) == ("service", False)
    assert str(body).endswith("办证快慢：1 分（满分 5 分）\n窗口哪里不好：排队久")
    assert not accept_clue(desk, clue).changed
    assert bench.value("select count(*) from rectification_case") == 1
    terminal("survey", "dismiss", str(clue), "--reason", "重复", code=1)


def test_accepting_cut_off_in_the_middle_is_taken_up_without_a_second_case(
    desk: Desk, bench: Bench, terminal: Terminal, made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clue = numbers(terminal)["factor", 0.5]

    def cut_off(*_given: object) -> dict[int, str]:
        raise KeyboardInterrupt

    monkeypatch.setattr(deciding, "accept_clues", cut_off)
    with pytest.raises(KeyboardInterrupt):
        accept_clue(desk, clue)
    monkeypatch.undo()
    assert accept_clue(desk, clue).changed
    assert bench.value("select count(*) from rectification_case") == 1


def test_clues_below_a_mark_are_accepted_together_after_a_preview(
    desk: Desk, bench: Bench, terminal: Terminal, made: str
) -> None:
    words = ("survey", "accept-all", made, "--at-most", "1")
    shown = terminal(*words, "--dry-run", at=MONDAY.isoformat())
    assert "最低分不高于 1 分的待处理线索 2 条；这是预览，没有改动。" in shown
    assert bench.value("select count(*) from rectification_case") == 0
    assert len(terminal.document(*words, at=MONDAY.isoformat())["cases"]) == 2
    assert terminal.document(*words, at=MONDAY.isoformat())["cases"] == []
    assert list(numbers(terminal)) == [("shenpi", 2.0)]
    assert "低分线索待采用 1 条（survey clues）" in worklist(desk, desk.now, {})


def test_a_dismissed_clue_keeps_its_reason_and_is_not_accepted(
    desk: Desk, terminal: Terminal, made: str
) -> None:
    clue = numbers(terminal)["factor", 0.5]
    terminal("survey", "dismiss", str(clue), "--reason", "已由他案办理", at=MONDAY.isoformat())
    with pytest.raises(Refused, match="已不予采用：已由他案办理"):
        accept_clue(desk, clue)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("show", "没有"), 1, "没有代码为“没有”的问卷"),
        (("accept", "999"), 1, "没有第 999 号线索"),
        (("accept-all", "YS", "--at-most", "很低"), 2, "分数“很低”看不懂"),
        (("extend", "YS", "--closes", "2026-02-01"), 2, "应不早于今天和开始日期"),
        (("dismiss", "1", "--reason", " "), 2, "须写明理由"),
    ],
)
def test_what_cannot_be_done_is_said(
    terminal: Terminal, made: str, words: tuple[str, ...], code: int, said: str
) -> None:
    assert said in terminal("survey", *words, code=code, at=MONDAY.isoformat())


def test_the_round_reminds_of_few_answers_then_ends_the_survey_once(
    desk: Desk, bench: Bench, made: str, tmp_path: Path
) -> None:
    assert go_round(desk).notices == 0, "too early"
    near = go_round(later(desk, 25))
    assert (near.low, near.notices) == ([made], 1)
    assert go_round(later(desk, 26)).notices == 0
    over = go_round(later(desk, 40))
    assert (over.closed, over.waiting, over.notices) == ([made], 3, 1)
    assert over.in_words() == "截止问卷 1 份，回收不足 0 份，待处理线索 3 条，新发提醒 1 份。"
    assert go_round(later(desk, 41)).closed == []
    with pytest.raises(Refused, match="已截止，不再收答卷"):
        import_answers(later(desk, 41), made, tmp_path / "答卷.csv")
    rows = bench.rows("select template, args from notice where key is not null order by id")
    context = {
        "recipient_unit": "专项行动办公室", "recipient_name": "", "office_name": "办公室",
        "occurred_at": MONDAY, "no": "", "document_number": "", "link": "", "copies": [],
        "terms": [], "opinion": "",
    }  # fmt: skip
    low, closed = (render(str(name), context | args)[1] for name, args in rows)  # type: ignore[operator]
    assert "计划收回 10 份，现收回 3 份，2026-03-31 截止" in low
    assert "低分线索 3 条待处理" in closed


def test_a_survey_takes_no_answers_before_its_day_and_again_after_an_extension(
    desk: Desk, terminal: Terminal, made: str, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match="自 2026-03-01 起收答卷"):
        import_answers(later(desk, -5), made, tmp_path / "答卷.csv")
    go_round(later(desk, 40))
    terminal("survey", "extend", made, "--closes", "2026-05-01", at="2026-04-13T09:00:00+08:00")
    assert import_answers(later(desk, 42), made, tmp_path / "答卷.csv").repeated == 3


def test_reports_hide_what_few_people_said(
    desk: Desk, terminal: Terminal, made: str, tmp_path: Path
) -> None:
    file = tmp_path / "more.csv"
    file.write_text("序号,q1\n" + "".join(f"m{n},4\n" for n in range(3)), encoding="utf-8")
    import_answers(desk, made, file)
    shown = terminal.document("survey", "report", made)
    assert shown["units"] == [
        {"about": "shenpi", "answers": 6, "mean": 3.33, "low_percent": 33.33, "hidden": False}
    ]
    assert [line["hidden"] for line in shown["environments"]] == [False, True]
    drawn = survey_report(desk, surveys(desk.engine))
    assert "人数不足，不显示" in drawn
    assert "市行政审批局" in drawn
    assert "排队久" not in drawn
    assert "| 营商环境问卷 | YS | 进行中 | 2026-03-01 至 2026-03-31 | 6/10 | 3 |" in drawn


def test_nothing_tells_who_answered(bench: Bench, made: str) -> None:
    kept = bench.rows("select respondent from survey_answer")
    assert len({bytes(row[0]) for row in kept}) == 3  # type: ignore[call-overload]
    assert all(len(bytes(row[0])) == 32 for row in kept)  # type: ignore[call-overload]


def test_questions_shown_as_a_file_can_be_used_again(
    desk: Desk, terminal: Terminal, made: str, tmp_path: Path
) -> None:
    file = tmp_path / "again.toml"
    file.write_text(terminal("survey", "show", made, "--questions"), encoding="utf-8")
    terminal("survey", "new", "YS2", "--title", "第二次", "--questions", str(file),
             "--opens", "2026-04-01", "--closes", "2026-04-30")  # fmt: skip
    assert survey(desk.engine, "YS2").questions == survey(desk.engine, made).questions
