"""What users of other systems complain about, each made impossible here.

| complaint | held by |
|---|---|
| the same reminder again and again | here; ``test_delivery.py`` |
| a reminder lost because one tick was missed | here; ``test_outages.py`` |
| de-duplication that swallows a valid reminder | here |
| pause, reopening, policy change counted wrong | ``test_clock_arithmetic*.py``, |
| | ``test_time_charged.py``, ``test_reprojecting*.py``; a changed policy also here |
| mail at midnight and on rest days | ``test_delivery_hours.py``, ``test_delivery_outages.py`` |
| escalations after close, merge or a policy switched off | here |
| timers stuck or doubled after downtime | ``test_outages.py`` |
| all late runs executed after downtime | here |
| “P1D” read as 24 business hours | here; ``test_limits.py``, ``test_clock_arithmetic.py`` |
| imports that escalate and mail | here |
| duplicates never closed with their original | here |
| runs that stay “Running” after a worker died, and slots they keep | ``test_flows_killed.py`` |
| “database is locked” behind the workflow server | ``test_stack_up.py``: it has PostgreSQL |
"""

import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.case import Actor
from domain.codes import Result, Role
from domain.commands import (
    Accept,
    AskExtension,
    AskShelving,
    Command,
    Dispatch,
    Merge,
    Refer,
    Return,
    Review,
    Rule,
    SignOff,
    Submit,
)
from models.checking import CheckReport, Moment, fire_due
from models.executing import Item, execute_one
from models.worklists import waiting_for_office
from tasks.desk import Desk
from tasks.reprojecting import apply_policy
from tasks.settings import CHECKOUT, Settings
from tests.integration.conftest import AT, MONDAY, OFFICE, Bench, Terminal
from tests.integration.outbox import Outbox
from tests.integration.twins import check_at

UNIT, LEADER = Actor(Role.UNIT, "shuiwu"), Actor(Role.LEADER, "shuiwu")
HOUR = timedelta(hours=1)


def at(day: int, hour: int = 9, month: int = 3) -> datetime:
    return MONDAY.replace(month=month, day=day, hour=hour)


def check(bench: Bench, now: datetime) -> CheckReport:
    report = CheckReport()
    fire_due(bench.engine, Moment(now, now), report)
    return report


def working(bench: Bench) -> str:
    """Dispatch and sign an ordinary case, due on Monday 9 March."""
    no = bench.open(reachable=False)
    bench.dispatch(no)
    bench.sign(no)
    return no


def test_a_reminder_is_sent_once_however_often_one_checks_and_delivers(
    bench: Bench, tmp_path: Path
) -> None:
    outbox = Outbox(bench, tmp_path)
    working(bench)
    for hours in range(6 * 24):
        now = at(6) + hours * HOUR
        check(bench, now)
        outbox.deliver(now)
    sent = "select n.template, n.role, n.status from notice n where n.ladder order by n.id"
    assert outbox.bench.rows(sent) == [
        ("yellow", "contact", "bound"),
        ("red", "contact", "bound"),
        ("red", "deputy", "bound"),
    ]
    ladder = "select count(*) from message m join notice n on n.message_id = m.id where n.ladder"
    assert bench.value(f"{ladder} and m.status = 'sent'") == 3


@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=7), 11 * HOUR, 71 * HOUR])
def test_a_reminder_comes_whichever_tick_is_missed(bench: Bench, late: timedelta) -> None:
    working(bench)
    assert check(bench, at(6) - timedelta(seconds=1)).fired == {}
    assert check(bench, at(6) + late).fired == {"finish.yellow": 1}
    assert check(bench, at(6) + late).fired == {}


def test_a_second_valid_reminder_of_the_same_case_is_not_taken_for_the_first(
    bench: Bench, tmp_path: Path
) -> None:
    """The same card to the same recipient about the same clock, in the round after an extension."""
    outbox, no = Outbox(bench, tmp_path), working(bench)
    check(bench, at(6))
    outbox.deliver(at(6, 10))
    bench.give(no, AskExtension(at=at(6, 11), by=UNIT, days=3, reason="材料未到"))
    bench.give(no, Rule(at=at(6, 12), by=OFFICE, request=1, grant=True))
    check(bench, at(11))
    outbox.deliver(at(11, 10))
    told = "select m.recipient, m.status from message m join notice n on n.message_id = m.id"
    assert bench.rows(f"{told} where n.template = 'yellow' order by m.created_at") == [
        ("shuiwu/contact", "sent"),
        ("shuiwu/contact", "sent"),
    ]


def submission(when: datetime) -> Submit:
    return Submit(at=when, by=UNIT, result=Result.SOLVED, reply="已办结。")


NOW = at(6, 10)
ENDS: dict[str, Callable[[], list[Command]]] = {
    "submitted": lambda: [submission(NOW)],
    "closed": lambda: [
        submission(NOW),
        Accept(at=NOW, by=OFFICE, accept=True),
        SignOff(at=NOW, by=LEADER, accept=True),
        Review(at=NOW, by=OFFICE, accept=True),
    ],
    "referred": lambda: [Refer(at=NOW, by=OFFICE, to="jiwei")],
    "shelved": lambda: [
        AskShelving(at=NOW, by=UNIT, until=at(1, 9, 12), reason="待批复。"),
        Rule(at=NOW, by=OFFICE, request=1, grant=True),
    ],
    "taken away": lambda: [Dispatch(at=NOW, by=OFFICE, unit="caizheng")],
}


def end(bench: Bench, no: str, how: str) -> None:
    for command in ENDS[how]():
        bench.give(no, command)


@pytest.mark.parametrize("how", ENDS)
def test_whoever_no_longer_has_the_case_is_not_escalated_nor_sent_what_was_owed(
    bench: Bench, tmp_path: Path, how: str
) -> None:
    outbox, no = Outbox(bench, tmp_path), working(bench)
    assert check(bench, at(6)).fired == {"finish.yellow": 1}
    end(bench, no, how)
    check(bench, at(6, 9, 5))
    outbox.deliver(at(6, 9, 5))
    assert bench.rows(
        "select n.template, n.status, n.message_id from notice n"
        " where n.ladder and n.unit = 'shuiwu' and n.template <> 'task'"
    ) == [("yellow", "withdrawn", None)]


def test_a_merged_or_returned_case_is_not_escalated(bench: Bench) -> None:
    lead, merged, returned = (bench.open(reachable=False) for _ in range(3))
    for no in (merged, returned):
        bench.dispatch(no)
    bench.give(returned, Return(at=at(3), by=UNIT, reason="不归我管", suggested="caizheng"))
    merge(bench, merged, lead)
    check(bench, at(6, 9, 5))
    holders = "select distinct holder from clock where rung > 0"
    assert bench.rows(holders) == [("office",)], "triage of the lead case, and the ruling"


def merge(bench: Bench, no: str, lead: str) -> None:
    item = Item(
        no,
        lambda view: Merge(at=at(3), by=OFFICE, into=view.related[lead]),
        related=(lead,),
    )
    execute_one(bench.engine, item, at(3))


def test_a_deadline_that_the_policy_moved_away_no_longer_escalates(
    bench: Bench, postgres: Settings
) -> None:
    working(bench)
    file = CHECKOUT / "deployments" / "reference" / "policy.toml"
    body = tomllib.loads(file.read_text(encoding="utf-8"))
    longer = body | {"version": 2, "finish": body["finish"] | {"ordinary": "10wd"}}
    apply_policy(Desk(postgres, "live", bench.engine, at(5), at(5)), longer, "王科")
    assert check(bench, at(12)).fired == {}, "nothing at the old instants of 6 and 10 March"
    assert check(bench, at(13)).fired == {"finish.yellow": 1}


def test_late_runs_that_all_execute_after_downtime_do_nothing_more(
    bench: Bench, postgres: Settings, tmp_path: Path
) -> None:
    outbox = Outbox(bench, tmp_path)
    working(bench)
    now = at(12)
    reports = [check_at(bench, postgres, now) for _ in range(12)]
    assert reports[0].fired == {"finish.red": 1}
    assert reports[1:] == [CheckReport()] * 11
    sent = [outbox.deliver(now).sent for _ in range(30)]
    assert sent[0] > 0
    assert sent[1:] == [0] * 29


def test_a_day_is_a_day_a_working_day_one_and_an_hour_an_hour(bench: Bench) -> None:
    """No unit of time is ever turned into another: “1d” is no eight and no twenty-four hours."""
    for kind, urgency in (("harm", "normal"), ("harm", "emergency"), ("inspection", "normal")):
        bench.dispatch(bench.open(kind=kind, urgency=urgency), at=at(6, 17))
    limits = "select \"limit\", due_at from clock where kind = 'finish' order by due_at"
    assert bench.rows(limits) == [
        ("24h", at(7, 17)),
        ("15wd", at(27, 18)),
        ("6mo", at(7, 18, 9)),
    ]


OLD = """编号,事由,问题描述,反映人,联系电话,发现时间,类别
B-1,小区物业收费不公示,擅自涨价，不予公示。,王女士,13800000000,2019-04-22 10:00,ordinary
B-2,社保断缴无法补缴,公司不缴社保，养老保险断缴无法办理。,李先生,,2011-06-01 09:00,harm
"""


def test_an_import_of_old_messages_neither_escalates_nor_mails(
    terminal: Terminal, bench: Bench, tmp_path: Path
) -> None:
    """Triage starts at intake; when a message was written is kept and counts for nothing."""
    file = tmp_path / "old.csv"
    file.write_text(OLD, encoding="utf-8")
    terminal("intake", str(file), "--channel", "12345", at=AT.format(2, 10))
    for hour in (10, 17):
        assert terminal.document("check", at=AT.format(2, hour))["fired"] == {}
        assert terminal.document("deliver", at=AT.format(2, hour))["sent"] == 0
    assert bench.rows("select * from notice") == []
    assert bench.rows(
        "select c.reported_at, k.started_at, k.due_at from clock k"
        " join rectification_case c on c.id = k.case_id order by 1"
    ) == [
        (datetime.fromisoformat("2011-06-01T09:00+08:00"), at(2, 10), at(5, 18)),
        (datetime.fromisoformat("2019-04-22T10:00+08:00"), at(2, 10), at(5, 18)),
    ]


def test_a_duplicate_is_over_with_its_original(terminal: Terminal, bench: Bench) -> None:
    duplicate, lead = working(bench), working(bench)
    merge(bench, duplicate, lead)
    end(bench, lead, "closed")
    assert terminal.document("case", "show", lead)["followers"] == [duplicate]
    shown = terminal.document("case", "show", duplicate)
    assert (shown["state"], shown["lead_case"]) == ("merged", lead)
    assert all(clock["paused"] or clock["stopped_at"] for clock in shown["clocks"])
    check(bench, at(6, 9, 5))
    waiting = waiting_for_office(bench.engine, at(6, 9, 5), at(6, 9, 6))
    assert duplicate not in {row["no"] for row in waiting}
    assert bench.rows("select 1 from notice where ladder and unit = 'shuiwu'") == []
