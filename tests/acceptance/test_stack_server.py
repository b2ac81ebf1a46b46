"""The Prefect server that `up` starts: guarded pages, and schedules that really produce runs."""

import asyncio
import json
import shutil
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from prefect import flow
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.schedules import CronSchedule

from deployments.stack.same_origin import POLICY

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    *("--virtual-time-budget=8000", "--dump-dom"),
]
RUN_WITHIN = timedelta(seconds=75)


@flow
async def idle() -> None:
    """Does nothing."""


@pytest.fixture
def site(prefect_api: str) -> Iterator[httpx.Client]:
    base, browser = prefect_api.removesuffix("/api"), {"accept": "text/html"}
    with httpx.Client(base_url=base, headers=browser) as client:
        yield client


@pytest.mark.parametrize("path", ["/v2/", "/v2/runs", "/api/health", "/docs"])
def test_every_answer_forbids_asking_outside(site: httpx.Client, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"] == POLICY


def test_pages_find_the_api_under_whatever_name_they_are_opened(site: httpx.Client) -> None:
    settings = site.get("/ui-settings").json()
    assert settings["api_url"] == "/api"
    assert settings["default_ui"] == "v2"


def test_a_request_without_its_csrf_token_is_refused(site: httpx.Client) -> None:
    assert site.post("/api/flows/", json={"name": "forged"}).status_code == 403


def test_the_server_measures_nobody_and_forgets_old_runs(site: httpx.Client) -> None:
    settings = site.get("/api/admin/settings").json()["server"]
    assert settings["analytics_enabled"] is False
    assert set(settings["services"]["db_vacuum"]["enabled"]) == {"events", "flow_runs"}
    assert site.get("/ui-settings").json()["csrf_enabled"] is True


def test_a_cron_deployment_really_produces_runs(prefect_api: str) -> None:
    """With the wrong SQLAlchemy everything looks well and no run ever comes."""
    runs = asyncio.run(runs_of_a_cron_deployment())
    assert runs
    assert {run.state_name for run in runs} <= {"Scheduled", "Late"}


async def runs_of_a_cron_deployment() -> list[FlowRun]:
    async with get_client() as client:
        every_minute = DeploymentScheduleCreate(
            schedule=CronSchedule(cron="* * * * *", timezone="Asia/Shanghai"), active=True
        )
        deployment = await client.create_deployment(
            await client.create_flow(idle), name="every-minute", schedules=[every_minute]
        )
        mine = DeploymentFilter(id=DeploymentFilterId(any_=[deployment]))
        try:
            async with asyncio.timeout(RUN_WITHIN.total_seconds()):
                return await first_runs(client, mine)
        finally:
            await client.delete_deployment(deployment)


async def first_runs(client: PrefectClient, of: DeploymentFilter) -> list[FlowRun]:
    while not (runs := await client.read_flow_runs(deployment_filter=of)):  # noqa: ASYNC110
        await asyncio.sleep(0.5)
    return runs


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
@pytest.mark.parametrize("page", ["/v2/dashboard", "/v2/runs", "/v2/deployments"])
def test_the_pages_work_and_ask_nothing_outside_the_machine(
    site: httpx.Client, tmp_path: Path, page: str
) -> None:
    assert CHROMIUM is not None
    log = tmp_path / "net.json"
    options = [f"--user-data-dir={tmp_path / 'profile'}", f"--log-net-log={log}"]
    seen = subprocess.run(
        [CHROMIUM, *QUIET, *options, str(site.base_url.join(page))],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "Event Feed" in seen.stdout
    assert requested(log, str(site.base_url)) == {"127.0.0.1"}


def requested(log: Path, page: str) -> set[str | None]:
    """The hosts that the page, not the browser on its own, really asked."""
    document = json.loads(log.read_text("utf-8"))
    started = document["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"]
    jobs = [event.get("params", {}) for event in document["events"] if event["type"] == started]
    of_page = [job for job in jobs if str(job.get("initiator", "")).startswith(page.rstrip("/"))]
    return {urlsplit(job["url"]).hostname for job in of_page if "url" in job}
