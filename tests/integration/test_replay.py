"""A replay against the dates themselves, and where it may be played."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import pytest

from deployments.cli.entry import main
from models.engine import engine_for
from tasks.databases import database_url, drop_database
from tasks.replay.place import alone
from tasks.settings import Settings
from tests.integration.answered import expected, found, read, workday
from tests.integration.conftest import Terminal

HEADER = ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间"]
MONDAY = "2019/4/22 10:00:00"
"""Its limit ends on a Sunday that was made a working day, just before the holidays of May."""
EDGES = [
    (MONDAY, "2019/4/22 10:00:00"),
    (MONDAY, "2019/4/26 9:00:00"),
    (MONDAY, "2019/4/26 9:00:01"),
    (MONDAY, "2019/4/28 18:00:00"),
    (MONDAY, "2019/4/28 18:00:01"),
    (MONDAY, "2019/4/29"),
    (MONDAY, "2019/4/29 9:00:00"),
    (MONDAY, "2019/5/7 9:00:00"),
    (MONDAY, "2019/5/7 9:00:01"),
    (MONDAY, "2019/6/3"),
    ("2019/4/22 9:00:00", "2019/5/5 10:00:00"),
    ("2019/4/27", "2019/5/8"),
    ("2019/4/27 0:00:00", "2019/5/9 8:59:59"),
    ("2019/4/28 23:59:59", "2019/5/9 9:00:00"),
    ("2019/5/1 12:00:00", "2019/5/10 18:30:00"),
    ("2019/5/9 9:00:00", "2019/5/16 9:00:00"),
]
_names = count(1)

Times = list[tuple[str, str]]


def drawn(seed: int, rows: int) -> Times:
    """Draw messages around the holidays of May; half of the instants fall on the hour."""
    random = Random(seed)

    def some(hours: int) -> timedelta:
        return timedelta(hours=random.randrange(hours), seconds=random.choice((0, 0, 1799, 3599)))

    def pair() -> tuple[str, str]:
        asked = datetime(2019, 4, 15) + some(30 * 24)  # noqa: DTZ001 - wall clock
        answered = asked + some(random.choice((24, 12 * 24, 40 * 24)))
        return f"{asked:%Y/%m/%d %H:%M:%S}", f"{answered:%Y/%m/%d %H:%M:%S}"

    return [pair() for _ in range(rows)]


def ledger(folder: Path, times: Times, encoding: str = "utf-8") -> Path:
    path = folder / "answered.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number, (asked, answered) in enumerate(times, start=1):
            texts = (f"U{number}", f"第{number}个问题", asked, "物业不公示收费", "已公示。")
            writer.writerow((number, *texts, answered))
    return path


@dataclass
class Replayer:
    """Runs commands against one database, which only a replay makes."""

    database: str
    capture: pytest.CaptureFixture[str]

    def __call__(self, *words: str, code: int = 0) -> Any:  # noqa: ANN401 - any JSON
        """Run a command that must exit with ``code``; give its document, or why it refused."""
        self.capture.readouterr()
        assert main([*words, "--database", self.database, "--json"]) == code
        output = self.capture.readouterr()
        return output.err if code else json.loads(output.out)


@pytest.fixture
def replay(
    postgres: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Replayer]:
    monkeypatch.setenv("RECTIFY_HOME", str(postgres.home))
    name = f"replayed_{next(_names)}"
    yield Replayer(name, capsys)
    engine_for(database_url(postgres, name, "app")).dispose()
    engine_for.cache_clear()
    drop_database(postgres, name)


def test_the_script_counts_working_days_as_the_calendar_of_2019_has_them() -> None:
    monday = datetime(2019, 4, 22, 10)  # noqa: DTZ001 - wall clock
    due = workday(monday.date(), 5)
    assert f"{due}" == "2019-04-28"
    for day, rungs in ((26, []), (27, ["yellow"]), (30, ["yellow", "red"])):
        answered = datetime(2019, 4, day, 9)  # noqa: DTZ001 - wall clock
        assert found(monday, answered, due) == rungs
    assert found(monday, datetime(2019, 5, 7, 10), due)[2:] == ["criticism"]  # noqa: DTZ001


def test_a_replay_finds_what_follows_from_the_dates(replay: Replayer, tmp_path: Path) -> None:
    path = ledger(tmp_path, EDGES + drawn(seed=20190415, rows=26))
    document = replay("replay", str(path), "--channel", "12345")
    finish = {name: n for name, n in document["fired"].items() if name.startswith("finish.")}
    wanted = expected(read(path))
    assert document | {"fired": finish} == wanted | {
        "coalesced": 0,
        "checks": document["checks"],
        "rejected": [],
    }
    assert min(wanted["fired"].values()) > 0
    assert len(wanted["fired"]) == 5
    assert replay("verify")["faults"] == []


def test_a_replay_again_starts_over_and_names_the_rows_it_leaves_out(
    replay: Replayer, tmp_path: Path
) -> None:
    times = [(MONDAY, "2019/4/30"), (MONDAY, "2019/4/21 9:00:00"), (MONDAY, "改日")]
    path = ledger(tmp_path, times, encoding="gb18030")
    document = replay("replay", str(path), "--channel", "survey")
    assert (document["cases"], document["overdue_at_answer"], document["checks"]) == (1, 1, 9)
    assert [row["row"] for row in document["rejected"]] == [3, 4]
    assert replay("replay", str(path), "--channel", "survey") == document
    case = replay("case", "list")[0]
    assert (case["kind"], case["state"], case["lead_unit"]) == (
        "ordinary",
        "submitted",
        "zhengfuban",
    )


def test_a_database_with_cases_of_another_origin_is_left_alone(
    terminal: Terminal, taken_in: list[str], tmp_path: Path
) -> None:
    path = ledger(tmp_path, EDGES[:1])
    said = terminal("replay", str(path), "--channel", "12345", code=1)
    assert "不是回放产生的案件" in said
    assert [row["no"] for row in terminal.document("case", "list")] == taken_in


def test_only_one_replay_at_a_time_works_in_a_database(
    replay: Replayer, postgres: Settings, tmp_path: Path
) -> None:
    path = ledger(tmp_path, EDGES[:1])
    with alone(postgres, replay.database):
        said = replay("replay", str(path), "--channel", "12345", code=1)
    assert said == f"数据库 {replay.database} 中正在回放，请等它结束。\n"
