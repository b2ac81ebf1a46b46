"""The calendar by version: amended, shown, seeded, and what each version said."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from deployments.reference.seed import reference
from domain.calendar import WorkCalendar
from models.calendars import amended, amendment, published_years, put_in_force, show_year
from models.engine import transaction
from models.registry import seed
from models.reprojections import Opening, open_row, unfinished
from models.rulebook import RuleBook
from tests.integration.conftest import MONDAY, Bench
from tests.integration.newyear import DAYS, YEARS, day

NEW_YEAR = date(2027, 1, 1)


def amend(bench: Bench, *days: object, years: dict[int, str] | None = None) -> int:
    """Put days in force; give the version in force then."""
    with transaction(bench.engine) as connection:
        change = amendment(connection, days, years or {})  # type: ignore[arg-type]
        if change is not None:
            put_in_force(connection, change, "office:王科", MONDAY)
            connection.exec_driver_sql("update reprojection set finished_at = started_at")
        found = connection.exec_driver_sql("select calendar_version from setting").scalar_one()
    return int(found)


def calendar(bench: Bench, version: int) -> WorkCalendar:
    """Read a version afresh."""
    with transaction(bench.engine) as connection:
        return RuleBook().calendar(connection, version)


def test_each_version_says_what_it_said_when_it_was_in_force(bench: Bench) -> None:
    off, on = day(1, 1, "元旦"), day(1, 1, "照常上班", "work")
    assert [amend(bench, off), amend(bench, on), amend(bench, off)] == [2, 3, 4]
    worked = [calendar(bench, version).is_workday(NEW_YEAR) for version in (1, 2, 3, 4)]
    assert worked == [True, False, True, False]


def test_a_year_counts_as_published_from_the_version_that_brought_it(bench: Bench) -> None:
    assert amend(bench, *DAYS, years=YEARS) == 2
    published = [2027 in calendar(bench, version).published for version in (1, 2)]
    assert published == [False, True]
    assert published_years(bench.engine)[-1] == 2027


def test_days_without_their_year_leave_it_provisional(bench: Bench) -> None:
    amend(bench, day(1, 1, "元旦"))
    found = show_year(bench.engine, 2027)
    assert (found.published, found.source, found.version) == (False, "", 2)
    assert [shown.day for shown in found.days] == [NEW_YEAR]
    assert found.since == {NEW_YEAR: 2}


def test_what_is_in_force_already_makes_no_version(bench: Bench) -> None:
    assert amend(bench, *DAYS, years=YEARS) == 2
    assert amend(bench, *DAYS, years=YEARS) == 2
    assert amend(bench, replace(DAYS[0], source="更正")) == 3
    assert show_year(bench.engine, 2027).days[0].source == "更正"


def test_an_amendment_looks_ahead_to_the_calendar_that_it_makes(bench: Bench) -> None:
    amend(bench, day(1, 1, "元旦"), day(1, 4, "元旦"))
    moved = (day(1, 4, "照常上班", "work"), day(1, 5, "元旦"), day(1, 9, "调休上班", "work"))
    with transaction(bench.engine) as connection:
        change = amendment(connection, moved, YEARS)
    assert change is not None
    ahead = amended(calendar(bench, 2), change)
    amend(bench, *moved, years=YEARS)
    there = calendar(bench, 3)
    assert ahead == replace(there, work=ahead.work)
    every = [NEW_YEAR + timedelta(days=number) for number in range(365)]
    assert [ahead.is_workday(one) for one in every] == [there.is_workday(one) for one in every]


def test_the_first_seeding_moves_nothing_and_a_later_year_does(bench: Bench) -> None:
    assert bench.value("select calendar_version from setting") == 1
    assert bench.value("select count(*) from reprojection") == 0
    rows = [vars(one) for one in DAYS]
    years = [{"year": 2027, "source": "chinesecalendar"}]
    newer = replace(reference(), days=rows, years=years)
    seed(bench.owner, newer, MONDAY)
    seed(bench.owner, newer, MONDAY)
    assert bench.rows("select cause, calendar_version, actor, started_at from reprojection") == [
        ("calendar", 2, "system", MONDAY)
    ]
    assert not calendar(bench, 2).is_workday(NEW_YEAR)


def test_seeding_adds_a_day_that_its_own_list_forgot(bench: Bench) -> None:
    known = reference()
    forgotten = vars(day(3, 5, "临时放假", year=2026))
    years = [{"year": 2026, "source": "chinesecalendar"}]
    seed(bench.owner, replace(known, days=[*known.days, forgotten], years=years), MONDAY)
    assert not calendar(bench, 2).is_workday(date(2026, 3, 5))


def test_seeding_never_touches_what_an_operator_entered(bench: Bench) -> None:
    amend(bench, day(1, 1, "照常上班", "work"))
    amend(bench, *DAYS[1:], years=YEARS)
    rows = [vars(replace(one, source="别处")) for one in (*DAYS, day(3, 5, "春假"))]
    years = [{"year": 2027, "source": "chinesecalendar"}]
    seed(bench.owner, replace(reference(), days=rows, years=years), MONDAY)
    assert bench.value("select calendar_version from setting") == 3
    assert {shown.source for shown in show_year(bench.engine, 2027).days} == {"测试文件"}


def test_seeding_waits_for_a_re_projection_that_is_unfinished(bench: Bench) -> None:
    with transaction(bench.engine) as connection:
        open_row(connection, Opening("calendar", 1, None, "system", MONDAY))
    years = [{"year": 2027, "source": "chinesecalendar"}]
    newer = replace(reference(), days=[vars(one) for one in DAYS], years=years)
    seed(bench.owner, newer, MONDAY)
    assert bench.value("select calendar_version from setting") == 1
    with bench.owner.begin() as connection:
        connection.exec_driver_sql("update reprojection set finished_at = started_at")
    seed(bench.owner, newer, MONDAY)
    assert bench.value("select calendar_version from setting") == 2


def test_the_database_refuses_a_second_unfinished_re_projection(bench: Bench) -> None:
    with bench.engine.begin() as connection:
        open_row(connection, Opening("calendar", 1, None, "system", MONDAY))
        assert unfinished(connection) == "calendar"
        with pytest.raises(IntegrityError):
            open_row(connection, Opening("policy", 1, 1, "system", MONDAY))
