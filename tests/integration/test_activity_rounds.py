"""The daily round of activities: who is told of what, once; the report and the worklist."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

import pytest

from domain.calendar import SHANGHAI
from domain.errors import Refused
from domain.periods import quarter_of
from flows.activity import _MAKERS as RECORD
from flows.activity import ACTIONS, Entry
from tasks.activities.figures import report
from tasks.activities.holding import Held, record_held
from tasks.activities.planning import Who, plan_activity
from tasks.activities.rounds import Told, go_round
from tasks.artifacts.activities import activities_attention, activity_report
from tasks.artifacts.worklist import worklist
from tasks.desk import Desk
from tests.integration.conftest import Bench

PARLOUR = 1
"""The office owes a meeting with firms each month, and is told as units are."""
UNITS = (
    "select count(distinct unit) from notice where template = %(template)s and key like %(like)s"
)


def on(desk: Desk, day: str) -> Desk:
    """The same desk on another day, at the hour of the round."""
    then = datetime.fromisoformat(f"{day}T08:40:00").replace(tzinfo=SHANGHAI)
    return replace(desk, now=then, recorded_at=then)


def told(bench: Bench, template: str, like: str = "hall_day:%") -> int:
    return int(str(bench.value(UNITS, template=template, like=like)))


def heads(bench: Bench) -> int:
    return int(
        str(
            bench.value(
                "select count(*) from unit u where not doubtful and exists (select from contact"
                " where unit = u.code and role = 'head') and kind in"
                " ('participating', 'department', 'district', 'zone')"
            )
        )
    )


def test_those_without_a_plan_are_reminded_twice_and_then_told_that_they_missed_it(
    desk: Desk, bench: Bench
) -> None:
    everyone = heads(bench)
    assert everyone > 40
    plan_activity(desk, {"kind": "hall_day", "unit": "keji", "on": "2026-03-20"})
    assert go_round(on(desk, "2026-03-17")).due == 0
    assert go_round(on(desk, "2026-03-18")).due == everyone - 1 + PARLOUR
    assert go_round(on(desk, "2026-03-19")) == Told(soon=1)
    plan_activity(desk, {"kind": "hall_day", "unit": "shuiwu", "on": "2026-03-27"})
    assert told(bench, "duty_due", "%:shuiwu:10wd") == 1
    assert go_round(on(desk, "2026-03-25")).due == everyone - 2 + PARLOUR
    over = go_round(on(desk, "2026-04-01"))
    assert (over.missed, over.unrecorded, over.closed) == (everyone + PARLOUR, 1, 2)
    assert go_round(on(desk, "2026-04-01")) == Told()
    assert go_round(on(desk, "2026-04-02")) == Told()
    roles = bench.rows("select distinct role from notice where template = 'duty_missed'")
    assert roles == [("head",)]


def test_a_month_without_rounds_loses_nothing_and_the_first_round_looks_at_no_past(
    desk: Desk, bench: Bench
) -> None:
    assert go_round(on(desk, "2026-02-02")).missed == 0
    found = go_round(on(desk, "2026-07-01"))
    assert told(bench, "duty_missed", "hall_day:2026Q1:%") == heads(bench)
    assert told(bench, "duty_missed", "hall_day:2026Q2:%") == heads(bench)
    assert told(bench, "duty_missed", "hall_day:2025Q4:%") == 0
    assert told(bench, "duty_missed", "parlour:2026-0%") == 1
    assert found.missed == 2 * heads(bench) + 5


def test_a_round_dated_before_the_last_one_tells_nothing_twice(desk: Desk, bench: Bench) -> None:
    go_round(on(desk, "2026-03-25"))
    before = bench.value("select count(*) from notice")
    assert go_round(on(desk, "2026-03-24")).missed == 0
    go_round(on(desk, "2026-03-26"))
    again = "select count(*) from notice where key like '%%:5wd'"
    assert bench.value(again) == before


def test_what_the_office_is_told_falls_as_heads_serve(desk: Desk, bench: Bench) -> None:
    everyone = heads(bench)
    made = plan_activity(desk, {"kind": "hall_day", "unit": "keji", "on": "2026-02-27"})
    said = activities_attention(desk)
    assert f"本季度（2026年第1季度）尚未进大厅的单位 {everyone} 个" in said
    assert "尚未登记的查摆活动 1 次" in said
    record_held(desk, made.number, Held(date(2026, 2, 27), "head"))
    assert f"尚未进大厅的单位 {everyone - 1} 个" in activities_attention(desk)
    go_round(desk)
    april = on(desk, "2026-04-01")
    go_round(april)
    page = worklist(april, april.now + timedelta(days=7), {})
    assert f"上季度（2026年第1季度）未进大厅的单位 {everyone - 1} 个" in page


def test_the_report_shows_figures_and_names_of_units_alone(desk: Desk) -> None:
    words = {"kind": "supervision", "unit": "office", "on": "2026-03-02", "place": "科技大厦"}
    visit = words | {"target": "shuiwu", "manner": "undercover", "team": "媒体观察员"}
    made = plan_activity(desk, visit, Who(actor="王科"))
    page = activity_report(desk, report(desk, quarter_of(desk.now.date())))
    assert page.startswith("# 查摆活动情况（2026年第1季度）")
    assert "| 专项督查 | 1 | 1 | 0 | 0 | 0 | 0 |" in page
    assert "科技大厦" not in page
    row = next(line for line in page.splitlines() if line.startswith("| 专项督查 | 专项行动办公室"))
    assert "税务" not in row
    assert made.new


def test_the_form_records_plan_day_problem_and_cancelling(desk: Desk, bench: Bench) -> None:
    words = {"kind": "局长进大厅", "unit": "市税务局", "on": "2026-03-02", "place": "大厅"}
    entry = partial(Entry, plan=words, attended="主要负责同志", who=Who(actor="王科"))
    assert set(RECORD) == set(ACTIONS)
    assert RECORD["plan"](desk, entry(number=0, text="")).endswith("已登记计划。")
    assert "此前已有" in RECORD["plan"](desk, entry(number=0, text=""))
    assert "未再改动" not in RECORD["nothing"](desk, entry(number=1, text=""))
    assert "已立案 QD2026-" in RECORD["find"](desk, entry(number=1, text="退税超过承诺时限"))
    assert bench.value("select actor from activity") == "王科"
    with pytest.raises(Refused, match="不能取消"):
        RECORD["cancel"](desk, entry(number=1, text="大厅检修"))
    later = entry(number=0, text="", plan=words | {"on": "2026-03-09"})
    RECORD["plan"](desk, later)
    number = int(str(bench.value("select max(id) from activity")))
    assert "已取消" in RECORD["cancel"](desk, entry(number=number, text="大厅检修"))


def test_a_hall_day_without_its_head_is_still_owed(desk: Desk) -> None:
    made = plan_activity(desk, {"kind": "hall_day", "unit": "keji", "on": "2026-03-02"})
    before = activities_attention(desk)
    record_held(desk, made.number, Held(None, "deputy"))
    assert activities_attention(desk) == before
