"""The sample campaign waits for the schedules, but not for ever."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from deployments.stack.sample import has_come_round, wait_for
from tasks.settings import Settings


class Counting(BaseHTTPRequestHandler):
    """Answers how many runs there are, to those who sign in and ask for completed ones."""

    body: ClassVar[bytes] = b"0"
    asked: ClassVar[list[tuple[str, object]]] = []

    def do_POST(self) -> None:
        words = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((self.path, words))
        self.send_response(200 if self.headers["Authorization"] else 401)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Stays silent."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Settings]:
    with HTTPServer(("127.0.0.1", 0), Counting) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Settings(home=tmp_path, prefect_port=server.server_port, prefect_auth="a:b")
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("body", "found"), [(b"0", False), (b"3", True), (b"<p>", False)])
def test_a_completed_scheduled_run_is_found(
    server: Settings, monkeypatch: pytest.MonkeyPatch, body: bytes, *, found: bool
) -> None:
    monkeypatch.setattr(Counting, "body", body)
    assert has_come_round(server) is found
    path, words = Counting.asked[-1]
    assert path == "/api/flow_runs/count"
    assert "COMPLETED" in json.dumps(words)
    assert "auto-scheduled" in json.dumps(words)


def test_a_server_that_refuses_or_is_away_has_not_come_round(
    server: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Counting, "body", b"3")
    stranger = Settings(home=server.home, prefect_port=server.prefect_port)
    assert not has_come_round(stranger)
    assert not has_come_round(Settings(home=server.home, prefect_port=1))


def test_waiting_ends_when_it_is_so_or_when_time_is_up() -> None:
    answers = iter([False, False, True])
    wait_for(lambda: next(answers), seconds=60, every=0)
    assert list(answers) == []
    wait_for(lambda: False, seconds=0, every=60)
