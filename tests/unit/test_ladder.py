"""The escalation ladder as absolute instants."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import local_date
from domain.codes import RUNGS, ClockKind, Rung
from domain.ladder import NO_LADDER, Ladder, Term, ladder, next_rung, passed
from domain.limits import Limit, deadline
from tests.unit.casework import RULES, t


def climb(start: datetime, limit: str, kind: ClockKind = ClockKind.FINISH) -> Ladder:
    asked = Limit.parse(limit)
    due = deadline(start, asked, RULES.calendar, RULES.policy.hours).at
    return ladder(Term(kind, asked, start, due), RULES.policy, RULES.calendar)


def named(rungs: Ladder) -> dict[str, datetime]:
    return {str(rung): at for rung, at in zip(RUNGS, rungs, strict=True) if at is not None}


def test_a_finish_clock_of_fifteen_days_has_all_six_rungs_at_nine() -> None:
    assert named(climb(t("03-02 10:00"), "15wd")) == {
        "blue": t("03-18 09:00"),
        "yellow": t("03-20 09:00"),
        "red": t("03-24 09:00"),
        "criticism": t("03-30 09:00"),
        "raise": t("04-07 09:00"),
        "list": t("04-21 09:00"),
    }


@pytest.mark.parametrize(
    ("limit", "has_blue"), [("3wd", False), ("14wd", False), ("15wd", True), ("6mo", True)]
)
def test_blue_exists_only_for_terms_of_fifteen_working_days_or_more(
    limit: str, *, has_blue: bool
) -> None:
    assert ("blue" in named(climb(t("03-02 10:00"), limit))) is has_blue


@pytest.mark.parametrize("kind", sorted(set(ClockKind) - {ClockKind.FINISH, ClockKind.NOTICE}))
def test_other_clocks_have_yellow_and_red_alone(kind: ClockKind) -> None:
    assert set(named(climb(t("03-02 08:00"), "30d", kind))) == {"yellow", "red"}


def test_nobody_can_be_late_with_a_public_notice() -> None:
    assert climb(t("03-02 10:00"), "5wd", ClockKind.NOTICE) == NO_LADDER


def test_a_rung_not_after_the_start_does_not_exist() -> None:
    assert "yellow" not in named(climb(t("03-02 09:00"), "1wd"))
    assert "yellow" in named(climb(t("03-02 08:59"), "1wd"))


def test_an_hour_clock_warns_at_half_its_budget_and_at_expiry_day_or_night() -> None:
    rungs = named(climb(t("03-06 20:00"), "24h"))
    assert rungs["yellow"] == t("03-07 08:00")
    assert rungs["red"] == t("03-07 20:00")
    assert rungs["criticism"] == t("03-13 09:00")


def test_an_hour_clock_that_stood_still_warns_when_half_its_budget_is_used() -> None:
    term = Term(ClockKind.FINISH, Limit(24, "h"), t("03-02 09:00"), t("03-05 09:00"))
    assert named(ladder(term, RULES.policy, RULES.calendar))["yellow"] == t("03-04 21:00")


def test_the_next_rung_is_the_lowest_above_the_one_fired() -> None:
    rungs = climb(t("03-02 10:00"), "5wd")
    assert next_rung(rungs, None) == (Rung.YELLOW, t("03-06 09:00"))
    assert next_rung(rungs, Rung.YELLOW) == (Rung.RED, t("03-10 09:00"))
    assert next_rung(rungs, Rung.LIST) is None
    assert next_rung(NO_LADDER, None) is None


def test_rungs_that_have_passed_are_listed_from_the_lowest() -> None:
    rungs = climb(t("03-02 10:00"), "5wd")
    assert passed(rungs, None, t("03-06 08:59")) == ()
    assert passed(rungs, None, t("03-06 09:00")) == (Rung.YELLOW,)
    assert passed(rungs, Rung.YELLOW, t("03-16 09:00")) == (Rung.RED, Rung.CRITICISM)


starts = st.datetimes(datetime(2026, 1, 5), datetime(2026, 11, 1))  # noqa: DTZ001 zone follows
limits = st.builds(Limit, st.integers(1, 60), st.sampled_from(["wd", "h", "d", "mo"]))


@given(starts.map(lambda s: s.replace(tzinfo=t("03-02 09:00").tzinfo)), limits, st.integers(0, 99))
def test_a_ladder_rises_after_its_start_on_working_days(
    start: datetime, limit: Limit, stood_still: int
) -> None:
    due = deadline(start, limit, RULES.calendar, RULES.policy.hours).at
    term = Term(ClockKind.FINISH, limit, start - timedelta(hours=stood_still), due)
    rungs = named(ladder(term, RULES.policy, RULES.calendar))
    instants = list(rungs.values())
    assert instants == sorted(instants)
    assert len(set(instants)) == len(instants)
    assert all(at > term.start for at in instants)
    for rung, at in rungs.items():
        if limit.unit != "h" or rung not in {"yellow", "red"}:
            assert RULES.calendar.is_workday(local_date(at))
            assert at.hour == RULES.policy.rung_hour.hour
    assert all(at > due for rung, at in rungs.items() if rung not in {"blue", "yellow", "red"})
