"""Delivery held: after a restore, and by hand; and let go again from an instant."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.calendar import SHANGHAI
from domain.errors import Refused
from models.checking import CheckReport, Moment, fire_due, mark_checked
from models.outbox_hold import Released, count_release, hold, release, state
from tasks.delivery.delivering import DeliveryReport
from tests.integration.conftest import Bench
from tests.integration.outbox import LATER, MONDAY, Outbox
from tests.integration.receivers import Posted, web_server

EVENING = MONDAY.replace(hour=17)
WEEK_LATER = datetime(2026, 3, 10, 10, tzinfo=SHANGHAI)
"""After the first Monday's cases got their yellow and red cards."""


@pytest.fixture
def outbox(bench: Bench, tmp_path: Path) -> Outbox:
    return Outbox(bench, tmp_path)


def mark(outbox: Outbox) -> Path:
    return outbox.home / f"delivery-{outbox.bench.engine.url.database}.json"


def restored(outbox: Outbox) -> None:
    """Let the database be older than what was sent."""
    with outbox.bench.owner.begin() as connection:
        connection.exec_driver_sql("update setting set deliveries = deliveries - 1")


def check(outbox: Outbox, at: datetime) -> None:
    fire_due(outbox.bench.engine, Moment(at, at), CheckReport())
    mark_checked(outbox.bench.engine, at)


def statuses(outbox: Outbox) -> list[str]:
    return [status for _, status in outbox.notices()]


def test_each_batch_sent_is_counted_in_the_database_and_beside_it(outbox: Outbox) -> None:
    outbox.deliver()
    assert not mark(outbox).exists()
    outbox.dispatch("shuiwu")
    outbox.deliver()
    assert json.loads(mark(outbox).read_text()) == {"deliveries": 1, "at": MONDAY.isoformat()}
    assert state(outbox.bench.engine).deliveries == 1


def test_the_count_is_kept_before_anything_leaves(outbox: Outbox) -> None:
    kept: list[str] = []

    def answer(_posted: Posted) -> tuple[int, str]:
        kept.append(mark(outbox).read_text())
        return 200, ""

    with web_server() as web:
        web.answer = answer
        outbox.contact("shuiwu", "webhook", web.url)
        outbox.more = {"webhook_secret": "s"}
        outbox.dispatch("shuiwu")
        outbox.deliver()
    assert json.loads(kept[0])["deliveries"] == 1


def test_a_restored_database_sends_nothing_and_says_why_in_every_round(outbox: Outbox) -> None:
    outbox.dispatch("shuiwu")
    outbox.deliver()
    restored(outbox)
    outbox.dispatch("caizheng")
    for at in (MONDAY + LATER, MONDAY + 2 * LATER):
        report = outbox.deliver(at)
        assert (report.bound, report.sent) == (0, 0)
        assert "2026-03-02 13:00" in report.held
        assert "可能是从备份恢复的" in report.held
        assert "notices release --from" in report.held
    assert statuses(outbox) == ["bound", "owed"]


def test_another_host_that_sent_less_holds_too_and_is_not_held_again_after_the_release(
    outbox: Outbox, tmp_path: Path
) -> None:
    other = Outbox(outbox.bench, tmp_path / "other")
    other.home.mkdir()
    outbox.dispatch("shuiwu")
    outbox.deliver()
    other.deliver()
    restored(outbox)
    assert other.deliver(EVENING).held
    check(outbox, EVENING)
    release(outbox.bench.engine, EVENING, "已发")
    assert [box.deliver(EVENING).held for box in (outbox, other)] == ["", ""]


def test_a_simulation_is_never_held(outbox: Outbox) -> None:
    outbox.dispatch("shuiwu")
    hold(outbox.bench.engine, MONDAY, "x")
    assert outbox.deliver(simulated=True) == DeliveryReport(bound=1, sent=1)
    assert not mark(outbox).exists()


def test_a_mark_that_cannot_be_read_or_written_costs_a_warning_and_no_message(
    outbox: Outbox, caplog: pytest.LogCaptureFixture
) -> None:
    mark(outbox).mkdir()
    outbox.dispatch("shuiwu")
    assert outbox.deliver().sent == 1
    assert "cannot be read" in caplog.text
    assert "cannot be written" in caplog.text


def test_a_hold_by_hand_stops_a_round_before_its_next_batch(outbox: Outbox) -> None:
    def answer(_posted: Posted) -> tuple[int, str]:
        hold(outbox.bench.engine, MONDAY, "核对联系方式")
        return 200, ""

    with web_server() as web:
        web.answer = answer
        units = outbox.units()[:3]
        for unit in units:
            outbox.contact(unit, "webhook", web.url)
        outbox.more = {"webhook_secret": "s"}
        outbox.dispatch(*units)
        outbox.pace = type(outbox.pace)(batch=1)
        assert outbox.deliver() == DeliveryReport(bound=3, sent=1, postponed=1)
        assert len(web.posts) == 1
    assert outbox.deliver().held


def test_what_has_its_ground_before_the_instant_is_taken_for_sent_and_the_rest_goes_out(
    outbox: Outbox,
) -> None:
    outbox.dispatch("shuiwu", at=MONDAY)
    outbox.dispatch("shuiwu", "caizheng", at=MONDAY + LATER)
    hold(outbox.bench.engine, EVENING, "恢复")
    check(outbox, EVENING)
    since = MONDAY + timedelta(hours=1)
    assert count_release(outbox.bench.engine, since) == Released(1, 2)
    assert statuses(outbox) == ["owed"] * 3
    assert release(outbox.bench.engine, since, "恢复时视为已发") == Released(1, 2)
    assert statuses(outbox) == ["withdrawn", "owed", "owed"]
    assert outbox.bench.value("select reason from notice where id = 1") == "恢复时视为已发"
    assert outbox.deliver(EVENING) == DeliveryReport(bound=2, sent=2)


def test_a_message_bound_before_the_restore_is_taken_apart(outbox: Outbox) -> None:
    outbox.contact("shuiwu", "email", "a@unit.example")
    outbox.more = {"smtp": None}
    outbox.dispatch("shuiwu", at=MONDAY)
    outbox.dispatch("shuiwu", at=MONDAY + LATER)
    outbox.deliver(MONDAY + LATER)
    with outbox.bench.owner.begin() as connection:
        # As a backup may hold it: in mid-send.
        connection.exec_driver_sql(
            "update message set status = 'pending', leased_until = now() - interval '1 day'"
        )
    hold(outbox.bench.engine, EVENING, "恢复")
    check(outbox, EVENING)
    release(outbox.bench.engine, MONDAY + timedelta(hours=1), "已发")
    assert statuses(outbox) == ["withdrawn", "owed"]
    assert [status for _, status in outbox.messages()] == ["dissolved"]


def test_a_card_goes_by_the_instant_of_its_rung_however_late_a_check_found_it(
    outbox: Outbox,
) -> None:
    no = outbox.dispatch("shuiwu", at=MONDAY)[0]
    outbox.bench.sign(no)
    outbox.deliver(MONDAY)
    hold(outbox.bench.engine, WEEK_LATER, "恢复")
    check(outbox, WEEK_LATER)
    rung = outbox.bench.value("select max(at) from fired where not coalesced")
    assert isinstance(rung, datetime)
    assert rung < WEEK_LATER
    assert count_release(outbox.bench.engine, rung).taken == 0
    after = rung + timedelta(seconds=1)
    assert count_release(outbox.bench.engine, after).rest == 0
    assert release(outbox.bench.engine, after, "已发").taken > 0
    assert outbox.deliver(WEEK_LATER) == DeliveryReport()


def test_nothing_is_released_before_a_check_has_run_since(outbox: Outbox) -> None:
    check(outbox, MONDAY)
    hold(outbox.bench.engine, EVENING, "恢复")
    with pytest.raises(Refused, match=r"请先运行 \./rectify check"):
        release(outbox.bench.engine, EVENING, "已发")
    assert state(outbox.bench.engine).held_at == EVENING


def test_only_what_is_held_is_released(outbox: Outbox) -> None:
    with pytest.raises(Refused, match="没有暂停"):
        release(outbox.bench.engine, MONDAY, "已发")


def test_a_second_hold_keeps_the_reason_of_the_first(outbox: Outbox) -> None:
    hold(outbox.bench.engine, MONDAY, "一")
    hold(outbox.bench.engine, EVENING, "二")
    found = state(outbox.bench.engine)
    assert (found.held_at, found.held_why) == (MONDAY, "一")
