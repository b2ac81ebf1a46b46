"""The scheduled flows of sources with a duty of their own, against a real server."""

from typing import Any

import pytest
from prefect import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey

from flows.inspections import inspections
from flows.projects import projects
from flows.surveys import surveys
from tasks.settings import Settings
from tests.acceptance.office import day, open_office

pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)


async def test_projects_and_questionnaires_are_looked_after_and_reported(
    prefect_api: str, stack_settings: Settings
) -> None:
    office = open_office(stack_settings, "sources")
    first = await projects(as_of=day(0), database=office.database, return_state=True)
    assert first.message is not None
    assert first.message.startswith("新立案 0 件；项目清单应更新而未更新的区市 12 个")
    second = await surveys(as_of=day(0), database=office.database, return_state=True)
    assert second.message == "截止问卷 0 份，回收不足 0 份，待处理线索 0 条，新发提醒 0 份。"
    keys = ArtifactFilterKey(any_=["sources-projects", "sources-surveys"])
    async with get_client() as client:
        drawn = await client.read_artifacts(artifact_filter=ArtifactFilter(key=keys))
    assert {str(one.data).splitlines()[0] for one in drawn} == {
        "# 【演示】签约未落地项目",
        "# 【演示】问卷情况",
    }


async def test_a_special_re_inspection_says_what_it_did_and_refuses_what_it_cannot(
    prefect_api: str, stack_settings: Settings
) -> None:
    office = open_office(stack_settings, "sources")
    idle = await inspections(as_of=day(0), database=office.database, return_state=True)
    assert idle.message is not None
    assert idle.message.startswith("新安排复查 0 件，不能复查 0 件；派检查人 0 件")
    mistakes: list[tuple[dict[str, Any], str]] = [
        ({"unit": "市税务局"}, "须填写理由"),
        ({"reason": "抽查", "share": 0}, "1 到 100"),
        ({"reason": "抽查", "since": "上月"}, "销号起始日“上月”看不懂"),
        (
            {"reason": "抽查", "environment": "服务环境", "until": "2026-04-01"},
            "服务环境、2026-04-01前没有可以复查的已销号案件",
        ),
    ]
    for words, sentence in mistakes:
        refused = await inspections(
            **words, as_of=day(0), database=office.database, return_state=True
        )
        assert refused.is_failed()
        assert sentence in str(refused.message)
