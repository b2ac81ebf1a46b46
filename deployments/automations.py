"""The automations that start re-inspections: the fast path, seen in the Prefect UI.

Whatever an automation that is off or late did not start, the deadline check does within a round.
Each is known by its name: deployed again it is updated, never doubled.
"""

from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.events.actions import RunDeployment
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture

from tasks.desk import LIVE
from tasks.events import OWED

TRIGGERS = {
    "回访不满意即开展同类复查": ("rectification.case.rehandled", "回访未解决或不满意"),
    "复查不合格即核查反弹率": ("rectification.case.relapsed", "案件反弹"),
    "安排复查后即派检查人": (OWED, "新安排了复查（含新来件疑似反弹）"),
}
"""By name: the event that starts a run of 专项复查, and what it means."""


def deploy_automations(client: SyncPrefectClient, inspections: UUID) -> int:
    """Create or update the automations that run that deployment; give how many."""
    for name, (event, meaning) in TRIGGERS.items():
        put(client, _starting(name, event, meaning, inspections))
    return len(TRIGGERS)


def put(client: SyncPrefectClient, automation: AutomationCore) -> None:
    """Create an automation, or update the one of that name; one switched off stays off."""
    known = client.read_automations_by_name(automation.name)
    if known:
        kept = automation.model_copy(update={"enabled": known[0].enabled})
        client.update_automation(known[0].id, kept)
    else:
        client.create_automation(automation)


def _starting(name: str, event: str, meaning: str, deployment: UUID) -> AutomationCore:
    """Of the live database only: a simulation leaves no trace beyond its own runs."""
    start = RunDeployment(
        source="selected", deployment_id=deployment, parameters={}, job_variables=None
    )
    return AutomationCore(
        name=name,
        description=f"{meaning}时运行“专项复查”；停用后由时限检查在下一轮办理。",
        enabled=True,
        trigger=EventTrigger(
            match={"rectification.database": LIVE},
            expect={event},
            posture=Posture.Reactive,
            threshold=1,
        ),
        actions=[start],
    )
