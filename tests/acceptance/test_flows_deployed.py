"""Deployments run by a real worker: forms, schedules, refusals, repeats, and sudden death."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from prefect import get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterDeploymentId
from prefect.client.schemas.schedules import CronSchedule
from prefect.exceptions import PrefectHTTPStatusError
from prefect.states import Scheduled
from sqlalchemy import Connection, create_engine, text

from deployments.automations import TRIGGERS, deploy_automations
from tasks.addresses import prefect_database_url
from tasks.carrying import carry_out
from tasks.intake import intake_file
from tasks.ordering import by_closers, by_office, by_unit
from tasks.ordering.by_closers import STEPS_ZH
from tasks.settings import Settings
from tests.acceptance.office import (
    BODY,
    MONDAY,
    PHONE,
    REPORTER,
    Office,
    day,
    deploy_unscheduled,
    done,
    ended,
    let_go,
    open_office,
    order,
    until,
    working,
)

UNIT = "市税务局"
TRACES = (
    """select h.seq, h.event, h.actor, h.claimed_name, h.occurred_at, h.detail - 'texts'
    from history h join rectification_case c on c.id = h.case_id where c.no = %(no)s
    order by h.seq""",
    """select k.kind, k.holder, k.revision, k.due_at, k.stopped_at
    from clock k join rectification_case c on c.id = k.case_id where c.no = %(no)s
    order by k.kind""",
    """select n.seq, n.template, n.unit, n.role
    from notice n join rectification_case c on c.id = n.case_id where c.no = %(no)s
    order by n.id""",
)
"""What a case leaves behind: history, clocks, notices."""


@pytest.fixture(scope="module")
def office(prefect_api: str, stack_settings: Settings) -> Office:
    opened = open_office(stack_settings, "live")
    assert deploy_unscheduled(stack_settings) >= 15
    return opened


@pytest.fixture(scope="module")
def crew(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    logs = tmp_path_factory.mktemp("worker")
    with working(office.settings, logs):
        yield logs


async def test_a_case_goes_its_way_through_forms_as_it_does_by_command(
    office: Office, crew: Path, tmp_path: Path
) -> None:
    file = office.ledger(tmp_path, "表单")
    assert "新立案 1 件" in await done(
        "detect/导入问题", file=str(file), channel="12345政务服务便民热线", as_of=day(0)
    )
    [by_form] = office.numbers("表单")
    [by_command] = office.take_in(tmp_path, "命令")

    said = await done("assign/交办", no=by_form, unit=UNIT, actor="王科", as_of=day(0))
    assert said == f"{by_form} 已由“待受理”转为“已交办”（{UNIT}）。"
    await done("handle/登记办理", no=by_form, action="签收", by=UNIT, as_of=day(1))
    await done(
        "handle/登记办理",
        no=by_form,
        action="提交办结",
        by=UNIT,
        result="已解决",
        text="已退还。",
        as_of=day(2),
    )
    await done("close/验收销号", no=by_form, step="验收", decision="通过", as_of=day(3))

    desk = office.desk(MONDAY)
    carry_out(desk, by_office.dispatch(desk, by_command, UNIT, "王科"))
    desk = office.desk(MONDAY + timedelta(days=1))
    carry_out(desk, by_unit.sign(desk, by_command, UNIT))
    desk = office.desk(MONDAY + timedelta(days=2))
    carry_out(desk, by_unit.submit(desk, by_command, UNIT, "solved", "已退还。"))
    desk = office.desk(MONDAY + timedelta(days=3))
    carry_out(desk, by_closers.close(desk, by_command, "accept", accept=True))

    for statement in TRACES:
        rows = office.rows(statement, no=by_form)
        assert rows == office.rows(statement, no=by_command)
        assert len(rows) > 1


async def test_a_refused_decision_says_why_in_the_state_of_its_run(
    office: Office, crew: Path, tmp_path: Path
) -> None:
    [no] = office.take_in(tmp_path, "太早")
    run = await ended(
        await order("close/验收销号", no=no, step="验收", decision="通过", as_of=day(1))
    )
    assert run.state is not None
    assert run.state.is_failed()
    assert run.state.message is not None
    assert run.state.message.startswith(f"案件 {no} 当前状态为“待受理”，不能执行“验收”")
    assert run.name == f"close · {no}"
    assert {f"case:{no}", "stage:close"} <= set(run.tags)
    assert office.state(no) == "detected"


async def test_a_run_that_is_run_again_changes_nothing_the_second_time(
    office: Office, crew: Path, tmp_path: Path
) -> None:
    [no] = office.take_in(tmp_path, "重跑")
    run = await ended(await order("assign/交办", no=no, unit=UNIT, as_of=day(0)))
    await let_go(run)
    async with get_client() as client:
        await client.set_flow_run_state(run.id, Scheduled(), force=True)
        again = await ended(run)
    assert again.state is not None
    assert again.state.message == f"{no} 本次运行的办理此前已生效，未再改动。"
    count = "select count(*) from history h join rectification_case c on c.id = h.case_id"
    assert office.rows(f"{count} where c.no = %(no)s", no=no) == [(2,)]


@pytest.mark.parametrize(
    ("deployment", "typed"),
    [
        ("close/验收销号", {"step": "验收", "decision": "通过", "opinion": f"请电{PHONE}"}),
        ("close/验收销号", {"step": "随便", "decision": "通过"}),
        ("assign/交办", {"unit": "天上的单位"}),
    ],
)
async def test_what_no_form_allows_is_refused_before_it_is_stored(
    office: Office, deployment: str, typed: dict[str, str]
) -> None:
    with pytest.raises(PrefectHTTPStatusError) as refused:
        await order(deployment, no="QD2026-000001", **typed)
    assert refused.value.response.status_code == httpx.codes.CONFLICT


async def test_a_schedule_produces_runs_that_complete(office: Office, crew: Path) -> None:
    async with get_client() as client:
        found = await client.read_deployment_by_name("check/时限检查")
        assert [one.schedule.cron for one in found.schedules] == ["*/5 * * * *"]  # type: ignore[union-attr]
        every_minute = CronSchedule(cron="* * * * *", timezone="Asia/Shanghai")
        wanted = DeploymentScheduleCreate(schedule=every_minute)
        [added] = await client.create_deployment_schedules(found.id, [wanted])
        mine = FlowRunFilter(deployment_id=FlowRunFilterDeploymentId(any_=[found.id]))
        try:
            await until(
                lambda: client.read_flow_runs(flow_run_filter=mine),
                lambda runs: any(
                    run.state and run.state.is_completed() and "auto-scheduled" in run.tags
                    for run in runs
                ),
                timedelta(seconds=130),
            )
        finally:
            await client.delete_deployment_schedule(found.id, added.id)
    assert office.rows("select count(*) from heartbeat where name = 'check'") == [(1,)]


async def test_a_dissatisfied_callback_starts_a_re_inspection_of_like_cases_by_an_automation(
    office: Office, crew: Path, tmp_path: Path
) -> None:
    angry, alike = _closed_today(office, tmp_path)
    async with get_client() as client:
        found = await client.read_deployment_by_name("inspections/专项复查")
        with get_client(sync_client=True) as beside:
            [off] = beside.read_automations_by_name("复查不合格即核查反弹率")
            beside.pause_automation(off.id)
            assert deploy_automations(beside, found.id) == len(TRIGGERS)
            assert not beside.read_automations_by_name(off.name)[0].enabled, "stays off"
            beside.resume_automation(off.id)
            names = [one.name for name in TRIGGERS for one in beside.read_automations_by_name(name)]
        assert sorted(names) == sorted(TRIGGERS), "deployed twice, and there once"
        mine = FlowRunFilter(deployment_id=FlowRunFilterDeploymentId(any_=[found.id]))
        known = {run.id for run in await client.read_flow_runs(flow_run_filter=mine)}
        await done("callback/回访", no=angry, reached="是", solved="否", satisfied="否")
        runs = await until(
            lambda: client.read_flow_runs(flow_run_filter=mine),
            lambda runs: any(
                run.id not in known and run.state and run.state.is_final() for run in runs
            ),
        )
    [run] = [run for run in runs if run.id not in known]
    assert run.state is not None
    assert run.state.is_completed(), run.state
    assert str(run.state.message).startswith("新安排复查 1 件")
    assert office.rows(
        "select c.no, i.cause from inspection i join rectification_case c on c.id = i.case_id"
        " where i.order_id is not null"
    ) == [(alike, "callback")]


def _closed_today(office: Office, folder: Path) -> list[str]:
    """Two cases about the same firm, closed by now."""
    desk = office.desk(datetime.now(UTC))
    intake_file(desk, office.ledger(folder, "同类", 2), "12345")
    nos = office.numbers("同类")
    for no in nos:
        for wanted in (
            by_office.dispatch(desk, no, UNIT, "王科"),
            by_unit.sign(desk, no, UNIT),
            by_unit.submit(desk, no, UNIT, "solved", "已退还。"),
            *(by_closers.close(desk, no, step, accept=True) for step in STEPS_ZH),
        ):
            carry_out(desk, wanted)
    office.rows(
        "update rectification_case set party = '海棠物业' where no = any (%(nos)s) returning no",
        nos=nos,
    )
    return nos


def test_nothing_that_was_planted_ever_reached_prefect(office: Office, crew: Path) -> None:
    url = prefect_database_url(office.settings).replace("+asyncpg", "+psycopg2")
    engine = create_engine(url)
    with engine.connect() as connection:
        tables = connection.scalars(
            text("select table_name from information_schema.tables where table_schema = 'public'")
        ).all()
        found = {
            (table, planted)
            for planted in (PHONE, REPORTER, BODY, "收费")
            for table in tables
            if _holds(connection, table, planted)
        }
    engine.dispose()
    # The subject is what Prefect may see: it shows that the search finds what is there.
    assert {planted for _, planted in found} == {"收费"}


_HOLDS = """
select exists (select from "{}" t where exists (
    select from unnest(%(words)s) w where strpos(replace(t::text, chr(92), ''), w) > 0))
"""


def _holds(connection: Connection, table: str, planted: str) -> bool:
    """Whether any row holds it as it is or as JSON escapes it; backslashes are left out of both."""
    words = [planted, json.dumps(planted)[1:-1].replace("\\", "")]
    found = connection.exec_driver_sql(_HOLDS.format(table), {"words": words})
    return bool(found.scalar_one())
