"""Withdrawn notices: taken back from messages that certainly reached nobody, from no others."""

from pathlib import Path
from typing import Any

import pytest

from models.outbox import dissolve
from tasks.delivery.delivering import DeliveryReport
from tasks.smtp import SmtpServer
from tests.integration.conftest import Bench
from tests.integration.outbox import LATER, MONDAY, Outbox
from tests.integration.receivers import Web, free_port, mail_server, web_server

SOON = MONDAY.replace(minute=30)


@pytest.fixture
def outbox(bench: Bench, tmp_path: Path) -> Outbox:
    found = Outbox(bench, tmp_path)
    found.contact("shuiwu", "email", "a@unit.example")
    return found


def hook(outbox: Outbox, web: Web) -> None:
    outbox.contact("shuiwu", "webhook", web.url)
    outbox.more = {"webhook_secret": "s"}


def nobody_listens(outbox: Outbox) -> None:
    outbox.more = {"smtp": SmtpServer("127.0.0.1", free_port()), "smtp_from": "zx@city.example"}


def status_of(outbox: Outbox, identity: str) -> Any:  # noqa: ANN401
    return outbox.bench.value("select status from message where id = %(id)s::uuid", id=identity)


def test_a_withdrawn_notice_that_was_not_bound_is_never_sent(outbox: Outbox) -> None:
    no = outbox.dispatch("shuiwu")[0]
    outbox.refer(no)
    assert outbox.deliver() == DeliveryReport(bound=1, sent=1)
    assert outbox.notices() == [("shuiwu", "withdrawn"), ("jiwei", "bound")]


def test_after_a_definite_failure_the_rest_goes_in_a_new_message(outbox: Outbox) -> None:
    stays, goes = outbox.dispatch("shuiwu", "shuiwu")
    nobody_listens(outbox)
    assert outbox.deliver() == DeliveryReport(bound=2, failed=1)
    before = outbox.messages()[0][0]
    outbox.refer(goes)
    with mail_server() as box:
        outbox.more = {"smtp": box.server, "smtp_from": "zx@city.example"}
        report = outbox.deliver(MONDAY + LATER)
        # The one left of the two, and the one to the organ the case was referred to.
        assert report == DeliveryReport(bound=2, sent=2, withdrawn=1)
        text = box.mails[0].get_payload(decode=True)
        assert isinstance(text, bytes)
        assert stays in text.decode()
        assert goes not in text.decode()
        assert before not in box.mails[0]["Message-ID"]
    assert status_of(outbox, before) == "dissolved"


def test_a_message_with_nothing_left_in_it_is_gone(outbox: Outbox) -> None:
    no = outbox.dispatch("shuiwu")[0]
    nobody_listens(outbox)
    outbox.deliver()
    outbox.refer(no)
    assert outbox.deliver(MONDAY + LATER) == DeliveryReport(bound=1, sent=1, withdrawn=1)
    assert outbox.notices() == [("shuiwu", "withdrawn"), ("jiwei", "bound")]
    assert sorted(status for _, status in outbox.messages()) == ["dissolved", "sent"]


def test_a_message_not_tried_yet_is_taken_apart(outbox: Outbox) -> None:
    outbox.contact("caizheng", "email", "b@unit.example")
    nos = outbox.dispatch("caizheng", "shuiwu")
    nobody_listens(outbox)
    assert outbox.deliver().postponed == 1
    untried = outbox.bench.value("select id::text from message where attempts = 0")
    for no in nos:
        outbox.refer(no)
    assert dissolve(outbox.bench.engine) == 2
    assert status_of(outbox, str(untried)) == "dissolved"


def test_a_message_that_ended_in_doubt_is_sent_again_as_it_is(outbox: Outbox) -> None:
    with web_server() as web:
        hook(outbox, web)
        nos = outbox.dispatch("shuiwu", "shuiwu")
        web.answer = lambda _posted: (0, "")
        assert outbox.deliver().failed == 1
        outbox.refer(nos[0])
        web.answer = lambda _posted: (200, "")
        report = outbox.deliver(MONDAY + LATER)
        assert (report.withdrawn, report.sent) == (0, 2)
        first, second = web.posts
        assert first.body == second.body
        assert all(no in second.json["body"] for no in nos)


def test_doubt_outlives_a_later_definite_failure(outbox: Outbox) -> None:
    with web_server() as web:
        hook(outbox, web)
        no = outbox.dispatch("shuiwu")[0]
        web.answer = lambda _posted: (0, "")
        outbox.deliver(MONDAY)
        web.answer = lambda _posted: (503, "")
        outbox.deliver(SOON)
        outbox.refer(no, at=SOON)
        web.answer = lambda _posted: (200, "")
        report = outbox.deliver(MONDAY + LATER)
        assert (report.withdrawn, report.sent) == (0, 2)
        assert len({post.headers["Idempotency-Key"] for post in web.posts}) == 1


def test_a_message_that_is_being_sent_is_left_alone(outbox: Outbox) -> None:
    with web_server() as web:
        hook(outbox, web)
        no = outbox.dispatch("shuiwu")[0]
        taken: list[int] = []

        def withdrawn_meanwhile(_posted: object) -> tuple[int, str]:
            outbox.refer(no)
            taken.append(dissolve(outbox.bench.engine))
            return 200, ""

        web.answer = withdrawn_meanwhile
        assert outbox.deliver().sent == 1
        assert taken == [0]
        assert len(web.posts) == 1


def test_a_notice_withdrawn_after_the_round_began_is_not_sent(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    no = outbox.dispatch("shuiwu")[0]
    nobody_listens(outbox)
    outbox.deliver()
    with mail_server() as box:
        outbox.more = {"smtp": box.server, "smtp_from": "zx@city.example"}

        def too_early(engine: Any) -> int:  # noqa: ANN401
            taken = dissolve(engine)
            outbox.refer(no)
            return taken

        monkeypatch.setattr("tasks.delivery.delivering.dissolve", too_early)
        outbox.deliver(MONDAY + LATER)
        assert box.mails == []
    monkeypatch.undo()
    assert outbox.deliver(MONDAY + LATER).withdrawn == 1


def test_a_sent_message_is_never_taken_apart(outbox: Outbox) -> None:
    outbox.contact("shuiwu", "file", "x")
    no = outbox.dispatch("shuiwu")[0]
    outbox.deliver()
    outbox.refer(no)
    assert outbox.deliver(MONDAY + LATER).withdrawn == 0
    assert outbox.notices()[0] == ("shuiwu", "bound")
