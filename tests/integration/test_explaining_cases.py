"""The explanation of a stored case: the same text at the terminal and on the case card."""

import re
from datetime import date, timedelta

import pytest

from domain.case import Actor
from domain.codes import Role
from domain.commands import AskExtension, Rule, Sign
from models.calendars import Day
from models.checking import CheckReport, Moment, fire_due
from tasks.artifacts.case_card import case_card
from tasks.desk import open_desk
from tasks.reprojecting import load_calendar
from tasks.settings import Settings
from tests.integration.conftest import AT, MONDAY, Bench, Terminal

UNIT = Actor(Role.UNIT, "shuiwu")
OFFICE_HEAD = Actor(Role.OFFICE, name="王科")


def check(bench: Bench, day: int) -> None:
    at = MONDAY.replace(day=day, hour=9)
    fire_due(bench.engine, Moment(at, at), CheckReport())


@pytest.fixture
def extended(bench: Bench) -> str:
    """A case whose extension was granted after its red card, which it took back."""
    no = bench.open()
    bench.dispatch(no)
    bench.give(no, Sign(at=MONDAY, by=UNIT))
    bench.give(no, AskExtension(at=MONDAY, by=UNIT, days=3, reason="材料未到"))
    check(bench, 4)
    check(bench, 10)
    ruling = Rule(at=MONDAY.replace(day=10, hour=11), by=OFFICE_HEAD, request=1, grant=True)
    bench.give(no, ruling)
    return no


def test_a_stored_case_says_why_it_is_due_then_why_cards_fired_and_what_comes(
    terminal: Terminal, extended: str
) -> None:
    told = terminal.document("case", "explain", extended, at=AT.format(11, 9))["explanation"]
    first = next(n for n, said in enumerate(told) if said.startswith("【办结】"))
    assert told[first + 1 : first + 4] == [
        (
            "2026-03-10 11:00 指挥部办公室（王科）同意延期 3个工作日（第 1 号申请），自原到期时间起"
            "加算，到期时间由 2026-03-09 18:00 改为 2026-03-12 18:00。"
        ),
        "还余 1 个工作日；提交办结后停止计时；延期、挂账须在到期前申请。",
        (
            "已触发：“黄牌”（到期前第 1 个工作日，2026-03-06 09:00），2026-03-10 09:00 检查时"
            "已有更高一级到时，只作合并记录，未单独发出，2026-03-10 11:00 因申请获准而撤销；"
            "“红牌”（到期后第 1 个工作日，2026-03-10 09:00），2026-03-10 09:00 检查时触发，"
            "通知在发出前已撤回，2026-03-10 11:00 因申请获准而撤销。"
        ),
    ]
    assert told[first + 4].startswith(
        "此后：“黄牌”已到时间，下次检查时触发；2026-03-13 09:00 “红牌”（自动触发）；"
    )


def test_a_loaded_year_is_told_with_what_it_moved(
    terminal: Terminal, bench: Bench, postgres: Settings
) -> None:
    no, december = bench.open(), MONDAY.replace(month=12, day=30)
    bench.dispatch(no, at=december)
    at = december + timedelta(hours=1)
    before = terminal.document("case", "explain", no, at=at.isoformat())["explanation"]
    assert any(said.startswith("到期时间为暂定：2027 年放假安排尚未公布") for said in before)
    day = Day(date(2027, 1, 1), "rest", "元旦", "国办通知")
    load_calendar(open_desk(postgres, terminal.database, at, at), [day], {2027: "国办通知"}, "王科")
    told = terminal.document("case", "explain", no, at=at.isoformat())["explanation"]
    assert (
        "2026-12-30 11:00 载入第 2 版日历，按新的安排从起算时重新推算，"
        "到期时间由 2027-01-06 18:00 改为 2027-01-07 18:00（其间1月1日至3日放假，不计）。"
    ) in told
    assert not any("暂定" in said for said in told)


def test_the_case_card_and_the_terminal_say_the_same(
    terminal: Terminal, postgres: Settings, extended: str
) -> None:
    at = MONDAY.replace(day=11, hour=9)
    told = terminal.document("case", "explain", extended, at=at.isoformat())["explanation"]
    card = case_card(open_desk(postgres, terminal.database, at, at), extended, {})
    section = card.split("## 时限")[1].split("\n## ")[0]
    bullets = re.findall(r"^ *- (.*)$", section, re.MULTILINE)
    assert [said.replace("\\", "") for said in bullets] == told
    plain = "".join(terminal("case", "explain", extended, at=at.isoformat()).split())
    assert plain == "".join("".join(told).split())


def test_a_broken_history_is_said_to_be_so(terminal: Terminal, bench: Bench, extended: str) -> None:
    with bench.owner.begin() as connection:
        connection.exec_driver_sql("alter table history disable trigger user")
        connection.exec_driver_sql(
            "update history set detail = jsonb_set(detail, '{clocks,0,op}', '\"nonsense\"')"
            " where seq = 2"
        )
    assert "办理记录中的计时操作无法识别" in terminal("case", "explain", extended)
