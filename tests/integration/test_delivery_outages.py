"""After an outage: one message a recipient, the one rung that matters, nothing at night."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from domain.calendar import SHANGHAI
from domain.case import Actor
from domain.codes import Result, Role
from domain.commands import Submit
from tasks.checking import check
from tasks.delivery.delivering import DeliveryReport
from tasks.desk import Desk
from tests.integration.conftest import MONDAY, Bench
from tests.integration.outbox import Outbox

DIGEST = "ab" * 32


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


@dataclass
class Operation:
    """Checks and rounds of delivery, by the clock of the campaign."""

    outbox: Outbox

    def round(self, now: datetime) -> DeliveryReport:
        """Check, then deliver."""
        bench = self.outbox.bench
        check(Desk(self.outbox.settings, "live", bench.engine, now, now))
        return self.outbox.deliver(now)

    def cards(self, since: datetime) -> list[tuple[Any, ...]]:
        """Case, clock, rung, unit and role of each card owed after an instant."""
        return self.outbox.bench.rows(
            "select case_id, jsonb_array_elements_text(args -> 'clocks'), args ->> 'rung', unit,"
            " role from notice where ladder and owed_at > %(since)s"
            " and jsonb_exists(args, 'clocks')",
            since=since,
        )

    def bodies(self) -> list[tuple[str, str]]:
        """Recipients and texts of all messages."""
        return [(str(to), str(body)) for to, body in self.outbox.messages("recipient, body")]


@pytest.fixture
def operation(bench: Bench, tmp_path: Path) -> Operation:
    """Three cases of two units, due on Monday 9 March, told of and signed."""
    found = Operation(Outbox(bench, tmp_path))
    units = ("shuiwu", "shuiwu", "caizheng")
    for no, unit in zip(found.outbox.dispatch(*units), units, strict=True):
        bench.sign(no, unit=unit)
    found.outbox.deliver(MONDAY)
    return found


OUTAGES = {
    "an hour": (at(9, 17), at(10, 9, 30)),
    "a night": (at(5, 17), at(6, 9, 5)),
    "a week": (at(3, 17), at(11, 9, 30)),
}


@pytest.mark.parametrize(("last", "first"), OUTAGES.values(), ids=OUTAGES)
def test_each_recipient_gets_one_message_with_one_card_a_case_and_clock(
    operation: Operation, last: datetime, first: datetime
) -> None:
    operation.round(last)
    before = Counter(to for to, _ in operation.bodies())
    operation.round(first)
    cards = operation.cards(last)
    assert {case for case, *_ in cards} == {1, 2, 3}
    told = Counter((case, clock, unit, role) for case, clock, _, unit, role in cards)
    assert set(told.values()) == {1}
    recipients = Counter({f"{unit}/{role}" for *_, unit, role in cards})
    assert Counter(to for to, _ in operation.bodies()) - before == recipients


def test_after_a_week_the_red_card_goes_out_and_the_yellow_one_that_was_missed_does_not(
    operation: Operation,
) -> None:
    operation.round(at(3, 17))
    operation.round(at(11, 9, 30))
    cards = operation.cards(at(3, 17))
    finish = {(rung, role) for _, clock, rung, _, role in cards if clock == "finish/0"}
    assert finish == {("red", "contact"), ("red", "deputy")}
    missed = operation.outbox.bench.value("select count(*) from fired where coalesced and rung = 2")
    assert missed >= 3  # type: ignore[operator]


def test_an_outage_that_ends_at_night_wakes_nobody(operation: Operation) -> None:
    operation.round(at(9, 17))
    sent = len(operation.bodies())
    for hour in (19, 22):
        report = operation.round(at(10, hour))
        assert (report.sent, report.waiting_for_hours > 0) == (0, True)
    assert len(operation.bodies()) == sent
    morning = operation.round(at(11, 9))
    assert morning.sent == len({to for to, _ in operation.bodies()[sent:]})
    assert morning.sent > 0


def test_a_case_submitted_during_the_night_is_not_reminded_of_in_the_morning(
    operation: Operation,
) -> None:
    bench = operation.outbox.bench
    operation.round(at(9, 17))
    operation.round(at(10, 19))
    no = str(bench.value("select no from rectification_case where id = 3"))
    bench.give(
        no,
        Submit(
            at=at(10, 20),
            by=Actor(Role.UNIT, "caizheng"),
            result=Result.SOLVED,
            reply="已办结。",
            evidence=(DIGEST,),
        ),
    )
    sent = len(operation.bodies())
    operation.round(at(11, 9))
    morning = dict(operation.bodies()[sent:])
    assert "caizheng/contact" not in morning
    assert "shuiwu/contact" in morning
