"""Returns on a real database: parts kept and explained, rates by unit, hints at dispatch rules."""

from datetime import timedelta

from domain.case import Actor, Part
from domain.codes import Role
from domain.commands import Dispatch, Return, Rule
from models.loading import lock, read
from models.return_rates import Period, Rate, return_rates
from models.verifying import verify
from tasks.artifacts.case_card import case_card
from tasks.artifacts.units import unit_table
from tasks.artifacts.worklist import worklist
from tasks.desk import Desk
from tests.integration.conftest import AT, MONDAY, OFFICE, Bench, Terminal

HOUR = timedelta(hours=1)


def several(bench: Bench) -> str:
    no = bench.open(kind="harm")
    bench.dispatch(no, unit="shuiwu", assisting=("chengguan", "shichang"))
    return no


def returned(bench: Bench, no: str, unit: str, suggested: str, hours: int = 1) -> None:
    by, at = Actor(Role.UNIT, unit), MONDAY + HOUR * hours
    bench.give(no, Return(at=at, by=by, reason="不归我管", suggested=suggested))


def ruled(bench: Bench, no: str, request: int, hours: int, *, grant: bool = True) -> None:
    at = MONDAY + HOUR * hours
    bench.give(no, Rule(at=at, by=OFFICE, request=request, grant=grant))


def test_a_part_moves_is_read_back_explained_and_verified(
    bench: Bench, terminal: Terminal, desk: Desk
) -> None:
    no = several(bench)
    returned(bench, no, "chengguan", "jiaotong")
    waiting = terminal("case", "explain", no, at=AT.format(2, 12))
    assert "裁定前只有该协办单位的时限暂停，其他单位照常计时" in waiting
    assert "裁定退单（第 1 次）" in worklist(desk, MONDAY + HOUR * 99, {})
    ruled(bench, no, 1, 2)
    with bench.engine.connect() as connection:
        case = read(connection, lock(connection, [no]))[no].case
    assert case.parts == (Part("jiaotong", 1, 1), Part("shichang", 2, 0))
    assert verify(bench.engine).faults == []
    told = terminal("case", "explain", no, at=AT.format(2, 13))
    assert "改派（新单位另计全部时限）起算" in told
    assert "1 次" in case_card(desk, no, {})
    document = terminal.document("case", "show", no)
    assert document["parts"][0] == {"unit": "jiaotong", "slot": 1, "hops": 1}
    assert "各单位退单" in terminal("case", "show", no)


def test_only_the_unit_that_leaves_loses_its_unsent_notices(bench: Bench) -> None:
    no = several(bench)
    returned(bench, no, "chengguan", "jiaotong")
    ruled(bench, no, 1, 2)
    unsent = bench.rows(
        "select n.unit, n.template, n.status from notice n where template = 'assigned' order by 1"
    )
    assert unsent == [
        ("chengguan", "assigned", "withdrawn"),
        ("jiaotong", "assigned", "owed"),
        ("shichang", "assigned", "owed"),
        ("shuiwu", "assigned", "owed"),
    ]
    told = bench.rows("select unit from notice where template = 'part_changed'")
    assert told == [("shuiwu",)]


def test_a_unit_returns_its_part_at_the_terminal_with_reason_and_suggestion(
    bench: Bench, terminal: Terminal
) -> None:
    no = several(bench)
    given = "return", no, "--by", "chengguan", "--reason", "不归我管"
    assert "--suggest" in terminal(*given, code=2, at=AT.format(2, 11))
    said = terminal(*given, "--suggest", "jiaotong", at=AT.format(2, 11))
    assert "状态仍为“已交办”" in said
    rule = terminal("rule", no, "--request", "1", "--refuse", at=AT.format(2, 12))
    assert "状态仍为“已交办”" in rule
    again = terminal(*given, "--suggest", "jiaotong", at=AT.format(2, 13))
    assert "状态仍为“已交办”" in again, "another return after the ruling is no repetition"
    assert bench.value("select hops from rectification_case") == [2, 0]


def test_the_rates_count_what_was_given_asked_and_ruled(
    bench: Bench, terminal: Terminal, desk: Desk
) -> None:
    first, second = several(bench), several(bench)
    returned(bench, first, "chengguan", "jiaotong")
    ruled(bench, first, 1, 2)
    returned(bench, second, "shuiwu", "chengguan", 3)
    ruled(bench, second, 1, 4)
    whole = Period(MONDAY, MONDAY + HOUR * 9)
    rates = {rate.unit: rate for rate in return_rates(bench.engine, whole)}
    assert rates["chengguan"] == Rate("chengguan", 3, 1, 1, 0, 1)
    assert rates["shuiwu"] == Rate("shuiwu", 2, 1, 1, 0, 1)
    assert rates["jiaotong"] == Rate("jiaotong", 1, 0, 0, 0, 0)
    assert rates["shichang"].given == 2, "who stays when the lead moves is given nothing new"
    assert return_rates(bench.engine, Period(MONDAY - HOUR, MONDAY)) == []
    assert return_rates(bench.engine, whole, "shuiwu") == [rates["shuiwu"]]
    shown = unit_table(Desk(desk.settings, "live", desk.engine, MONDAY + HOUR * 9, MONDAY))
    assert "| 市城市管理局 | 3 | 1 | 33.3% | 1 | 0 |" in shown
    one = terminal.document("unit", "show", "shuiwu", at=AT.format(3, 9))
    assert (one["returns"]["given"], one["returns"]["rate"]) == (2, 0.5)
    listed = terminal.document("unit", "rates", "--since", "2026-03-03", at=AT.format(3, 9))
    assert listed["units"] == []
    assert "退单率 50.0%" in terminal("unit", "show", "shuiwu", at=AT.format(3, 9))


def test_entries_of_before_parts_count_all_their_units(bench: Bench) -> None:
    no = several(bench)
    with bench.owner.begin() as connection:
        connection.exec_driver_sql("alter table history disable trigger user")
        connection.exec_driver_sql("update history set detail = detail - 'given'")
        connection.exec_driver_sql("alter table history enable trigger user")
    rates = return_rates(bench.engine, Period(MONDAY, MONDAY + HOUR))
    assert {rate.unit for rate in rates} == {"shuiwu", "chengguan", "shichang"}, no


def test_several_returns_of_one_matter_hint_at_the_rule_that_sends_it_there(
    bench: Bench, terminal: Terminal
) -> None:
    for subject in ("停水五天", "停水三天", "自来水浑浊", "公交改线"):
        no = bench.open(subject=subject)
        bench.dispatch(no)
        returned(bench, no, "shuiwu", "zhujian")
    hints = terminal.document("unit", "rates", at=AT.format(2, 18))["hints"]
    by_word = {(hint["unit"], hint["word"]): hint["returns"] for hint in hints}
    assert by_word == {("shuiwu", "停水"): 2}
    assert "常被退回的事项" in terminal("unit", "rates", at=AT.format(2, 18))


def test_who_is_dispatched_to_by_the_rules_says_which_version(
    bench: Bench, terminal: Terminal
) -> None:
    bench.open(subject="自来水停水")
    terminal("assign", at=AT.format(2, 11))
    by_hand = bench.open()
    bench.give(by_hand, Dispatch(at=MONDAY, by=OFFICE, unit="shuiwu"))
    rules = bench.rows(
        "select detail -> 'rules' from history where event = 'dispatched' order by 1"
    )
    assert rules == [(1,), (None,)]
