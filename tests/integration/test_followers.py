"""Cases that follow a lead: no clock of theirs ticks, they close with it, and everybody is told."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.codes import Result
from models.reading import whole_case
from models.suggestions import count_open, open_suggestions
from models.verifying import verify
from models.worklists import waiting_for_office
from tasks.artifacts.case_card import case_card
from tasks.artifacts.duplicates import duplicate_table
from tasks.artifacts.worklist import worklist
from tasks.carrying import carry_out
from tasks.checking import check
from tasks.desk import Desk
from tasks.duplicates import keep_apart
from tasks.ordering import by_office, by_unit
from tasks.ordering.by_closers import close
from tasks.ordering.order import Order
from tests.integration.conftest import MONDAY, Bench, Terminal
from tests.integration.duplicates import (
    AGAIN,
    FIRST,
    OTHER,
    THIRD,
    later,
    number,
    pairs,
    report,
    suggested,
)
from tests.integration.open311 import Door, opened

LEAD, FOLLOWER = number(1), number(2)


def do(desk: Desk, order: Order) -> None:
    carry_out(desk, order)


def finish(desk: Desk, no: str, unit: str = "shuiwu") -> None:
    """Take a case that was dispatched to its closing."""
    do(desk, by_unit.sign(desk, no, unit))
    do(desk, by_unit.submit(desk, no, unit, Result.UNFOUNDED, "已核查，不属实。"))
    do(desk, close(desk, no, "accept", accept=True, opinion="已自行核查，确不属实。"))
    do(desk, close(desk, no, "sign", accept=True))
    do(desk, close(desk, no, "review", accept=True))


@pytest.fixture
def merged(desk: Desk) -> Desk:
    """Two cases of reachable reporters, the second dispatched elsewhere before it was merged."""
    report(desk, FIRST, AGAIN, reporter="王女士")
    do(desk, by_office.dispatch(desk, LEAD, "shuiwu", kind="simple"))
    do(desk, by_office.dispatch(desk, FOLLOWER, "caizheng", kind="simple"))
    do(desk, by_office.merge(desk, FOLLOWER, LEAD, "王科"))
    return desk


def owed(bench: Bench, no: str) -> set[tuple[object, ...]]:
    return set(
        bench.rows(
            "select n.template, n.unit, n.args->>'outcome', n.args->'followers'->>0 from notice n"
            " join rectification_case c on c.id = n.case_id"
            f" where c.no = '{no}' and n.template in ('followed', 'answer')"
        )
    )


def clocks(bench: Bench, no: str) -> list[tuple[object, ...]]:
    return bench.rows(
        "select k.kind, k.paused_at is null and k.stopped_at is null, k.next_at, k.due_at"
        " from clock k join rectification_case c on c.id = k.case_id where c.no = %(no)s"
        " order by 1",
        no=no,
    )


def test_no_clock_of_a_follower_ticks_and_a_split_gives_the_rest_back(
    bench: Bench, merged: Desk
) -> None:
    before = clocks(bench, FOLLOWER)
    assert [row for row in before if row[1] or row[2]] == []
    late = later(merged, 60)
    fired = check(late)
    assert LEAD in fired.cases
    assert FOLLOWER not in fired.cases
    assert clocks(bench, FOLLOWER) == before
    waiting = [row["no"] for row in waiting_for_office(bench.engine, late.now, late.now)]
    assert FOLLOWER not in waiting
    do(late, by_office.split(late, FOLLOWER))
    after = {kind: (runs, due) for kind, runs, _, due in clocks(bench, FOLLOWER)}
    assert after["finish"][0]
    [(_, _, _, was)] = [row for row in before if row[0] == "finish"]
    assert after["finish"][1] > late.now > was  # type: ignore[operator]
    assert not verify(bench.engine).faults


def test_closing_the_lead_tells_units_and_reporters_and_calls_all_back(
    bench: Bench, merged: Desk, terminal: Terminal
) -> None:
    finish(merged, LEAD)
    assert owed(bench, LEAD) == {
        ("followed", "caizheng", "closed", None),
        ("answer", "office", "closed", FOLLOWER),
    }
    assert whole_case(bench.engine, FOLLOWER).row["state"] == "merged"
    entries = whole_case(bench.engine, LEAD).history
    [closed] = [entry for entry in entries if entry["event"] == "closed"]
    assert closed["detail"]["followers"] == [FOLLOWER]
    assert "回访（连同从案 1 件）" in worklist(merged, merged.now, {})
    again = later(merged, 1)
    do(again, by_office.callback(again, LEAD, reached=True, solved=False, satisfied=False))
    assert owed(bench, LEAD) >= {
        ("followed", "caizheng", "reopened", None),
        ("answer", "office", "reopened", FOLLOWER),
    }
    assert f"从案 {FOLLOWER}" in case_card(merged, LEAD, {})
    assert f"从案 {FOLLOWER}" in terminal("case", "show", LEAD)
    assert not verify(bench.engine).faults


def test_the_notices_about_followers_can_be_read(
    bench: Bench, merged: Desk, terminal: Terminal
) -> None:
    finish(merged, LEAD)
    terminal("deliver", at=(MONDAY + timedelta(hours=1)).isoformat())
    bodies = "\n".join(str(body) for (body,) in bench.rows("select body from message"))
    assert f"待电话答复：{FOLLOWER}。" in bodies
    assert "主案现已销号" in bodies
    assert "王女士" not in bodies


def test_a_lead_without_a_reachable_reporter_is_called_back_for_its_followers(
    bench: Bench, desk: Desk
) -> None:
    report(desk, FIRST)
    report(later(desk, 0.01), AGAIN, reporter="王女士")
    at = later(desk, 0.02)
    do(at, by_office.dispatch(at, LEAD, "shuiwu", kind="simple"))
    do(at, by_office.merge(at, FOLLOWER, LEAD))
    finish(at, LEAD)
    assert [kind for kind, runs, _, _ in clocks(bench, LEAD) if runs and kind == "callback"]


def test_a_follower_and_its_lead_name_each_other_wherever_they_are_shown(
    merged: Desk, terminal: Terminal
) -> None:
    follower = terminal.document("case", "show", FOLLOWER)
    assert (follower["lead_case"], follower["followers"]) == (LEAD, [])
    lead = terminal.document("case", "show", LEAD)
    assert (lead["lead_case"], lead["followers"]) == (None, [FOLLOWER])
    assert LEAD in case_card(merged, FOLLOWER, {})
    assert FOLLOWER in case_card(merged, LEAD, {})


@pytest.fixture
def door(bench: Bench, tmp_path: Path) -> Iterator[Door]:
    with opened(bench, tmp_path) as door:
        yield door


def test_a_follower_that_came_through_the_interface_is_answered_there(door: Door) -> None:
    reporter = {"first_name": "小明", "phone": "13800138000"}
    lead, follower = door.report("搅拌站扬尘", **reporter), door.report("灰尘很大", **reporter)
    do(door.desk, by_office.dispatch(door.desk, lead, "shuiwu", kind="simple"))
    do(door.desk, by_office.merge(door.desk, follower, lead))
    finish(door.desk, lead)
    told = door.one(follower)
    assert (told["status"], told["status_notes"]) == (
        "closed",
        "已并案，随主案办理，已销号，不属实",
    )
    assert owed(door.bench, lead) == set()
    do(door.desk, by_office.callback(door.desk, lead, reached=True))
    assert door.one(follower)["status"] == "open"


@pytest.mark.parametrize("way", ["merge", "bulk"])
def test_whichever_way_cases_are_joined_their_suggestion_is(
    bench: Bench, desk: Desk, terminal: Terminal, tmp_path: Path, way: str
) -> None:
    report(desk, FIRST, AGAIN, THIRD)
    assert pairs(bench)
    words: tuple[str, ...] = ("merge", FOLLOWER)
    if way == "bulk":
        listed = tmp_path / "nos.txt"
        listed.write_text(FOLLOWER, encoding="utf-8")
        words = ("bulk", "merge", "--nos", str(listed))
    terminal(*words, "--into", LEAD, "--actor", "王科", at=desk.now.isoformat())
    assert {row[:2]: row[-1] for row in suggested(bench)}[FOLLOWER, LEAD] == "joined"
    [shown] = terminal.document("duplicates", "show", FOLLOWER)
    assert (shown["status"], shown["decider"]) == ("joined", "王科")


def test_a_split_case_is_kept_apart_from_its_lead_and_all_that_follow_it(
    bench: Bench, desk: Desk, terminal: Terminal
) -> None:
    report(desk, FIRST, FIRST, FIRST)
    third = number(3)
    terminal("merge", third, "--into", LEAD, at=desk.now.isoformat())
    terminal("split", third, "--actor", "李科", at=desk.now.isoformat())
    states = {row[:2]: row[-1] for row in suggested(bench)}
    assert (states[third, LEAD], states[third, FOLLOWER]) == ("apart", "open")
    # When the second joins the lead, it no longer speaks for the third.
    terminal("duplicates", "threshold", "0.9")
    check(later(desk, 0.1))
    assert terminal.document("case", "show", FOLLOWER)["lead_case"] == LEAD
    assert terminal.document("case", "show", third)["state"] == "detected"
    assert [row["no"] for row in open_suggestions(bench.engine, 9)] == []


@pytest.mark.parametrize("action", ["reject", "refer"])
@pytest.mark.parametrize("no", [LEAD, FOLLOWER])
def test_what_is_not_accepted_or_handed_over_is_suggested_no_more(
    bench: Bench, desk: Desk, terminal: Terminal, action: str, no: str
) -> None:
    report(desk, FIRST, AGAIN, OTHER)
    assert count_open(bench.engine) == 1
    how = ("--reason", "不属受理范围") if action == "reject" else ("--to", "jiwei")
    terminal(action, no, *how, "--actor", "王科", at=desk.now.isoformat())
    assert [row[-1] for row in suggested(bench)] == ["lapsed"]
    assert count_open(bench.engine) == 0
    assert "已失效" in terminal("duplicates", "show", FOLLOWER)


def test_the_worklist_and_the_artifact_tell_what_waits_masked(desk: Desk) -> None:
    report(desk, (f"{FIRST[0]}，电话13812345678", FIRST[1]), AGAIN)
    pages = {"duplicates": "/deployments/deployment/x/run"}
    listed = worklist(desk, desk.now, pages)
    assert "疑似重复待定 1 件" in listed
    assert "处理疑似重复" in listed
    table = duplicate_table(desk, pages)
    assert LEAD in table
    assert "海棠湾" in table
    assert "13812345678" not in table
    keep_apart(desk, FOLLOWER, LEAD, "王科")
    assert "没有待定的疑似重复" in duplicate_table(desk, pages)


def test_prefect_is_not_told_the_places_that_only_bodies_name(
    desk: Desk, terminal: Terminal
) -> None:
    report(desk, *((said, f"{FIRST[0]}，{FIRST[1]}") for said in ("夜间施工噪音", "施工噪音扰民")))
    (pair,) = terminal.document("duplicates", "list")
    assert {"海棠", "粉尘"} < set(pair["words"])
    table = duplicate_table(desk, {})
    assert "粉尘" in table
    assert "海棠" not in table
