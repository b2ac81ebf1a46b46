"""Verification of the chain: an honest database passes, every kind of tampering is named."""

from datetime import date, datetime, timedelta

import pytest

from domain.case import Actor
from domain.codes import Result, Role
from domain.commands import Accept, AskExtension, Rule, Submit
from models import verifying
from models.calendars import Day, amendment, put_in_force
from models.checking import CheckReport, Moment, fire_due
from models.engine import transaction
from models.sealing import seal
from models.verifying import verify
from tests.integration.conftest import MONDAY, OFFICE, Bench

UNIT = Actor(Role.UNIT, "shuiwu")
TUESDAY = MONDAY + timedelta(days=1)


def check(bench: Bench, at: datetime) -> None:
    fire_due(bench.engine, Moment(at, at), CheckReport())


def handled(bench: Bench) -> str:
    """A case with texts, rungs, an extension granted late and a submission sent back."""
    no = bench.open()
    bench.dispatch(no)
    bench.sign(no)
    bench.give(no, AskExtension(at=TUESDAY, by=UNIT, days=3, reason="等待检测报告。"))
    check(bench, MONDAY + timedelta(days=10))
    granted = MONDAY + timedelta(days=11)
    bench.give(no, Rule(at=granted, by=OFFICE, request=1, grant=True, opinion="同意。"))
    submitted = granted + timedelta(hours=1)
    bench.give(no, Submit(at=submitted, by=UNIT, result=Result.SOLVED, reply="已办结。"))
    back = submitted + timedelta(days=3)
    bench.give(no, Accept(at=back, by=OFFICE, accept=False, opinion="照片不清。"))
    check(bench, MONDAY + timedelta(days=30))
    return no


def tampered(bench: Bench, statement: str, **arguments: object) -> list[str]:
    """Change something behind the application's back, and give the sentences of what shows."""
    with bench.owner.begin() as connection:
        connection.exec_driver_sql("alter table history disable trigger user")
        assert connection.exec_driver_sql(statement, arguments).rowcount
    return [fault.sentence for fault in verify(bench.engine).faults]


def test_an_honest_database_has_no_fault(bench: Bench) -> None:
    nos = [handled(bench), bench.open()]
    seal(bench.engine, date(2026, 4, 1), MONDAY)
    seen: list[int] = []
    report = verify(bench.engine, seen.append)
    assert report.faults == []
    assert (report.cases, sum(seen)) == (len(nos), len(nos))
    assert report.entries == bench.value("select count(*) from history")


def test_an_empty_database_has_nothing_to_verify(bench: Bench) -> None:
    assert verify(bench.engine) == verifying.VerifyReport()


def test_cases_are_verified_in_batches(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "BATCH", 2)
    for _ in range(5):
        bench.open()
    seen: list[int] = []
    assert verify(bench.engine, seen.append).cases == 5
    assert seen == [2, 2, 1]


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (
            "update history set actor = 'office' where seq = 3",
            "案件 {no}：历史第 3 条与其校验值不符，内容被改动过。",
        ),
        (
            "update history set recorded_at = recorded_at + interval '1 microsecond' where seq = 2",
            "案件 {no}：历史第 2 条与其校验值不符，内容被改动过。",
        ),
        (
            "delete from history where seq = 4",
            "案件 {no}：历史缺第 4 条，其后的编号不连续。",
        ),
        (
            (
                "delete from history h using rectification_case c"
                " where c.id = h.case_id and h.seq = c.seq"
            ),
            "案件 {no}：案件登记的历史末尾（第 9 条）与历史不符，末尾被删减或改动过。",
        ),
        (
            "update rectification_case set state = 'submitted'",
            "案件 {no}：案件现状“待验收”与历史最后一次变更的结果不符。",
        ),
        (
            "update case_text set body = '改过。' where seq = 4",
            "案件 {no}：历史第 4 条所附文本与历史所引校验值不符，文本被改动过。",
        ),
        (
            "delete from case_text where seq = 4",
            "案件 {no}：历史第 4 条所引用的文本不存在。",
        ),
        (
            (
                "insert into case_text (case_id, seq, kind, salt, body)"
                " select id, 2, 'reason', '', '添上的。' from rectification_case"
            ),
            "案件 {no}：历史第 2 条所附文本与历史所引校验值不符，文本被改动过。",
        ),
        (
            "update clock set due_at = due_at + interval '1 day' where kind = 'finish'",
            "案件 {no}：办结时钟与由历史重算的结果不符（到期时间）。",
        ),
        (
            "update clock set next_at = next_at + interval '1 day' where kind = 'finish'",
            "案件 {no}：办结时钟与由历史重算的结果不符（下一次触发时间）。",
        ),
        (
            (
                "update clock set rung = 0, next_at = (select min(at) from unnest(ladder) at)"
                " where kind = 'finish'"
            ),
            "案件 {no}：办结时钟与由历史重算的结果不符（已触发级别）。",
        ),
        (
            "delete from clock where kind = 'sign'",
            "案件 {no}：签收时钟缺失。",
        ),
        (
            (
                'insert into clock (case_id, kind, slot, holder, revision, "limit", started_at,'
                " due_at, rung, ladder, provisional, rolled, rule)"
                " select id, 'recheck', 2, 'office', 1, '1wd', now(), now(), 0,"
                " array_fill(null::timestamptz, array[6]), false, false, '' from rectification_case"
            ),
            "案件 {no}：回头看时钟（2）没有历史依据。",
        ),
    ],
)
def test_tampering_is_named(bench: Bench, statement: str, expected: str) -> None:
    no = handled(bench)
    assert expected.format(no=no) in tampered(bench, statement)


def test_a_chain_rewritten_with_fresh_hashes_does_not_match_its_seal(bench: Bench) -> None:
    no = handled(bench)
    assert seal(bench.engine, date(2026, 4, 1), MONDAY) == 1
    sentences = tampered(
        bench,
        "with h as (update history h set actor = 'office', hash = history_hash(p.hash, h.case_id,"
        " h.seq, h.event, 'office', h.claimed_name, h.occurred_at, h.recorded_at, h.detail)"
        " from rectification_case c, history p where c.id = h.case_id and c.seq = h.seq"
        " and p.case_id = h.case_id and p.seq = h.seq - 1 returning h.case_id, h.hash)"
        " update rectification_case c set head_hash = h.hash from h where h.case_id = c.id",
    )
    assert sentences == [f"案件 {no}：历史与 2026-04-01 的封存不符，封存过的内容被删减或改动过。"]


def test_a_tail_cut_with_the_case_row_corrected_shows_by_the_seal(bench: Bench) -> None:
    no = bench.open()
    bench.dispatch(no)
    bench.sign(no)
    seal(bench.engine, date(2026, 3, 2), MONDAY)
    with bench.owner.begin() as connection:
        connection.exec_driver_sql(
            "update rectification_case c set seq = 2, head_hash = h.hash, state = 'assigned'"
            " from history h where h.case_id = c.id and h.seq = 2"
        )
        connection.exec_driver_sql(
            "update clock set stopped_at = null, next_at = ladder[3] where kind = 'sign'"
        )
    sentences = tampered(bench, "delete from history where seq = 3")
    assert sentences == [f"案件 {no}：历史与 2026-03-02 的封存不符，封存过的内容被删减或改动过。"]


def test_an_erased_text_is_no_fault(bench: Bench) -> None:
    handled(bench)
    assert tampered(bench, "update case_text set body = null") == []


def test_history_that_cannot_be_read_is_a_fault_of_its_case_alone(bench: Bench) -> None:
    no, other = handled(bench), bench.open()
    sentences = tampered(
        bench,
        "update history h set detail = jsonb_set(h.detail, '{clocks,0,op}', '\"melt\"')"
        " from rectification_case c where c.id = h.case_id and h.seq = 2 and c.no = %(no)s",
        no=no,
    )
    assert f"案件 {no}：历史中的计时操作无法识别，时钟不能由历史重算。" in sentences
    assert not any(other in sentence for sentence in sentences)


def test_a_calendar_loaded_later_is_no_fault_of_the_clocks_before_it(bench: Bench) -> None:
    no = bench.open()
    bench.dispatch(no)
    with transaction(bench.engine) as connection:
        off = Day(date(2026, 3, 5), "rest", "临时放假", "测试")
        change = amendment(connection, [off], {})
        assert change is not None
        put_in_force(connection, change, "system", TUESDAY)
    assert verify(bench.engine).faults == []
    later = bench.open(at=TUESDAY)
    bench.dispatch(later, at=TUESDAY)
    assert verify(bench.engine).faults == []
    statement = (
        "update history h set detail = jsonb_set(h.detail, '{calendar}', '1')"
        " from rectification_case c where c.id = h.case_id and h.seq = 2 and c.no = %(no)s"
    )
    assert f"案件 {later}：办结时钟与由历史重算的结果不符（到期时间、预警阶梯）。" in tampered(
        bench, statement, no=later
    )


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Shanghai"])
def test_no_session_setting_changes_a_hash(bench: Bench, zone: str) -> None:
    handled(bench)
    with bench.owner.begin() as connection:
        for setting in (f"timezone = '{zone}'", "datestyle = 'german'", "bytea_output = 'escape'"):
            connection.exec_driver_sql(f"set local {setting}")
        connection.exec_driver_sql("set local extra_float_digits = -15")
        wrong = connection.exec_driver_sql(
            "select count(*) from (select *, lag(hash, 1, '') over (order by seq) as before"
            " from history) h where hash <> history_hash(before, case_id, seq, event, actor,"
            " claimed_name, occurred_at, recorded_at, detail)"
        ).scalar_one()
    assert wrong == 0


def test_a_seal_is_made_once_a_change(bench: Bench) -> None:
    first, _ = bench.open(), bench.open()
    assert seal(bench.engine, date(2026, 3, 2), MONDAY) == 2
    assert seal(bench.engine, date(2026, 3, 2), MONDAY) == 0
    assert seal(bench.engine, date(2026, 3, 3), TUESDAY) == 0
    bench.dispatch(first)
    assert seal(bench.engine, date(2026, 3, 4), TUESDAY) == 1
    assert bench.rows("select sealed_on::text, seq from seal order by 1, 2") == [
        ("2026-03-02", 1),
        ("2026-03-02", 1),
        ("2026-03-04", 2),
    ]
    assert bench.value("select at from heartbeat where name = 'seal'") == TUESDAY


def test_what_is_sealed_on_a_day_stays_though_the_case_moves_on(bench: Bench) -> None:
    no = bench.open()
    seal(bench.engine, date(2026, 3, 2), MONDAY)
    bench.dispatch(no)
    assert seal(bench.engine, date(2026, 3, 2), MONDAY) == 0
    assert bench.value("select seq from seal") == 1
    assert verify(bench.engine).faults == []
