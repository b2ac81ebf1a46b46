"""E-mail: what arrives, and what each kind of failure says about whether it did."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from email.header import decode_header, make_header
from uuid import UUID, uuid4

import pytest

from domain.calendar import SHANGHAI
from models.outbox_sending import Message
from tasks.delivery import mailing
from tasks.delivery.mailing import Mailer, mail
from tasks.delivery.results import SENT, Result
from tasks.smtp import SmtpServer
from tests.integration.receivers import Mailbox, free_port, mail_server

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
SENDER = "专项行动 <zx@city.example>"


def message(address: str = "a@unit.example", identity: UUID | None = None) -> Message:
    return Message(
        id=identity or uuid4(),
        recipient="shuiwu/contact",
        channel="email",
        address=address,
        subject="【催办〔2026〕12号】QD2026-000123 红牌　催办通知书：物业收费不公示，业主多次反映",
        body="市税务局：\n\n　　请即办理。\n.\n单独一个点的行也要送到。\n",
        urgent=False,
        created_at=MONDAY,
    )


def send(server: SmtpServer, *messages: Message) -> list[Result]:
    with closing(Mailer(server, SENDER)) as mailer:
        return [mailer.send(item) for item in messages]


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mail_server() as found:
        yield found


@contextmanager
def rude_server(talk: Callable[[socket.socket], None]) -> Iterator[SmtpServer]:
    """A server that talks as told to each caller."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def serve() -> None:
            while True:
                try:
                    caller, _ = listener.accept()
                except OSError:
                    return
                with caller, suppress(ConnectionError):
                    talk(caller)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield SmtpServer("127.0.0.1", port)
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def polite_until(command: str, then: Callable[[socket.socket], None]) -> Callable[..., None]:
    """Answer as a server does until a command comes, then misbehave."""

    def talk(caller: socket.socket) -> None:
        caller.sendall(b"220 hello\r\n")
        in_text = False
        with caller.makefile("rb") as lines:
            for line in lines:
                said = line.decode().strip().upper()
                if said == command or said.startswith(f"{command} "):
                    then(caller)
                    return
                if not in_text or said == ".":
                    in_text = said == "DATA"
                    caller.sendall(b"354 go on\r\n" if in_text else b"250 ok\r\n")

    return talk


def hang_up(_caller: socket.socket) -> None:
    """Say nothing more."""


def hang(caller: socket.socket) -> None:
    """Say nothing until the other side gives up."""
    while caller.recv(1024):
        pass


def test_the_whole_text_arrives_in_chinese(box: Mailbox) -> None:
    sent = message()
    assert send(box.server, sent) == [SENT]
    arrived = box.mails[0]
    text = arrived.get_payload(decode=True)
    assert isinstance(text, bytes)
    assert text.decode() == sent.body
    assert str(make_header(decode_header(arrived["Subject"]))) == sent.subject
    assert str(make_header(decode_header(arrived["From"]))) == SENDER
    assert arrived["To"] == "a@unit.example"
    assert arrived["Date"] == "Mon, 02 Mar 2026 10:00:00 +0800"


def test_the_id_of_the_message_is_in_its_headers(box: Mailbox) -> None:
    sent = message()
    send(box.server, sent)
    assert box.mails[0]["Message-ID"] == f"<{sent.id}@rectify>"
    assert box.mails[0]["X-Rectify-Delivery"] == str(sent.id)
    assert box.mails[0]["Idempotency-Key"] == str(sent.id)


def test_a_retry_is_byte_for_byte_the_same(box: Mailbox) -> None:
    sent = message()
    for _ in range(2):
        assert send(box.server, sent) == [SENT]
    assert box.raw[0] == box.raw[1]


def test_lines_of_a_mail_are_as_the_standard_wants_them() -> None:
    lines = mail(message(), "a@b.cn").split(b"\r\n")
    assert max(map(len, lines)) <= 78
    assert not any(b"\n" in line or b"\r" in line for line in lines)


def test_many_messages_leave_over_one_connection(box: Mailbox) -> None:
    results = send(box.server, *[message(f"a{n}@unit.example") for n in range(20)])
    assert results == [SENT] * 20
    assert len(box.sessions) == 1


def test_a_refused_recipient_is_parked_and_the_next_one_gets_theirs(box: Mailbox) -> None:
    box.rcpt["gone@unit.example"] = "550 no such user"
    first, second = send(box.server, message("gone@unit.example"), message())
    assert (first.permanent, first.bounced, first.certain) == (True, True, True)
    assert "550 no such user" in first.reason
    assert second == SENT
    assert len(box.sessions) == 1


def test_a_full_mailbox_is_tried_again(box: Mailbox) -> None:
    box.rcpt["full@unit.example"] = "452 mailbox full"
    result = send(box.server, message("full@unit.example"))[0]
    assert (result.sent, result.permanent, result.certain, result.down) == (
        False,
        False,
        True,
        False,
    )


@pytest.mark.parametrize(("reply", "permanent"), [("554 spam", True), ("451 later", False)])
def test_a_refused_text_was_certainly_not_delivered(
    box: Mailbox,
    reply: str,
    permanent: bool,  # noqa: FBT001
) -> None:
    box.data["a@unit.example"] = reply
    result = send(box.server, message())[0]
    assert (result.sent, result.certain, result.permanent) == (False, True, permanent)


def test_a_server_that_is_away_is_said_to_be_down() -> None:
    result = send(SmtpServer("127.0.0.1", free_port()), message())[0]
    assert (result.certain, result.down, result.permanent) == (True, True, False)
    assert "拒绝连接" in result.reason


@pytest.mark.parametrize("command", ["EHLO", "MAIL", "RCPT", "DATA"])
def test_a_connection_lost_before_the_text_means_certainly_not_delivered(command: str) -> None:
    with rude_server(polite_until(command, hang_up)) as server:
        result = send(server, message())[0]
    assert (result.sent, result.certain, result.down) == (False, True, True)


def test_a_server_that_hangs_up_on_every_caller_got_nothing() -> None:
    with rude_server(hang_up) as server:
        result = send(server, message())[0]
    assert (result.sent, result.certain, result.down) == (False, True, True)
    assert "连接中断" in result.reason


def test_a_greylisting_server_is_tried_again_and_takes_the_same_mail(box: Mailbox) -> None:
    sent = message()
    box.rcpt["a@unit.example"] = "451 4.7.1 greylisted, come back later"
    first = send(box.server, sent)[0]
    assert (first.sent, first.certain, first.permanent, first.down) == (False, True, False, False)
    box.rcpt.clear()
    assert send(box.server, sent) == [SENT]
    assert box.mails[0]["Message-ID"] == f"<{sent.id}@rectify>"


def test_a_connection_lost_after_the_text_leaves_doubt() -> None:
    # A line with a full stop alone ends the text.
    with rude_server(polite_until(".", hang_up)) as server:
        result = send(server, message())[0]
    assert (result.sent, result.certain, result.down) == (False, False, True)
    assert "可能已经送达" in result.reason


def test_silence_after_the_text_leaves_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailing, "REPLY_SECONDS", 0.2)
    with rude_server(polite_until(".", hang)) as server:
        result = send(server, message())[0]
    assert (result.sent, result.certain) == (False, False)


def test_a_silent_server_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailing, "REPLY_SECONDS", 0.2)
    with rude_server(hang) as server:
        result = send(server, message())[0]
    assert (result.certain, result.down) == (True, True)


def test_a_connection_that_the_server_closed_meanwhile_is_opened_again(box: Mailbox) -> None:
    with closing(Mailer(box.server, SENDER)) as mailer:
        assert mailer.send(message()) == SENT
        assert mailer._connection is not None
        assert mailer._connection.sock is not None
        mailer._connection.sock.shutdown(socket.SHUT_RDWR)
        assert mailer.send(message()) == SENT
    assert len(box.sessions) == 2


@pytest.mark.parametrize(
    "address", ["", "nobody", "a b@c.cn", "a@b.cn,c@d.cn", "a@b.cn\r\nBcc: x@y.cn", "人@单位.cn"]
)
def test_what_is_no_address_is_parked_before_anything_is_sent(address: str) -> None:
    result = send(SmtpServer("127.0.0.1", free_port()), message(address))[0]
    assert result.permanent
    assert "不是邮箱地址" in result.reason


def test_a_sender_that_the_server_refuses_closes_the_route_not_the_messages() -> None:
    def refuse(caller: socket.socket) -> None:
        caller.sendall(b"550 not you\r\n")

    with rude_server(polite_until("MAIL", refuse)) as server:
        result = send(server, message())[0]
    assert (result.permanent, result.certain, result.down) == (False, True, True)
    assert "550 not you" in result.reason


def test_an_unknown_user_or_wrong_password_is_told(box: Mailbox) -> None:
    server = SmtpServer("127.0.0.1", box.port, user="u", password="secret-word")
    result = send(server, message())[0]
    assert (result.certain, result.down) == (True, True)
    assert "secret-word" not in result.reason
