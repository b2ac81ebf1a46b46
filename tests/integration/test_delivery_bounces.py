"""Addresses that refuse for good: their contacts are marked, their messages parked at once."""

from pathlib import Path
from typing import Any

import pytest

from domain.errors import Refused
from models.outbox_bounces import bounced, mark_address
from models.outbox_parked import parked, send_again
from models.units import Address, set_contact
from tasks.delivery.delivering import DeliveryReport
from tests.integration.conftest import Bench
from tests.integration.outbox import LATER, MONDAY, Outbox
from tests.integration.receivers import Mailbox, mail_server, web_server

SHUIWU = Address("shuiwu", "contact", "email")


@pytest.fixture
def outbox(bench: Bench, tmp_path: Path) -> Outbox:
    found = Outbox(bench, tmp_path)
    found.contact("shuiwu", "email", "gone@unit.example")
    return found


def by_mail(box: Mailbox) -> dict[str, Any]:
    return {"smtp": box.server, "smtp_from": "zx@city.example"}


def marked(outbox: Outbox) -> list[tuple[str, str, str]]:
    return [(one.unit, one.role, one.address) for one in bounced(outbox.bench.engine)]


def bounce(outbox: Outbox, box: Mailbox) -> None:
    """Let the address of the unit be refused once."""
    outbox.more = by_mail(box)
    box.rcpt["gone@unit.example"] = "550 5.1.1 no such user"
    outbox.dispatch("shuiwu")
    assert outbox.deliver() == DeliveryReport(bound=1, parked=1)


def test_a_refused_recipient_marks_the_contact(outbox: Outbox) -> None:
    with mail_server() as box:
        bounce(outbox, box)
    assert marked(outbox) == [("shuiwu", "contact", "gone@unit.example")]
    (one,) = bounced(outbox.bench.engine)
    assert one.bounced_at == MONDAY
    assert "550 5.1.1 no such user" in one.bounce_reason


@pytest.mark.parametrize("reply", ["550 5.7.1 relaying denied", "530 login first", "452 full"])
def test_a_refusal_that_is_not_about_the_address_marks_nobody(outbox: Outbox, reply: str) -> None:
    with mail_server() as box:
        outbox.more = by_mail(box)
        box.rcpt["gone@unit.example"] = reply
        outbox.dispatch("shuiwu")
        outbox.deliver()
    assert marked(outbox) == []


@pytest.mark.parametrize(("status", "marks"), [(404, True), (410, True), (403, False)])
def test_a_web_address_that_does_not_exist_marks_the_contact(
    outbox: Outbox,
    status: int,
    marks: bool,  # noqa: FBT001
) -> None:
    with web_server() as web:
        web.answer = lambda _posted: (status, "")
        outbox.contact("shuiwu", "webhook", web.url)
        outbox.more = {"webhook_secret": "s"}
        outbox.dispatch("shuiwu")
        assert outbox.deliver().parked == 1
    assert bool(marked(outbox)) is marks


def test_what_is_owed_to_a_marked_contact_is_parked_without_being_tried(outbox: Outbox) -> None:
    with mail_server() as box:
        bounce(outbox, box)
        box.rcpt.clear()
        outbox.dispatch("shuiwu", "caizheng")
        assert outbox.deliver() == DeliveryReport(bound=2, sent=1, parked=1)
        assert box.mails == []
    assert len(set(outbox.reasons())) == 1


def test_unsent_messages_to_an_address_marked_by_hand_are_parked(outbox: Outbox) -> None:
    with mail_server() as box:
        outbox.more = by_mail(box)
        box.rcpt["gone@unit.example"] = "451 later"
        outbox.dispatch("shuiwu")
        assert outbox.deliver().failed == 1
        assert mark_address(outbox.bench.engine, "gone@unit.example", "退信", MONDAY) == 1
        assert outbox.deliver(MONDAY + LATER) == DeliveryReport(parked=1)
        assert outbox.reasons() == ["退信"]


def test_sending_again_to_a_marked_contact_is_refused_until_the_address_is_changed(
    outbox: Outbox,
) -> None:
    with mail_server() as box:
        bounce(outbox, box)
        item = parked(outbox.bench.engine)[0]
        with pytest.raises(Refused, match=r"gone@unit\.example 退过信"):
            send_again(outbox.bench.engine, item.id)
        set_contact(outbox.bench.engine, SHUIWU, "new@unit.example")
        assert marked(outbox) == []
        send_again(outbox.bench.engine, item.id)
        assert outbox.deliver(MONDAY + LATER) == DeliveryReport(sent=1)
        assert box.mails[0]["To"] == "new@unit.example"


def test_entering_the_same_address_again_keeps_the_mark(outbox: Outbox) -> None:
    mark_address(outbox.bench.engine, "gone@unit.example", "退信", MONDAY)
    set_contact(outbox.bench.engine, SHUIWU, "gone@unit.example", "张三")
    assert len(marked(outbox)) == 1


def test_a_message_that_gets_through_clears_the_mark(outbox: Outbox) -> None:
    def mark() -> None:
        """Mark the contact while a message is on its way."""
        mark_address(outbox.bench.engine, "gone@unit.example", "退信", MONDAY)

    outbox.dispatch("shuiwu")
    with mail_server() as box:
        outbox.more = by_mail(box)
        box.on_data = mark
        assert outbox.deliver().sent == 1
    assert marked(outbox) == []


def test_an_address_changed_while_the_old_one_bounced_is_not_marked(outbox: Outbox) -> None:
    outbox.dispatch("shuiwu")
    with mail_server() as box:
        outbox.more = by_mail(box)
        box.data["gone@unit.example"] = "451 later"
        outbox.deliver()
        set_contact(outbox.bench.engine, SHUIWU, "new@unit.example")
        box.rcpt["gone@unit.example"] = "550 no such user"
        assert outbox.deliver(MONDAY + LATER).parked == 1
    assert marked(outbox) == []


def test_a_withdrawn_notice_leaves_a_parked_message_and_nothing_is_sent_again(
    outbox: Outbox,
) -> None:
    with mail_server() as box:
        bounce(outbox, box)
        no = str(outbox.bench.value("select no from rectification_case"))
        outbox.refer(no)
        assert outbox.deliver(MONDAY + LATER).withdrawn == 1
        assert parked(outbox.bench.engine) == []
        assert box.mails == []
