"""Answers with bad manners: bounded, named in a sentence, and never told on."""

import gzip
import logging
import socket
import time
from http.server import BaseHTTPRequestHandler

import pytest

from tasks.feeds.keeping import set_secret
from tasks.feeds.pulling import Manner
from tasks.feeds.retrying import Pace
from tasks.feeds.rounds import pull_feed
from tests.integration.conftest import Bench
from tests.integration.feeds import (
    NAME,
    PHONE,
    REPORTER,
    SECRET,
    SINCE,
    Asked,
    Manners,
    Pulls,
    Raw,
    Reply,
    always,
    order,
)


def cases(bench: Bench) -> object:
    return bench.value("select count(*) from rectification_case")


@pytest.mark.parametrize("to", ["https://example.com/", "/elsewhere"])
def test_a_redirect_is_not_followed(pulls: Pulls, to: str) -> None:
    pulls.set_up()
    pulls.hotline.answer = lambda _: Reply(status=302, headers={"Location": to})
    assert "答复 302，要求转到别的网址，不予跟随" in pulls.pull().error
    assert len(pulls.hotline.asked) == 1


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b'HTTP/1.1 200 OK\r\n\r\n{"data": [')
    try:
        while True:
            handler.wfile.write(b'"' + b"x" * 10_000 + b'",')
    except OSError:
        return


def bomb(_: Asked) -> Reply:
    return Reply(gzip.compress(b" " * 20_000_000), headers={"Content-Encoding": "gzip"})


@pytest.mark.parametrize("answer", [lambda _: endless, bomb], ids=["endless body", "gzip bomb"])
def test_no_page_is_larger_than_allowed(pulls: Pulls, answer: Manners) -> None:
    pulls.set_up("most_bytes=100000")
    pulls.hotline.answer = answer
    assert "超过 100000 字节" in pulls.pull().error
    assert len(pulls.hotline.asked) == 1


def test_a_packed_page_is_unpacked(pulls: Pulls) -> None:
    pulls.set_up()
    content = gzip.compress(b'{"data": [{"orderNo": 7, "title": "x"}]}')
    pulls.hotline.answer = lambda _: Reply(content, headers={"Content-Encoding": "gzip"})
    assert pulls.pull().opened == 1


BAD_ANSWERS = (
    (Reply(b"<html>login</html>"), "不是 JSON"),
    (Reply(b""), "不是 JSON"),
    (Reply(b"[" * 100_000), "不是 JSON"),
    (Reply({"data": {"list": []}}), "中的 data 不是列表"),
    (Reply({"data": None}), "中的 data 不是列表"),
    (Reply({"rows": []}), "中的 data 不是列表"),
    (Reply(b'{"data": "\xff\xfe\xff"}'), "既不是 UTF-8 也不是 GB18030"),
    (Reply(b"\x1f\x8bbroken", headers={"Content-Encoding": "gzip"}), "解不开"),
    (
        Reply(gzip.compress(b"{}")[:-9], headers={"Content-Encoding": "gzip"}),
        "不完整",
    ),
    (Reply(b"{}", headers={"Content-Encoding": "br"}), "没有商定的压缩方式"),
    (Reply(status=401), "不认可我们的密钥"),
    (Reply(status=404), "不接受这样的请求"),
    (Reply(status=204), "答复 204"),
    (Reply(status=500), "答复 500，稍后自动重试"),
)


def test_an_answer_that_is_none_is_named_and_moves_nothing(pulls: Pulls, bench: Bench) -> None:
    pulls.set_up(*SINCE, "since=2026-03-01T00:00:00+08:00")
    for reply, said in BAD_ANSWERS:
        pulls.hotline.answer = always(reply)
        report = pulls.pull()
        assert said in report.error, reply
        assert (pulls.feed.last_error, pulls.feed.since) == (
            report.error,
            "2026-02-28T16:00:00+00:00",
        )
    assert cases(bench) == 0


def test_a_broken_connection_is_tried_again_and_then_told(pulls: Pulls) -> None:
    pulls.set_up()

    def hang_up(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"data"')

    pulls.hotline.answer = lambda _: hang_up
    report = pulls.pull()
    assert "中途断开" in report.error
    assert (len(pulls.hotline.asked), pulls.waited) == (3, [1.0, 4.0])
    assert pulls.feed.next_try_at is None


def test_rows_in_the_wrong_encoding_are_read_in_the_right_one(pulls: Pulls, bench: Bench) -> None:
    pulls.set_up()
    text = '{"data": [{"orderNo": "1", "title": "路灯不亮"}]}'.encode("gb18030")
    headers = {"Content-Type": "application/json; charset=utf-8"}
    pulls.hotline.answer = lambda _: Reply(text, headers=headers)
    pulls.pull()
    assert bench.value("select subject from rectification_case") == "路灯不亮"


def drip_headers(handler: BaseHTTPRequestHandler) -> None:
    drip(handler, b"HTTP/1.1 200 OK\r\nX-Slow: ")


def drip_body(handler: BaseHTTPRequestHandler) -> None:
    drip(handler, b"HTTP/1.1 200 OK\r\n\r\n[")


def drip(handler: BaseHTTPRequestHandler, start: bytes) -> None:
    try:
        handler.wfile.write(start)
        while True:
            handler.wfile.write(b" ")
            time.sleep(0.05)
    except OSError:
        return


@pytest.mark.parametrize("manner", [drip_headers, drip_body])
def test_a_slow_drip_ends_at_the_deadline_of_the_whole_page(pulls: Pulls, manner: Raw) -> None:
    pulls.set_up("timeout=1")
    pulls.hotline.answer = lambda _: manner
    once = Manner(Pace(waits=()))
    assert "1 秒内没有答完一页" in pull_feed(pulls.desk, NAME, once).error


def test_rows_that_are_none_are_registered_with_the_reason_and_the_others_open(
    pulls: Pulls, bench: Bench
) -> None:
    pulls.set_up()
    sent = [
        order(1),
        "text",
        order(2, orderNo=None),
        order(3, orderNo=" "),
        order(4, content={"text": {"a": 1}}),
        order(1, title="又来"),
        order(5, title="\ud800\x00字"),
        order(6, title=None, content=None),
    ]
    pulls.hotline.answer = lambda _: Reply({"data": sent})
    report = pulls.pull()
    assert (report.read, report.opened, report.duplicate, report.rejected) == (8, 2, 1, 5)
    rows = bench.rows("select row_number, reason from intake_row where outcome = 'rejected'")
    found = {number: str(reason) for number, reason in rows}
    assert list(found) == [2, 3, 4, 5, 8]
    assert "没有编号（orderNo）" in found[3]
    assert "“content.text”的值是嵌套结构" in found[5]


def test_the_same_number_with_other_content_opens_no_second_case(
    pulls: Pulls, bench: Bench
) -> None:
    pulls.set_up()
    pulls.hotline.answer = lambda _: Reply({"data": [order(1)]})
    pulls.pull()
    pulls.hotline.answer = lambda _: Reply({"data": [order(1, content={"text": "改了"})]})
    report = pulls.pull()
    assert (report.opened, report.duplicate) == (0, 1)
    assert cases(bench) == 1


def test_an_error_inside_a_good_status_is_seen_where_success_is_said(pulls: Pulls) -> None:
    pulls.set_up("ok=code=0")
    pulls.hotline.answer = lambda _: Reply({"code": 401, "msg": REPORTER, "data": None})
    assert "code 不是 0" in pulls.pull().error
    pulls.hotline.answer = lambda _: Reply({"code": 0, "data": None})
    assert pulls.pull().finished


def test_neither_errors_nor_logs_hold_secrets_or_content(
    pulls: Pulls, caplog: pytest.LogCaptureFixture
) -> None:
    """A header that cannot be parsed makes the HTTP library log the address with its query."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("urllib3").setLevel(logging.DEBUG)
    pulls.set_up(query=["api_key={secret}"], headers=["Authorization=Bearer {secret}"])
    set_secret(pulls.desk, NAME, "", SECRET)

    def odd(handler: BaseHTTPRequestHandler) -> None:
        handler.wfile.write(
            b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nno header at all\r\n\r\n" + b"{bad}\n"
        )

    pulls.hotline.answer = lambda _: odd
    broken = pulls.pull()
    pulls.hotline.answer = lambda _: Reply({"data": [order(1), order(2, urgency=REPORTER)]})
    pulls.pull()
    pulls.hotline.answer = lambda _: Reply({"data": REPORTER + PHONE})
    said = broken.error + pulls.pull().error + caplog.text
    for canary in (SECRET, REPORTER, PHONE):
        assert canary not in said
    assert pulls.hotline.asked[0].query["api_key"] == SECRET
    assert pulls.hotline.asked[0].headers["Authorization"] == f"Bearer {SECRET}"


def test_nobody_listening_is_told(pulls: Pulls) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        pulls.set_up(url=f"http://127.0.0.1:{taken.getsockname()[1]}/")
        assert "连不上来源" in pulls.pull().error
