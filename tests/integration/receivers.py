"""Receivers that listen on this machine: a mail and a web server, with bad manners on demand."""

import email
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import Message as Mail
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tasks.smtp import SmtpServer


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Mailbox:
    """What a mail server took, and the replies it gives instead of taking things.

    ``rcpt`` and ``data`` map an address to a reply; ``on_data`` runs before the text is answered.
    """

    port: int
    mails: list[Mail] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    rcpt: dict[str, str] = field(default_factory=dict)
    data: dict[str, str] = field(default_factory=dict)
    sessions: set[object] = field(default_factory=set)
    on_data: Callable[[], None] = lambda: None

    @property
    def server(self) -> SmtpServer:
        """How to reach it."""
        return SmtpServer("127.0.0.1", self.port)

    async def handle_RCPT(  # noqa: N802
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        if address in self.rcpt:
            return self.rcpt[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        self.sessions.add(session.peer)
        self.on_data()
        if envelope.rcpt_tos[0] in self.data:
            return self.data[envelope.rcpt_tos[0]]
        self.raw.append(content)
        self.mails.append(email.message_from_bytes(content))
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """Run a mail server."""
    box = Mailbox(free_port())
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@dataclass(frozen=True)
class Posted:
    """A request that a web server got."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401
        return json.loads(self.body)


@dataclass
class Web:
    """What a web server got; ``answer`` gives the status and text of each reply."""

    port: int = 0
    posts: list[Posted] = field(default_factory=list)
    answer: Callable[[Posted], tuple[int, str]] = lambda _posted: (200, "{}")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def web_server() -> Iterator[Web]:
    """Run a web server that keeps connections."""
    web = Web()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            posted = Posted(self.path, dict(self.headers), body)
            web.posts.append(posted)
            status, text = web.answer(posted)
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def answering(*parts: bytes, pause: float = 0.0) -> Iterator[tuple[str, threading.Event]]:
    """Run a server that reads a request and answers with raw bytes, pausing after each part.

    Gives its address, and an event that tells when the caller hung up before the end.
    """
    gone = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    caller, _ = listener.accept()
                    with caller, suppress(ConnectionError):
                        _answer(caller, parts, pause, gone)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", gone
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _answer(
    caller: socket.socket, parts: tuple[bytes, ...], pause: float, gone: threading.Event
) -> None:
    while (asked := caller.recv(65536)) and not asked.endswith(b"}"):
        pass
    try:
        for part in parts:
            caller.sendall(part)
            gone.wait(pause)
    except ConnectionError:
        gone.set()
