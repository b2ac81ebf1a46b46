"""Sources that fail: patience within a pull, less often after it, and the office is told."""

import os
import signal
import ssl
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from models.feeds import enable_feed
from tasks.artifacts.worklist import worklist
from tasks.feeds.keeping import Words, change
from tasks.feeds.rounds import attention, due_feeds
from tasks.settings import CHECKOUT
from tests.integration.conftest import MONDAY, Bench
from tests.integration.feeds import (
    NAME,
    Asked,
    Pulls,
    Reply,
    order,
    paged,
)


def after(pulls: Pulls, minutes: float) -> Pulls:
    return Pulls(replace(pulls.desk, now=MONDAY + timedelta(minutes=minutes)), pulls.hotline)


def test_what_passes_by_itself_is_asked_again_at_once(pulls: Pulls) -> None:
    pulls.set_up()

    def answer(_: Asked) -> Reply:
        count = len(pulls.hotline.asked)
        if count == 1:
            return Reply(status=429, headers={"Retry-After": "7"})
        return Reply(status=502) if count == 2 else Reply({"data": [order(1)]})

    pulls.hotline.answer = answer
    report = pulls.pull()
    assert (report.opened, report.error, pulls.waited) == (1, "", [7.0, 4.0])


@pytest.mark.parametrize("as_date", [False, True])
def test_a_long_wait_that_is_asked_for_ends_the_pull_until_then(
    pulls: Pulls,
    as_date: bool,  # noqa: FBT001
) -> None:
    pulls.set_up()
    pulls.hotline.answer = lambda _: Reply(
        status=503,
        headers={"Retry-After": formatdate(time.time() + 1800, usegmt=True) if as_date else "1800"},
    )
    pulls.pull()
    assert len(pulls.hotline.asked) == 1
    assert due_feeds(after(pulls, 29).desk) == []
    assert due_feeds(after(pulls, 30.1).desk) == [NAME]


def test_no_source_can_ask_to_be_left_alone_for_ever(pulls: Pulls) -> None:
    pulls.set_up()
    pulls.hotline.answer = lambda _: Reply(status=429, headers={"Retry-After": "99999999999"})
    pulls.pull()
    assert due_feeds(after(pulls, 120).desk) == [NAME]


def test_after_three_failures_a_source_is_tried_less_often_and_the_office_is_told(
    pulls: Pulls,
) -> None:
    pulls.set_up()
    pulls.hotline.answer = lambda _: Reply(status=503)
    for _ in range(2):
        pulls.pull()
    assert due_feeds(pulls.desk) == [NAME]
    assert attention(pulls.desk) == ""
    rests = []
    for _ in range(6):
        pulls.pull()
        assert pulls.feed.next_try_at is not None
        rests.append((pulls.feed.next_try_at - MONDAY).total_seconds() / 60)
    assert rests == [20, 40, 80, 120, 120, 120]
    assert "来件来源连续拉取失败：热线" in worklist(pulls.desk, MONDAY, {})
    assert pulls.feed.failing_since == MONDAY


def test_what_will_not_pass_by_itself_is_told_at_once_and_asked_once(pulls: Pulls) -> None:
    pulls.set_up()
    pulls.hotline.answer = lambda _: Reply(status=403)
    pulls.pull()
    assert len(pulls.hotline.asked) == 1
    assert due_feeds(pulls.desk) == []
    assert "连续拉取失败：热线" in attention(pulls.desk)


def test_a_source_that_answers_again_is_as_if_nothing_had_been(pulls: Pulls) -> None:
    pulls.set_up()
    pulls.hotline.answer = lambda _: Reply(status=500)
    for _ in range(4):
        pulls.pull()
    pulls.hotline.answer = lambda _: Reply({"data": [order(1)]})
    assert after(pulls, 500).pull().opened == 1
    feed = pulls.feed
    assert (feed.failures, feed.failing_since, feed.next_try_at, feed.last_error) == (
        0,
        None,
        None,
        "",
    )
    assert attention(pulls.desk) == ""


def test_a_paused_source_is_on_the_worklist(pulls: Pulls) -> None:
    pulls.set_up()
    enable_feed(pulls.desk.engine, NAME, enabled=False)
    assert attention(pulls.desk) == "来件来源已暂停：热线；用 ./rectify feed list 查看。"


def test_a_secret_that_is_missing_is_named(pulls: Pulls) -> None:
    pulls.set_up(headers=["Authorization=Bearer {secret:app}"])
    assert "feed secret 来源名 --as app" in pulls.pull().error
    change(pulls.desk, NAME, Words(headers=["Authorization={env:FEED_NOT_SET}"]))
    assert "没有变量 FEED_NOT_SET" in pulls.pull().error
    assert pulls.hotline.asked == []


def _certificate(folder: Path) -> Path:
    """A certificate for this machine that nobody vouches for, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = folder / "server.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


def test_a_certificate_that_nobody_vouches_for_is_refused_and_a_named_one_taken(
    pulls: Pulls, tmp_path: Path
) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.wfile.write(b'HTTP/1.0 200 OK\r\n\r\n{"data": [{"orderNo": 1, "title": "x"}]}')

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    file = _certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        pulls.set_up(url=f"https://127.0.0.1:{server.server_address[1]}/")
        assert "TLS 证书" in pulls.pull().error
        change(pulls.desk, NAME, Words(settings=[f"ca_file={file}"]))
        assert pulls.pull().opened == 1
        file.unlink()
        assert "ca_file" in pulls.pull().error
        server.shutdown()
        thread.join()


RUN = """
import sys
from datetime import datetime
from pathlib import Path
from models.engine import connect
from tasks.desk import Desk
from tasks.feeds.pulling import Manner
from tasks.feeds.rounds import pull_feed
from tasks.settings import Settings
url, home, now = sys.argv[1:]
at = datetime.fromisoformat(now)
desk = Desk(Settings(home=Path(home)), "live", connect(url), at, at)
def told(pages):
    print(pages, flush=True)
    sys.stdin.readline()
pull_feed(desk, "热线", Manner(progress=told))
"""


@pytest.mark.parametrize("pages", [1, 3])
def test_killed_between_a_page_and_its_cursor_nothing_is_lost_or_opened_twice(
    pulls: Pulls, bench: Bench, pages: int
) -> None:
    pulls.set_up("paging=page", "size=2")
    pulls.hotline.answer = paged([order(n) for n in range(9)], 2)
    url = bench.engine.url.render_as_string(hide_password=False)
    home = str(pulls.desk.settings.home)
    words = [sys.executable, "-c", RUN, url, home, MONDAY.isoformat()]
    with subprocess.Popen(
        words, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        assert run.stdin is not None
        for page in range(1, pages + 1):
            assert run.stdout.readline() == f"{page}\n"
            if page < pages:
                run.stdin.write("\n")
                run.stdin.flush()
        os.kill(run.pid, signal.SIGKILL)
    assert pulls.feed.page == pages - 1
    report = pulls.pull()
    assert (report.finished, report.opened) == (True, 9 - 2 * pages)
    assert bench.rows("select source_id from intake_row order by id") == [
        (f"H-{n}",) for n in range(9)
    ]
    assert bench.value("select count(distinct no) from rectification_case") == 9
