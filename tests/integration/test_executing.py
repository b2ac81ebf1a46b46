"""Commands on a real database: what they write, once, and what a refusal leaves alone."""

import pytest

from domain.codes import Result
from domain.commands import (
    Command,
    Dispatch,
    Split,
    Submit,
)
from domain.errors import RectifyError, Refused
from domain.refusals import NotAllowed, TooEarly
from models.engine import transaction
from models.executing import (
    Done,
    Item,
    KeyTaken,
    Repeated,
    UnknownCase,
    View,
    execute,
    execute_one,
)
from models.recording import EvidenceFile, Recorded
from models.writing import write
from tests.integration.conftest import MONDAY, OFFICE, Bench
from tests.integration.executing import (
    DAY,
    HOUR,
    UNIT,
    check,
    dispatched,
    intact,
    kinds,
    merge,
    sign,
)


def test_the_same_key_twice_changes_nothing_the_second_time(bench: Bench) -> None:
    (no,) = dispatched(bench)
    assert isinstance(execute_one(bench.engine, sign(no, "k"), MONDAY), Done)
    before = bench.rows("select * from rectification_case")
    assert execute_one(bench.engine, sign(no, "k"), MONDAY) == Repeated(no, "k", 3)
    assert bench.rows("select * from rectification_case") == before
    assert bench.rows("select key, command, seq from command_key") == [("k", "signed", 3)]


def test_the_same_key_twice_in_one_set_takes_effect_once(bench: Bench) -> None:
    (no,) = dispatched(bench)
    assert kinds(execute(bench.engine, [sign(no, "k"), sign(no, "k")], MONDAY)) == [
        "Done",
        "Repeated",
    ]
    assert bench.value("select seq from rectification_case") == 3


def test_a_key_used_for_another_case_is_refused(bench: Bench) -> None:
    first, second = dispatched(bench, 2)
    results = execute(bench.engine, [sign(first, "k"), sign(second, "k")], MONDAY)
    assert kinds(results) == ["Done", "KeyTaken"]
    with pytest.raises(KeyTaken) as refused:
        execute_one(bench.engine, sign(second, "k"), MONDAY)
    assert refused.value.sentence == f"操作键 k 已用于案件 {first}，请换一个操作键（--key）。"


def test_without_a_key_nothing_is_remembered(bench: Bench) -> None:
    (no,) = dispatched(bench)
    execute_one(bench.engine, sign(no), MONDAY)
    assert bench.value("select count(*) from command_key") == 0


def test_a_refusal_spoils_only_its_own_item(bench: Bench) -> None:
    nos = dispatched(bench, 3)
    bench.sign(nos[1])
    items = [sign(nos[0]), sign(nos[1]), sign("QD2026-999999"), sign(nos[2])]
    results = execute(bench.engine, items, MONDAY)
    assert kinds(results) == ["Done", "Refused", "UnknownCase", "Done"]
    assert bench.rows("select distinct state, seq from rectification_case") == [("rectifying", 3)]
    assert intact(bench)


def test_a_refusal_of_one_command_is_raised(bench: Bench) -> None:
    with pytest.raises(UnknownCase) as refused:
        execute_one(bench.engine, sign("QD2026-999999"), MONDAY)
    assert "QD2026-999999" in refused.value.sentence
    with pytest.raises(NotAllowed):
        bench.sign(bench.open())


def test_a_command_dated_before_the_last_event_is_refused(bench: Bench) -> None:
    (no,) = dispatched(bench, at=MONDAY + HOUR)
    with pytest.raises(TooEarly):
        bench.sign(no, at=MONDAY)
    bench.sign(no, at=MONDAY + HOUR)


def test_a_command_dated_before_a_check_that_fired_is_refused(bench: Bench) -> None:
    (no,) = dispatched(bench)
    check(bench, 5)
    with pytest.raises(TooEarly):
        bench.sign(no, at=MONDAY + DAY)


def test_commands_on_one_case_in_one_set_follow_each_other(bench: Bench) -> None:
    no = bench.open()
    items = [
        Item(no, lambda _: Dispatch(at=MONDAY, by=OFFICE, unit="shuiwu")),
        sign(no),
        Item(no, lambda _: Submit(at=MONDAY, by=UNIT, result=Result.SOLVED, reply="已办结。")),
    ]
    assert kinds(execute(bench.engine, items, MONDAY)) == ["Done"] * 3
    assert bench.rows("select state, seq, entry from rectification_case") == [("submitted", 4, 4)]
    assert intact(bench)


def test_a_case_is_not_merged_into_one_that_was_merged_a_moment_before(bench: Bench) -> None:
    a, b, c = (bench.open() for _ in range(3))
    assert kinds(execute(bench.engine, [merge(b, c), merge(a, b)], MONDAY)) == ["Done", "Refused"]
    assert bench.rows("select no from rectification_case where state = 'merged'") == [(b,)]


def test_a_case_that_was_merged_into_a_moment_before_is_not_merged_itself(bench: Bench) -> None:
    a, b, c = (bench.open() for _ in range(3))
    assert kinds(execute(bench.engine, [merge(a, b), merge(b, c)], MONDAY)) == ["Done", "Refused"]
    assert bench.rows("select no from rectification_case where state = 'merged'") == [(a,)]


def test_several_cases_are_merged_into_one_in_one_set(bench: Bench) -> None:
    nos = [bench.open() for _ in range(4)]
    execute(bench.engine, [merge(no, nos[0]) for no in nos[1:]], MONDAY)
    assert (
        bench.value("select count(*) from rectification_case where lead_case_id is not null") == 3
    )
    bench.give(nos[1], Split(at=MONDAY + HOUR, by=OFFICE))
    assert bench.rows(
        "select state, lead_case_id, former from rectification_case where no = %(no)s", no=nos[1]
    ) == [("detected", None, None)]
    assert intact(bench)


def test_an_unknown_related_case_is_named(bench: Bench) -> None:
    no = bench.open()
    with pytest.raises(UnknownCase, match="QD2026-999999"):
        execute_one(bench.engine, merge(no, "QD2026-999999"), MONDAY)


def test_evidence_and_texts_are_kept_and_cited(bench: Bench) -> None:
    (no,) = dispatched(bench)
    bench.sign(no)
    digest = "ab" * 32
    submit = Submit(
        at=MONDAY, by=UNIT, result=Result.SOLVED, reply="百分之百 100% 'ok'", evidence=(digest,)
    )
    item = Item(no, lambda _: submit, evidence=(EvidenceFile(digest, "照片.jpg", 12),))
    execute_one(bench.engine, item, MONDAY)
    assert bench.rows("select seq, sha256, name, size from evidence") == [
        (4, digest, "照片.jpg", 12)
    ]
    assert bench.rows("select seq, kind, body from case_text") == [
        (4, "reply", "百分之百 100% 'ok'")
    ]
    assert bench.value("select detail::text ~ '百分之百' from history where seq = 4") is False
    assert intact(bench)


def test_a_case_keeps_its_policy_until_it_is_dispatched_again(bench: Bench) -> None:
    (no,) = dispatched(bench)
    with bench.owner.begin() as connection:
        connection.exec_driver_sql(
            "insert into policy select 2, jsonb_set(jsonb_set(body, '{version}', '2'),"
            " '{closing,accept}', '\"9wd\"'), applied_at from policy"
        )
        connection.exec_driver_sql("update setting set policy_version = 2")
    bench.sign(no)
    bench.give(no, Submit(at=MONDAY, by=UNIT, result=Result.SOLVED, reply="已办结。"))
    (later,) = dispatched(bench)
    bench.sign(later)
    bench.give(later, Submit(at=MONDAY, by=UNIT, result=Result.SOLVED, reply="已办结。"))
    assert bench.rows(
        'select c.policy_version, k."limit" from clock k join rectification_case c'
        " on c.id = k.case_id where k.kind = 'review' order by 1"
    ) == [(1, "3wd"), (2, "9wd")]
    assert intact(bench)


def test_an_error_in_making_a_command_is_a_refusal_of_its_item(bench: Bench) -> None:
    first, second = dispatched(bench, 2)

    def make(_: View) -> Command:
        raise RectifyError("单位代码不对。")

    results = execute(bench.engine, [Item(first, make), sign(second)], MONDAY)
    assert kinds(results) == ["RectifyError", "Done"]


def test_nothing_to_do_does_nothing(bench: Bench) -> None:
    assert execute(bench.engine, [], MONDAY) == []


def test_an_outcome_decided_on_what_has_changed_since_is_not_written(bench: Bench) -> None:
    (no,) = dispatched(bench)
    done = execute_one(bench.engine, sign(no), MONDAY)
    assert isinstance(done, Done)
    case_id = bench.value("select id from rectification_case")
    assert isinstance(case_id, int)
    stale = Recorded(case_id, done.outcome, "k", "signed", MONDAY, calendar=1)
    before = bench.rows("select * from history order by seq")
    with pytest.raises(Refused, match="被其他操作改动"), transaction(bench.engine) as connection:
        write(connection, [stale])
    assert bench.rows("select * from history order by seq") == before
    assert bench.value("select count(*) from command_key") == 0
