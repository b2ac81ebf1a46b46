"""A check, its flow and its worker killed at once: the next round checks, and the dead run ends."""

import asyncio
from datetime import timedelta
from pathlib import Path

from deployments.deploy import SILENCE, deploy
from models.engine import transaction
from tasks.carrying import carry_out
from tasks.ordering import by_office
from tasks.settings import Settings
from tests.acceptance.office import (
    MONDAY,
    done,
    ended,
    kill_tree,
    open_office,
    order,
    running,
    working,
)


async def test_a_check_killed_in_its_middle_is_made_up_for_by_the_next(
    prefect_api: str, stack_settings: Settings, tmp_path: Path
) -> None:
    office = open_office(stack_settings, "live")
    [no] = office.take_in(tmp_path, "猝死")
    desk = office.desk(MONDAY)
    carry_out(desk, by_office.dispatch(desk, no, "市税务局"))
    deploy(office.settings, silence=timedelta(seconds=15))
    later = (MONDAY + timedelta(days=3650)).isoformat()
    try:
        with working(office.settings, tmp_path) as crew, transaction(desk.engine) as connection:
            connection.exec_driver_sql(
                "select id from rectification_case where no = %(no)s for update", {"no": no}
            )
            dying = await running(await order("check/时限检查", as_of=later))
            await asyncio.sleep(2)
            kill_tree(crew.guard.pid)
        with working(office.settings, tmp_path):
            said = await done("check/时限检查", as_of=later)
            dead = await ended(dying)
    finally:
        deploy(office.settings, SILENCE)
    assert "升级建议" in said
    assert dead.state is not None
    assert dead.state.is_crashed()
    fired = "select count(*) from history h join rectification_case c on c.id = h.case_id"
    assert office.rows(f"{fired} where c.no = %(no)s and h.event = 'fired'", no=no) == [(1,)]
