"""Artifacts put where operators see them: the overview of the office, and the cards of cases."""

from asyncio import to_thread
from collections.abc import Sequence
from datetime import timedelta

from prefect import get_client
from prefect.artifacts import acreate_markdown_artifact
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.client.schemas.sorting import ArtifactSort

from tasks.artifacts.case_card import case_card
from tasks.artifacts.duplicates import duplicate_table
from tasks.artifacts.markup import artifact_key, same
from tasks.artifacts.units import unit_table
from tasks.artifacts.worklist import Pages, worklist
from tasks.desk import Desk

CARDS = 50
"""Cards written for one run at most; the others are written when asked for."""
_RECHECK_AHEAD = timedelta(days=7)


async def publish_overview(desk: Desk) -> None:
    """Write the worklist, the table by unit and the likely duplicates where they changed."""
    pages = await to_thread(form_pages)
    listed = await to_thread(worklist, desk, desk.now + _RECHECK_AHEAD, pages)
    await _publish_changed(desk, "worklist", listed, "等待办公室办理的事项")
    await _publish_changed(desk, "units", await to_thread(unit_table, desk), "各单位办理情况")
    alike = await to_thread(duplicate_table, desk, pages)
    await _publish_changed(desk, "duplicates", alike, "疑似重复、待办公室决定的案件")


async def publish_cards(desk: Desk, nos: Sequence[str]) -> int:
    """Write the cards of cases, up to ``CARDS``; give how many. Refuses an unknown number."""
    pages = await to_thread(form_pages)
    chosen = list(dict.fromkeys(nos))[:CARDS]
    for no in chosen:
        card = await to_thread(case_card, desk, no, pages)
        await _publish(desk, f"case-{no}", card, f"案件卡 {no}")
    return len(chosen)


_found: dict[str, str] = {}


def form_pages() -> Pages:
    """Find the page on which each flow is run by hand, by the flow's name.

    Looked up once a process; again while nothing has been deployed yet.
    """
    if not _found:
        _found.update(_look_up())
    return _found


def _look_up() -> Pages:
    with get_client(sync_client=True) as client:
        flows = {flow.id: flow.name for flow in client.read_flows()}
        return {
            flows[deployment.flow_id]: f"/deployments/deployment/{deployment.id}/run"
            for deployment in client.read_deployments()
            if deployment.flow_id in flows
        }


async def publish_page(desk: Desk, name: str, markdown: str, description: str) -> None:
    """Write a page of its own, each time it is made."""
    await _publish(desk, name, markdown, description)


async def publish_report(desk: Desk, name: str, markdown: str, description: str) -> None:
    """Write a report under its own name where it changed."""
    await _publish_changed(desk, name, markdown, description)


async def _publish_changed(desk: Desk, name: str, markdown: str, description: str) -> None:
    key = ArtifactFilterKey(any_=[artifact_key(name, desk.database)])
    async with get_client() as client:
        latest = await client.read_artifacts(
            artifact_filter=ArtifactFilter(key=key), sort=ArtifactSort.CREATED_DESC, limit=1
        )
    if not (latest and same(str(latest[0].data), markdown)):
        await _publish(desk, name, markdown, description)


async def _publish(desk: Desk, name: str, markdown: str, description: str) -> None:
    shown = f"【演示】{description}" if desk.simulated else description
    key = artifact_key(name, desk.database)
    await acreate_markdown_artifact(markdown, key=key, description=shown)
