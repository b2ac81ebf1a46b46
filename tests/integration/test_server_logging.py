"""The database's own log: silent on the embedded server, warned of where another one is not."""

import json
from pathlib import Path

import pytest

from deployments.stack.log_warning import log_warnings
from models.engine import connect
from models.server_logging import _LEAKS, REMEDIES, leaking_settings
from tasks.databases import database_url
from tasks.settings import Settings
from tests.conftest import Database
from tests.integration.conftest import Terminal


def test_the_embedded_server_logs_nothing_of_what_statements_say(database: Database) -> None:
    engine = connect(database.app_url)
    assert leaking_settings(engine) == {}
    engine.dispose()


def test_a_setting_that_would_leak_is_named_with_its_remedy(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{database.app_url}&options=-c%20auto_explain.log_min_duration%3D0"
    monkeypatch.setattr("deployments.stack.log_warning.database_url", lambda *_: url)
    [told] = log_warnings(database.settings)
    assert "auto_explain.log_min_duration=0" in told
    assert "SET auto_explain.log_min_duration = '-1';" in told
    assert "ALTER DATABASE" in told


def test_a_server_that_is_away_says_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    away = database_url(database.settings, "never_made", "app")
    monkeypatch.setattr("deployments.stack.log_warning.database_url", lambda *_: away)
    assert log_warnings(database.settings) == []


def test_a_state_folder_without_a_database_says_nothing(tmp_path: Path) -> None:
    assert log_warnings(Settings(home=tmp_path)) == []


def test_every_setting_looked_at_has_a_remedy_that_does_not_leak() -> None:
    assert REMEDIES.keys() == _LEAKS.keys()
    assert not any(_LEAKS[name](value) for name, value in REMEDIES.items())
    leaky = {
        "log_statement": "all",
        "log_min_duration_statement": "0",
        "log_min_duration_sample": "100",
        "log_transaction_sample_rate": "0.1",
        "log_min_error_statement": "error",
        "log_error_verbosity": "default",
        "auto_explain.log_min_duration": "0",
        "pgaudit.log": "write",
    }
    assert all(_LEAKS[name](value) for name, value in leaky.items())


def test_status_lists_the_warnings(terminal: Terminal) -> None:
    assert json.loads(terminal("status", "--json"))["warnings"] == []
