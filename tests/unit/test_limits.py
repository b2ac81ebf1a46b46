"""Limits and the deadlines they end in, said in words and held as properties."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deployments.reference.holidays import published_days, published_years
from domain.calendar import SHANGHAI, WorkCalendar, local_date
from domain.errors import Misuse
from domain.limits import Deadline, Limit, WorkingHours, deadline

ROWS = published_days(2004, 2026)
CALENDAR = WorkCalendar(
    version=1,
    rest=frozenset(row.day for row in ROWS if row.kind == "rest"),
    work=frozenset(row.day for row in ROWS if row.kind == "work"),
    published=published_years(),
)
HOURS = WorkingHours(time(9), time(18))

instants = st.datetimes(
    datetime(2025, 1, 1),  # noqa: DTZ001 hypothesis adds the zone
    datetime(2028, 1, 1),  # noqa: DTZ001 the same
    timezones=st.sampled_from([SHANGHAI, UTC]),
)
limits = st.builds(Limit, st.integers(1, 60), st.sampled_from(["wd", "h", "d", "mo"]))
day_limits = limits.filter(lambda limit: limit.unit != "h")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def end(start: datetime, limit: str) -> Deadline:
    return deadline(start, Limit.parse(limit), CALENDAR, HOURS)


@pytest.mark.parametrize(
    ("start", "limit", "expected", "why"),
    [
        ("2026-03-02T09:00", "1wd", "2026-03-03T18:00", "dispatched Monday morning: Tuesday"),
        ("2026-03-02T23:59", "1wd", "2026-03-03T18:00", "just before midnight: still Tuesday"),
        ("2026-03-03T00:00", "1wd", "2026-03-04T18:00", "at midnight: it is Tuesday already"),
        ("2026-03-06T17:59", "1wd", "2026-03-09T18:00", "Friday evening: Monday is day 1"),
        ("2026-03-07T10:00", "1wd", "2026-03-09T18:00", "Saturday: Monday is day 1 as well"),
        ("2026-03-06T17:59", "5wd", "2026-03-13T18:00", "five days from Friday: next Friday"),
        ("2026-02-13T12:00", "1wd", "2026-02-14T18:00", "the make-up Saturday is day 1"),
        ("2026-02-13T12:00", "3wd", "2026-02-25T18:00", "Spring Festival does not count"),
        ("2026-09-30T12:00", "3wd", "2026-10-10T18:00", "ends on a make-up Saturday"),
        ("2026-03-02T09:00", "15wd", "2026-03-23T18:00", "three plain weeks"),
        ("2026-03-02T09:00", "30wd", "2026-04-14T18:00", "six weeks and the Tomb-sweeping Monday"),
        ("2026-03-06T17:30", "2h", "2026-03-06T19:30", "hours run past closing time"),
        ("2026-03-06T20:00", "24h", "2026-03-07T20:00", "and end on a Saturday night"),
        ("2026-03-02T09:00", "1d", "2026-03-03T18:00", "a calendar day ends at closing time"),
        ("2026-03-02T09:00", "30d", "2026-04-01T18:00", "thirty days from 2 March"),
        ("2026-03-05T09:00", "30d", "2026-04-07T18:00", "over Tomb-sweeping to the Tuesday"),
        ("2026-08-31T09:00", "6mo", "2027-03-01T18:00", "28 February 2027 is a Sunday"),
        ("2025-12-31T09:00", "2mo", "2026-02-28T18:00", "clipped to a worked Saturday"),
        ("2026-01-15T09:00", "12mo", "2027-01-15T18:00", "a year on"),
        ("2026-08-01T09:00", "2mo", "2026-10-08T18:00", "National Day rolls to the 8th"),
    ],
)
def test_a_limit_ends_where_the_rule_says(start: str, limit: str, expected: str, why: str) -> None:
    assert end(at(start), limit).at == at(expected), why


@pytest.mark.parametrize(
    ("start", "limit", "rolled"),
    [
        ("2026-08-01T09:00", "2mo", date(2026, 10, 1)),
        ("2026-03-05T09:00", "30d", date(2026, 4, 4)),
        ("2026-03-02T09:00", "30d", None),
        ("2026-03-06T09:00", "1wd", None),
        ("2026-03-06T20:00", "24h", None),
    ],
)
def test_a_rolled_deadline_names_the_day_it_was_moved_from(
    start: str, limit: str, rolled: date | None
) -> None:
    assert end(at(start), limit).rolled == rolled


@pytest.mark.parametrize(
    ("start", "limit", "provisional"),
    [
        ("2026-12-20T09:00", "5wd", False),
        ("2026-12-30T09:00", "5wd", True),
        ("2027-03-01T09:00", "5wd", True),
        ("2026-12-01T09:00", "2mo", True),
        ("2026-12-31T20:00", "24h", False),
    ],
)
def test_a_deadline_resting_on_an_unpublished_year_is_provisional(
    start: str, limit: str, *, provisional: bool
) -> None:
    assert end(at(start), limit).provisional is provisional


def test_the_hour_of_another_zone_counts_as_its_shanghai_day() -> None:
    tuesday = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)
    assert end(tuesday, "1wd").at == at("2026-03-04T18:00")


def test_hours_are_real_hours_even_when_clocks_were_put_forward() -> None:
    before = datetime(1991, 4, 13, 23, 0, tzinfo=SHANGHAI)
    assert end(before, "24h").at.astimezone(UTC) - before.astimezone(UTC) == timedelta(hours=24)
    assert end(before, "24h").at.hour == 0


@given(instants, day_limits)
def test_no_limit_in_days_ends_on_a_rest_day(start: datetime, limit: Limit) -> None:
    finish = deadline(start, limit, CALENDAR, HOURS).at
    assert CALENDAR.is_workday(local_date(finish))
    assert finish.astimezone(SHANGHAI).time() == HOURS.closes


@given(instants, st.integers(1, 60))
def test_a_limit_of_n_working_days_ends_on_the_nth_working_day(start: datetime, n: int) -> None:
    finish = deadline(start, Limit(n, "wd"), CALENDAR, HOURS).at
    assert CALENDAR.count_workdays(local_date(start), local_date(finish)) == n


@given(instants, limits)
def test_a_longer_limit_never_ends_earlier(start: datetime, limit: Limit) -> None:
    longer = Limit(limit.amount + 1, limit.unit)
    shorter_end = deadline(start, limit, CALENDAR, HOURS).at
    assert start < shorter_end <= deadline(start, longer, CALENDAR, HOURS).at


@given(instants, instants, limits)
def test_a_later_start_never_ends_earlier(one: datetime, two: datetime, limit: Limit) -> None:
    first, second = sorted([one, two])
    finish = deadline(first, limit, CALENDAR, HOURS).at
    assert finish <= deadline(second, limit, CALENDAR, HOURS).at


@given(instants, st.integers(1, 999))
def test_hour_limits_never_roll(start: datetime, n: int) -> None:
    finish = deadline(start, Limit(n, "h"), CALENDAR, HOURS)
    assert finish.at - start == timedelta(hours=n)
    assert finish.rolled is None


@given(limits)
def test_a_limit_reads_back_as_it_was_written(limit: Limit) -> None:
    assert Limit.parse(str(limit)) == limit


@pytest.mark.parametrize(
    "text", ["", "5", "wd", "0wd", "-1wd", "5 wd", "5w", "1.5h", "P1D", "５wd"]
)
def test_what_is_no_limit_is_refused_in_words(text: str) -> None:
    with pytest.raises(Misuse, match=f"时限“{text}”看不懂"):
        Limit.parse(text)


@pytest.mark.parametrize(
    ("limit", "percent", "part"),
    [
        ("5wd", 50, "3wd"),
        ("30wd", 50, "15wd"),
        ("1wd", 50, "1wd"),
        ("24h", 50, "12h"),
        ("10wd", 30, "3wd"),
        ("10wd", 31, "4wd"),
        ("6mo", 100, "6mo"),
    ],
)
def test_a_share_of_a_limit_is_rounded_up(limit: str, percent: int, part: str) -> None:
    assert Limit.parse(limit).share(percent) == Limit.parse(part)


@pytest.mark.parametrize(
    ("limit", "chinese"),
    [("5wd", "5个工作日"), ("24h", "24小时"), ("30d", "30日"), ("6mo", "6个月")],
)
def test_a_limit_is_said_in_chinese(limit: str, chinese: str) -> None:
    assert Limit.parse(limit).zh == chinese


def test_limits_of_different_units_compare_roughly() -> None:
    written = ["2h", "24h", "3d", "3wd", "5d", "15wd", "30d", "1mo", "60wd"]
    assert sorted(written, key=lambda text: Limit.parse(text).roughly()) == written
