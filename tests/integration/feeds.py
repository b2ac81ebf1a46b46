"""A hotline that answers on this machine, with bad manners on demand, and pulls of it."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from models.feeds import Feed, feed_named
from tasks.desk import Desk
from tasks.feeds.keeping import Words, add
from tasks.feeds.pulling import Manner, PullReport
from tasks.feeds.retrying import Pace
from tasks.feeds.rounds import pull_feed

NAME = "热线"
SECRET = "s3cr3t-of-the-hotline"
PHONE = "13805320417"
REPORTER = "欧阳于先生"
PAGED = ("paging=page", "size=2")
CURSOR = ("paging=cursor", "next=next", "page_param=token")


@dataclass(frozen=True)
class Asked:
    """A request that the hotline got."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass(frozen=True)
class Reply:
    """What it answers: JSON, or bytes as they are."""

    body: object = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


Raw = Callable[[BaseHTTPRequestHandler], None]
"""Writes an answer by itself."""
Manners = Callable[[Asked], Reply | Raw]


@dataclass
class Hotline:
    """A server; ``answer`` says what it answers."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answer: Manners = lambda _asked: Reply({"data": []})


@contextmanager
def hotline_server() -> Iterator[Hotline]:
    """Run a hotline."""
    hotline = Hotline()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            asked = Asked(url.path, query, dict(self.headers))
            hotline.asked.append(asked)
            reply = hotline.answer(asked)
            if not isinstance(reply, Reply):
                self.close_connection = True
                reply(self)
                return
            content = reply.content()
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(content)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    hotline.url = f"http://127.0.0.1:{server.server_address[1]}/orders"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield hotline
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def order(number: int, at: str = "2026-03-02T09:00:00+08:00", **more: object) -> dict[str, Any]:
    """A problem as the hotline has it."""
    row = {"orderNo": f"H-{number}", "title": f"第{number}个问题", "updatedAt": at}
    return row | {"content": {"text": f"内容{number}"}, "name": REPORTER, "tel": PHONE} | more


def always(reply: Reply) -> Manners:
    """Answer the same whatever is asked."""
    return lambda _asked: reply


def paged(rows: Sequence[object], size: int) -> Manners:
    """Answer by page number, with nothing beyond the last."""

    def answer(asked: Asked) -> Reply:
        start = (int(asked.query["page"]) - 1) * size
        return Reply({"data": rows[start : start + size]})

    return answer


COLUMNS = ("source_id=orderNo", "body=content.text", "reporter=name", "phone=tel")
SINCE = ("since_param=after", "since_field=updatedAt")


@dataclass(frozen=True)
class Pulls:
    """One source of a desk."""

    desk: Desk
    hotline: Hotline
    waited: list[float] = field(default_factory=list)

    def set_up(self, *settings: str, **words: Any) -> Feed:  # noqa: ANN401
        """Register the hotline as a source."""
        given = {"channel": "12345", "url": self.hotline.url, "columns": COLUMNS} | words
        where = () if "format=csv" in settings else ("rows=data",)
        return add(self.desk, NAME, Words(settings=(*where, *settings), **given))

    def pull(self, progress: Callable[[int], None] = lambda _: None) -> PullReport:
        """Pull it, waiting for nothing."""
        return pull_feed(self.desk, NAME, Manner(Pace(sleep=self.waited.append), progress))

    @property
    def feed(self) -> Feed:
        """The source as it stands."""
        return feed_named(self.desk.engine, NAME)
