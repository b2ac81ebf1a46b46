"""What fails: tried again later, parked in the end, and holding up nobody else meanwhile."""

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tasks.delivery import mailing, posting
from tasks.delivery.backoff import ATTEMPTS
from tasks.delivery.delivering import DeliveryReport, Pace
from tasks.delivery.files import Files
from tasks.smtp import SmtpServer
from tests.integration.conftest import Bench
from tests.integration.outbox import LATER, MONDAY, Outbox
from tests.integration.receivers import Mailbox, Posted, free_port, mail_server, web_server


@pytest.fixture
def outbox(bench: Bench, tmp_path: Path) -> Outbox:
    found = Outbox(bench, tmp_path)
    found.contact("shuiwu", "email", "a@unit.example")
    return found


def by_mail(box: Mailbox) -> dict[str, Any]:
    return {"smtp": box.server, "smtp_from": "zx@city.example"}


def state(outbox: Outbox) -> tuple[Any, ...]:
    found = outbox.messages("status, attempts, next_attempt_at - created_at, leased_until")
    assert len(found) == 1
    return found[0]


def test_a_failure_waits_about_a_minute_and_then_the_same_message_goes_again(
    outbox: Outbox,
) -> None:
    outbox.dispatch("shuiwu")
    identity = ""
    with mail_server() as box:
        outbox.more = by_mail(box)
        box.rcpt["a@unit.example"] = "450 try later"
        assert outbox.deliver() == DeliveryReport(bound=1, failed=1)
        status, attempts, wait, lease = state(outbox)
        assert (status, attempts, lease) == ("pending", 1, None)
        assert timedelta(seconds=48) <= wait <= timedelta(seconds=72)
        identity = outbox.messages()[0][0]
        box.rcpt.clear()
        assert outbox.deliver(MONDAY + timedelta(seconds=40)) == DeliveryReport()
        assert outbox.deliver(MONDAY + timedelta(seconds=80)) == DeliveryReport(sent=1)
        assert box.mails[0]["Message-ID"] == f"<{identity}@rectify>"


def test_ten_failures_park_the_message(outbox: Outbox) -> None:
    outbox.dispatch("shuiwu", at=MONDAY)
    outbox.more = {"smtp": SmtpServer("127.0.0.1", free_port()), "smtp_from": "zx@city.example"}
    reports = [outbox.deliver(MONDAY + timedelta(days=day)) for day in range(21)]
    assert sum(report.failed for report in reports) == ATTEMPTS - 1
    assert sum(report.parked for report in reports) == 1
    assert reports[-1] == DeliveryReport()
    assert "拒绝连接" in outbox.reasons()[0]


def test_a_recipient_refused_for_good_is_parked_at_once(outbox: Outbox) -> None:
    outbox.dispatch("shuiwu")
    with mail_server() as box:
        outbox.more = by_mail(box)
        box.rcpt["a@unit.example"] = "550 no such user"
        assert outbox.deliver() == DeliveryReport(bound=1, parked=1)
    assert "550 no such user" in outbox.reasons()[0]


def test_a_dead_mail_server_is_tried_once_a_round_and_files_go_on(outbox: Outbox) -> None:
    outbox.contact("caizheng", "email", "b@unit.example")
    outbox.contact("office", "email", "c@unit.example")
    outbox.dispatch("shuiwu", "caizheng", "minzheng")
    outbox.more = {"smtp": SmtpServer("127.0.0.1", free_port()), "smtp_from": "zx@city.example"}
    assert outbox.deliver() == DeliveryReport(bound=3, sent=1, failed=1, postponed=1)
    attempts = sorted(outbox.messages("attempts, leased_until, status"))
    assert attempts == [(0, None, "pending"), (1, None, "pending"), (1, None, "sent")]


def test_a_dead_webhook_does_not_stop_another_one(outbox: Outbox) -> None:
    with web_server() as web:
        outbox.contact("shuiwu", "webhook", f"http://127.0.0.1:{free_port()}/")
        outbox.contact("caizheng", "webhook", web.url)
        outbox.more = {"webhook_secret": "s"}
        outbox.dispatch("shuiwu", "caizheng")
        assert outbox.deliver() == DeliveryReport(bound=2, sent=1, failed=1)
        assert [post.json["unit"] for post in web.posts] == ["caizheng"]


def test_slow_receivers_are_waited_for_side_by_side(outbox: Outbox) -> None:
    units = ["shuiwu", "caizheng", "minzheng"]

    everybody = threading.Barrier(3, timeout=8)

    def wait_for_the_others(_posted: Posted) -> tuple[int, str]:
        everybody.wait()
        return 200, ""

    with web_server() as one, web_server() as two, web_server() as three:
        for unit, web in zip(units, (one, two, three), strict=True):
            web.answer = wait_for_the_others
            outbox.contact(unit, "webhook", web.url)
        outbox.more = {"webhook_secret": "s"}
        outbox.dispatch(*units)
        assert outbox.deliver().sent == 3


def test_a_receiver_that_uses_up_its_share_of_the_round_waits_for_the_next(
    outbox: Outbox,
) -> None:
    def slow(_posted: Posted) -> tuple[int, str]:
        threading.Event().wait(0.3)
        return 200, ""

    with web_server() as web:
        web.answer = slow
        for unit in ("shuiwu", "caizheng", "minzheng"):
            outbox.contact(unit, "webhook", web.url)
        outbox.more = {"webhook_secret": "s"}
        outbox.dispatch("shuiwu", "caizheng", "minzheng")
        outbox.pace = Pace(share=timedelta(seconds=0.2))
        assert outbox.deliver() == DeliveryReport(bound=3, sent=1, postponed=2)
        outbox.pace = Pace()
        assert outbox.deliver() == DeliveryReport(sent=2)


def test_silence_after_the_text_sends_the_same_message_again(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "REPLY_SECONDS", 0.2)
    with web_server() as web:

        def slow(_posted: Posted) -> tuple[int, str]:
            threading.Event().wait(0.5)
            return 200, ""

        web.answer = slow
        outbox.contact("shuiwu", "webhook", web.url)
        outbox.more = {"webhook_secret": "s"}
        outbox.dispatch("shuiwu")
        assert outbox.deliver() == DeliveryReport(bound=1, failed=1)
        web.answer = lambda _posted: (200, "")
        assert outbox.deliver(MONDAY + LATER) == DeliveryReport(sent=1)
        first, second = web.posts
        assert first.body == second.body
        assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]


def test_many_mails_to_one_server_leave_over_few_connections(outbox: Outbox) -> None:
    with outbox.bench.owner.begin() as connection:
        connection.exec_driver_sql(
            "update contact set channel = 'email', address = unit || '@unit.example'"
        )
    codes = outbox.units()
    outbox.dispatch(*codes)
    outbox.pace = Pace(batch=20, lane_share=5, lanes=2, written_together=3)
    with mail_server() as box:
        outbox.more = by_mail(box)
        assert outbox.deliver().sent == len(codes)
        assert {mail["To"] for mail in box.mails} == {f"{code}@unit.example" for code in codes}
        assert len(box.sessions) == 2


def test_an_unexpected_error_is_recorded_and_the_others_get_theirs(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = Files.send

    def broken(self: Files, message: Any) -> Any:  # noqa: ANN401
        if message.recipient.startswith("caizheng"):
            raise RuntimeError(message.body)
        return real(self, message)

    monkeypatch.setattr(Files, "send", broken)
    outbox.contact("shuiwu", "file", "shuiwu/contact")
    outbox.dispatch("shuiwu", "caizheng")
    first = outbox.deliver()
    assert first.failed == 1
    assert first.sent + first.postponed == 1
    assert "RuntimeError" in caplog.text
    assert "办理" not in caplog.text
    errors = {error for (error,) in outbox.messages("last_error")}
    assert "发送时出现意外错误（RuntimeError），稍后自动重试。" in errors
    assert outbox.deliver(MONDAY + timedelta(seconds=10)).sent == 1 - first.sent


def hang() -> None:
    threading.Event().wait(0.8)


def test_a_hanging_mail_server_costs_a_time_limit_and_then_the_round_ends(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailing, "REPLY_SECONDS", 0.3)
    outbox.contact("caizheng", "email", "b@unit.example")
    outbox.dispatch("shuiwu", "caizheng")
    with mail_server() as box:
        outbox.more = by_mail(box)
        box.on_data = hang
        assert outbox.deliver() == DeliveryReport(bound=2, failed=1, postponed=1)
