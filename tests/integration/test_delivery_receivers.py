"""Receivers that stay away: left alone for a growing time, then tried with one probe."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from models.outbox_receivers import receivers
from tasks.delivery.backoff import FAILURES
from tasks.delivery.delivering import DeliveryReport
from tests.integration.conftest import Bench
from tests.integration.outbox import MONDAY, Outbox
from tests.integration.receivers import Web, free_port, web_server

UNITS = ("shuiwu", "caizheng", "minzheng")
QUARTER = timedelta(minutes=15)
"""More than the first rest, and than the first waits of a message."""


@pytest.fixture
def outbox(bench: Bench, tmp_path: Path) -> Outbox:
    return Outbox(bench, tmp_path, {"webhook_secret": "s"})


def reached_at(outbox: Outbox, url: str) -> None:
    for unit in UNITS:
        outbox.contact(unit, "webhook", url)


def away(outbox: Outbox) -> datetime:
    """Let all three units' receiver be away until its circuit opens; gives when it did."""
    reached_at(outbox, f"http://127.0.0.1:{free_port()}/")
    outbox.dispatch(*UNITS)
    for number in range(FAILURES):
        outbox.deliver(MONDAY + number * QUARTER)
    return MONDAY + (FAILURES - 1) * QUARTER


def attempts(outbox: Outbox) -> int:
    return int(str(outbox.bench.value("select sum(attempts) from message")))


def moved_to(outbox: Outbox, web: Web) -> None:
    """Let a server listen where the messages go: their address is bound with them."""
    with outbox.bench.owner.begin() as connection:
        connection.exec_driver_sql("update message set address = %(url)s", {"url": web.url})
        connection.exec_driver_sql(
            "update receiver set route = %(route)s", {"route": f"webhook {web.url}"}
        )


def test_a_receiver_away_in_three_rounds_is_left_alone_and_no_attempt_is_burnt(
    outbox: Outbox,
) -> None:
    opened = away(outbox)
    (item,) = receivers(outbox.bench.engine)
    assert item.route.startswith("webhook http://127.0.0.1:")
    assert (item.failures, item.since) == (FAILURES, MONDAY)
    assert item.open_until is not None
    assert timedelta(minutes=4) <= item.open_until - opened <= timedelta(minutes=6)
    assert "连不上接收方" in item.last_error
    burnt = attempts(outbox)
    assert burnt == FAILURES
    report = outbox.deliver(opened + timedelta(minutes=3))
    # The one tried last waits for its own time, the two others for the receiver.
    assert report == DeliveryReport(postponed=2)
    assert attempts(outbox) == burnt


def test_then_one_probe_goes_and_its_failure_doubles_the_rest(outbox: Outbox) -> None:
    opened = away(outbox)
    assert outbox.deliver(opened + QUARTER) == DeliveryReport(failed=1, postponed=2)
    (item,) = receivers(outbox.bench.engine)
    assert item.failures == FAILURES + 1
    assert item.open_until is not None
    rest = item.open_until - (opened + QUARTER)
    assert timedelta(minutes=8) <= rest <= timedelta(minutes=12)


def test_a_probe_that_arrives_closes_the_circuit_and_the_others_follow(outbox: Outbox) -> None:
    opened = away(outbox)
    with web_server() as web:
        moved_to(outbox, web)
        assert outbox.deliver(opened + QUARTER) == DeliveryReport(sent=3)
    assert receivers(outbox.bench.engine) == []


def test_a_probe_is_one_message_even_where_many_wait(outbox: Outbox) -> None:
    opened = away(outbox)
    outbox.dispatch(*UNITS, *UNITS)
    outbox.pace = type(outbox.pace)(lane_share=1)
    with web_server() as web:
        moved_to(outbox, web)
        reached_at(outbox, web.url)

        def slowly_no(_posted: object) -> tuple[int, str]:
            threading.Event().wait(0.1)
            return 0, ""

        web.answer = slowly_no
        report = outbox.deliver(opened + QUARTER)
        assert (report.sent, report.failed, report.postponed) == (0, 1, 5)
        assert len(web.posts) == 1


def test_a_probe_that_is_answered_with_an_error_lets_nothing_follow(outbox: Outbox) -> None:
    opened = away(outbox)
    with web_server() as web:
        moved_to(outbox, web)
        web.answer = lambda _posted: (503, "")
        assert outbox.deliver(opened + QUARTER) == DeliveryReport(failed=1, postponed=2)
    assert len(receivers(outbox.bench.engine)) == 1


def test_an_emergency_tries_all_the_same_and_takes_nothing_along(outbox: Outbox) -> None:
    opened = away(outbox)
    soon = opened + timedelta(minutes=3)
    with web_server() as web:
        moved_to(outbox, web)
        outbox.contact("shuiwu", "webhook", web.url)
        outbox.dispatch("shuiwu", at=soon, urgency="emergency")
        assert outbox.deliver(soon) == DeliveryReport(bound=1, sent=1, postponed=2)
        assert receivers(outbox.bench.engine) == []
        assert outbox.deliver(soon) == DeliveryReport(sent=2)


def test_of_several_emergencies_one_a_round_tries(outbox: Outbox) -> None:
    opened = away(outbox)
    soon = opened + timedelta(minutes=3)
    outbox.dispatch(*UNITS, at=soon, urgency="emergency")
    assert outbox.deliver(soon) == DeliveryReport(bound=3, failed=1, postponed=4)


def test_a_success_between_failures_starts_the_count_again(outbox: Outbox) -> None:
    with web_server() as web:
        reached_at(outbox, web.url)
        outbox.dispatch(*UNITS)

        def answers(*statuses: int) -> Callable[[object], tuple[int, str]]:
            rest = iter(statuses)
            return lambda _posted: (next(rest), "")

        web.answer = answers(0)
        outbox.deliver(MONDAY)
        web.answer = answers(200, 0)
        outbox.deliver(MONDAY + QUARTER)
        (item,) = receivers(outbox.bench.engine)
        assert (item.failures, item.since) == (1, MONDAY + QUARTER)


def test_a_receiver_that_answers_no_is_not_away(outbox: Outbox) -> None:
    with web_server() as web:
        reached_at(outbox, web.url)
        web.answer = lambda _posted: (503, "")
        outbox.dispatch(*UNITS)
        assert outbox.deliver() == DeliveryReport(bound=3, failed=3)
    assert receivers(outbox.bench.engine) == []


def test_what_leaves_by_another_way_does_not_wait_for_a_dead_receiver(outbox: Outbox) -> None:
    away(outbox)
    outbox.contact("shuiwu", "file", "x")
    at = MONDAY + timedelta(minutes=33)
    outbox.dispatch("shuiwu", at=at)
    assert outbox.deliver(at) == DeliveryReport(bound=1, sent=1, postponed=2)
