"""Dispatch by the rules: what is plain goes out, the rest stays with the office."""

import json
from collections.abc import Callable
from datetime import datetime

import pytest

from domain.calendar import SHANGHAI
from domain.errors import Refused
from models.engine import transaction
from models.executing import UnknownCase
from models.intray import BATCH, count_undispatched, undispatched
from tasks.assigning import assign_all, propose, settled
from tasks.carrying import carry_out
from tasks.desk import Desk
from tasks.ordering.by_office import reject
from tasks.settings import Settings
from tests.integration.conftest import Bench

NOW = datetime(2026, 3, 2, 11, 0, tzinfo=SHANGHAI)
RULES = {
    "version": 2,
    "threshold": 8,
    "margin": 4,
    "subject_factor": 2,
    "body_factor": 1,
    "default_environment": "culture",
    "department_verifier": "office",
    "environment": [{"code": "law", "keywords": [{"word": "罚款", "weight": 3}]}],
    "unit": [
        {"code": code, "verifying": code, "district_led": led, "keywords": words}
        for code, led, words in (
            ("zhujian", True, [{"word": "物业", "weight": 5}, {"word": "收费", "weight": 3}]),
            ("shijianju", False, [{"word": "假货", "weight": 9}]),
            ("nowhere", False, [{"word": "外星", "weight": 9}]),
        )
    ],
    "region": [{"code": "shinan", "words": ["市南区"]}],
}

Write = Callable[[str, str], str]


@pytest.fixture
def desk(bench: Bench, postgres: Settings) -> Desk:
    """A desk whose dispatch rules are few; the unit for 假货 is doubtful."""
    with bench.owner.begin() as connection:
        connection.exec_driver_sql(
            "insert into rule_set values (2, %(body)s, %(at)s)",
            {"body": json.dumps(RULES), "at": NOW},
        )
        connection.exec_driver_sql("update setting set rule_set_version = 2")
        connection.exec_driver_sql(
            "insert into unit (code, name, kind, doubtful)"
            " values ('shijianju', '存疑局', 'department', true)"
        )
    return Desk(postgres, "live", bench.engine, NOW, NOW)


@pytest.fixture
def write(bench: Bench) -> Write:
    """Open a case with a body."""

    def written(subject: str, body: str) -> str:
        no = bench.open(subject=subject)
        with transaction(bench.engine) as connection:
            connection.exec_driver_sql(
                "insert into case_text (case_id, seq, kind, salt, body) select id, 1, 'body',"
                " '\\x00', %(body)s from rectification_case where no = %(no)s",
                {"no": no, "body": body},
            )
        return no

    return written


def led(bench: Bench, no: str) -> tuple[object, ...]:
    return bench.rows(
        "select state, lead_unit, verifying_unit, environment from rectification_case"
        " where no = %(no)s",
        no=no,
    )[0]


def test_what_the_rules_settle_is_dispatched_and_the_rest_is_left(
    desk: Desk, bench: Bench, write: Write
) -> None:
    plain = write("物业收费不公示", "")
    district = write("市南区物业收费", "罚款")
    by_body = write("请关注", "物业收费")
    vague, doubtful, unknown = write("你好", "在吗"), write("假货", ""), write("外星", "")
    report = assign_all(desk)
    assert (report.dispatched, report.left, report.refused) == (3, 3, {})
    assert {one.no for one in report.carried} == {plain, district, by_body}
    assert led(bench, plain) == ("assigned", "zhujian", "office", "culture")
    assert led(bench, district) == ("assigned", "shinan", "zhujian", "law")
    assert [led(bench, no)[0] for no in (vague, doubtful, unknown)] == ["detected"] * 3


def test_a_second_round_finds_nothing_new(desk: Desk, write: Write) -> None:
    write("物业收费不公示", "")
    assert assign_all(desk).dispatched == 1
    again = assign_all(desk)
    assert (again.dispatched, again.left) == (0, 0)


def test_the_system_itself_is_recorded_as_the_one_who_dispatched(
    desk: Desk, bench: Bench, write: Write
) -> None:
    no = write("物业收费不公示", "")
    assign_all(desk)
    actors = bench.rows(
        "select h.actor from history h join rectification_case c on c.id = h.case_id"
        " where c.no = %(no)s and h.event = 'dispatched'",
        no=no,
    )
    assert actors == [("system",)]


def test_a_limit_dispatches_the_oldest_first_and_the_next_round_goes_on(
    desk: Desk, bench: Bench, write: Write
) -> None:
    numbers = [write("物业收费", "") for _ in range(3)]
    assert assign_all(desk, limit=2).dispatched == 2
    assert [led(bench, no)[0] for no in numbers] == ["assigned", "assigned", "detected"]
    assert assign_all(desk, limit=2).dispatched == 1
    assert assign_all(desk, limit=0).dispatched == 0


def test_a_refused_dispatch_is_told_and_spoils_no_other(
    desk: Desk, bench: Bench, write: Write
) -> None:
    good = write("物业收费", "")
    later = bench.open(subject="物业收费", at=datetime(2026, 3, 2, 12, 0, tzinfo=SHANGHAI))
    report = assign_all(desk)
    assert [one.no for one in report.carried] == [good]
    assert list(report.refused) == [later]
    assert report.left == 1


def test_progress_is_told_of_every_case_looked_at(desk: Desk, write: Write) -> None:
    for _ in range(3):
        write("你好", "")
    told: list[int] = []
    assign_all(desk, progress=told.append)
    assert sum(told) == 3


def test_one_case_is_settled_or_its_candidates_are_named(desk: Desk, write: Write) -> None:
    assert settled(desk, write("物业收费", "")).unit == "zhujian"
    with pytest.raises(Refused) as close:
        settled(desk, write("请关注", "物业"))
    assert "市住房城乡建设局（zhujian，5 分：物业）" in close.value.sentence
    with pytest.raises(Refused, match="没有规则认识的词"):
        settled(desk, write("你好", ""))
    with pytest.raises(UnknownCase):
        propose(desk, "QD2026-999999")


def test_cases_are_read_in_batches_each_once(desk: Desk, bench: Bench) -> None:
    numbers = [bench.open() for _ in range(3)]
    assert BATCH >= 3
    carry_out(desk, reject(desk, numbers[0], "不属受理范围"))
    assert [case.no for batch in undispatched(desk.engine) for case in batch] == numbers[1:]
    assert count_undispatched(desk.engine) == 2
