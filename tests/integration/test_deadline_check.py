"""The deadline check on a real database: what fires, once, and what it leaves behind."""

from datetime import datetime, timedelta

import pytest

from domain.calendar import SHANGHAI
from domain.case import Actor
from domain.codes import Result, Role
from domain.commands import AskShelving, Rule, Submit
from models import checking
from models.checking import (
    CheckReport,
    Moment,
    alone,
    due_now,
    fire_due,
    last_check,
    mark_checked,
    waking,
)
from models.verifying import verify
from tests.integration.conftest import OFFICE, Bench

UNIT = Actor(Role.UNIT, "shuiwu")
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)


def at(day: int, hour: int = 9, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


def check(bench: Bench, as_of: datetime) -> CheckReport:
    report = CheckReport()
    fire_due(bench.engine, Moment(as_of, as_of), report)
    return report


def test_a_unit_that_does_nothing_climbs_rung_by_rung(bench: Bench) -> None:
    no = bench.open()
    bench.dispatch(no)
    bench.sign(no)
    seen: dict[str, str] = {}
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


def test_the_same_check_twice_changes_nothing_the_second_time(bench: Bench) -> None:
    no = bench.open()
    bench.dispatch(no)
    first, second = check(bench, at(10)), check(bench, at(10))
    assert first.fired["finish.red"] == 1
    assert second == CheckReport()
    assert bench.value("select count(*) from fired where not coalesced") == len(first.fired)


def test_after_downtime_the_highest_rung_is_sent_and_the_rest_coalesced(bench: Bench) -> None:
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


def test_a_red_card_is_a_numbered_document_copied_to_the_deputy(bench: Bench) -> None:
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


def test_two_clocks_of_a_case_due_together_make_one_notice_that_names_both(bench: Bench) -> None:
    no = bench.open()
    bench.dispatch(no)
    check(bench, at(4))
    notices = bench.rows("select args from notice where template = 'red' and role = 'contact'")
    assert notices == [({"rung": "red", "clocks": ["contact/0", "sign/0"]},)]


def test_a_check_never_fires_before_the_last_event_of_a_case(bench: Bench) -> None:
    no = bench.open()
    bench.dispatch(no, at=at(20, 12))
    assert check(bench, at(19)).fired == {}


def test_rungs_stop_on_submission_and_unsent_cards_are_withdrawn(bench: Bench) -> None:
    no = bench.open()
    bench.dispatch(no)
    bench.sign(no)
    check(bench, at(6))
    bench.give(
        no,
        Submit(at=at(6, 12), by=Actor(Role.UNIT, "shuiwu"), result=Result.SOLVED, reply="已办结。"),
    )
    assert bench.rows("select distinct status from notice where ladder") == [("withdrawn",)]
    # Verification was due on Wednesday 11 March: what is left belongs to the verifying unit.
    assert check(bench, at(9)).fired == {}
    assert check(bench, at(10)).fired == {"review.yellow": 1}
    assert due_now(bench.engine, at(30)) == 1
    assert check(bench, at(30)).fired == {"review.red": 1}


def test_only_one_check_runs_at_a_time(bench: Bench) -> None:
    with alone(bench.engine) as first, alone(bench.engine) as second:
        assert (first, second) == (True, False)
    with alone(bench.engine) as again:
        assert again


def test_the_office_is_told_of_its_own_clock_once(bench: Bench) -> None:
    """The office holds the clock, and the policy also names the office among who is told."""
    with bench.owner.begin() as connection:
        connection.exec_driver_sql(
            "insert into policy select 2, jsonb_set(jsonb_set(body, '{version}', '2'),"
            """ '{rungs,red,recipients}', '["contact", "office"]'), applied_at from policy"""
        )
    bench.open()
    with bench.owner.begin() as connection:
        connection.exec_driver_sql("update rectification_case set policy_version = 2")
    assert check(bench, at(20)).fired == {"triage.red": 1}
    assert bench.rows("select unit, role, args from notice") == [
        ("office", "contact", {"rung": "red", "clocks": ["triage/0"]})
    ]


def test_who_is_told_is_what_the_policy_of_the_case_says(bench: Bench) -> None:
    old = bench.open()
    with bench.owner.begin() as connection:
        connection.exec_driver_sql(
            "insert into policy select 2, jsonb_set(jsonb_set(body, '{version}', '2'),"
            """ '{rungs,red,recipients}', '["head"]'), applied_at from policy"""
        )
        connection.exec_driver_sql("update setting set policy_version = 2")
    new = bench.open()
    bench.dispatch(old, unit="chengguan")
    with bench.owner.begin() as connection:
        connection.exec_driver_sql(
            "update rectification_case set policy_version = 1 where no = %(no)s", {"no": old}
        )
    bench.dispatch(new)
    check(bench, at(20))
    assert bench.rows(
        "select unit, role from notice where template = 'red' or args ->> 'rung' = 'red'"
        " order by 1, 2"
    ) == [("chengguan", "contact"), ("chengguan", "deputy"), ("shuiwu", "head")]


def test_a_proposal_supersedes_what_it_overtakes_and_leaves_what_is_higher(bench: Bench) -> None:
    no = bench.open()
    bench.dispatch(no)
    case_id = bench.value("select id from rectification_case")
    with bench.owner.begin() as connection:
        connection.exec_driver_sql(
            "insert into request (case_id, number, kind, applicant, asked_at, status, rung)"
            " values (%(id)s, 7, 'proposal', 'system', now(), 'pending', 'list')",
            {"id": case_id},
        )
    check(bench, at(17))
    check(bench, at(25))
    assert bench.rows("select number, rung, status from request order by number") == [
        (7, "list", "pending"),
        (8, "criticism", "superseded"),
        (9, "raise", "pending"),
    ]
    assert bench.rows("select args from notice where template = 'task' order by id") == [
        ({"task": "proposal", "rung": "criticism", "request": 8},),
        ({"task": "proposal", "rung": "raise", "request": 9},),
    ]


def test_a_signed_proposal_is_sent_and_disarms_what_lies_below(bench: Bench) -> None:
    no = bench.open()
    bench.dispatch(no)
    check(bench, at(17))
    bench.give(no, Rule(at=at(18), by=OFFICE, request=1, grant=True, opinion="同意。"))
    assert bench.value("select level from rectification_case") == 3
    assert check(bench, at(19)).fired == {}
    assert check(bench, at(25)).fired == {"finish.raise": 1}
    assert bench.value("select level from rectification_case") == 3, "a proposal raises nothing"


def test_a_rung_is_told_on_every_channel_of_its_recipient(bench: Bench) -> None:
    with bench.owner.begin() as connection:
        connection.exec_driver_sql(
            "insert into contact (unit, role, name, channel, address)"
            " values ('shuiwu', 'contact', '张', 'email', 'a@example.com')"
        )
    no = bench.open()
    bench.dispatch(no)
    report = check(bench, at(4))
    channels = bench.rows(
        "select role, channel from notice where template = 'red' order by role, channel"
    )
    assert channels == [("contact", "email"), ("contact", "file"), ("deputy", "file")]
    assert report.notices == bench.value("select count(*) from notice where ladder")


def test_an_emergency_fires_at_night_and_says_that_it_is_urgent(bench: Bench) -> None:
    bench.open(urgency="emergency", at=at(2, 22))
    assert check(bench, at(2, 23)).fired == {"triage.yellow": 1}
    assert check(bench, at(3, 0)).fired == {"triage.red": 1}
    assert bench.rows("select distinct urgent from notice") == [(True,)]


def test_what_is_due_is_fired_in_batches(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "BATCH", 3)
    for _ in range(8):
        bench.dispatch(bench.open())
    report = CheckReport()
    batches: list[int] = []
    fire_due(bench.engine, Moment(at(4), at(4)), report, batches.append)
    assert batches == [3, 3, 2]
    assert report.fired["sign.red"] == 8
    assert len(set(report.cases)) == 8
    assert verify(bench.engine).faults == []


def test_the_clock_set_back_moves_nothing(bench: Bench) -> None:
    bench.dispatch(bench.open())
    check(bench, at(10))
    before = bench.rows("select * from history order by case_id, seq")
    assert check(bench, at(5)) == CheckReport()
    assert bench.rows("select * from history order by case_id, seq") == before
    mark_checked(bench.engine, at(10))
    mark_checked(bench.engine, at(5))
    assert last_check(bench.engine) == at(10)


def test_before_the_first_check_there_is_none(bench: Bench) -> None:
    assert last_check(bench.engine) is None


def test_business_time_and_recording_time_are_both_kept(bench: Bench) -> None:
    bench.dispatch(bench.open())
    fire_due(bench.engine, Moment(at(10), at(12)), CheckReport())
    assert bench.rows("select occurred_at, recorded_at from history where event = 'fired'") == [
        (at(10), at(12))
    ]


def test_cases_in_which_the_system_must_act_are_listed(bench: Bench) -> None:
    no = bench.open()
    bench.dispatch(no)
    bench.sign(no)
    bench.give(no, AskShelving(at=at(3), by=UNIT, until=at(20), reason="待批复。"))
    bench.give(no, Rule(at=at(3), by=OFFICE, request=1, grant=True))
    assert waking(bench.engine, at(19)) == []
    assert waking(bench.engine, at(20)) == [(no, "shelved")]
