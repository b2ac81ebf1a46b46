"""Whether the check still comes round, asked of a real database."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from deployments import postgres
from deployments.stack.rounds import STALE_CODE
from models import heartbeat
from models.engine import engine_for
from models.schema import upgrade
from tasks.databases import database_url, ensure_database
from tasks.settings import Settings


def look(home: Path) -> int:
    """The exit code of one look at the heartbeat."""
    return subprocess.run(
        [sys.executable, "-m", "deployments.stack.heartbeat"],
        env=os.environ | {"RECTIFY_HOME": str(home)},
        check=False,
    ).returncode


def test_a_check_that_stopped_coming_round_is_noticed(home: Path) -> None:
    settings = Settings(home=home)
    with postgres.lease(settings):
        ensure_database(settings, "live")
        upgrade(database_url(settings, "live", "owner"))
        assert look(home) == STALE_CODE
        engine = engine_for(database_url(settings, "live", "app"))
        heartbeat.beat(engine, "check", datetime.now(UTC) - timedelta(hours=1))
        assert look(home) == STALE_CODE
        heartbeat.beat(engine, "check", datetime.now(UTC))
        assert look(home) == 0
        engine.dispose()
