"""The arithmetic of clocks, tabulated in words and held as properties."""

from datetime import datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from domain.calendar import at_hour, local_date
from domain.clocks import Clock, ClockOp, Op, fold
from domain.codes import ClockKind, Rung, Urgency
from domain.detecting import opening
from domain.limits import Limit
from domain.recomputing import Entry, recompute
from tests.unit.casework import RULES, t

FINISH = ClockKind.FINISH
WORKDAYS, CLOSES = RULES.calendar, RULES.policy.hours.closes


def op(what: Op, limit: str = "", rung: Rung | None = None, rule: str = "") -> ClockOp:
    return ClockOp(what, FINISH, 0, "shuiwu", Limit.parse(limit) if limit else None, rung, rule)


def run(*steps: tuple[str, ClockOp]) -> Clock:
    """Fold operations on one clock, each at its time."""
    return recompute([Entry(t(when), (step,), RULES) for when, step in steps])[FINISH, 0]


def start(limit: str) -> ClockOp:
    return op(Op.START, limit)


PAUSE, RESUME, STOP = op(Op.PAUSE), op(Op.RESUME, rule="resumed"), op(Op.STOP)
CONTINUE = op(Op.CONTINUE, "2wd", rule="rejected")


@pytest.mark.parametrize(
    ("limit", "paused", "resumed", "due", "why"),
    [
        ("5wd", "03-03 10:00", "03-03 11:00", "03-09 18:00", "within a day: nothing moves"),
        ("5wd", "03-02 10:00", "03-02 23:00", "03-09 18:00", "on the day of the start as well"),
        ("5wd", "03-03 10:00", "03-04 09:00", "03-10 18:00", "overnight: one day further"),
        ("5wd", "03-03 10:00", "03-10 09:00", "03-16 18:00", "four days were left, from Tuesday"),
        ("5wd", "03-06 10:00", "03-08 09:00", "03-09 18:00", "over a weekend: nothing moves"),
        ("5wd", "03-06 10:00", "03-09 09:00", "03-10 18:00", "into Monday: Monday is not charged"),
        ("5wd", "03-09 10:00", "03-11 09:00", "03-11 18:00", "on the last day: due on resuming"),
        ("5wd", "03-09 10:00", "03-11 18:00", "03-11 18:00", "at closing time: at once"),
        ("5wd", "03-09 10:00", "03-11 19:00", "03-12 18:00", "after closing time: the day after"),
        ("5wd", "03-09 18:00", "03-14 09:00", "03-16 18:00", "at the very end, resumed Saturday"),
        ("5wd", "03-09 18:01", "03-09 18:30", "03-09 18:00", "a minute late: it stays late"),
        ("5wd", "03-09 18:01", "03-16 10:00", "03-13 18:00", "late by no day, in a new week"),
        ("5wd", "03-09 18:01", "03-16 19:00", "03-16 18:00", "late by no day, since this evening"),
        ("5wd", "03-11 10:00", "03-18 10:00", "03-16 18:00", "two days late before and after"),
        ("5wd", "03-14 10:00", "03-16 10:00", "03-10 18:00", "four days late over a weekend"),
        ("24h", "03-02 15:00", "03-03 15:00", "03-04 09:00", "hours move by real time"),
        ("24h", "03-03 12:00", "03-04 12:00", "03-04 09:00", "late hours too"),
        ("6mo", "03-10 09:00", "03-20 09:00", "09-14 18:00", "ten days, rolled over a weekend"),
        ("6mo", "03-10 09:00", "03-11 09:00", "09-03 18:00", "one day more"),
        ("10d", "03-12 10:00", "03-12 19:00", "03-13 18:00", "paused on its last day, till late"),
        ("4d", "03-07 09:00", "03-08 09:00", "03-06 18:00", "late days stay late over a weekend"),
    ],
)
def test_a_pause_is_not_charged(limit: str, paused: str, resumed: str, due: str, why: str) -> None:
    clock = run(("03-02 09:00", start(limit)), (paused, PAUSE), (resumed, RESUME))
    assert clock.due_at == t(due), why
    assert clock.revision == 1
    assert clock.rule == "resumed"


@pytest.mark.parametrize(
    ("limit", "stopped", "rejected", "due", "why"),
    [
        ("15wd", "03-04 15:00", "03-06 10:00", "03-25 18:00", "thirteen days were left"),
        ("5wd", "03-09 15:00", "03-11 10:00", "03-13 18:00", "none was left: at least two days"),
        ("5wd", "03-06 15:00", "03-09 10:00", "03-11 18:00", "one was left: at least two days"),
        ("5wd", "03-05 15:00", "03-06 10:00", "03-10 18:00", "two were left: two remain"),
        ("5wd", "03-09 18:00", "03-11 10:00", "03-13 18:00", "submitted on time, to the minute"),
        ("5wd", "03-09 18:01", "03-11 10:00", "03-10 18:00", "submitted late: it stays late"),
        ("5wd", "03-11 15:00", "03-18 10:00", "03-16 18:00", "two days late, as at submission"),
        ("24h", "03-02 21:00", "03-03 21:00", "03-04 09:00", "hours go on without a minimum"),
    ],
)
def test_a_rejected_submission_goes_on_with_the_time_that_was_left(
    limit: str, stopped: str, rejected: str, due: str, why: str
) -> None:
    clock = run(("03-02 09:00", start(limit)), (stopped, STOP), (rejected, CONTINUE))
    assert clock.due_at == t(due), why
    assert clock.running
    assert clock.revision == 2
    assert clock.rung is None


def test_a_clock_that_was_never_stopped_continues_from_now() -> None:
    clock = run(("03-02 09:00", start("15wd")), ("03-04 10:00", CONTINUE))
    assert clock.due_at == t("03-23 18:00")


@pytest.mark.parametrize("approved", ["03-06 10:00", "03-09 17:00", "03-12 10:00"])
def test_an_extension_counts_from_the_original_due_instant_whenever_approved(approved: str) -> None:
    clock = run(("03-02 09:00", start("5wd")), (approved, op(Op.EXTEND, "3wd", rule="extended")))
    assert clock.due_at == t("03-12 18:00")
    assert clock.revision == 2
    assert clock.limit == Limit(5, "wd")


def test_an_extension_arms_every_rung_again() -> None:
    fired = op(Op.FIRE, rung=Rung.RED)
    extended = op(Op.EXTEND, "10wd")
    clock = run(("03-02 09:00", start("5wd")), ("03-10 09:00", fired), ("03-10 10:00", extended))
    assert clock.rung is None
    assert clock.next == (Rung.YELLOW, t("03-20 09:00"))


def test_a_resumed_clock_keeps_what_fired() -> None:
    fired = op(Op.FIRE, rung=Rung.YELLOW)
    steps = (("03-06 09:00", fired), ("03-06 10:00", PAUSE), ("03-18 10:00", RESUME))
    clock = run(("03-02 09:00", start("5wd")), *steps)
    assert clock.rung is Rung.YELLOW
    assert clock.next == (Rung.RED, t("03-20 09:00"))


def test_a_lower_rung_never_replaces_a_higher_one() -> None:
    high, low = op(Op.FIRE, rung=Rung.RAISE), op(Op.FIRE, rung=Rung.RED)
    clock = run(("03-02 09:00", start("5wd")), ("03-03 09:00", high), ("03-10 09:00", low))
    assert clock.rung is Rung.RAISE


def test_a_direct_entry_begins_above_its_rung() -> None:
    clock = run(("03-02 09:00", op(Op.START, "5wd", Rung.RAISE)))
    assert clock.next == (Rung.LIST, t("04-07 09:00"))


def test_a_pause_dated_from_the_due_instant_leaves_the_clock_in_time() -> None:
    fired = op(Op.FIRE, rung=Rung.RED)
    late = op(Op.PAUSE_AT_DUE, rule="shelved")
    steps = (("03-02 09:00", start("5wd")), ("03-10 09:00", fired), ("03-11 10:00", late))
    paused = run(*steps)
    assert paused.paused_at == paused.due_at == t("03-09 18:00")
    assert paused.rung is Rung.YELLOW
    resumed = run(*steps, ("03-18 10:00", RESUME))
    assert resumed.due_at == t("03-18 18:00")
    assert resumed.next == (Rung.RED, t("03-19 09:00"))


def test_a_pause_dated_from_the_due_instant_of_a_clock_without_early_rungs_has_none() -> None:
    late = op(Op.PAUSE_AT_DUE, rule="shelved")
    clock = run(("03-02 10:00", start("1wd")), ("03-04 10:00", late))
    assert clock.rung is None


def test_stopping_pausing_and_resuming_twice_changes_nothing() -> None:
    begun = ("03-02 09:00", start("5wd"))
    paused, stopped = ("03-03 09:00", PAUSE), ("03-04 09:00", STOP)
    assert run(begun, paused, ("03-05 09:00", PAUSE)) == run(begun, paused)
    assert run(begun, stopped, ("03-05 09:00", STOP)) == run(begun, stopped)
    assert run(begun, stopped, ("03-05 09:00", RESUME)) == run(begun, stopped)
    assert run(begun, ("03-05 09:00", RESUME)) == run(begun)
    paused_and_stopped = (begun, paused, stopped)
    assert run(*paused_and_stopped, ("03-05 09:00", RESUME)) == run(*paused_and_stopped)


def test_a_paused_or_stopped_clock_is_never_overdue_and_has_no_next_rung() -> None:
    begun = ("03-02 09:00", start("5wd"))
    for end in (PAUSE, STOP):
        clock = run(begun, ("03-03 09:00", end))
        assert not clock.overdue(t("12-01 09:00"))
        assert clock.next is None
    running = run(begun)
    assert not running.overdue(running.due_at)
    assert running.overdue(running.due_at + timedelta(seconds=1))


def test_a_rolled_deadline_is_marked_until_it_moves_onto_a_working_day() -> None:
    rolled = run(("03-05 09:00", start("2d")))
    assert (rolled.due_at, rolled.rolled) == (t("03-09 18:00"), True)
    moved = run(("03-05 09:00", start("2d")), ("03-06 09:00", PAUSE), ("03-07 09:00", RESUME))
    assert (moved.due_at, moved.rolled) == (t("03-10 18:00"), False)
    again = run(("03-05 09:00", start("2d")), ("03-06 09:00", PAUSE), ("03-11 09:00", RESUME))
    assert (again.due_at, again.rolled) == (t("03-16 18:00"), True)


def test_a_deadline_in_an_unpublished_year_is_provisional() -> None:
    assert run(("12-20 09:00", start("15wd"))).provisional
    assert not run(("03-02 09:00", start("15wd"))).provisional
    late = (("12-01 09:00", start("5wd")), ("2027-01-20 09:00", CONTINUE))
    assert run(*late).provisional


@pytest.mark.parametrize(
    ("urgency", "due"),
    [
        (Urgency.NORMAL, "03-05 18:00"),
        (Urgency.URGENT, "03-03 09:00"),
        (Urgency.EMERGENCY, "03-02 11:00"),
    ],
)
def test_a_new_case_starts_the_clock_of_triage_by_urgency(urgency: Urgency, due: str) -> None:
    at = t("03-02 09:00")
    clocks = fold({}, opening(urgency, at, RULES), at, RULES)
    assert [(c.kind, c.holder, c.rule) for c in clocks.values()] == [
        (ClockKind.TRIAGE, "office", "detected")
    ]
    assert clocks[ClockKind.TRIAGE, 0].due_at == t(due)


def test_an_operation_on_a_clock_that_never_started_is_an_error() -> None:
    with pytest.raises(ValueError, match="never started"):
        run(("03-02 09:00", PAUSE))


@pytest.mark.parametrize("what", [Op.START, Op.EXTEND, Op.CONTINUE])
def test_an_operation_without_the_limit_it_needs_is_an_error(what: Op) -> None:
    with pytest.raises(ValueError, match="without a limit"):
        run(("03-02 09:00", start("5wd")), ("03-03 09:00", op(what)))


moments = st.datetimes(datetime(2026, 3, 2), datetime(2026, 5, 20))  # noqa: DTZ001 zone follows
gaps = st.lists(st.integers(1, 12 * 24 * 60).map(lambda m: timedelta(minutes=m)), max_size=8)


@given(moments.map(lambda m: m.replace(tzinfo=t("03-02 09:00").tzinfo)), st.integers(1, 40), gaps)
def test_no_working_day_is_charged_twice_or_lost_however_often_a_clock_pauses(
    begin: datetime, budget: int, steps: list[timedelta]
) -> None:
    """A working day is charged when the clock was running as the day began."""
    at, stretches, running_since = begin, list[tuple[datetime, datetime]](), begin
    clocks = fold({}, [start(f"{budget}wd")], at, RULES)
    for step in steps:
        at += step
        clock = clocks[FINISH, 0]
        if clock.running:
            assume(local_date(at) < local_date(clock.due_at))
            stretches.append((running_since, at))
            clocks = fold(clocks, [PAUSE], at, RULES)
        else:
            clocks = fold(clocks, [RESUME], at, RULES)
            running_since = at
    clock = clocks[FINISH, 0]
    if not clock.running:
        at += timedelta(days=1)
        clock = fold(clocks, [RESUME], at, RULES)[FINISH, 0]
        running_since = at
    charged = sum(_mornings(first, last) for first, last in stretches)
    charged += _mornings(running_since, clock.due_at)
    assert charged == budget
    assert clock.due_at == at_hour(local_date(clock.due_at), CLOSES)


def _mornings(first: datetime, last: datetime) -> int:
    """Count the working days that began between two instants."""
    return WORKDAYS.count_workdays(local_date(first), local_date(last))


@given(
    st.sampled_from(["1wd", "5wd", "15wd", "30d", "2mo", "24h"]),
    st.integers(1, 90 * 24 * 60),
    st.integers(0, 90 * 24 * 60),
)
def test_a_pause_keeps_a_clock_in_time_or_overdue_as_it_was(
    limit: str, before: int, during: int
) -> None:
    begun = t("03-02 09:00")
    frozen = begun + timedelta(minutes=before)
    thawed = frozen + timedelta(minutes=during)
    running = fold({}, [start(limit)], begun, RULES)
    paused = fold(running, [PAUSE], frozen, RULES)
    resumed = fold(paused, [RESUME], thawed, RULES)[FINISH, 0]
    assert resumed.overdue(thawed) == running[FINISH, 0].overdue(frozen)
    if thawed == frozen:
        assert resumed.due_at == running[FINISH, 0].due_at
