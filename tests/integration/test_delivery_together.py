"""Several deliverers at once, and deliverers that are killed."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from models.outbox_statements import LOCK_BINDING
from tasks.delivery.delivering import DeliveryReport, Pace
from tasks.settings import CHECKOUT
from tests.integration.conftest import Bench
from tests.integration.outbox import MONDAY, Outbox
from tests.integration.receivers import Posted, Web, web_server

DELIVER = """
import sys
from datetime import datetime, timedelta
from pathlib import Path
from models.engine import connect
from tasks.delivery import delivering
from tasks.delivery.delivering import Pace, deliver
from tasks.settings import Settings
url, home, at, mode = sys.argv[1:]
if mode == "before":
    def die(*_a, **_k):
        print("bound", flush=True)
        sys.stdin.read()
    delivering.Round.run = die
at = datetime.fromisoformat(at)
settings = Settings(home=Path(home), webhook_secret="s")
deliver(connect(url), settings, at, at, pace=Pace(lease=timedelta(seconds=1)))
"""


@pytest.fixture
def web() -> Iterator[Web]:
    with web_server() as found:
        yield found


@pytest.fixture
def outbox(bench: Bench, tmp_path: Path, web: Web) -> Outbox:
    found = Outbox(bench, tmp_path, {"webhook_secret": "s"}, Pace(lease=timedelta(seconds=1)))
    found.contact("shuiwu", "webhook", web.url)
    return found


@pytest.fixture
def deliverer(outbox: Outbox) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Start a process that delivers; ``before`` stops between binding and sending."""
    started: list[subprocess.Popen[str]] = []

    def start(mode: str) -> subprocess.Popen[str]:
        url = outbox.bench.engine.url.render_as_string(hide_password=False)
        process = subprocess.Popen(
            [sys.executable, "-c", DELIVER, url, str(outbox.home), MONDAY.isoformat(), mode],
            cwd=CHECKOUT,
            env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        with process:
            process.kill()


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    assert process.wait(10) == -signal.SIGKILL


def wait_for_lease(outbox: Outbox) -> None:
    outbox.bench.rows("select pg_sleep(1.1)::text")


def test_two_at_once_send_each_notice_once(outbox: Outbox, web: Web) -> None:
    codes = outbox.units()
    with outbox.bench.owner.begin() as connection:
        connection.exec_driver_sql(
            "update contact set channel = 'webhook', address = %(url)s", {"url": web.url}
        )
    nos = outbox.dispatch(*codes, *codes)
    outbox.pace = Pace(batch=7)
    with ThreadPoolExecutor(3) as pool:
        reports = list(pool.map(lambda _: outbox.deliver(), range(3)))
    assert sum(report.bound for report in reports) == len(nos)
    assert sum(report.sent for report in reports) == len(codes)
    assert len(web.posts) == len(codes)
    told = "".join(post.json["body"] for post in web.posts)
    assert all(told.count(f"编号：{no}") == 1 for no in nos)


def test_a_second_deliverer_waits_while_the_first_one_binds(outbox: Outbox, web: Web) -> None:
    outbox.dispatch("shuiwu")
    waiting = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
    with ThreadPoolExecutor(1) as pool:
        with outbox.bench.owner.begin() as first:
            first.exec_driver_sql(LOCK_BINDING)
            second = pool.submit(outbox.deliver)
            while not outbox.bench.value(waiting):
                assert not second.done()
            assert outbox.messages() == []
        assert second.result(10) == DeliveryReport(bound=1, sent=1)


def test_a_second_deliverer_leaves_a_message_that_is_being_sent(outbox: Outbox, web: Web) -> None:
    outbox.pace = Pace()
    outbox.dispatch("shuiwu")
    arrived, go_on = threading.Event(), threading.Event()

    def hold(_posted: Posted) -> tuple[int, str]:
        arrived.set()
        go_on.wait(10)
        return 200, ""

    web.answer = hold
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(outbox.deliver)
        arrived.wait(10)
        assert outbox.deliver() == DeliveryReport()
        go_on.set()
        assert first.result(10) == DeliveryReport(bound=1, sent=1)
    assert len(web.posts) == 1


def test_killed_between_binding_and_sending_the_same_message_goes_next(
    outbox: Outbox, web: Web, deliverer: Callable[[str], subprocess.Popen[str]]
) -> None:
    outbox.dispatch("shuiwu")
    process = deliverer("before")
    assert process.stdout is not None
    assert process.stdout.readline() == "bound\n"
    kill(process)
    bound = outbox.messages()
    assert outbox.deliver() == DeliveryReport(sent=1)
    assert [web.posts[0].json["id"]] == [identity for identity, _ in bound]


def test_killed_in_mid_send_the_same_message_goes_again_when_its_lease_is_over(
    outbox: Outbox, web: Web, deliverer: Callable[[str], subprocess.Popen[str]]
) -> None:
    no = outbox.dispatch("shuiwu")[0]
    killed = threading.Event()

    def answer_nobody(_posted: Posted) -> tuple[int, str]:
        kill(process)
        killed.set()
        return 0, ""

    web.answer = answer_nobody
    process = deliverer("through")
    assert killed.wait(20)
    # Nobody knows whether it arrived, so it goes again as it is, withdrawn or not.
    outbox.refer(no)
    web.answer = lambda _posted: (200, "")
    wait_for_lease(outbox)
    report = outbox.deliver()
    assert (report.sent, report.withdrawn) == (2, 0)
    first, second = web.posts
    assert first.body == second.body
    assert first.headers["X-Rectify-Delivery"] == second.headers["X-Rectify-Delivery"]


def test_a_lease_keeps_others_off_until_it_is_over(
    outbox: Outbox, web: Web, deliverer: Callable[[str], subprocess.Popen[str]]
) -> None:
    outbox.dispatch("shuiwu")
    killed = threading.Event()

    def answer_nobody(_posted: Posted) -> tuple[int, str]:
        with outbox.bench.owner.begin() as connection:
            connection.exec_driver_sql(
                "update message set leased_until = clock_timestamp() + interval '1 hour'"
            )
        kill(process)
        killed.set()
        return 0, ""

    web.answer = answer_nobody
    process = deliverer("through")
    assert killed.wait(20)
    assert outbox.deliver() == DeliveryReport()
    assert len(web.posts) == 1
