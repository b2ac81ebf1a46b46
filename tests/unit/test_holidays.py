"""The published lists, as rows for the calendar table."""

from collections import Counter
from datetime import date

from chinese_calendar import is_workday

from deployments.reference.holidays import CalendarDay, published_days, published_years
from domain.calendar import WorkCalendar


def test_the_years_from_2004_to_2026_are_published() -> None:
    assert frozenset(range(2004, 2027)) <= published_years()


def test_a_year_lists_only_its_own_days_in_order() -> None:
    rows = published_days(2026, 2026)
    assert {row.day.year for row in rows} == {2026}
    assert rows == sorted(rows, key=lambda row: row.day)


def test_spring_festival_2026_has_its_name_and_its_make_up_days() -> None:
    rows = {row.day: row for row in published_days(2026, 2026)}
    source = rows[date(2026, 2, 16)].source
    assert rows[date(2026, 2, 16)] == CalendarDay(date(2026, 2, 16), "rest", "春节", source)
    assert rows[date(2026, 2, 28)] == CalendarDay(date(2026, 2, 28), "work", "春节调休上班", source)
    assert "国务院" in source


def test_2026_departs_from_the_week_on_25_days() -> None:
    assert Counter(row.kind for row in published_days(2026, 2026)) == {"rest": 19, "work": 6}


def test_no_day_is_listed_that_the_week_already_gives() -> None:
    rows = published_days(2004, 2026)
    assert all(row.day.weekday() < 5 for row in rows if row.kind == "rest")
    assert all(row.day.weekday() >= 5 for row in rows if row.kind == "work")
    assert len({row.day for row in rows}) == len(rows)


def test_a_span_without_published_years_lists_nothing() -> None:
    assert published_days(1990, 2003) == []


def test_our_calendar_agrees_with_the_package_on_every_day_it_knows() -> None:
    rows = published_days(2004, 2026)
    calendar = WorkCalendar(
        version=1,
        rest=frozenset(row.day for row in rows if row.kind == "rest"),
        work=frozenset(row.day for row in rows if row.kind == "work"),
        published=published_years(),
    )
    span = range(date(2004, 1, 1).toordinal(), date(2027, 1, 1).toordinal())
    differing = [
        day
        for day in map(date.fromordinal, span)
        if calendar.is_workday(day) is not is_workday(day)
    ]
    assert differing == []
