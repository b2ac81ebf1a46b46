"""After an outage the first check brings every case to where an unbroken run would have it."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, event

from domain.case import Actor
from domain.codes import Result, Role
from domain.commands import Accept, AskShelving, Contact, Remind, Rule, Submit
from domain.errors import Refused
from domain.refusals import TooEarly
from models.checking import CheckReport, alone, last_check
from models.firing import FIRE
from models.verifying import verify
from tasks.settings import Settings
from tests.integration.concurrency import at_once
from tests.integration.conftest import MONDAY, OFFICE, Bench
from tests.integration.twins import check_at, check_through, copied, fired, proposed, standing

UNIT = Actor(Role.UNIT, "shuiwu")
MINUTES, HOUR, DAY = timedelta(minutes=5), timedelta(hours=1), timedelta(days=1)


def at(day: int, hour: int = 9, month: int = 3) -> datetime:
    return MONDAY.replace(month=month, day=day, hour=hour)


def open_cases(bench: Bench) -> None:
    """Cases of every limit: days, weeks, months, hours; signed, silent, submitted, untouched."""
    for kind in ("simple", "ordinary", "harm", "multi", "inspection"):
        bench.dispatch(bench.open(kind=kind))
    signed = bench.open(kind="ordinary")
    bench.dispatch(signed)
    bench.sign(signed)
    bench.give(signed, Contact(at=MONDAY, by=UNIT))
    submitted = bench.open(kind="simple")
    bench.dispatch(submitted)
    bench.sign(submitted)
    bench.give(submitted, submission(MONDAY))
    bench.dispatch(bench.open(urgency="emergency"))
    bench.open(urgency="urgent")


def submission(when: datetime) -> Submit:
    return Submit(at=when, by=UNIT, result=Result.SOLVED, reply="已办结。")


@dataclass(frozen=True)
class Outage:
    """The last check before it, the first after it, and how often the twin is checked."""

    how_long: str
    last: datetime
    over: datetime
    every: timedelta


@pytest.fixture
def twin(bench: Bench, postgres: Settings) -> Iterator[Bench]:
    """The same cases in another database, which is checked without a break."""
    open_cases(bench)
    with copied(bench, postgres) as other:
        yield other


@pytest.mark.parametrize(
    "outage",
    [
        Outage("an hour", at(6, 8), at(6, 9), MINUTES),
        Outage("a night", at(9, 18), at(10, 9), 3 * MINUTES),
        Outage("a week", at(5, 18), at(12, 18), HOUR),
        Outage("two months", at(2, 11), at(2, 11, 5), 9 * HOUR),
    ],
    ids=lambda outage: outage.how_long,
)
def test_the_first_check_after_an_outage_comes_to_what_an_unbroken_run_comes_to(
    bench: Bench, twin: Bench, postgres: Settings, outage: Outage
) -> None:
    for one in (bench, twin):
        check_at(one, postgres, outage.last)
    before = len(fired(bench))
    mark = bench.value("select coalesce(max(id), 0) from notice")
    report = check_at(bench, postgres, outage.over)
    assert report.fired, "something was due in the meantime"
    check_through(twin, postgres, outage.last, outage.over, outage.every)
    assert standing(bench) == standing(twin)
    assert fired(bench) == fired(twin)
    assert proposed(bench) == proposed(twin)
    assert sum(report.fired.values()) + report.coalesced == len(fired(bench)) - before
    only_what_matters(bench, mark)
    assert verify(bench.engine).faults == []


def only_what_matters(bench: Bench, mark: object) -> None:
    """Each recipient got one message a clock, about the highest rung it has reached."""
    told = bench.rows(
        "select n.case_id, n.unit, n.role, n.channel, clock, count(*),"
        " bool_and(k.rung = array_position(array['blue','yellow','red'], n.args ->> 'rung'))"
        " from notice n cross join jsonb_array_elements_text(n.args -> 'clocks') clock"
        " join clock k on k.case_id = n.case_id and k.kind || '/' || k.slot = clock"
        " where n.id > %(mark)s and n.ladder group by 1, 2, 3, 4, 5",
        mark=mark,
    )
    assert told
    assert {row[5:] for row in told} == {(1, True)}


def test_what_was_skipped_is_journalled_as_coalesced_in_the_history_of_its_case(
    bench: Bench, postgres: Settings
) -> None:
    bench.dispatch(bench.open(kind="harm"))
    check_at(bench, postgres, at(24))
    assert bench.rows(
        "select op ->> 'rung', op -> 'coalesced' from history,"
        " jsonb_array_elements(detail -> 'clocks') op"
        " where event = 'fired' and op ->> 'kind' = 'finish'"
    ) == [("red", ["blue", "yellow"])]
    assert bench.rows("select distinct template from notice where ladder") == [("red",)]


def test_what_the_system_itself_must_do_is_done_once_and_nobody_is_late_for_its_outage(
    bench: Bench, postgres: Settings
) -> None:
    """Whoever waited for the system gets their whole time from when it came back."""
    waiting(bench)
    assert check_at(bench, postgres, at(30)).woken == 2
    assert check_at(bench, postgres, at(30)).woken == 0
    assert bench.rows("select state from rectification_case order by no") == [
        ("in_review",),
        ("rectifying",),
    ]
    started = bench.rows(
        "select kind, due_at from clock where stopped_at is null and kind in ('finish', 'sign_off')"
        " order by kind"
    )
    # Of fifteen working days fourteen were left on 3 March; Monday 6 April is a holiday.
    assert started == [("finish", at(20, 18, 4)), ("sign_off", at(1, 18, 4))]


def waiting(bench: Bench) -> None:
    """A public notice that ends on 11 March, and a case shelved until the 20th."""
    noticed, shelved = bench.open(kind="harm"), bench.open(kind="harm")
    for no in (noticed, shelved):
        bench.dispatch(no)
        bench.sign(no)
    bench.give(noticed, submission(at(3)))
    bench.give(noticed, Accept(at=at(4), by=OFFICE, accept=True))
    bench.give(shelved, AskShelving(at=at(3), by=UNIT, until=at(20), reason="待批复。"))
    bench.give(shelved, Rule(at=at(3), by=OFFICE, request=1, grant=True))


def test_restored_from_yesterday_everything_that_was_fired_since_fires_again(
    bench: Bench, postgres: Settings
) -> None:
    open_cases(bench)
    check_through(bench, postgres, at(2, 11), at(9, 11), DAY)
    with copied(bench, postgres) as restored:
        check_at(bench, postgres, at(10))
        assert standing(restored) != standing(bench), "a day was lost"
        report = check_at(restored, postgres, at(10))
        assert report.fired["finish.red"]
        assert standing(restored) == standing(bench)
        assert fired(restored) == fired(bench)
        owed = "select template, unit, role, args from notice where ladder order by id"
        assert restored.rows(owed) == bench.rows(owed)
        assert verify(restored.engine).faults == []


def test_two_whole_checks_at_once_do_everything_once(bench: Bench, postgres: Settings) -> None:
    waiting(bench)
    with copied(bench, postgres) as unbroken:
        check_at(unbroken, postgres, at(30))
        reports = at_once(*[partial(check_at, bench, postgres, at(30))] * 3)
        assert sum(report.woken for report in reports) == 2
        assert standing(bench) == standing(unbroken)
        assert fired(bench) == fired(unbroken)


def test_a_check_that_finds_another_running_changes_nothing_and_says_so(
    bench: Bench, postgres: Settings
) -> None:
    open_cases(bench)
    before = standing(bench)
    with alone(bench.engine) as first:
        assert first
        assert check_at(bench, postgres, at(30)) == CheckReport(held=True)
    assert standing(bench) == before
    assert last_check(bench.engine) is None


@contextmanager
def cut_off_before_what_is_new(bench: Bench) -> Iterator[set[str]]:
    """End the session before each statement that it was not cut off at yet, as a crash would."""
    cut: set[str] = set()

    def before(connection: Connection, _cursor: object, sql: str, *_: object) -> None:
        if sql not in cut:
            cut.add(sql)
            connection.connection.cursor().execute("select pg_terminate_backend(pg_backend_pid())")

    event.listen(bench.engine, "before_cursor_execute", before)
    try:
        yield cut
    finally:
        event.remove(bench.engine, "before_cursor_execute", before)


def test_a_check_killed_before_any_of_its_statements_and_run_again_is_as_if_unbroken(
    bench: Bench, postgres: Settings
) -> None:
    """What the system itself does is included: notices ended, shelved cases resumed."""
    waiting(bench)
    open_cases(bench)
    now = at(30)
    with copied(bench, postgres) as unbroken:
        check_at(unbroken, postgres, now)
        with cut_off_before_what_is_new(bench) as cut:
            while True:
                tried = len(cut)
                with suppress(Refused):
                    check_at(bench, postgres, now)
                if len(cut) == tried:
                    break
        assert FIRE in cut, "the check was cut off as it fired"
        assert any("insert into history" in sql for sql in cut - {FIRE}), "and as it woke cases"
        assert standing(bench) == standing(unbroken)
        assert fired(bench) == fired(unbroken)
        owed = "select template, unit, role, args from notice order by 1, 2, 3, 4"
        assert bench.rows(owed) == unbroken.rows(owed)
        assert verify(bench.engine).faults == []


def test_a_clock_set_back_changes_nothing_and_says_so(bench: Bench, postgres: Settings) -> None:
    open_cases(bench)
    check_at(bench, postgres, at(10))
    before = standing(bench), fired(bench)
    for earlier in (at(10) - timedelta(seconds=1), at(9), MONDAY):
        assert check_at(bench, postgres, earlier) == CheckReport(behind=at(10))
    assert (standing(bench), fired(bench)) == before
    assert last_check(bench.engine) == at(10)
    assert check_at(bench, postgres, at(10)) == CheckReport()


def test_a_command_dated_before_the_last_event_is_refused_and_changes_nothing(
    bench: Bench, postgres: Settings
) -> None:
    no = bench.open()
    bench.dispatch(no)
    check_at(bench, postgres, at(4))
    before = bench.rows("select * from rectification_case"), standing(bench)
    with pytest.raises(TooEarly, match=r"早于该案最近一次记录 2026-03-04 09:00"):
        bench.give(no, Remind(at=at(4) - timedelta(seconds=1), by=OFFICE, reason="催办"))
    assert (bench.rows("select * from rectification_case"), standing(bench)) == before
    bench.give(no, Remind(at=at(4), by=OFFICE, reason="催办"))
