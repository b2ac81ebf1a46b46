"""Every flow deployed: pool, deployments with their forms, and the automations.

One automation ends dead runs, the others start re-inspections (``deployments.automations``).
May be run again at any time; again is needed when the registry changes, for the drop-downs.
"""

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import yaml
from prefect import Flow, get_client
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.schedules import CronSchedule
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.exceptions import ObjectAlreadyExists
from prefect.flows import load_flow_from_entrypoint
from prefect.utilities.callables import parameter_schema
from prefect.workers.process import ProcessWorker

from deployments.automations import deploy_automations, put
from deployments.forms import Vocabulary, filled, vocabulary
from models.engine import engine_for
from models.registry import directory
from tasks.addresses import database_url
from tasks.settings import CHECKOUT, Settings

POOL = "rectify"
SILENCE = timedelta(seconds=90)
"""A run that showed no sign of life for so long is dead: three beats of 30 seconds."""
UNDERTAKER = "失联的运行标记为 Crashed"
"""The name of the automation that ends dead runs."""

_WORKLIST = "flows.report.report"
_INSPECTIONS = "flows.inspections.inspections"
_PULL = "prefect.deployments.steps.set_working_directory"
_ENDED = ("Completed", "Failed", "Cancelled", "Crashed")


def deploy(settings: Settings, silence: timedelta = SILENCE) -> int:
    """Deploy all that prefect.yaml lists to the server of this process; give how many."""
    words = vocabulary(directory(engine_for(database_url(settings, "live", "app"))))
    listed = yaml.safe_load((CHECKOUT / "prefect.yaml").read_text(encoding="utf-8"))
    with get_client(sync_client=True) as client:
        _make_pool(client)
        made = {
            described["entrypoint"]: _deploy(client, described, words)
            for described in listed["deployments"]
        }
        # The worklist is there from the start, not only after the first round of its schedule.
        client.create_flow_run_from_deployment(made[_WORKLIST])
        put(client, _undertaker(silence))
        deploy_automations(client, made[_INSPECTIONS])
    return len(listed["deployments"])


def _make_pool(client: SyncPrefectClient) -> None:
    template = ProcessWorker.get_default_base_job_template()
    pool = WorkPoolCreate(
        name=POOL, type="process", base_job_template=template, description="本系统的全部流程"
    )
    try:
        client.create_work_pool(pool)
    except ObjectAlreadyExists:
        return


def _deploy(client: SyncPrefectClient, described: Mapping[str, Any], words: Vocabulary) -> UUID:
    flow: Flow[..., Any] = load_flow_from_entrypoint(described["entrypoint"])
    schema = parameter_schema(flow).model_dump(exclude_unset=True)
    pool = described["work_pool"]
    return client.create_deployment(
        flow_id=client.create_flow_from_name(flow.name),
        name=described["name"],
        entrypoint=described["entrypoint"],
        description=described["description"],
        tags=described["tags"],
        schedules=[_schedule(one) for one in described.get("schedules", ())],
        parameter_openapi_schema=filled(schema, words),
        enforce_parameter_schema=True,
        work_pool_name=pool["name"],
        job_variables=pool["job_variables"],
        # Workers on other machines may keep the code elsewhere and say so in their environment.
        pull_steps=[{_PULL: {"directory": os.environ.get("RECTIFY_CHECKOUT", str(CHECKOUT))}}],
    )


def _schedule(described: Mapping[str, str]) -> DeploymentScheduleCreate:
    cron = CronSchedule(cron=described["cron"], timezone=described["timezone"])
    return DeploymentScheduleCreate(schedule=cron)


def _undertaker(silence: timedelta) -> AutomationCore:
    """Runs of deployments only: others beat at whatever rate their own process chose."""
    beat = "prefect.flow-run.heartbeat"
    return AutomationCore(
        name=UNDERTAKER,
        description="执行器和流程都被强行终止时，运行会一直停在 Running；本规则据心跳将其结束。",
        enabled=True,
        trigger=EventTrigger(
            match={"prefect.resource.id": ["prefect.flow-run.*"]},
            match_related={"prefect.resource.role": "deployment"},
            after={beat},
            expect={beat, *(f"prefect.flow-run.{state}" for state in _ENDED)},
            for_each={"prefect.resource.id"},
            posture=Posture.Proactive,
            threshold=1,
            within=silence,
        ),
        actions=[
            ChangeFlowRunState(
                name=None,
                state=StateType.CRASHED,
                message="运行进程已失联，由系统结束；下一轮会补做。",
                force=False,
            )
        ],
    )
