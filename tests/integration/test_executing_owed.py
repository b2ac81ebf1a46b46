"""What commands owe on a real database: notices, numbered documents, and what they take back."""

import pytest

from domain.codes import Result, Rung, Urgency
from domain.commands import (
    AskExtension,
    AskShelving,
    Command,
    Dispatch,
    Escalate,
    Refer,
    Reject,
    Rule,
    Submit,
)
from models.executing import (
    Item,
    execute,
    execute_one,
)
from tests.integration.conftest import MONDAY, OFFICE, Bench
from tests.integration.executing import DAY, UNIT, check, dispatched, intact, merge


def test_documents_are_numbered_by_type_and_year(bench: Bench) -> None:
    dispatched(bench, 2)
    dispatched(bench, 1, at=MONDAY.replace(year=2027))
    bench.give(
        dispatched(bench)[0],
        Escalate(at=MONDAY + DAY, by=OFFICE, rung=Rung.LIST, reason="推诿"),
    )
    assert bench.rows("select type, year, number from document order by type, year, number") == [
        ("交办", 2026, 1),
        ("交办", 2026, 2),
        ("交办", 2026, 3),
        ("交办", 2027, 1),
        ("公告", 2026, 1),
        ("督办", 2026, 1),
    ]


def test_a_set_of_documents_is_numbered_in_the_order_of_the_cases(bench: Bench) -> None:
    nos = [bench.open() for _ in range(5)]
    items = [
        Item(no, lambda _: Dispatch(at=MONDAY, by=OFFICE, unit="shuiwu")) for no in reversed(nos)
    ]
    execute(bench.engine, items, MONDAY)
    found = bench.rows(
        "select c.no from document d join rectification_case c on c.id = d.case_id order by number"
    )
    assert found == [(no,) for no in nos]


def test_the_year_of_a_document_is_that_of_shanghai(bench: Bench) -> None:
    new_year = MONDAY.replace(year=2027, month=1, day=1, hour=0, minute=30)
    dispatched(bench, at=new_year)
    assert bench.rows("select year, number from document") == [(2027, 1)]


def test_a_notice_is_owed_on_every_channel_of_its_recipient(bench: Bench) -> None:
    with bench.owner.begin() as connection:
        connection.exec_driver_sql(
            "insert into contact (unit, role, name, channel, address) values"
            " ('shuiwu', 'contact', '张', 'email', 'a@example.com')"
        )
        connection.exec_driver_sql("delete from contact where unit = 'chengguan'")
    dispatched(bench)
    dispatched(bench, unit="chengguan")
    assert bench.rows(
        "select unit, channel from notice where template = 'assigned' and role = 'contact'"
        " order by unit, channel"
    ) == [("chengguan", "file"), ("shuiwu", "email"), ("shuiwu", "file")]


@pytest.mark.parametrize(
    "ending",
    [
        Refer(at=MONDAY + DAY * 9, by=OFFICE, to="jiwei"),
        Dispatch(at=MONDAY + DAY * 9, by=OFFICE, unit="chengguan"),
    ],
    ids=["referred", "redispatched"],
)
def test_unsent_notices_are_withdrawn_when_the_unit_loses_the_case(
    bench: Bench, ending: Command
) -> None:
    (no,) = dispatched(bench)
    check(bench, 8)
    before = bench.value("select max(id) from notice")
    bench.give(no, ending)
    assert bench.rows("select distinct status from notice where id <= %(id)s", id=before) == [
        ("withdrawn",)
    ]
    assert bench.rows("select distinct status from notice where id > %(id)s", id=before) == [
        ("owed",)
    ]


def test_merging_and_rejecting_withdraw_what_is_unsent(bench: Bench) -> None:
    merged, lead = dispatched(bench, 2)
    execute_one(bench.engine, merge(merged, lead), MONDAY)
    rejected = bench.open()
    check(bench, 9)
    owed = "select count(*) from notice n join rectification_case c on c.id = n.case_id where c.no"
    assert (
        bench.value(f"{owed} = %(no)s and n.status = 'owed' and n.template <> 'merged'", no=merged)
        == 0
    )
    assert bench.value(f"{owed} = %(no)s and n.status = 'owed'", no=rejected) != 0
    bench.give(rejected, Reject(at=MONDAY + DAY * 10, by=OFFICE, reason="不属实"))
    assert bench.value(f"{owed} = %(no)s and n.status = 'owed'", no=rejected) == 0


def test_what_is_bound_is_withdrawn_while_pending_and_not_once_sent(bench: Bench) -> None:
    (no,) = dispatched(bench)
    bench.sign(no)
    check(bench, 2)
    with bench.owner.begin() as connection:
        for status in ("pending", "sent"):
            connection.exec_driver_sql(
                "with m as (insert into message (id, recipient, channel, address, subject, body,"
                " status, created_at, next_attempt_at) values (gen_random_uuid(), 'r', 'file', 'a',"
                " 's', 'b', %(status)s, now(), now()) returning id)"
                " update notice n set status = 'bound', message_id = m.id from m where n.id ="
                " (select min(id) from notice where ladder and status = 'owed')",
                {"status": status},
            )
    bench.give(no, Submit(at=MONDAY + 3 * DAY, by=UNIT, result=Result.SOLVED, reply="已办结。"))
    assert bench.rows(
        "select m.status, n.status from notice n join message m on m.id = n.message_id order by 1"
    ) == [("pending", "withdrawn"), ("sent", "bound")]


def test_an_extension_granted_after_expiry_takes_the_cards_back(bench: Bench) -> None:
    (no,) = dispatched(bench)
    bench.sign(no)
    bench.give(no, AskExtension(at=MONDAY + 3 * DAY, by=UNIT, days=3, reason="等待检测报告。"))
    check(bench, 8)
    assert bench.value("select level from rectification_case") == 2
    granted = MONDAY + 9 * DAY
    bench.give(no, Rule(at=granted, by=OFFICE, request=1, grant=True))
    assert bench.value("select level from rectification_case") == 0
    assert bench.rows(
        "select f.rung, f.withdrawn_at from fired f join clock k on k.id = f.clock_id"
        " where k.kind = 'finish' order by 1"
    ) == [(2, granted), (3, granted)]
    assert bench.value("select count(*) from fired where withdrawn_at is null") != 0
    assert bench.rows(
        "select due_at::date::text, revision, rung from clock where kind = 'finish'"
    ) == [("2026-03-12", 2, 0)]
    assert bench.rows("select distinct status from notice where ladder") == [("withdrawn",)]
    check(bench, 12)
    assert bench.rows(
        "select f.rung from fired f join clock k on k.id = f.clock_id"
        " where k.kind = 'finish' and f.revision = 2"
    ) == [(3,)]
    assert intact(bench)


def test_a_shelving_granted_after_expiry_takes_the_cards_back(bench: Bench) -> None:
    (no,) = dispatched(bench)
    bench.sign(no)
    until = MONDAY + 60 * DAY
    bench.give(no, AskShelving(at=MONDAY + 3 * DAY, by=UNIT, until=until, reason="待批复。"))
    check(bench, 8)
    granted = MONDAY + 9 * DAY
    bench.give(no, Rule(at=granted, by=OFFICE, request=1, grant=True))
    assert bench.rows("select state, level, wake_at from rectification_case") == [
        ("shelved", 0, until)
    ]
    assert bench.value("select count(*) from fired where withdrawn_at = %(at)s", at=granted) == 2
    assert check(bench, 50).fired == {}
    assert intact(bench)


def test_an_emergency_is_told_at_any_hour(bench: Bench) -> None:
    no = bench.open(urgency="emergency")
    bench.dispatch(no, urgency=Urgency.EMERGENCY)
    assert bench.rows("select distinct urgent from notice") == [(True,)]
