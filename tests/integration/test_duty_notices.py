"""Notices about no case: owed once, sent with those about cases, parked and taken up like them."""

from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from models.duty_notices import DutyNotice, owe
from models.engine import transaction
from models.outbox_hold import hold
from models.outbox_parked import parked_notices, send_again
from tests.integration.conftest import Bench, Terminal
from tests.integration.outbox import LATER, MONDAY, Outbox


@pytest.fixture
def outbox(bench: Bench, tmp_path: Path) -> Outbox:
    return Outbox(bench, tmp_path)


def told(bench: Bench, *notices: DutyNotice) -> int:
    with transaction(bench.engine) as connection:
        return owe(connection, notices)


def duty(key: str = "hall:2026Q1:shuiwu:10wd", **changes: object) -> DutyNotice:
    given = {
        "template": "duty_due",
        "unit": "shuiwu",
        "role": "contact",
        "args": {"subject": "2026年第1季度，电话13805320417"},
        "at": MONDAY,
    } | changes
    return DutyNotice(key=key, **given)  # type: ignore[arg-type]


def test_a_notice_is_owed_once_to_each_role_under_its_key(bench: Bench) -> None:
    assert told(bench, duty(), duty(), duty(role="head")) == 2
    assert told(bench, duty(at=MONDAY + LATER)) == 0
    assert told(bench, duty(key="hall:2026Q2:shuiwu:10wd"), duty(unit="keji")) == 2
    assert told(bench) == 0


def test_a_recipient_on_several_channels_is_told_on_each_and_not_again_on_a_new_one(
    terminal: Terminal, bench: Bench
) -> None:
    words = ["--role", "contact", "--channel", "webhook", "--address", "https://a.example/h"]
    terminal("unit", "contact", "shuiwu", *words)
    assert told(bench, duty()) == 1
    channels = "select channel from notice order by channel"
    assert bench.rows(channels) == [("file",), ("webhook",)]
    terminal("unit", "contact", "shuiwu", "--role", "contact", "--channel", "email", *words[4:])
    assert told(bench, duty()) == 0
    assert len(bench.rows(channels)) == 2


def test_what_the_office_is_to_know_goes_to_its_contact(bench: Bench) -> None:
    told(bench, duty(role="office"))
    assert bench.rows("select unit, role from notice") == [("office", "contact")]


def test_one_letter_holds_notices_about_cases_and_about_duties(outbox: Outbox) -> None:
    [no] = outbox.dispatch("shuiwu")
    args = {"subject": "2026年第1季度 局长进大厅", "activity": "局长进大厅", "required": 1}
    args |= {"period": "2026年第1季度", "through": "2026年3月31日", "held": 0}
    assert told(outbox.bench, duty(template="duty_due", args=args)) == 1
    report = outbox.deliver(MONDAY + LATER)
    assert (report.bound, report.sent, report.unrendered) == (2, 1, 0)
    [file] = outbox.files()
    text = file.read_text("utf-8")
    assert "办理事项提示（共2件）" in text
    assert f"1. 交办单　{no}　物业收费不公示" in text
    assert "1. 查摆活动提醒　2026年第1季度 局长进大厅" in text
    assert "请于2026年3月31日前安排并开展" in text
    assert text.count("【事项】") == 1


def test_alone_it_is_a_letter_of_its_own_with_numbers_covered(outbox: Outbox) -> None:
    args: dict[str, object] = {
        "subject": "找13805320417",
        "activity": "专项督查",
        "day": "2026年3月3日",
    }
    args |= {"place": "大厅", "number": 7, "visited": True}
    told(outbox.bench, duty(template="activity_soon", args=args))
    outbox.deliver(MONDAY + LATER)
    [(subject, body)] = outbox.messages("subject, body")
    assert subject == "【查摆活动预告】找＊＊＊＊＊＊＊＊＊＊＊"
    assert "“专项督查”定于2026年3月3日到你单位开展，地点：大厅" in str(body)
    assert str(body).splitlines()[-2:] == ["专项行动指挥部办公室", "2026年3月2日"]


def test_one_that_fits_no_words_is_parked_and_owed_again(outbox: Outbox) -> None:
    told(outbox.bench, duty(template="duty_due"))
    assert outbox.deliver(MONDAY + LATER).unrendered == 1
    [parked] = parked_notices(outbox.bench.engine)
    assert (parked.no, parked.recipient, parked.template) == ("", "shuiwu/contact", "duty_due")
    assert "缺少变量 period" in parked.reason
    send_again(outbox.bench.engine, str(parked.id))
    assert outbox.notices() == [("shuiwu", "owed")]


def test_parked_ones_are_listed_and_what_is_held_waits(
    terminal: Terminal, outbox: Outbox, bench: Bench
) -> None:
    told(bench, duty())
    hold(bench.engine, MONDAY, "试")
    assert outbox.deliver(MONDAY + LATER).held
    assert outbox.notices() == [("shuiwu", "owed")]
    with transaction(bench.engine) as connection:
        connection.exec_driver_sql("update setting set held_at = null, held_why = ''")
    outbox.deliver(MONDAY + LATER)
    assert "查摆活动提醒" in terminal("notices", "parked")


def test_a_case_and_a_key_exclude_each_other(bench: Bench) -> None:
    bench.dispatch(bench.open())
    with pytest.raises(IntegrityError, match="notice_about"), bench.owner.begin() as connection:
        connection.exec_driver_sql("update notice set key = 'x'")
