"""Telling Prefect: a server that is away costs nothing but a line in the log."""

import logging
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tasks.carrying import Carried
from tasks.events import Occasion, emit
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
