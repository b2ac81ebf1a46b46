"""Sources pulled by their flow: each alone, told in words, and nobody's content in Prefect."""

from contextlib import ExitStack

import pytest
from prefect import get_client
from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId

from flows.pull import pull
from tasks.feeds.keeping import Words, add
from tasks.settings import Settings
from tests.acceptance.office import MONDAY, day, open_office
from tests.integration.feeds import COLUMNS, PHONE, REPORTER, Reply, hotline_server, order

pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)


async def test_one_failing_source_does_not_hold_the_others(
    prefect_api: str, stack_settings: Settings
) -> None:
    office = open_office(stack_settings, "pulls")
    with ExitStack() as stack:
        good, bad = (stack.enter_context(hotline_server()) for _ in range(2))
        for name, hotline in (("一热线", bad), ("二热线", good)):
            words = Words(["rows=data"], "12345", hotline.url, COLUMNS)
            add(office.desk(MONDAY), name, words)
        good.answer = lambda _: Reply({"data": [order(1), order(2)]})
        bad.answer = lambda _: Reply(status=401)
        state = await pull(as_of=day(0), database="pulls", return_state=True)
    assert state.is_failed()
    assert state.message == (
        "一热线：新立案 0，已有 0，退回 0（来源答复 401，不认可我们的密钥；"
        "请核对后用 feed secret 重新设置）；二热线：新立案 2，已有 0，退回 0。"
    )
    run_id = state.state_details.flow_run_id
    assert run_id is not None
    async with get_client() as client:
        run = await client.read_flow_run(run_id)
        wanted = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run_id]))
        seen = str(await client.read_logs(wanted)) + run.model_dump_json()
    assert run.name == "演示 · pull"
    assert "stage:pull" in run.tags
    for canary in (PHONE, REPORTER, "第1个问题", "内容1", good.url):
        assert canary not in seen
