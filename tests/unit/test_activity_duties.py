"""Duties of the campaign: who owes what in a period, and which reminder is due on a day."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.activities import Activity, ActivityKind, ActivityStatus, Attendee, Plan, period_of
from domain.activity_duties import Ower, Reminder, coming, due, missed, over, standings
from domain.errors import Misuse
from domain.periods import month_of, quarter_of, read_period
from domain.policy_duties import DUTIES
from tests.unit.casework import RULES

CALENDAR = RULES.calendar
HALL, VISIT = ActivityKind.HALL_DAY, ActivityKind.MONITOR_VISIT
SHUIWU = Ower(HALL, "shuiwu", "shuiwu")
PLANNED = Activity(1, Plan(HALL, "shuiwu", date(2026, 3, 10)))
FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)
HELD = replace(
    PLANNED, status=ActivityStatus.HELD, held_on=date(2026, 3, 10), attended=Attendee.HEAD
)


def told(today: date, *activities: Activity, ower: Ower = SHUIWU) -> list[str]:
    found = standings([ower], activities, today, DUTIES)
    return [one.key for one in due(found, today, CALENDAR, DUTIES)]


@pytest.mark.parametrize(
    ("day", "code", "zh"),
    [
        (date(2026, 1, 1), "2026Q1", "2026年第1季度"),
        (date(2026, 3, 31), "2026Q1", "2026年第1季度"),
        (date(2026, 4, 1), "2026Q2", "2026年第2季度"),
        (date(2026, 12, 31), "2026Q4", "2026年第4季度"),
    ],
)
def test_quarters_have_their_borders(day: date, code: str, zh: str) -> None:
    period = quarter_of(day)
    assert (period.code, period.zh) == (code, zh)
    assert period.first <= day <= period.last
    assert read_period(code) == period


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)))
def test_periods_follow_each_other_without_gaps(day: date) -> None:
    for period in (quarter_of(day), month_of(day)):
        assert period.next.first - period.last == timedelta(days=1)
        assert period.next.previous == period
        assert read_period(period.code) == period
        assert min(period.months()).first == period.first
        assert max(period.months()).last == period.last


@pytest.mark.parametrize("text", ["", "2026Q5", "2026-13", "2026", "Q1", "1999Q1"])
def test_a_period_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(Misuse, match="时段“"):
        read_period(text)


def test_the_hall_counts_by_quarter_and_visits_and_the_parlour_by_month() -> None:
    day = date(2026, 5, 9)
    assert period_of(HALL, day).code == "2026Q2"
    assert period_of(VISIT, day).code == period_of(ActivityKind.PARLOUR, day).code == "2026-05"


def test_who_neither_held_nor_planned_is_reminded_ten_and_five_working_days_before() -> None:
    assert told(date(2026, 3, 17)) == []
    assert told(date(2026, 3, 18)) == told(date(2026, 3, 24)) == ["hall_day:2026Q1:shuiwu:10wd"]
    assert told(date(2026, 3, 25)) == told(date(2026, 3, 31)) == ["hall_day:2026Q1:shuiwu:5wd"]
    assert told(date(2026, 4, 1)) == []


def test_a_plan_or_a_day_held_by_the_head_ends_the_reminders() -> None:
    today = date(2026, 3, 25)
    assert told(today, PLANNED) == told(today, HELD) == []
    assert told(today, replace(PLANNED, status=ActivityStatus.CANCELLED, reason="x")) != []


@pytest.mark.parametrize("attended", [Attendee.DEPUTY, Attendee.STAFF])
def test_a_hall_day_without_the_head_does_not_count(attended: Attendee) -> None:
    without = replace(HELD, attended=attended)
    assert told(date(2026, 3, 25), without) == ["hall_day:2026Q1:shuiwu:5wd"]
    [one] = missed(standings([SHUIWU], [without], FIRST, DUTIES), DUTIES)
    assert (one.unit, one.roles, one.args["held"]) == ("shuiwu", ("head",), 0)


def test_a_day_of_another_quarter_or_unit_does_not_count() -> None:
    today = date(2026, 3, 25)
    assert told(today, replace(HELD, held_on=date(2025, 12, 31))) != []
    assert told(today, replace(HELD, plan=replace(HELD.plan, unit="keji"))) != []


def test_a_point_is_visited_each_month_and_its_contact_unit_is_told() -> None:
    point = Ower(VISIT, "P-1", "chengyang", "某项目")
    visit = Activity(2, Plan(VISIT, "chengyang", date(2026, 3, 5), point="P-1"))
    found = list(standings([point], [visit], date(2026, 3, 9), DUTIES))
    assert [one.planned for one in found] == [(visit,)]
    assert told(date(2026, 4, 28), visit, ower=point) == ["monitor_visit:2026-04:P-1:5wd"]
    found = list(standings([point], [visit], date(2026, 4, 28), DUTIES))
    [reminder] = due(found, date(2026, 4, 28), CALENDAR, DUTIES)
    assert (reminder.unit, reminder.args["activity"]) == ("chengyang", "监测点走访（某项目）")


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "owes"),
    [
        (None, None, True),
        (FIRST, LAST, True),
        (date(2026, 1, 2), None, False),
        (None, date(2026, 3, 30), False),
    ],
)
def test_only_who_is_there_for_the_whole_period_owes_it(
    valid_from: date | None,
    valid_to: date | None,
    owes: bool,  # noqa: FBT001
) -> None:
    ower = replace(SHUIWU, valid_from=valid_from, valid_to=valid_to)
    assert bool(told(date(2026, 3, 25), ower=ower)) is owes


def test_nothing_is_owed_where_the_policy_asks_for_nothing() -> None:
    assert not list(standings([SHUIWU], [], FIRST, replace(DUTIES, hall_days=0)))


def test_the_working_day_before_a_plan_and_the_day_after_are_told() -> None:
    monday = replace(PLANNED, plan=replace(PLANNED.plan, planned_on=date(2026, 3, 9)))

    def keys(today: date) -> list[str]:
        return [one.key for one in coming([monday], today, CALENDAR)]

    assert keys(date(2026, 3, 5)) == []
    assert keys(date(2026, 3, 6)) == keys(date(2026, 3, 9)) == ["activity:1:before"]
    assert keys(date(2026, 3, 10)) == ["activity:1:after"]
    assert list(coming([HELD], date(2026, 3, 10), CALENDAR)) == []


@pytest.mark.parametrize(
    ("undercover", "told_units"), [(False, {"office", "keji"}), (True, {"office"})]
)
def test_a_unit_visited_undercover_is_never_told_before(
    undercover: bool,  # noqa: FBT001
    told_units: set[str],
) -> None:
    plan = Plan(
        ActivityKind.SUPERVISION,
        "office",
        date(2026, 3, 10),
        place="科技大厦",
        target="keji",
        undercover=undercover,
    )
    days = [date(2026, 3, 1) + timedelta(days=n) for n in range(20)]
    found = [one for day in days for one in coming([Activity(3, plan)], day, CALENDAR)]
    assert {one.unit for one in found} == told_units
    assert any("科技大厦" in str(one.args) for one in found) is not undercover
    assert Activity(3, plan).shown_to("keji") is not undercover


def test_every_period_over_since_the_last_round_is_found_and_the_running_one_is_not() -> None:
    codes = [period.code for period in over(HALL, date(2026, 2, 1), date(2026, 10, 1))]
    assert codes == ["2026Q1", "2026Q2", "2026Q3"]
    assert list(over(HALL, date(2026, 4, 1), date(2026, 6, 30))) == []


def rounds(days: Iterable[date]) -> list[Reminder]:
    """What the duty of a unit that does nothing owes when rounds are made on these days."""
    owed: dict[str, Reminder] = {}
    last: date | None = None
    for day in days:
        found = standings([SHUIWU], [], day, DUTIES)
        new = list(due(found, day, CALENDAR, DUTIES))
        for period in over(HALL, last or day, day):
            new += missed(standings([SHUIWU], [], period.first, DUTIES), DUTIES)
        owed |= {one.key: one for one in new}
        assert len({one.key for one in new}) == len(new)
        last = day
    return list(owed.values())


@given(st.sets(st.integers(0, 400), min_size=2))
def test_whatever_days_are_skipped_nothing_is_lost_and_nothing_comes_twice(gaps: set[int]) -> None:
    days = sorted(FIRST + timedelta(days=n) for n in gaps)
    keys = [one.key.rpartition(":") for one in rounds(days)]
    over_now = [period.code for period in over(HALL, days[0], days[-1])]
    assert [about.split(":")[1] for about, _, when in keys if when == "missed"] == over_now
    for day in days:
        period = quarter_of(day)
        after = period.last + timedelta(days=1)
        late = [n for n in DUTIES.remind if CALENDAR.add_workdays(after, -n) <= day]
        if late:
            assert (f"hall_day:{period.code}:shuiwu", ":", f"{late[0]}wd") in keys
