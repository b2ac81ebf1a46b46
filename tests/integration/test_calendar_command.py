"""`rectify calendar`: a year previewed, loaded once, amended, shown; broken files do nothing."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from models.reprojections import at_work
from tasks import reprojecting
from tests.integration.conftest import Bench, Terminal
from tests.unit.test_calendar_files import NAMED

LATE = "2026-12-31T10:00:00+08:00"
"""A five-day limit from here ends in 2027."""
HEADER = "date,kind,name,source"
ROWS = [f"2027-{day},rest,{name},国办2027" for name in NAMED for day in NAMED[name]]


@pytest.fixture
def year(tmp_path: Path) -> str:
    """The whole list of 2027, one make-up day with it."""
    rows = [HEADER, *ROWS, "2027-02-20,work,春节调休上班,国办2027", "2027-01-02,rest,元旦,国办2027"]
    return written(tmp_path, *rows)


def written(folder: Path, *rows: str) -> str:
    path = folder / "放假安排.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    return str(path)


@pytest.fixture
def no(bench: Bench) -> str:
    """A case of five working days dispatched on the last day of 2026, and one long over."""
    bench.dispatch(bench.open())
    late = bench.open()
    bench.dispatch(late, datetime.fromisoformat(LATE), "zhujian")
    return late


def finish(terminal: Terminal, no: str) -> dict[str, Any]:
    shown = terminal.document("case", "show", no)
    found: dict[str, Any] = next(c for c in shown["clocks"] if c["kind"] == "finish")
    return found


def contents(bench: Bench) -> list[object]:
    tables = "calendar_day", "calendar_year", "setting", "clock", "history", "reprojection"
    return [bench.rows(f"select * from {table} order by 1, 2") for table in tables]


def test_a_preview_says_what_moves_and_writes_nothing(
    bench: Bench, terminal: Terminal, no: str, year: str
) -> None:
    before = contents(bench)
    told = terminal.document("calendar", "load", year, "--dry-run", at=LATE)
    assert contents(bench) == before
    assert (told["dry_run"], told["changed"], told["published"]) == (True, True, [2027])
    assert (told["cases"], told["overdue"]) == (1, 0)
    (move,) = (move for move in told["moves"] if move["kind"] == "finish")
    assert move == {
        "no": no,
        "kind": "finish",
        "slot": 0,
        "holder": "zhujian",
        "due_from": "2027-01-07T18:00:00+08:00",
        "due_to": "2027-01-08T18:00:00+08:00",
        "because": move["because"],
        "overdue": False,
    }
    assert "2027-01-01" in move["because"]
    assert told["clocks"]["finish"] == {"earlier": 0, "later": 1, "firm": 1, "overdue": 0}


def test_a_preview_is_shown_to_people(terminal: Terminal, no: str, year: str) -> None:
    shown = terminal("calendar", "load", year, "--dry-run", at=LATE)
    assert "公布 2027 年的放假安排（国办2027）" in shown
    assert re.search(
        rf"{no}\s+办结\s+市住房城乡建设局\s+2027-01-07 18:00\s+2027-01-08 18:00", shown
    )
    assert shown.endswith("这是预览，没有写入任何内容；去掉 --dry-run 再次运行即生效。\n")


def test_a_loaded_year_moves_deadlines_and_is_journalled_once(
    bench: Bench, terminal: Terminal, no: str, year: str
) -> None:
    assert finish(terminal, no)["provisional"] is True
    told = terminal.document("calendar", "load", year, "--actor", "王科", at=LATE)
    assert (told["dry_run"], told["looked"] > 0, told["journalled"]) == (False, True, 1)
    assert finish(terminal, no)["provisional"] is False
    events = [entry["event"] for entry in terminal.document("case", "show", no)["history"]]
    assert events[-1] == "reprojected"
    before = contents(bench)
    again = terminal("calendar", "load", year, at=LATE)
    assert again == "文件中的安排与现行日历一致，没有改动。\n"
    assert contents(bench) == before
    terminal("verify")


def test_single_days_leave_the_year_provisional_until_its_list_replaces_them(
    terminal: Terminal, no: str, year: str, tmp_path: Path
) -> None:
    (tmp_path / "early").mkdir()
    guess = written(
        tmp_path / "early", HEADER, "2027-01-05,rest,元旦,传闻", "2027-01-06,rest,元旦,传闻"
    )
    terminal("calendar", "load", guess, code=1)
    told = terminal.document("calendar", "load", guess, "--partial", at=LATE)
    assert (told["published"], told["provisional"]) == ([], [2027])
    assert finish(terminal, no)["due_at"] == "2027-01-11T18:00:00+08:00"
    assert terminal.document("calendar", "show", "2027")["published"] is False
    terminal("calendar", "load", year, at=LATE)
    assert finish(terminal, no)["due_at"] == "2027-01-08T18:00:00+08:00"
    shown = terminal.document("calendar", "show", "2027")
    assert shown["published"] is True
    assert "2027-01-05" not in {day["day"] for day in shown["days"]}
    terminal("verify")


def test_days_of_a_published_year_are_amended(
    bench: Bench, terminal: Terminal, tmp_path: Path
) -> None:
    no = bench.open()
    bench.dispatch(no)
    typhoon = written(tmp_path, "日期,类型,名称,来源", "2026/3/5,休,台风停工,市政府")
    shown = terminal("calendar", "load", typhoon, at="2026-03-03T09:00:00+08:00")
    assert re.search(r"2026-03-05\s+台风停工\s+上班\s+休息", shown)
    assert finish(terminal, no)["due_at"] == "2026-03-10T18:00:00+08:00"
    day = next(d for d in terminal.document("calendar", "show", "2026")["days"] if d["since"] == 2)
    assert (day["day"], day["kind"], day["source"]) == ("2026-03-05", "rest", "市政府")


def test_what_is_overdue_at_once_is_said_loudly(
    bench: Bench, terminal: Terminal, tmp_path: Path
) -> None:
    bench.dispatch(bench.open(), datetime.fromisoformat("2026-09-29T10:00:00+08:00"))
    work = written(tmp_path, HEADER, *(f"2026-10-0{day},work,应急,市政府" for day in (1, 2, 5)))
    shown = terminal("calendar", "load", work, "--dry-run", at="2026-10-07T10:00:00+08:00")
    assert "注意：应用后立即逾期 1 项" in shown.splitlines()[-2]
    assert re.search(r"阶段答复.*2026-10-02 18:00\s+立即逾期", shown)
    assert re.search(r"办结.*2026-10-08 18:00\s+2026-10-01", shown)


def test_a_year_is_shown_with_what_is_not_published_yet(terminal: Terminal) -> None:
    shown = terminal("calendar", "show", at=LATE)
    assert re.search(r"2026-02-16\s+周一\s+休息\s+春节", shown)
    assert "已公布 2010 至 2026 年" in shown
    later = terminal("calendar", "show", "2027")
    assert "2027 年：尚未公布，涉及的时限为暂定" in later
    assert "1776" in terminal("calendar", "show", "1776", code=2)


BAD: list[tuple[list[str], str]] = [
    ([HEADER, ROWS[0], ROWS[0]], "第 3 行：2027-01-01 与第 2 行重复"),
    ([HEADER, ROWS[0], "2027-01-01,work,元旦,国办"], "互相矛盾"),
    ([HEADER, "2027-02-30,rest,春节,国办"], "2027-02-30"),
    ([HEADER, *ROWS[:5]], "2027 年的安排不完整：缺 10月1日、清明"),
    ([HEADER, *(row.replace("2027-", "2028-") for row in ROWS)], "没有 2027 年"),
    (["甲,乙", "1,2"], "表头缺少"),
]


@pytest.mark.parametrize(("rows", "said"), BAD, ids=[said for _, said in BAD])
def test_a_broken_file_is_refused_and_nothing_is_written(
    bench: Bench, terminal: Terminal, tmp_path: Path, rows: list[str], said: str
) -> None:
    before = contents(bench)
    assert said in terminal("calendar", "load", written(tmp_path, *rows), code=1)
    assert contents(bench) == before


@pytest.fixture
def cut_short(terminal: Terminal, no: str, year: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A list whose loading was interrupted once the days were in force, before any case was."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(reprojecting, "step", interrupted)
        terminal("calendar", "load", year, code=130, at=LATE)
    assert finish(terminal, no)["provisional"] is True
    return year


def test_what_was_interrupted_goes_on_with_the_same_command(
    terminal: Terminal, no: str, cut_short: str
) -> None:
    assert "rectify reproject" in terminal("calendar", "load", cut_short, "--dry-run", code=1)
    told = terminal.document("calendar", "load", cut_short, at=LATE)
    assert (told["changed"], told["journalled"]) == (False, 1)
    assert finish(terminal, no)["due_at"] == "2027-01-08T18:00:00+08:00"
    terminal("verify")


def test_what_was_interrupted_is_finished_when_asked(
    terminal: Terminal, no: str, cut_short: str
) -> None:
    assert "1 件已调整并记入办理记录" in terminal("reproject", at=LATE)
    assert finish(terminal, no)["provisional"] is False


def test_only_one_process_counts_again(bench: Bench, terminal: Terminal, cut_short: str) -> None:
    before = contents(bench)
    with at_work(bench.engine):
        assert terminal("reproject", at=LATE) == "另一个进程正在重算时限，由它完成。\n"
        assert "没有改动" in terminal("calendar", "load", cut_short, code=1, at=LATE)
    assert contents(bench) == before


def test_there_may_be_nothing_to_finish(terminal: Terminal) -> None:
    assert terminal("reproject") == "没有未完成的时限重算。\n"
    assert terminal.document("reproject")["cause"] is None
