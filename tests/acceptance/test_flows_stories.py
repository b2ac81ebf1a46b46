"""The flows in one process, against a real server: what each does, says, and leaves to look at."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prefect import Flow, State, flow, get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterKey,
    FlowRunFilter,
    FlowRunFilterName,
)
from prefect.client.schemas.objects import Artifact
from prefect.client.schemas.sorting import ArtifactSort

from deployments.deploy import UNDERTAKER, deploy
from flows.assign import assign
from flows.callback import callback
from flows.case_card import case_card
from flows.check import check
from flows.close import close
from flows.deliver import deliver
from flows.detect import detect
from flows.duplicates import DECISIONS, duplicates
from flows.escalate import escalate
from flows.handle import handle
from flows.remind import remind
from flows.report import report
from flows.rule import rule
from flows.seal import seal
from flows.settle import settle
from flows.verify import verify
from tasks.carrying import Carried
from tasks.events import BOUND, Occasion, emit
from tasks.settings import Settings
from tests.acceptance.office import BODY, MONDAY, PHONE, Office, day, open_office, until

# Prefect leaves the sockets of its clients to the garbage collector when a flow ends.
pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)
UNIT = "市税务局"


@pytest.fixture(scope="module")
def office(prefect_api: str, stack_settings: Settings) -> Office:
    """A simulation of its own, so that checks in the far future disturb nobody."""
    open_office(stack_settings, "live")
    deploy(stack_settings)
    return open_office(stack_settings, "stories")


async def told(office: Office, story: Flow[..., Any], at: str = "", **words: object) -> State[Any]:
    """Run a story and give its final state."""
    when = {} if story is seal else {"as_of": at or day(0)}
    run = story(**words, **when, database=office.database, return_state=True)
    state: State[Any] = await run  # type: ignore[misc]
    return state


async def says(office: Office, story: Flow[..., Any], at: str = "", **words: object) -> str:
    """Run a story to its good end and give what it says."""
    state = await told(office, story, at, **words)
    assert state.is_completed(), state
    return state.message or ""


async def artifact(key: str) -> Artifact:
    """The latest version of an artifact."""
    async with get_client() as client:
        wanted = ArtifactFilter(key=ArtifactFilterKey(any_=[key]))
        [found] = await client.read_artifacts(
            artifact_filter=wanted, sort=ArtifactSort.CREATED_DESC, limit=1
        )
    return found


async def events_of(resource: str) -> list[dict[str, Any]]:
    """The events about a resource, oldest first, asked for as the event feed does."""
    async with get_client() as client:
        wanted = {"filter": {"any_resource": {"id_prefix": [resource]}}, "limit": 50}
        answer = await client._client.post("/events/filter", json=wanted)
        return list(reversed(answer.json()["events"]))


async def test_a_case_is_told_from_detection_to_its_reopening(
    office: Office, tmp_path: Path
) -> None:
    file = str(office.ledger(tmp_path, "全程"))
    assert "新立案 1 件，重复 0 行" in await says(office, detect, file=file, channel="12345")
    assert "新立案 0 件，重复 1 行" in await says(office, detect, file=file, channel="12345")
    [no] = office.numbers("全程")
    await says(office, assign, no=no, unit=UNIT, kind="一般事项", environment="政策环境")
    await says(office, handle, day(0), no=no, action="签收", by=UNIT)
    await says(office, handle, day(0), no=no, action="首次联系", by=UNIT)
    await says(office, handle, day(1), no=no, action="申请延期", by=UNIT, days=3, text="须检测。")
    await says(office, rule, day(1), no=no, request=1, decision="同意")
    words = {"action": "提交办结", "by": UNIT, "result": "已解决", "text": "已退还。"}
    await says(office, handle, day(2), no=no, **words)
    for step in ("验收", "领导签批", "办公室复核"):
        await says(office, close, day(3), no=no, step=step, decision="通过")
    assert office.state(no) == "closed"
    said = await says(office, callback, day(4), no=no, reached="是", solved="否", satisfied="否")
    assert said == f"{no} 已由“已销号”转为“整改中”（{UNIT}）。"

    async def told_events() -> list[dict[str, Any]]:
        """Other databases have cases of the same number."""
        events = await events_of(f"rectification.case.{no}")
        return [one for one in events if one["payload"]["database"] == office.database]

    events = await until(
        told_events, lambda found: bool(found) and found[-1]["event"].endswith("rehandled")
    )
    rows = office.rows(
        "select h.event from history h join rectification_case c on c.id = h.case_id"
        " where c.no = %(no)s and h.seq > 1 order by h.seq",
        no=no,
    )
    assert [one["event"] for one in events] == [f"rectification.case.{name}" for (name,) in rows]
    assert events[-1]["payload"]["state"] == "rectifying"
    assert events[-1]["related"][0]["prefect.resource.role"] == "flow-run"

    card = await artifact(f"stories-{f'case-{no}'.lower()}")
    shown = str(card.data)
    assert "演示" in shown
    assert "【办结】市税务局" in shown
    assert "| 重新办理 |" in shown
    assert "class rectifying current" in shown
    assert "(/v2/artifacts/key/stories-worklist)" in shown
    assert "/v2/deployments/deployment/" in shown
    assert "&lt;b&gt;" in shown
    assert not {PHONE, BODY} & {word for word in (PHONE, BODY) if word in shown}


async def test_a_run_is_named_and_tagged_by_what_it_is_about(
    office: Office, tmp_path: Path
) -> None:
    [no] = office.take_in(tmp_path, "命名")
    await says(office, assign, no=f" {no.lower()} ", unit=UNIT)
    name = f"演示 · assign · {no} · {UNIT}"
    async with get_client() as client:
        wanted = FlowRunFilter(name=FlowRunFilterName(any_=[name]))
        [run] = await client.read_flow_runs(flow_run_filter=wanted)
    [(code,)] = office.rows("select lead_unit from rectification_case where no = %(no)s", no=no)
    assert set(run.tags) == {"演示", f"case:{no}", f"unit:{code}", "stage:assign"}


async def test_rules_and_the_office_share_the_work_of_many_cases(
    office: Office, tmp_path: Path
) -> None:
    nos = office.take_in(tmp_path, "批量", 3)
    said = await says(office, assign)
    assert said.startswith("按规则交办 ")
    assert await says(office, assign) != said
    for no in nos:
        if office.state(no) == "detected":
            await says(office, assign, no=no, unit=UNIT)
    listed = str((await artifact("stories-worklist")).data)
    assert "## 到哪里办" in listed
    assert "演示" in listed

    late = day(20)
    checked = await says(office, check, late)
    assert "件；通知" in checked
    again = await says(office, check, late)
    assert again.startswith("0 条蓝色提示、0 张黄牌、0 张红牌，升级建议 0 件")
    assert "此前已检查到" in await says(office, check, day(19))
    assert "待签发的升级建议" in await says(office, escalate, late)
    assert (await says(office, remind, late, reason="请抓紧。")).startswith("催办 ")
    assert (await says(office, remind, late, reason="请抓紧。")).startswith("催办 0 件")
    assert "七日内到期的复查" in await says(office, verify, late)
    assert "发出 " in await says(office, deliver, late)
    assert "已更新" in await says(office, report, late)
    units = str((await artifact("stories-units")).data)
    assert f"| {UNIT} |" in units
    assert "未发现问题" in await says(office, seal)


async def test_the_office_head_raises_lists_and_lowers_on_the_forms(
    office: Office, tmp_path: Path
) -> None:
    [no] = office.take_in(tmp_path, "督办")
    await says(office, assign, no=no, unit=UNIT)
    await says(office, check, day(60))
    words = {"no": no, "request": 1, "decision": "同意", "rung": "提级办理、约谈"}
    await says(office, rule, day(60), **words, wording="请三日内办结。")
    await says(office, escalate, day(61), no=no, lower_to="1 级", reason="进展明显。")
    events = "select event from history h join rectification_case c on c.id = h.case_id"
    rows = office.rows(f"{events} where no = %(no)s order by h.seq desc limit 2", no=no)
    assert rows == [("deescalated",), ("escalated",)]


async def test_an_overview_that_says_the_same_is_not_written_again(office: Office) -> None:
    far = (MONDAY + timedelta(days=4000)).isoformat()
    await says(office, report, far)
    first = await artifact("stories-worklist")
    await says(office, report, (MONDAY + timedelta(days=4000, minutes=1)).isoformat())
    assert (await artifact("stories-worklist")).id == first.id


@pytest.mark.parametrize(
    ("story", "words", "sentence"),
    [
        (case_card, {"no": "QD2026-999999"}, "没有编号为 QD2026-999999 的案件"),
        (settle, {"action": "并案"}, "并案须填写“并入案件”"),
        (settle, {"action": "移送"}, "移送须填写“移送机关”"),
        (handle, {"action": "退单", "by": UNIT, "text": "非职责。"}, "退单须选择“建议单位”"),
        (handle, {"action": "签收", "by": "天上的单位"}, "没有代码或名称为“天上的单位”的单位"),
        (handle, {"action": "提交办结", "by": UNIT, "text": f"电{PHONE}"}, "意见中含有电话号码"),
        (close, {"step": "验收", "decision": "通过", "at": "昨天"}, "业务时间“昨天”看不懂"),
        (rule, {"request": 9, "decision": "或许"}, "“或许”不是可选的答复"),
        (escalate, {"rung": "挂牌督办", "lower_to": "1 级"}, "只能选一项"),
        (escalate, {"lower_to": "9 级"}, "降至级别“9 级”不认识"),
    ],
)
async def test_a_refusal_is_one_sentence_in_a_failed_state(
    office: Office,
    tmp_path: Path,
    story: Flow[..., Any],
    words: dict[str, Any],
    sentence: str,
) -> None:
    [no] = office.numbers("拒绝") or office.take_in(tmp_path, "拒绝")
    state = await told(office, story, **{"no": no} | words)
    assert state.is_failed()
    assert sentence in (state.message or "")
    assert office.state(no) == "detected"


async def test_an_unknown_database_is_refused_in_a_sentence(office: Office) -> None:
    state = await told(Office(office.settings, "nowhere"), check)
    assert state.is_failed()
    assert "rectify up" in (state.message or "")


@pytest.mark.parametrize(
    ("action", "more", "state"),
    [
        ("不予受理", {"reason": "不属受理范围。"}, "rejected"),
        ("移送", {"to": "市公安局"}, "referred"),
    ],
)
async def test_the_office_settles_a_case_otherwise(
    office: Office, tmp_path: Path, action: str, more: dict[str, str], state: str
) -> None:
    [no] = office.take_in(tmp_path, f"处置{action}")
    await says(office, settle, no=no, action=action, **more)
    assert office.state(no) == state


async def test_a_case_is_merged_and_split_again(office: Office, tmp_path: Path) -> None:
    lead, follower = office.take_in(tmp_path, "并案", 2)
    await says(office, settle, no=follower, action="并案", into=lead.lower())
    assert office.state(follower) == "merged"
    await says(office, settle, no=follower, action="拆分")
    assert office.state(follower) == "detected"


async def test_likely_duplicates_are_decided_on_their_form(office: Office, tmp_path: Path) -> None:
    lead, second, third = office.take_in(tmp_path, "重复", 3)
    told = await says(office, duplicates, no=third.lower(), other=lead, decision=DECISIONS["apart"])
    assert told == f"{third} 与 {lead} 分开办理，以后不再提示。"
    listed = str((await artifact("stories-duplicates")).data)
    assert f"case-{second}".lower() in listed
    await says(office, duplicates, no=second, other=lead, decision=DECISIONS["join"])
    assert office.state(second) == "merged"
    assert f"case-{second}".lower() not in str((await artifact("stories-duplicates")).data)


async def test_a_flow_inside_another_leaves_the_overview_to_it(
    office: Office, tmp_path: Path
) -> None:
    [no] = office.take_in(tmp_path, "子流程")
    before = await artifact("stories-worklist")

    @flow
    async def parent() -> Any:  # noqa: ANN401 - what the flow inside gives
        return await assign(no=no, unit=UNIT, as_of=day(0), database=office.database)

    carried = await parent()
    assert (carried.no, carried.state) == (no, "assigned")
    assert (await artifact("stories-worklist")).id == before.id


async def test_bulk_events_are_bounded_and_summed_up(office: Office) -> None:
    many = [Carried(no=f"QD2030-{n:06d}", event="dispatched", state="assigned") for n in range(600)]
    sent = await asyncio.to_thread(emit, office.settings, many, Occasion("bulk", datetime.now(UTC)))
    assert sent == BOUND + 1
    found = await until(
        lambda: events_of("rectification.cases.bulk"), lambda events: len(events) > 0
    )
    assert found[0]["event"] == "rectification.cases.dispatched"
    assert found[0]["payload"]["cases"] == len(many)


def test_what_was_refused_or_repeated_is_no_event(office: Office) -> None:
    nothing = [
        Carried(no="QD2026-000001", refusal="不行"),
        Carried(no="QD2026-000002", repeated=True),
    ]
    assert emit(office.settings, nothing, Occasion("live", datetime.now(UTC))) == 0


async def test_the_automation_that_ends_dead_runs_is_there_once(office: Office) -> None:
    deploy(office.settings)
    async with get_client() as client:
        [automation] = await client.read_automations_by_name(UNDERTAKER)
    assert automation.enabled
