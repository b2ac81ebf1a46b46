"""The working calendar: make-up days, provisional years, and arithmetic that can be undone."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.reference.holidays import published_days, published_years
from domain.calendar import SHANGHAI, WorkCalendar, at_hour, local_date
from domain.errors import Misuse

ROWS = published_days(2004, 2026)
REAL = WorkCalendar(
    version=1,
    rest=frozenset(row.day for row in ROWS if row.kind == "rest"),
    work=frozenset(row.day for row in ROWS if row.kind == "work"),
    published=published_years(),
)
PLAIN = WorkCalendar(1, frozenset(), frozenset(), frozenset())

days = st.dates(date(2003, 6, 1), date(2029, 6, 1))
exceptions = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 3, 1)), max_size=60)
calendars = st.builds(WorkCalendar, st.just(1), exceptions, exceptions, st.just(frozenset({2026})))
near = st.dates(date(2025, 12, 1), date(2026, 4, 1))
steps = st.integers(-90, 90)


def by_walking(calendar: WorkCalendar, day: date, n: int) -> date:
    """Find the n-th working day one day at a time: slow and plainly right."""
    step = timedelta(days=1 if n > 0 else -1)
    while n:
        day += step
        if calendar.is_workday(day):
            n -= step.days
    return day


@pytest.mark.parametrize(
    ("day", "works", "why"),
    [
        (date(2026, 3, 2), True, "an ordinary Monday"),
        (date(2026, 3, 7), False, "an ordinary Saturday"),
        (date(2026, 2, 16), False, "Monday of Spring Festival"),
        (date(2026, 2, 14), True, "Saturday made up for Spring Festival"),
        (date(2026, 2, 28), True, "Saturday made up for Spring Festival"),
        (date(2026, 9, 20), True, "Sunday made up for National Day"),
        (date(2026, 10, 1), False, "National Day, a Thursday"),
        (date(2026, 10, 4), False, "National Day on a Sunday"),
        (date(2027, 10, 1), True, "a Friday of a year whose list is not published"),
    ],
)
def test_a_day_works_as_the_state_council_says(day: date, *, works: bool, why: str) -> None:
    assert REAL.is_workday(day) is works, why


@pytest.mark.parametrize(
    ("day", "n", "expected", "why"),
    [
        (date(2026, 3, 2), 0, date(2026, 3, 2), "nought is the day itself"),
        (date(2026, 3, 7), 0, date(2026, 3, 7), "even when it is a rest day"),
        (date(2026, 3, 2), 1, date(2026, 3, 3), "Monday to Tuesday"),
        (date(2026, 3, 6), 1, date(2026, 3, 9), "Friday to Monday"),
        (date(2026, 3, 7), 1, date(2026, 3, 9), "Saturday to Monday"),
        (date(2026, 2, 13), 1, date(2026, 2, 14), "Friday to the make-up Saturday"),
        (date(2026, 2, 14), 1, date(2026, 2, 24), "over the nine days of Spring Festival"),
        (date(2026, 2, 13), 3, date(2026, 2, 25), "Saturday, then Tuesday and Wednesday after"),
        (date(2026, 9, 30), 1, date(2026, 10, 8), "over National Day"),
        (date(2026, 9, 30), 3, date(2026, 10, 10), "the Saturday after it is made up"),
        (date(2026, 3, 9), -1, date(2026, 3, 6), "Monday back to Friday"),
        (date(2026, 3, 8), -1, date(2026, 3, 6), "Sunday back to Friday"),
        (date(2026, 2, 24), -1, date(2026, 2, 14), "back over Spring Festival"),
        (date(2026, 2, 24), -2, date(2026, 2, 13), "and one more"),
        (date(2026, 12, 31), 1, date(2027, 1, 1), "New Year 2027 is provisional: weekdays alone"),
    ],
)
def test_working_days_are_counted_from_the_day_after(
    day: date, n: int, expected: date, why: str
) -> None:
    assert REAL.add_workdays(day, n) == expected, why


@given(calendars, near, steps)
def test_the_nth_working_day_is_the_one_found_by_walking(
    calendar: WorkCalendar, day: date, n: int
) -> None:
    assert calendar.add_workdays(day, n) == by_walking(calendar, day, n)


@given(calendars, near, near)
def test_counting_is_what_counting_on_fingers_gives(
    calendar: WorkCalendar, after: date, through: date
) -> None:
    span = range(after.toordinal() + 1, through.toordinal() + 1)
    if after <= through:
        worked = sum(calendar.is_workday(date.fromordinal(o)) for o in span)
        assert calendar.count_workdays(after, through) == worked
    assert calendar.count_workdays(after, through) == -calendar.count_workdays(through, after)


@given(days, st.integers(1, 400))
def test_adding_and_counting_are_inverse(day: date, n: int) -> None:
    assert REAL.count_workdays(day, REAL.add_workdays(day, n)) == n


@given(days, st.integers(1, 400))
def test_going_back_undoes_going_forward_from_a_working_day(day: date, n: int) -> None:
    start = REAL.next_workday(day)
    assert REAL.add_workdays(REAL.add_workdays(start, n), -n) == start


@given(days, steps)
def test_more_days_end_later(day: date, n: int) -> None:
    assert REAL.add_workdays(day, n) < REAL.add_workdays(day, n + 1)


@given(days, steps.filter(bool))
def test_counting_never_ends_on_a_rest_day(day: date, n: int) -> None:
    assert REAL.is_workday(REAL.add_workdays(day, n))


@given(days)
def test_the_nearest_working_days_enclose_a_day(day: date) -> None:
    before, after = REAL.previous_workday(day), REAL.next_workday(day)
    assert before <= day <= after
    assert REAL.is_workday(before)
    assert REAL.is_workday(after)
    assert (before == day == after) is REAL.is_workday(day)


def test_every_make_up_day_is_worked_and_counted() -> None:
    made_up = [row.day for row in ROWS if row.kind == "work"]
    assert len(made_up) > 100
    for day in made_up:
        assert day.weekday() >= 5
        assert REAL.count_workdays(day - timedelta(days=1), day) == 1
        assert PLAIN.count_workdays(day - timedelta(days=1), day) == 0


def test_a_weekend_listed_as_rest_or_a_weekday_listed_as_work_changes_nothing() -> None:
    saturday, monday = date(2026, 3, 7), date(2026, 3, 9)
    odd = WorkCalendar(1, frozenset({saturday}), frozenset({monday}), frozenset())
    assert odd.count_workdays(date(2026, 3, 1), date(2026, 3, 31)) == PLAIN.count_workdays(
        date(2026, 3, 1), date(2026, 3, 31)
    )
    assert odd.add_workdays(date(2026, 3, 6), 1) == monday


@pytest.mark.parametrize(
    ("first", "last", "provisional"),
    [
        (date(2026, 1, 1), date(2026, 12, 31), False),
        (date(2026, 12, 31), date(2027, 1, 4), True),
        (date(2030, 1, 1), date(2031, 1, 1), True),
        (date(2003, 12, 31), date(2004, 1, 1), True),
    ],
)
def test_a_span_is_provisional_when_a_year_of_it_is_unpublished(
    first: date, last: date, *, provisional: bool
) -> None:
    assert REAL.provisional(first, last) is provisional


def test_calendars_of_the_same_content_are_equal() -> None:
    assert WorkCalendar(1, REAL.rest, REAL.work, REAL.published) == REAL
    assert PLAIN != REAL


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        (datetime(2026, 3, 2, 15, 59, 59, tzinfo=UTC), date(2026, 3, 2)),
        (datetime(2026, 3, 2, 16, 0, tzinfo=UTC), date(2026, 3, 3)),
        (datetime(2026, 3, 3, 0, 0, tzinfo=SHANGHAI), date(2026, 3, 3)),
    ],
)
def test_the_local_date_turns_at_midnight_in_shanghai(instant: datetime, expected: date) -> None:
    assert local_date(instant) == expected


def test_a_time_without_zone_has_no_local_date() -> None:
    with pytest.raises(Misuse, match="没有时区"):
        local_date(datetime(2026, 3, 2, 9, 0))  # noqa: DTZ001 the very thing that is refused


def test_an_hour_of_a_day_is_that_hour_in_shanghai() -> None:
    nine = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    assert at_hour(date(2026, 3, 2), "09:00") == nine
    assert at_hour(date(2026, 3, 2), time(9)) == nine
