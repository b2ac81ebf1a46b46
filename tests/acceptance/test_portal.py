"""The portal as its own process, asked by existing clients' own requests."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import fromstring

import httpx
import pytest

from deployments.reference.seed import seed
from deployments.stack.child import Child
from deployments.stack.health import wait_until_ready
from deployments.stack.services import portal
from models.schema import downgrade
from tasks.desk import Desk, open_desk
from tasks.open311.keys import new_key
from tasks.settings import CHECKOUT
from tests.acceptance.conftest import free_port
from tests.conftest import Database

SECRET = "电话13800138000的李某某"


@dataclass
class Running:
    """A portal's endpoint, a key, and its log."""

    endpoint: str
    key: str
    log: Path

    def get(self, path: str, **query: str) -> httpx.Response:
        """Ask as civicbot 0.4.0 and georeport 0.3.1 do, which send no key when they read."""
        address = f"{self.endpoint}/key/{self.key}/{path}"
        return httpx.get(address, params=query, headers={"accept": "application/json"})

    def post(self, **form: str) -> str:
        """Send a form as civicbot 0.4.0 does, and give the number that comes back."""
        keyed = {**form, "api_key": self.key}
        answer = httpx.post(f"{self.endpoint}/requests.json", data=keyed).raise_for_status()
        return str(answer.json()[0]["service_request_id"])


@pytest.fixture
def environment(database: Database, tmp_path: Path) -> dict[str, str]:
    """A home whose live database is that of the test."""
    return {
        "RECTIFY_HOME": str(tmp_path),
        "RECTIFY_DATABASE_URL": database.app_url.replace("+psycopg2", ""),
        "RECTIFY_PORTAL_PORT": str(free_port()),
        "NO_PROXY": "127.0.0.1",
    }


@pytest.fixture
def running(
    database: Database, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Running]:
    seed(database.owner_url, datetime.now(UTC))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    settings = replace(
        database.settings,
        home=tmp_path,
        portal_port=int(environment["RECTIFY_PORTAL_PORT"]),
        database_url=environment["RECTIFY_DATABASE_URL"],
    )
    desk: Desk = open_desk(settings, "live", datetime.now(UTC))
    child = Child.start(portal(settings), tmp_path / "logs")
    try:
        wait_until_ready(f"{settings.portal_url}/health", child.why_dead, 60)
        key = new_key(desk, "12345", "热线平台", 60)[1]
        yield Running(f"{settings.portal_url}/open311/v2", key, child.log)
    finally:
        child.stop()
        desk.engine.dispose()


def test_existing_clients_hand_in_and_follow_a_request(running: Running) -> None:
    assert len(running.get("services.json").json()) == 7
    place = {"lat": "36.07", "long": "120.38"}
    no = running.post(service_code="law", description="乱收费", first_name="四", **place)
    (seen,) = running.get(f"requests/{no}.json").json()
    assert (seen["status"], seen["description"], seen["lat"]) == ("open", "乱收费", 36.07)
    listed = running.get("requests.xml", service_code="law", status="open")
    found = fromstring(listed.content)  # noqa: S314 - what we wrote ourselves
    assert found.findtext("request/service_request_id") == no


def test_the_log_holds_nothing_of_what_was_sent(running: Running) -> None:
    running.post(service_code="law", description=SECRET, phone="13900139000")
    assert running.get("requests.json", status="broken").status_code == 400
    assert running.log.read_text("utf-8") == ""


def test_an_older_schema_keeps_the_portal_from_starting(
    database: Database, environment: dict[str, str]
) -> None:
    downgrade(database.owner_url, "0005")
    done = subprocess.run(
        [sys.executable, "-m", "portal"],
        cwd=CHECKOUT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "请先运行 ./rectify up 升级" in done.stderr
