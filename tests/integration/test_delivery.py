"""One round of delivery: what is bound, what leaves, and what stays."""

from pathlib import Path
from uuid import uuid4

import pytest

from domain.errors import Misuse, Refused
from models.outbox_parked import parked, send_again
from tasks.delivery.delivering import DeliveryReport
from tests.integration.conftest import Bench
from tests.integration.outbox import LATER, MONDAY, Outbox
from tests.integration.receivers import mail_server, web_server


@pytest.fixture
def outbox(bench: Bench, tmp_path: Path) -> Outbox:
    return Outbox(bench, tmp_path)


def test_a_notice_becomes_a_file_with_its_whole_text(outbox: Outbox) -> None:
    no = outbox.dispatch("shuiwu")[0]
    assert outbox.deliver() == DeliveryReport(bound=1, sent=1)
    (identity, status), (path,) = outbox.messages()[0], outbox.files()
    assert status == "sent"
    assert path.relative_to(outbox.home) == Path(f"outbox/shuiwu/contact/2026-03-02-{identity}.txt")
    text = path.read_text("utf-8")
    assert f"主题：【交办〔2026〕1号】{no} 交办单：物业收费不公示" in text
    assert "各项时限自交办之时起算" in text


def test_several_notices_to_one_recipient_are_one_message(outbox: Outbox) -> None:
    nos = outbox.dispatch("shuiwu", "shuiwu", "shuiwu")
    assert outbox.deliver() == DeliveryReport(bound=3, sent=1)
    text = outbox.files()[0].read_text("utf-8")
    assert "办理事项提示（共3件）" in text
    assert all(f"编号：{no}" in text for no in nos)
    assert all(f"交办〔2026〕{n}号\n\n" in text for n in (1, 2, 3))


def test_each_recipient_gets_their_own(outbox: Outbox) -> None:
    outbox.dispatch("shuiwu", "caizheng", "shuiwu")
    assert outbox.deliver() == DeliveryReport(bound=3, sent=2)
    assert {path.parts[-3] for path in outbox.files()} == {"shuiwu", "caizheng"}


def test_a_second_round_sends_nothing_again(outbox: Outbox) -> None:
    outbox.dispatch("shuiwu")
    outbox.deliver()
    assert outbox.deliver(MONDAY + LATER) == DeliveryReport()
    assert len(outbox.files()) == 1


def test_what_is_owed_later_is_not_sent_before(outbox: Outbox) -> None:
    outbox.dispatch("shuiwu", at=MONDAY + LATER)
    assert outbox.deliver(MONDAY) == DeliveryReport()
    assert outbox.deliver(MONDAY + LATER).sent == 1


def test_each_channel_of_a_contact_gets_its_message(outbox: Outbox) -> None:
    with outbox.bench.owner.begin() as connection:
        connection.exec_driver_sql(
            "insert into contact (unit, role, name, channel, address)"
            " values ('shuiwu', 'contact', '李工', 'email', 'li@unit.example')"
        )
    outbox.dispatch("shuiwu")
    with mail_server() as box:
        outbox.more = {"smtp": box.server, "smtp_from": "zx@city.example"}
        assert outbox.deliver() == DeliveryReport(bound=2, sent=2)
        assert [mail["To"] for mail in box.mails] == ["li@unit.example"]
    assert len(outbox.files()) == 1


def test_the_contact_at_binding_counts(outbox: Outbox) -> None:
    outbox.contact("shuiwu", "email", "old@unit.example")
    outbox.dispatch("shuiwu")
    outbox.contact("shuiwu", "email", "new@unit.example")
    with mail_server() as box:
        outbox.more = {"smtp": box.server, "smtp_from": "zx@city.example"}
        outbox.deliver()
        assert [mail["To"] for mail in box.mails] == ["new@unit.example"]


def test_a_notice_whose_contact_went_away_becomes_a_file(outbox: Outbox) -> None:
    outbox.contact("shuiwu", "email", "old@unit.example")
    outbox.dispatch("shuiwu")
    outbox.contact("shuiwu", "webhook", "http://unit.example")
    assert outbox.deliver() == DeliveryReport(bound=1, sent=1)
    assert len(outbox.files()) == 1


@pytest.mark.parametrize(
    ("channel", "setting"),
    [("email", "RECTIFY_SMTP_URL"), ("webhook", "RECTIFY_WEBHOOK_SECRET")],
)
def test_a_channel_without_settings_parks_and_says_what_is_missing(
    outbox: Outbox, channel: str, setting: str
) -> None:
    outbox.contact("shuiwu", channel, "somewhere")
    outbox.dispatch("shuiwu", "caizheng")
    assert outbox.deliver() == DeliveryReport(bound=2, sent=1, parked=1)
    assert setting in outbox.reasons()[0]


def test_a_parked_message_is_sent_again_to_the_present_address(outbox: Outbox) -> None:
    outbox.contact("shuiwu", "email", "not an address")
    outbox.dispatch("shuiwu")
    with mail_server() as box:
        outbox.more = {"smtp": box.server, "smtp_from": "zx@city.example"}
        assert outbox.deliver().parked == 1
        assert outbox.deliver(MONDAY + LATER) == DeliveryReport()
        item = parked(outbox.bench.engine)[0]
        assert (item.recipient, item.channel, item.attempts, item.notices) == (
            "shuiwu/contact",
            "email",
            1,
            1,
        )
        outbox.contact("shuiwu", "email", "li@unit.example")
        send_again(outbox.bench.engine, item.id)
        assert outbox.deliver(MONDAY + LATER) == DeliveryReport(sent=1)
        assert box.mails[0]["To"] == "li@unit.example"
        assert box.mails[0]["Message-ID"] == f"<{item.id}@rectify>"
    assert parked(outbox.bench.engine) == []


def test_only_a_parked_message_can_be_sent_again(outbox: Outbox) -> None:
    outbox.dispatch("shuiwu")
    outbox.deliver()
    sent = outbox.messages()[0][0]
    for unknown in (sent, str(uuid4()), "12"):
        with pytest.raises(Refused, match="没有编号为"):
            send_again(outbox.bench.engine, unknown)
    with pytest.raises(Misuse, match="不是信件或通知的编号"):
        send_again(outbox.bench.engine, "x12")
    assert outbox.deliver(MONDAY + LATER) == DeliveryReport()


def test_a_webhook_gets_its_message(outbox: Outbox) -> None:
    outbox.dispatch("shuiwu")
    with web_server() as web:
        with outbox.bench.owner.begin() as connection:
            connection.exec_driver_sql("update notice set channel = 'webhook'")
        outbox.contact("shuiwu", "webhook", f"{web.url}/hook")
        outbox.more = {"webhook_secret": "s"}
        assert outbox.deliver() == DeliveryReport(bound=1, sent=1)
        assert web.posts[0].json["unit"] == "shuiwu"


def test_an_unknown_channel_parks(outbox: Outbox) -> None:
    outbox.dispatch("shuiwu")
    with outbox.bench.owner.begin() as connection:
        connection.exec_driver_sql("alter table contact drop constraint contact_channel_check")
        connection.exec_driver_sql("update notice set channel = 'pigeon'")
    outbox.contact("shuiwu", "pigeon", "roof")
    assert outbox.deliver() == DeliveryReport(bound=1, parked=1)
    assert "pigeon" in outbox.reasons()[0]


def test_a_simulation_writes_files_apart_and_reaches_nobody(outbox: Outbox) -> None:
    outbox.contact("shuiwu", "email", "li@unit.example")
    outbox.dispatch("shuiwu")
    with mail_server() as box:
        outbox.more = {"smtp": box.server, "smtp_from": "zx@city.example"}
        assert outbox.deliver(simulated=True) == DeliveryReport(bound=1, sent=1)
        assert box.mails == []
    assert outbox.files()[0].parts[-4] == f"outbox-{outbox.bench.engine.url.database}"


def test_more_recipients_than_one_transaction_takes_are_all_bound(
    outbox: Outbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("models.outbox.RECIPIENTS", 2)
    units = outbox.units()[:5]
    outbox.dispatch(*units, *units)
    assert outbox.deliver() == DeliveryReport(bound=2 * len(units), sent=len(units))


def test_the_folder_cannot_be_written(outbox: Outbox) -> None:
    (outbox.home / "outbox").write_text("a file where the folder should be")
    outbox.dispatch("shuiwu")
    assert outbox.deliver() == DeliveryReport(bound=1, failed=1)
    assert "写不了文件" in outbox.messages("last_error")[0][0]
    (outbox.home / "outbox").unlink()
    assert outbox.deliver(MONDAY + LATER) == DeliveryReport(sent=1)


def test_a_file_that_cannot_be_put_in_place_leaves_nothing_half_written(outbox: Outbox) -> None:
    outbox.dispatch("shuiwu")
    (outbox.home / "outbox").write_text("in the way")
    outbox.deliver()
    identity = outbox.messages()[0][0]
    (outbox.home / "outbox").unlink()
    place = outbox.home / "outbox" / "shuiwu" / "contact" / f"2026-03-02-{identity}.txt"
    place.mkdir(parents=True)
    assert outbox.deliver(MONDAY + LATER) == DeliveryReport(failed=1)
    assert [path.name for path in place.parent.iterdir()] == [place.name]


@pytest.mark.parametrize("channel", ["wecom", "dingtalk", "feishu"])
def test_a_robot_with_a_wrong_address_parks(outbox: Outbox, channel: str) -> None:
    outbox.contact("shuiwu", channel, "robot")
    outbox.dispatch("shuiwu")
    assert outbox.deliver() == DeliveryReport(bound=1, parked=1)
    assert "机器人地址不对" in outbox.reasons()[0]
