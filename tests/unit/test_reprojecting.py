"""What a change of calendar or policy makes of a clock, and the words for why."""

from dataclasses import replace
from datetime import date

import pytest

from domain.calendar import WorkCalendar
from domain.clocks import ClockOp, Op, Rules
from domain.codes import ClockKind, Kind, Urgency
from domain.limits import Limit
from domain.recomputing import Entry, Round, followed, recompute
from domain.reprojecting import ChangedDays, Recount, policy_because, rebudgeted, recount
from tests.unit.casework import RULES, t

FINISH = ClockKind.FINISH
MARCH = [date(2026, 3, day) for day in (4, 5, 6, 9)]


def off(*days: date, years: tuple[int, ...] = ()) -> Rules:
    """The rules of the tests with more days off, and more years published."""
    plain = RULES.calendar
    published = plain.published | set(years)
    return replace(RULES, calendar=WorkCalendar(8, plain.rest | set(days), plain.work, published))


def round_of(*steps: tuple[str, Op], limit: str = "5wd") -> Round:
    done: Round = ()
    for when, what in steps:
        found = ClockOp(what, FINISH, 0, "shuiwu", Limit.parse(limit), rule="dispatched")
        done = followed(done, t(when), found)
    return done


def counted(done: Round, rules: Rules, limit: Limit | None = None) -> Recount:
    stood = recompute([Entry(at, (op,), RULES) for at, op in done])[FINISH, 0]
    found = recount(done, stood, limit, rules)
    assert found is not None
    return found


STARTED = round_of(("03-02 09:00", Op.START))


def words(rules: Rules, done: Round = STARTED) -> str:
    names = dict.fromkeys(MARCH, "春假")
    days = ChangedDays.between(RULES.calendar, rules.calendar, names)
    return days.because(counted(done, rules))


def test_the_days_off_that_a_clock_is_counted_over_are_named() -> None:
    assert words(off(MARCH[0])) == "2026-03-04 春假 休息"
    assert (
        words(off(*MARCH[:3])) == "2026-03-04 春假 休息、2026-03-05 春假 休息、2026-03-06 春假 休息"
    )


def test_of_more_than_three_days_the_others_are_counted() -> None:
    assert words(off(*MARCH)).endswith("、2026-03-06 春假 休息等 4 日")


def test_days_beyond_the_old_and_the_new_deadline_are_not_named() -> None:
    later = date(2026, 6, 1)
    assert words(off(MARCH[0], later)) == "2026-03-04 春假 休息"


def test_a_day_worked_again_is_named_as_worked() -> None:
    before, after = off(MARCH[0]), RULES
    stood = recompute([Entry(at, (op,), before) for at, op in STARTED])[FINISH, 0]
    found = recount(STARTED, stood, None, after)
    assert found is not None
    days = ChangedDays.between(before.calendar, after.calendar, {})
    assert days.because(found) == "2026-03-04 上班"
    assert (found.moved, found.after.due_at) == (True, t("03-09 18:00"))


def test_a_clock_that_stood_still_is_counted_over_the_days_until_it_stood() -> None:
    paused = round_of(("03-02 09:00", Op.START), ("03-03 09:00", Op.PAUSE))
    assert words(off(MARCH[0]), paused) == "2026-03-04 春假 休息"


def test_where_no_day_changed_the_year_that_was_published_is_named() -> None:
    done = round_of(("2027-03-01 09:00", Op.START))
    published = off(years=(2027,))
    found = counted(done, published)
    assert (found.moved, found.firm) == (False, True)
    assert words(published, done) == "2027 年放假安排已公布"


def test_where_nothing_of_the_calendar_changed_nothing_is_named() -> None:
    found = counted(STARTED, RULES, Limit(3, "wd"))
    days = ChangedDays.between(RULES.calendar, RULES.calendar, {})
    assert days.because(found) == ""


def test_a_new_budget_is_named_and_else_the_version_of_the_rules() -> None:
    shorter = counted(STARTED, RULES, Limit(3, "wd"))
    assert policy_because(shorter, 2) == "时限 5个工作日 → 3个工作日"
    assert policy_because(counted(STARTED, off(MARCH[0])), 2) == "规则第 2 版"


@pytest.mark.parametrize(
    ("now", "late"), [("03-05 17:00", False), ("03-05 19:00", True), ("03-10 09:00", False)]
)
def test_late_at_once_is_who_was_in_time_and_no_longer_is(now: str, *, late: bool) -> None:
    assert counted(STARTED, RULES, Limit(3, "wd")).overdue(t(now)) is late


def test_a_clock_that_differs_in_nothing_is_not_counted_again() -> None:
    stood = recompute([Entry(at, (op,), RULES) for at, op in STARTED])[FINISH, 0]
    assert recount(STARTED, stood, None, off(date(2026, 6, 1))) is None


def test_a_budget_is_given_only_where_the_policy_has_another() -> None:
    done = round_of(("03-02 09:00", Op.START), limit="15wd")
    assert rebudgeted(done, Kind.HARM, Urgency.NORMAL, RULES) is None
    assert rebudgeted(done, Kind.ORDINARY, Urgency.NORMAL, RULES) == Limit(5, "wd")
