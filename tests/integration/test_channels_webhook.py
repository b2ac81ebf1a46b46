"""Signed webhooks: against the receiver that docs/webhook.md shows, and against bad ones."""

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from domain.calendar import SHANGHAI
from models.outbox_sending import Message
from tasks.delivery import posting
from tasks.delivery.results import SENT, Result
from tasks.delivery.webhook import Webhook, payload, signature
from tests.integration.receivers import Posted, Web, answering, free_port, web_server

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
SECRET = "一个秘密"
DOCS = Path(__file__).parents[2] / "docs" / "webhook.md"


def message(address: str) -> Message:
    return Message(
        id=uuid4(),
        recipient="shuiwu/contact",
        channel="webhook",
        address=address,
        subject="【黄牌】QD2026-000123 物业收费不公示",
        body="请即办理。\n",
        urgent=False,
        created_at=MONDAY,
    )


def send(item: Message, secret: str = SECRET, at: datetime = MONDAY) -> Result:
    with closing(Webhook(secret, lambda: at)) as webhook:
        return webhook.send(item)


@pytest.fixture
def web() -> Iterator[Web]:
    with web_server() as found:
        yield found


@pytest.fixture
def documented() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The receiver of the documentation, running, and its address."""
    code = re.search(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert code is not None
    port = free_port()
    receiver = subprocess.Popen(
        [sys.executable, "-c", code[1]],
        env=os.environ | {"RECTIFY_WEBHOOK_SECRET": SECRET, "PORT": str(port), "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with receiver:
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
        yield f"http://127.0.0.1:{port}/hook", receiver
        receiver.kill()


def test_the_documented_receiver_takes_a_genuine_message_once(
    documented: tuple[str, subprocess.Popen[str]],
) -> None:
    url, receiver = documented
    item = message(url)
    now = datetime.now(UTC)
    assert [send(item, at=now), send(item, at=now)] == [SENT, SENT]
    other = message(url)
    assert send(other, at=now) == SENT
    assert receiver.stdout is not None
    expected = f"shuiwu {item.subject}\n"
    assert [receiver.stdout.readline() for _ in range(2)] == [expected, expected]


def test_the_documented_receiver_refuses_a_wrong_secret_and_an_old_message(
    documented: tuple[str, subprocess.Popen[str]],
) -> None:
    url, _ = documented
    assert send(message(url), secret="猜的", at=datetime.now(UTC)).permanent
    assert send(message(url), at=MONDAY).permanent


def test_the_documented_receiver_is_about_twenty_lines_long() -> None:
    code = DOCS.read_text("utf-8").split("```python\n")[1].split("```")[0]
    assert len([line for line in code.splitlines() if line]) <= 24


def test_the_body_says_everything_and_carries_the_id(web: Web) -> None:
    item = message(f"{web.url}/hook?key=1")
    assert send(item) == SENT
    posted = web.posts[0]
    assert posted.path == "/hook?key=1"
    assert posted.json == {
        "id": str(item.id),
        "unit": "shuiwu",
        "role": "contact",
        "subject": item.subject,
        "body": item.body,
        "urgent": False,
        "created_at": "2026-03-02T10:00:00+08:00",
    }
    assert posted.headers["X-Rectify-Delivery"] == str(item.id)
    assert posted.headers["Idempotency-Key"] == str(item.id)
    assert "物业收费" in posted.body.decode("utf-8")


def test_a_retry_has_the_same_body_and_a_fresh_signature(web: Web) -> None:
    item = message(web.url)
    send(item, at=MONDAY)
    send(item, at=MONDAY.replace(hour=11))
    first, second = web.posts
    assert first.body == second.body == payload(item)
    stamps = [post.headers["X-Rectify-Timestamp"] for post in web.posts]
    assert int(stamps[1]) - int(stamps[0]) == 3600
    for post, stamp in zip(web.posts, stamps, strict=True):
        assert post.headers["X-Rectify-Signature"] == signature(SECRET, stamp, post.body)


@pytest.mark.parametrize(
    ("status", "permanent"),
    [
        *((status, True) for status in (301, 400, 403, 404, 410)),
        *((status, False) for status in (408, 429, 500, 502, 503)),
    ],
)
def test_replies_say_whether_to_try_again(web: Web, status: int, permanent: bool) -> None:  # noqa: FBT001
    web.answer = lambda _posted: (status, "no")
    result = send(message(web.url))
    assert (result.sent, result.certain, result.permanent) == (False, True, permanent)
    assert str(status) in result.reason


def test_a_redirect_to_another_host_is_not_followed(web: Web) -> None:
    with web_server() as other:
        away = f"HTTP/1.1 307 Elsewhere\r\nLocation: {other.url}/\r\nContent-Length: 0\r\n\r\n"
        with answering(away.encode()) as (url, _):
            result = send(message(url))
        assert (result.sent, result.certain, result.permanent) == (False, True, True)
        assert "不予跟随" in result.reason
        assert not result.bounced
        assert other.posts == []


@pytest.mark.parametrize("garbage", ["<html>login</html>", "\x00\ufffd", '{"errcode": 1}'])
def test_any_2xx_is_accepted_whatever_its_text_says(web: Web, garbage: str) -> None:
    web.answer = lambda _posted: (200, garbage)
    assert send(message(web.url)) == SENT


def test_a_reply_of_ten_megabytes_is_hung_up_on_and_the_next_message_goes_on() -> None:
    megabyte = b"x" * 1_000_000
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n"
    with (
        answering(head, *[megabyte] * 10) as (url, gone),
        closing(Webhook(SECRET, lambda: MONDAY)) as webhook,
    ):
        assert [webhook.send(message(url)) for _ in range(3)] == [SENT] * 3
        assert gone.wait(5)


def test_a_reply_that_trickles_in_costs_a_time_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "REPLY_SECONDS", 0.3)
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"
    with answering(head, *[b"x"] * 1000, pause=0.05) as (url, gone):
        assert send(message(url)) == SENT
        assert gone.wait(5)


def test_a_reply_that_breaks_off_changes_nothing() -> None:
    with answering(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf") as (url, _):
        assert send(message(url)) == SENT


@pytest.mark.parametrize("answer", [b"", b"no HTTP at all\r\n\r\n", b"HTTP/1.1 "])
def test_what_is_no_answer_leaves_doubt(answer: bytes) -> None:
    with answering(answer) as (url, _):
        result = send(message(url))
        assert (result.sent, result.certain) == (False, False)


@pytest.mark.parametrize(("status", "bounces"), [(404, True), (410, True), (403, False)])
def test_only_an_address_that_does_not_exist_bounces(
    web: Web,
    status: int,
    bounces: bool,  # noqa: FBT001
) -> None:
    web.answer = lambda _posted: (status, "")
    assert send(message(web.url)).bounced is bounces


def test_a_receiver_that_is_away_got_nothing() -> None:
    result = send(message(f"http://127.0.0.1:{free_port()}/secret-path"))
    assert (result.certain, result.down, result.permanent) == (True, True, False)
    assert "secret-path" not in result.reason


def test_a_receiver_that_hangs_up_leaves_doubt(web: Web) -> None:
    web.answer = lambda _posted: (0, "")
    result = send(message(web.url))
    assert (result.sent, result.certain, result.down) == (False, False, True)


def test_a_slow_receiver_leaves_doubt(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "REPLY_SECONDS", 0.2)

    def slow(_posted: Posted) -> tuple[int, str]:
        threading.Event().wait(0.6)
        return 200, ""

    web.answer = slow
    result = send(message(web.url))
    assert (result.sent, result.certain, result.down) == (False, False, True)


@pytest.mark.parametrize("url", ["", "ftp://x", "unit", "http://", "http:// x", "http://[::1"])
def test_what_is_no_web_address_is_parked(url: str) -> None:
    result = send(message(url))
    assert result.permanent
    assert "更正联系人" in result.reason


def test_a_receiver_that_speaks_no_tls_got_nothing(web: Web) -> None:
    result = send(message(web.url.replace("http:", "https:")))
    assert (result.certain, result.down) == (True, True)
    assert web.posts == []
