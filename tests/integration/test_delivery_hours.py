"""Quiet hours: nights and rest days, Shanghai time; emergencies go out at once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.calendar import SHANGHAI
from models.engine import transaction
from models.rulebook import book_for
from tasks.delivery.delivering import DeliveryReport
from tasks.delivery.hours import working
from tests.integration.conftest import Bench
from tests.integration.outbox import MONDAY, Outbox
from tests.integration.receivers import mail_server

NIGHT = MONDAY.replace(hour=22)
NEXT_MORNING = datetime(2026, 3, 3, 9, tzinfo=SHANGHAI)


@pytest.fixture
def outbox(bench: Bench, tmp_path: Path) -> Outbox:
    return Outbox(bench, tmp_path)


def test_the_working_hours_of_the_policy_and_the_days_of_the_calendar_count(bench: Bench) -> None:
    with transaction(bench.engine) as connection:
        rules = book_for(bench.engine).rules(connection)
    table = {
        "2026-03-02T08:59:59+08:00": False,
        "2026-03-02T09:00:00+08:00": True,
        "2026-03-02T17:59:59+08:00": True,
        "2026-03-02T18:00:00+08:00": False,
        "2026-03-02T01:00:00+00:00": True,  # nine in Shanghai
        "2026-03-02T17:00:00+00:00": False,  # one at night in Shanghai
        "2026-03-07T10:00:00+08:00": False,  # a Saturday
        "2026-03-08T10:00:00+08:00": False,  # a Sunday
        "2026-02-17T10:00:00+08:00": False,  # Spring Festival
        "2026-02-14T10:00:00+08:00": True,  # a Saturday worked to make up for it
        "2026-10-01T10:00:00+08:00": False,  # National Day
    }
    assert {text: working(datetime.fromisoformat(text), rules) for text in table} == table


def test_at_night_notices_wait_and_leave_in_the_morning(outbox: Outbox) -> None:
    outbox.dispatch("shuiwu", "shuiwu", "caizheng", at=NIGHT)
    assert outbox.deliver(NIGHT) == DeliveryReport(waiting_for_hours=3)
    assert outbox.deliver(NEXT_MORNING) == DeliveryReport(bound=3, sent=2)


def test_on_a_rest_day_notices_wait(outbox: Outbox) -> None:
    saturday = datetime(2026, 3, 7, 10, tzinfo=SHANGHAI)
    outbox.dispatch("shuiwu", at=saturday)
    assert outbox.deliver(saturday) == DeliveryReport(waiting_for_hours=1)
    assert outbox.deliver(datetime(2026, 3, 9, 9, tzinfo=SHANGHAI)).sent == 1


def test_an_emergency_goes_out_at_night_and_takes_nothing_else_along(outbox: Outbox) -> None:
    outbox.dispatch("shuiwu", at=NIGHT)
    outbox.dispatch("shuiwu", at=NIGHT, urgency="emergency")
    assert outbox.deliver(NIGHT) == DeliveryReport(bound=1, sent=1, waiting_for_hours=1)
    assert "共" not in outbox.files()[0].read_text("utf-8").splitlines()[1]


def test_a_retry_keeps_quiet_hours_too(outbox: Outbox) -> None:
    outbox.contact("shuiwu", "email", "a@unit.example")
    outbox.contact("caizheng", "email", "b@unit.example")
    evening = MONDAY.replace(hour=17, minute=59)
    with mail_server() as box:
        outbox.more = {"smtp": box.server, "smtp_from": "zx@city.example"}
        box.rcpt = {"a@unit.example": "450 later", "b@unit.example": "450 later"}
        outbox.dispatch("shuiwu", at=evening)
        outbox.dispatch("caizheng", at=evening, urgency="emergency")
        assert outbox.deliver(evening) == DeliveryReport(bound=2, failed=2)
        box.rcpt.clear()
        assert outbox.deliver(NIGHT) == DeliveryReport(sent=1, waiting_for_hours=1)
        assert [mail["To"] for mail in box.mails] == ["b@unit.example"]
        assert outbox.deliver(NEXT_MORNING) == DeliveryReport(sent=1)


def test_urgent_messages_leave_first(outbox: Outbox) -> None:
    outbox.contact("shuiwu", "email", "a@unit.example")
    outbox.contact("caizheng", "email", "b@unit.example")
    with mail_server() as box:
        outbox.more = {"smtp": box.server, "smtp_from": "zx@city.example"}
        outbox.dispatch("shuiwu")
        outbox.dispatch("caizheng", urgency="emergency")
        outbox.deliver()
        assert [mail["To"] for mail in box.mails] == ["b@unit.example", "a@unit.example"]


def test_the_zone_of_the_caller_does_not_matter(outbox: Outbox) -> None:
    outbox.dispatch("shuiwu", at=NIGHT)
    assert outbox.deliver(NIGHT.astimezone(UTC)).waiting_for_hours == 1
