"""Telling Prefect: a server that is away costs nothing but a line in the log."""

import json
import logging
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest

from tasks.carrying import Carried
from tasks.events import OWED, Occasion, emit
from tasks.settings import Settings


def test_a_server_that_is_away_is_logged_and_nothing_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    nobody = Settings(home=tmp_path, prefect_port=1, prefect_auth="user:secret-word")
    done = [Carried(no="QD2026-000001", event="signed", state="rectifying")]
    with caplog.at_level(logging.INFO, "tasks.events"):
        assert emit(nobody, done, Occasion("live", datetime.now(UTC))) == 0
    assert "ConnectionError" in caplog.text
    assert "secret-word" not in caplog.text


class _Listening(BaseHTTPRequestHandler):
    """A server that keeps the names of the events that it is told."""

    told: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.send_error(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.told.extend(event["event"] for event in json.loads(body))
        self.send_response(HTTPStatus.NO_CONTENT)
        self.end_headers()

    def log_message(self, *_given: object) -> None:
        """Say nothing."""


def test_re_checks_ordered_together_are_told_once_as_waiting_for_inspectors(
    tmp_path: Path,
) -> None:
    done = [Carried(no=f"QD2026-00000{n}", event="recheck_ordered") for n in range(3)]
    with ThreadingHTTPServer(("127.0.0.1", 0), _Listening) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        settings = Settings(home=tmp_path, prefect_port=server.server_address[1])
        assert emit(settings, done, Occasion("live", datetime.now(UTC))) == 4
        assert _Listening.told == ["rectification.case.recheck_ordered"] * 3 + [OWED]
        named = Occasion("live", datetime.now(UTC), inspectors_wait=False)
        assert emit(settings, done, named) == 3
        server.shutdown()
    assert _Listening.told.count(OWED) == 1
