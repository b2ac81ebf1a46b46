"""Duplicates of what came in: suggested with reasons, joined or kept apart, relapses looked at."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.errors import Refused
from models.comparing import compare_pending
from models.suggestions import count_open, relapses
from models.verifying import verify
from tasks.desk import Desk
from tasks.duplicates import keep_apart, settle
from tasks.settings import Settings
from tests.integration.conftest import MONDAY, Bench, Terminal
from tests.integration.duplicates import (
    AGAIN,
    FIRST,
    OTHER,
    arrive,
    close,
    later,
    number,
    pairs,
    report,
    suggested,
)


@pytest.fixture
def desk(bench: Bench, tmp_path: Path) -> Desk:
    return Desk(Settings(home=tmp_path), "test", bench.engine, MONDAY, MONDAY)


def test_an_earlier_case_about_the_same_thing_is_suggested_with_the_words_that_made_it(
    bench: Bench, desk: Desk, terminal: Terminal
) -> None:
    report(desk, FIRST, OTHER)
    report(desk, AGAIN)
    assert pairs(bench) == [(number(3), number(1))]
    (row,) = terminal.document("duplicates", "list")
    assert (row["no"], row["other"], row["status"], row["relapse"]) == (
        number(3), number(1), "open", False,
    )  # fmt: skip
    assert 0.5 <= row["score"] <= 1
    assert any("海棠湾" in word for word in row["words"])
    assert any("搅拌" in word for word in row["words"])
    assert "海棠湾" in terminal("duplicates", "list")
    shown = terminal("duplicates", "show", number(3))
    assert f"{row['score']:.2f}" in shown
    assert "待定" in shown
    assert "没有疑似重复" in terminal("duplicates", "show", number(2))


def test_messages_of_one_file_are_compared_with_each_other(bench: Bench, desk: Desk) -> None:
    report(desk, OTHER, FIRST, AGAIN)
    assert pairs(bench) == [(number(3), number(2))]


def test_a_case_joined_is_merged_and_no_longer_listed(
    bench: Bench, desk: Desk, terminal: Terminal
) -> None:
    report(desk, FIRST)
    report(desk, AGAIN)
    at = (MONDAY + timedelta(hours=1)).isoformat()
    words = ("duplicates", "join", number(2), "--into", number(1), "--actor", "王科")
    assert "已并案" in terminal(*words, at=at)
    assert terminal.document("case", "show", number(2))["lead_case"] == number(1)
    assert terminal.document("duplicates", "list") == []
    assert "王科" in terminal("duplicates", "show", number(2))
    assert count_open(bench.engine) == 0


def test_a_case_kept_apart_is_not_suggested_again(
    bench: Bench, desk: Desk, terminal: Terminal
) -> None:
    report(desk, FIRST)
    report(desk, AGAIN)
    assert count_open(bench.engine) == 1
    terminal("duplicates", "apart", number(2), number(1), "--actor", "王科")
    assert terminal("duplicates", "list").strip() == "没有待定的疑似重复案件。"
    assert "已分开" in terminal("duplicates", "show", number(2))
    with pytest.raises(Refused, match=r"没有与 .* 疑似重复的待定建议"):
        keep_apart(desk, number(2), number(1), "")
    assert suggested(bench)[0][-1] == "apart"


def test_what_matches_a_follower_is_suggested_with_its_lead(
    bench: Bench, desk: Desk, terminal: Terminal
) -> None:
    report(desk, FIRST, OTHER)
    terminal("merge", number(2), "--into", number(1), at=MONDAY.isoformat())
    report(later(desk, 1), OTHER)
    assert pairs(bench) == [(number(3), number(1))]


def test_nothing_joins_by_itself_unless_an_operator_says_from_which_score(
    bench: Bench, desk: Desk, terminal: Terminal
) -> None:
    assert terminal.document("duplicates", "threshold") == {"threshold": None}
    report(desk, FIRST)
    report(later(desk, 1), FIRST)
    assert bench.value("select count(*) from rectification_case where state = 'merged'") == 0
    assert terminal.document("duplicates", "threshold", "0.95") == {"threshold": 0.95}
    report(later(desk, 2), FIRST, OTHER)
    assert bench.rows(
        "select c.no, l.no, h.actor, h.detail->>'into', (h.detail->>'percent')::int >= 95"
        " from rectification_case c join rectification_case l on l.id = c.lead_case_id"
        " join history h on h.case_id = c.id and h.event = 'merged' order by 1"
    ) == [(number(n), number(1), "system", number(1), True) for n in (2, 3)]
    assert {row[-1] for row in suggested(bench)} <= {"joined", "open"}
    assert count_open(bench.engine) == 0
    assert not verify(bench.engine).faults
    terminal("duplicates", "threshold", "off")
    report(later(desk, 3), FIRST)
    assert bench.value("select count(*) from rectification_case where state = 'merged'") == 2


@pytest.mark.parametrize("word", ["1.5", "0.2", "nan", "高"])
def test_a_threshold_that_is_none_is_refused_in_a_sentence(terminal: Terminal, word: str) -> None:
    said = terminal("duplicates", "threshold", word, code=2)
    assert f"相似度“{word}”不对" in said
    assert "on" in terminal("duplicates", "compare", "maybe", code=2)


def test_a_report_about_a_closed_case_is_a_possible_relapse_and_orders_one_look(
    bench: Bench, desk: Desk, terminal: Terminal
) -> None:
    report(desk, FIRST)
    close(bench, number(1), MONDAY)
    report(later(desk, 30), AGAIN)
    (row,) = terminal.document("duplicates", "list")
    assert row["relapse"] is True
    assert row["rechecked_at"] is not None
    assert "疑似反弹，已安排复查" in terminal("duplicates", "show", number(2))
    ordered = "select count(*) from history where event = 'recheck_ordered' and actor = 'system'"
    assert bench.value(ordered) == 1
    settle(later(desk, 30))
    assert bench.value(ordered) == 1
    reason = "select body from case_text t where kind = 'reason'"
    assert number(2) in str(bench.value(reason))


def test_an_intake_killed_before_the_look_was_ordered_orders_it_when_run_again(
    bench: Bench, desk: Desk
) -> None:
    report(desk, FIRST)
    close(bench, number(1), MONDAY)
    after = later(desk, 1)
    arrive(bench, after.now, [AGAIN])
    compare_pending(bench.engine, after.now)
    assert [pair[:2] for pair in relapses(bench.engine)] == [(number(2), number(1))]
    report(after, OTHER)
    assert relapses(bench.engine) == []
    assert bench.value("select count(*) from history where event = 'recheck_ordered'") == 1


def test_a_look_that_is_refused_is_told_and_stays_owed(bench: Bench, desk: Desk) -> None:
    report(desk, FIRST)
    close(bench, number(1), MONDAY)
    # Entered late: dated before the case's last event.
    report(later(desk, -1), AGAIN)
    done = settle(later(desk, -1))
    assert list(done.refused) == [number(1)]
    assert not done.rechecks
    assert [one.no for one in settle(later(desk, 1)).rechecks] == [number(1)]


@pytest.mark.parametrize(("days", "found"), [(180, 1), (181, 0)])
def test_only_cases_closed_lately_are_looked_at(
    bench: Bench, desk: Desk, days: int, found: int
) -> None:
    report(desk, FIRST)
    close(bench, number(1), MONDAY)
    report(later(desk, days), AGAIN)
    assert len(suggested(bench)) == found


def test_what_was_not_accepted_is_not_suggested(bench: Bench, desk: Desk) -> None:
    report(desk, FIRST)
    with bench.owner.begin() as connection:
        connection.exec_driver_sql("update rectification_case set state = 'rejected'")
    report(later(desk, 1), AGAIN)
    assert suggested(bench) == []


def test_nothing_that_is_kept_can_be_read(bench: Bench, desk: Desk) -> None:
    report(desk, (FIRST[0], FIRST[1] + "联系人李四光，电话13812345678。"))
    report(desk, (AGAIN[0], AGAIN[1] + "联系人李四光，电话13812345678。"))
    words = [word for row in suggested(bench) for word in _texts(row[3])]
    assert words
    assert not [word for word in words if "李" in word or "138" in word]


def _texts(value: Any) -> Sequence[str]:  # noqa: ANN401 - as the driver gives arrays
    return [str(word) for word in value]
