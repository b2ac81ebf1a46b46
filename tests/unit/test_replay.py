"""Answered messages read and put in order; whatever cannot be replayed is said in one sentence."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from deployments.cli.entry import main
from domain.calendar import SHANGHAI
from domain.errors import Refused
from tasks.replay.answered import read_answers
from tasks.replay.timetable import timetable

HEADER = "留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间"
GOOD = "1,A1,停水,2019/4/25 9:32:09,三天没有水,已恢复供水。,2019/5/10 14:56:53"


def ledger(folder: Path, *rows: str, header: str = HEADER, encoding: str = "utf-8") -> Path:
    path = folder / "answered.csv"
    path.write_bytes("\n".join([header, *rows, ""]).encode(encoding))
    return path


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=SHANGHAI)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_row_is_read_with_both_its_times(tmp_path: Path, encoding: str) -> None:
    answers = read_answers(ledger(tmp_path, GOOD, encoding=encoding))
    row = answers.rows[0]
    assert (row.source_id, row.reply) == ("1", "已恢复供水。")
    assert (row.asked_at, row.answered_at) == (
        at(2019, 4, 25, 9, 32, 9),
        at(2019, 5, 10, 14, 56, 53),
    )
    assert "reply" not in row.raw.fields
    assert answers.rejected == []


def test_an_answer_with_a_date_only_counts_as_midnight(tmp_path: Path) -> None:
    row = read_answers(ledger(tmp_path, GOOD.replace(" 14:56:53", ""))).rows[0]
    assert row.answered_at == at(2019, 5, 10)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (GOOD, "第 3 行与第 2 行编号相同（1），不重复回放。"),
        ("2,A,停水,,没有水,已恢复。,2019/5/1", "第 3 行“留言时间”是空的。"),
        ("2,A,停水,2019/4/1,没有水, ,2019/5/1", "第 3 行“答复意见”是空的。"),
        (
            "2,A,停水,2019/4/1,没有水,已恢复。,下周",
            "第 3 行“答复时间”的值“下周”不是日期（如 2026/3/2 9:30:00）。",
        ),
        (
            "2,A,停水,上周,没有水,已恢复。,2019/5/1",
            "第 3 行“留言时间”的值“上周”不是日期（如 2026/3/2 9:30:00）。",
        ),
        (
            "2,A,停水,2019/4/2,没有水,已恢复。,2019/4/1 23:59:59",
            "第 3 行的答复时间 2019-04-01 23:59:59 早于留言时间 2019-04-02 00:00:00。",
        ),
        (
            "2,A,停水,2019/4/2,没有水,已恢复。,2019/4/3,多一格",
            "第 3 行有 8 格，表头只有 7 格，内容中的分隔符可能漏了引号。",
        ),
    ],
)
def test_a_row_that_cannot_be_replayed_is_named_with_its_reason(
    tmp_path: Path, row: str, reason: str
) -> None:
    answers = read_answers(ledger(tmp_path, GOOD, row))
    assert [row.source_id for row in answers.rows] == ["1"]
    assert [(row.row, row.reason) for row in answers.rejected] == [(3, reason)]


def test_a_file_with_no_row_to_replay_is_refused_with_the_first_reason(tmp_path: Path) -> None:
    path = ledger(tmp_path, GOOD.replace("2019/5/10 14:56:53", ""))
    with pytest.raises(Refused, match="没有一行可以回放，请检查内容；第 2 行“答复时间”"):
        read_answers(path)


def test_missing_columns_are_named(tmp_path: Path) -> None:
    path = ledger(tmp_path, "1,停水,2019/4/1", header="留言编号,留言主题,留言时间")
    with pytest.raises(Refused, match=r"answered\.csv 缺少 答复意见、答复时间 列，"):
        read_answers(path)


def test_moments_are_in_order_with_a_check_every_day(tmp_path: Path) -> None:
    rows = [
        "1,A,停水,2019/4/26 9:00:00,没有水,已恢复。,2019/4/28",
        "2,B,噪声,2019/4/25 10:00:00,夜里施工,已制止。,2019/4/26 9:00:00",
        "3,C,停电,2019/4/26 9:00:00,没有电,已恢复。,2019/4/26 9:00:00",
    ]
    moments = timetable(read_answers(ledger(tmp_path, *rows)).rows)
    seen = [
        (
            moment.at,
            [row.source_id for row in moment.asked],
            [row.source_id for row in moment.answered],
            moment.check,
        )
        for moment in moments
    ]
    assert seen == [
        (at(2019, 4, 25, 9), [], [], True),
        (at(2019, 4, 25, 10), ["2"], [], False),
        (at(2019, 4, 26, 9), ["1", "3"], ["2", "3"], True),
        (at(2019, 4, 27, 9), [], [], True),
        (at(2019, 4, 28), [], ["1"], False),
        (at(2019, 4, 28, 9), [], [], True),
    ]


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A state folder that is not there, and must not be made."""
    monkeypatch.setenv("RECTIFY_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("RECTIFY_DATABASE_URL", raising=False)
    yield
    assert not (tmp_path / "home").exists()


@pytest.mark.usefixtures("nowhere")
@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("12345 --database live", 1, "回放不能在数据库 live 中进行，请用 --database 另选"),
        ("12345 --database prefect", 1, "回放不能在数据库 prefect 中进行，请用 --database 另选"),
        ("12345 --database ../x", 2, "数据库名“../x”不行，请以小写字母开头"),
        ("12346", 2, "没有代码为“12346”的渠道，可用的渠道有："),
        ("12345", 1, "还没有数据库，请先运行 ./rectify up。"),
    ],
)
def test_a_replay_that_cannot_begin_says_why_in_one_sentence(
    words: str, code: int, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = ledger(tmp_path, GOOD)
    assert main(["replay", str(path), "--channel", *words.split()]) == code
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert said in lines[0]


@pytest.mark.parametrize(("content", "said"), [("", "是空的"), (HEADER, "只有表头，没有数据行")])
def test_a_file_without_rows_is_refused(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "answered.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(Refused, match=said):
        read_answers(path)
