"""A calendar year loaded: which deadlines move, who is told, and what stays as it was."""

from datetime import datetime, timedelta

import pytest

from domain.calendar import SHANGHAI
from domain.case import Actor
from domain.clocks import Clock
from domain.codes import RUNGS, ClockKind, Result, Role, Rung
from domain.commands import Accept, AskExtension, AskShelving, Command, Resume, Rule, Submit
from models.checking import CheckReport, Moment, fire_due
from models.loading import lock, read
from models.verifying import verify
from tasks.checking import check
from tasks.reprojecting import load_calendar, preview_calendar
from tests.integration.conftest import OFFICE, Bench
from tests.integration.newyear import DAYS, EVE, YEARS, day, desk

UNIT = Actor(Role.UNIT, "shuiwu")
NOW = EVE + timedelta(hours=1)


def at(text: str) -> datetime:
    """Read Shanghai time."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def clock(bench: Bench, no: str, kind: ClockKind = ClockKind.FINISH) -> Clock:
    """Read a clock as stored."""
    with bench.engine.connect() as connection:
        return read(connection, lock(connection, [no]))[no].case.clocks[kind, 0]


def harmed(bench: Bench, start: datetime = EVE) -> str:
    """A case with fifteen working days from the eve of the year, signed."""
    no = bench.open(at=start, kind="harm")
    bench.dispatch(no, at=start)
    bench.sign(no, at=start)
    return no


def publish(bench: Bench, now: datetime = NOW) -> int:
    """Load the list of 2027; give how many cases were journalled."""
    done = load_calendar(desk(bench, now), DAYS, YEARS, "王科")
    assert done.finished
    assert verify(bench.engine).faults == []
    return done.moved


def test_a_year_that_is_published_moves_what_reaches_into_it_and_nothing_else(bench: Bench) -> None:
    early, late = bench.open(at=EVE - timedelta(60)), bench.open(at=EVE, kind="harm")
    bench.dispatch(early, at=EVE - timedelta(60))
    bench.dispatch(late, at=EVE)
    done = load_calendar(desk(bench, NOW), DAYS, YEARS, "王科")
    assert (done.cause, done.changed, done.calendar, done.policy) == ("calendar", True, 2, 1)
    assert (done.looked, done.moved, done.finished, done.held) == (2, 1, True, False)
    moved = bench.rows(
        "select k.kind, k.due_at, k.provisional from clock k join rectification_case c"
        " on c.id = k.case_id where c.no = %(no)s and k.stopped_at is null order by 1",
        no=late,
    )
    assert moved == [
        ("contact", at("2027-01-04 18:00"), False),
        ("finish", at("2027-01-22 18:00"), False),
        ("interim", at("2027-01-06 18:00"), False),
        ("sign", at("2027-01-04 18:00"), False),
    ]
    assert verify(bench.engine).faults == []


def test_history_says_what_moved_from_when_to_when_and_why(bench: Bench) -> None:
    no = harmed(bench)
    before = clock(bench, no).due_at
    publish(bench)
    event, actor, name, occurred, detail = bench.rows(
        "select h.event, h.actor, h.claimed_name, h.occurred_at, h.detail from history h"
        " join rectification_case c on c.id = h.case_id and c.seq = h.seq where c.no = %(no)s",
        no=no,
    )[0]
    assert (event, actor, name, occurred) == ("reprojected", "office", "王科", NOW)
    assert isinstance(detail, dict)
    assert (detail["policy"], detail["calendar"], detail["cause"]) == (1, 2, "calendar")
    after = clock(bench, no).due_at
    assert {"op": "reproject", "kind": "finish", "slot": 0} in detail["clocks"]
    moved = {"clock": "finish/0", "from": before.timestamp(), "to": after.timestamp()}
    assert moved in detail["moved"]


def test_the_unit_is_told_when_its_time_to_finish_ends_on_another_day(bench: Bench) -> None:
    no = harmed(bench)
    before = clock(bench, no).due_at
    publish(bench)
    told = bench.rows(
        "select n.unit, n.role, n.args, n.ladder, n.owed_at, n.seq = c.seq from notice n"
        " join rectification_case c on c.id = n.case_id where n.template = 'reprojected'"
    )
    args = {
        "clock": "finish/0",
        "from": int(before.timestamp()),
        "to": int(clock(bench, no).due_at.timestamp()),
        "cause": "calendar",
    }
    assert told == [("shuiwu", "contact", args, False, NOW, True)]


def test_only_the_mark_goes_where_the_day_stays_and_nobody_is_told(bench: Bench) -> None:
    start = at("2027-03-01 10:00")
    no = harmed(bench, start)
    before = clock(bench, no)
    publish(bench, start + timedelta(hours=1))
    after = clock(bench, no)
    assert (before.provisional, after.provisional) == (True, False)
    assert (after.due_at, after.ladder) == (before.due_at, before.ladder)
    assert bench.value("select count(*) from notice where template = 'reprojected'") == 0
    detail = bench.value("select detail from history where event = 'reprojected'")
    assert isinstance(detail, dict)
    assert "moved" not in detail


def test_a_card_due_in_the_new_year_moves_though_the_deadline_was_before_it(bench: Bench) -> None:
    start = at("2026-12-24 10:00")
    no = bench.open(at=start)
    bench.dispatch(no, at=start)
    bench.sign(no, at=start)
    before = clock(bench, no)
    assert before.due_at == at("2026-12-31 18:00")
    assert publish(bench, start + timedelta(hours=1)) == 1
    after = clock(bench, no)
    assert after.due_at == before.due_at
    red = [found.ladder[RUNGS.index(Rung.RED)] for found in (before, after)]
    assert red == [at("2027-01-01 09:00"), at("2027-01-04 09:00")]


def test_a_unit_that_has_submitted_is_not_told(bench: Bench) -> None:
    no = harmed(bench)
    bench.give(no, *SUBMITTED)
    assert publish(bench) == 1
    assert bench.value("select count(*) from notice where template = 'reprojected'") == 0


def test_what_fired_stays_fired_and_the_next_check_fires_what_is_due_now(bench: Bench) -> None:
    no = harmed(bench)
    fired = at("2027-01-20 09:30")
    fire_due(bench.engine, Moment(fired, fired), CheckReport())
    yellow = clock(bench, no)
    publish(bench, fired + timedelta(minutes=1))
    after = clock(bench, no)
    assert (after.rung, after.revision) == (yellow.rung, yellow.revision)
    assert after.due_at > yellow.due_at
    report = CheckReport()
    late = at("2027-01-25 09:30")
    fire_due(bench.engine, Moment(late, late), report)
    assert report.fired["finish.red"] == 1
    assert verify(bench.engine).faults == []


def test_a_day_taken_back_brings_an_instant_forward_and_the_check_sends_one_card(
    bench: Bench,
) -> None:
    load_calendar(desk(bench, EVE), [day(1, 1, "元旦"), day(1, 4, "元旦")], {}, "王科")
    no = bench.open(at=EVE)
    bench.dispatch(no, at=EVE)
    bench.sign(no, at=EVE)
    late = at("2027-01-08 10:00")
    load_calendar(desk(bench, late), [day(1, 4, "照常上班", "work")], {}, "王科")
    assert clock(bench, no).due_at == at("2027-01-08 18:00")
    report = check(desk(bench, at("2027-01-11 10:00")))
    assert report.fired["finish.red"] == 1
    assert report.coalesced > 0
    assert verify(bench.engine).faults == []


SHELVED = (
    AskShelving(at=EVE, by=UNIT, until=at("2027-01-13 09:00"), reason="等待批复。"),
    Rule(at=EVE, by=OFFICE, request=1, grant=True),
)
SUBMITTED = (Submit(at=EVE, by=UNIT, result=Result.SOLVED, reply="已办结。"),)
EXTENDED = (
    AskExtension(at=EVE, by=UNIT, days=3, reason="等待检测报告。"),
    Rule(at=EVE, by=OFFICE, request=1, grant=True),
)
BACK = Accept(at=at("2027-01-13 10:00"), by=OFFICE, accept=False, opinion="照片不清。")
RESUMED = Resume(at=at("2027-01-13 10:00"), by=OFFICE)


@pytest.mark.parametrize(
    ("before", "after", "due", "why"),
    [
        (EXTENDED, (), "2027-01-27 18:00", "the three days granted count from the new day"),
        (SHELVED, (), "2027-01-22 18:00", "shelved, it stands, and has the time that is left"),
        (SHELVED, (RESUMED,), "2027-02-03 18:00", "fifteen working days after the 13th"),
        (SUBMITTED, (), "2027-01-22 18:00", "submitted, it is stopped, and may yet run on"),
        (SUBMITTED, (BACK,), "2027-02-03 18:00", "fifteen working days after the 13th"),
        ((*SUBMITTED, BACK), (), "2027-02-03 18:00", "it runs on after the rejection"),
    ],
)
def test_whatever_a_clock_went_through_counts_under_the_new_list(
    bench: Bench, before: tuple[Command, ...], after: tuple[Command, ...], due: str, why: str
) -> None:
    no = harmed(bench)
    for command in before:
        bench.give(no, command)
    old = clock(bench, no)
    assert publish(bench, max(NOW, *(command.at for command in before))) == 1
    new = clock(bench, no)
    assert (new.stopped_at, new.paused_at, new.revision) == (
        old.stopped_at,
        old.paused_at,
        old.revision,
    )
    for command in after:
        bench.give(no, command)
    assert clock(bench, no).due_at == at(due), why
    assert verify(bench.engine).faults == []


def test_a_case_decided_on_later_than_the_desk_is_dated_keeps_its_order_of_time(
    bench: Bench,
) -> None:
    no = harmed(bench, EVE + timedelta(hours=2))
    publish(bench, EVE)
    assert bench.rows(
        "select h.occurred_at, c.last_event_at = h.occurred_at from history h"
        " join rectification_case c on c.id = h.case_id and c.seq = h.seq where c.no = %(no)s",
        no=no,
    ) == [(EVE + timedelta(hours=2), True)]


def test_a_preview_says_exactly_what_then_happens_and_changes_nothing(bench: Bench) -> None:
    nos = [harmed(bench), bench.open(at=EVE, kind="harm"), bench.open(at=EVE)]
    bench.dispatch(nos[1], at=EVE)
    everything = "select c.no, k.kind, k.slot, k.due_at from clock k join rectification_case c"
    everything += " on c.id = k.case_id order by 1, 2, 3"
    before = bench.rows(everything)
    foreseen = preview_calendar(desk(bench, NOW), DAYS, YEARS)
    assert bench.rows(everything) == before
    assert bench.value("select count(*) from reprojection") == 0
    assert publish(bench) == foreseen.cases == 3
    moved = [
        (*old, new[3])
        for old, new in zip(before, bench.rows(everything), strict=True)
        if old != new
    ]
    listed = sorted((m.no, m.kind, m.slot, m.due_from, m.due_to) for m in foreseen.moves)
    assert listed == moved
    assert (foreseen.looked, foreseen.more) == (3, 0)
    assert (foreseen.total.later, foreseen.total.earlier) == (len(moved), 0)
    assert foreseen.counts["finish"].later == 2
    assert foreseen.total.firm == len(moved)


def test_a_preview_names_the_days_that_move_a_deadline(bench: Bench) -> None:
    no = harmed(bench)
    bench.open(at=EVE, no="QD2026-000777")
    foreseen = preview_calendar(desk(bench, NOW), DAYS, YEARS)
    because = {(move.no, move.kind): move.because for move in foreseen.moves}
    assert because[no, "finish"] == "2027-01-01 元旦 休息"
    assert because["QD2026-000777", "triage"] == "2027-01-01 元旦 休息"
    longer = bench.open(at=EVE, kind="multi")
    bench.dispatch(longer, at=EVE)
    foreseen = preview_calendar(desk(bench, NOW), DAYS, YEARS)
    because = {(move.no, move.kind): move.because for move in foreseen.moves}
    assert because[longer, "finish"] == (
        "2027-01-01 元旦 休息、2027-02-05 除夕 休息、2027-02-08 春节 休息等 7 日"
    )


def test_a_preview_of_what_is_in_force_says_that_nothing_changes(bench: Bench) -> None:
    publish(bench)
    assert not preview_calendar(desk(bench, NOW), DAYS, YEARS).changed
    again = load_calendar(desk(bench, NOW), DAYS, YEARS, "王科")
    assert (again.changed, again.cause, again.calendar) == (False, "", 2)
    assert bench.value("select count(*) from reprojection") == 1
