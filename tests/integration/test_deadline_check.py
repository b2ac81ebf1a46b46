"""The deadline check on a real database: what fires, once, and what it leaves behind."""

from datetime import datetime, timedelta

from domain.calendar import SHANGHAI
from domain.case import Actor
from domain.codes import Result, Role
from domain.commands import Submit
from models.checking import CheckReport, Moment, alone, due_now, fire_due

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)


def at(day: int, hour: int = 9, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


def check(bench, as_of: datetime) -> CheckReport:
    report = CheckReport()
    fire_due(bench.engine, Moment(as_of, as_of), report)
    return report


def test_a_unit_that_does_nothing_climbs_rung_by_rung(bench):
    no = bench.open()
    bench.dispatch(no)
    bench.sign(no)
    seen = {}
    for day in range(3, 40):
        as_of = MONDAY.replace(hour=9) + timedelta(days=day - 2)
        for name in check(bench, as_of).fired:
            seen.setdefault(name, as_of.date().isoformat())
    # Dispatched Monday 2 March: five working days end on Monday 9 March.
    assert seen == {
        "contact.red": "2026-03-04",
        "interim.yellow": "2026-03-04",
        "finish.yellow": "2026-03-06",
        "interim.red": "2026-03-06",
        "finish.red": "2026-03-10",
        "finish.criticism": "2026-03-16",
        "finish.raise": "2026-03-23",
        "finish.list": "2026-04-07",
    }
    assert bench.value("select level from rectification_case where no = %(no)s", no=no) == 2


def test_the_same_check_twice_changes_nothing_the_second_time(bench):
    no = bench.open()
    bench.dispatch(no)
    first, second = check(bench, at(10)), check(bench, at(10))
    assert first.fired["finish.red"] == 1
    assert second == CheckReport()
    assert bench.value("select count(*) from fired where not coalesced") == len(first.fired)


def test_after_downtime_the_highest_rung_is_sent_and_the_rest_coalesced(bench):
    no = bench.open()
    bench.dispatch(no)
    report = check(bench, at(25))
    assert report.fired["finish.raise"] == 1
    assert "finish.red" not in report.fired
    coalesced = bench.rows(
        "select f.rung from fired f join clock k on k.id = f.clock_id"
        " where k.kind = 'finish' and f.coalesced order by f.rung"
    )
    assert coalesced == [(2,), (3,), (4,)]
    assert bench.rows("select kind, rung, status from request") == [
        ("proposal", "raise", "pending")
    ]


def test_a_red_card_is_a_numbered_document_copied_to_the_deputy(bench):
    nos = [bench.open() for _ in range(3)]
    for no in nos:
        bench.dispatch(no)
        bench.sign(no)
    check(bench, at(4))
    check(bench, at(10))
    documents = bench.rows(
        "select type, year, number from document where template = 'red' order by number"
    )
    assert documents == [("催办", 2026, n) for n in range(1, len(documents) + 1)]
    roles = bench.rows("select distinct role from notice where template = 'red' order by role")
    assert roles == [("contact",), ("deputy",)]


def test_two_clocks_of_a_case_due_together_make_one_notice_that_names_both(bench):
    no = bench.open()
    bench.dispatch(no)
    check(bench, at(4))
    notices = bench.rows("select args from notice where template = 'red' and role = 'contact'")
    assert [sorted(args["clocks"]) for (args,) in notices] == [["contact/0", "sign/0"]]


def test_a_check_never_fires_before_the_last_event_of_a_case(bench):
    no = bench.open()
    bench.dispatch(no, at=at(20, 12))
    assert check(bench, at(19)).fired == {}


def test_rungs_stop_on_submission_and_unsent_cards_are_withdrawn(bench):
    no = bench.open()
    bench.dispatch(no)
    bench.sign(no)
    check(bench, at(6))
    bench.give(
        no,
        Submit(at=at(6, 12), by=Actor(Role.UNIT, "shuiwu"), result=Result.SOLVED, reply="已办结。"),
    )
    assert bench.rows("select distinct status from notice where ladder") == [("withdrawn",)]
    assert check(bench, at(9)).fired == {"review.yellow": 1} or check(bench, at(9)).fired == {}
    assert due_now(bench.engine, at(30)) <= 1


def test_only_one_check_runs_at_a_time(bench):
    with alone(bench.engine) as first, alone(bench.engine) as second:
        assert (first, second) == (True, False)
    with alone(bench.engine) as again:
        assert again
