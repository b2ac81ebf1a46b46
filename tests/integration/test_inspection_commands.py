"""Inspections at the terminal: registered, ordered, recorded, decided, counted."""

from datetime import timedelta

from domain.codes import ClockKind
from domain.commands import Callback
from tasks.artifacts.worklist import worklist
from tasks.delivery.rendering import render
from tasks.desk import Desk
from tasks.inspections.rounds import go_round
from tests.integration.conftest import MONDAY, OFFICE, Bench, Terminal
from tests.integration.test_inspections import closed, later, look_again, relapse

AT = (MONDAY + timedelta(days=1)).isoformat()
PERSON = ("inspection", "inspector", "zhou", "--person", "周督", "--unit", "office")


def test_an_order_is_previewed_given_once_inspected_and_redone(
    bench: Bench, terminal: Terminal
) -> None:
    assert terminal.document(*PERSON)["added"]
    assert not terminal.document(*PERSON, "--conflict", "zhujian")["added"]
    assert "周督" in terminal("inspection", "inspectors")
    nos = [closed(bench) for _ in range(3)]
    words = ("inspection", "order", "--unit", "shuiwu", "--reason", "季度抽查", "--share", "50")
    seen = terminal.document(*words, "--preview", at=AT)
    assert (seen["population"], seen["ordered"]) == ({"shuiwu": 3}, None)
    made = terminal.document(*words, at=AT)
    assert made["ordered"] == made["picks"]["shuiwu"] == seen["picks"]["shuiwu"]
    assert (len(made["ordered"]), made["assigned"]) == (2, 2)
    assert "没有重复安排" in terminal(*words, at=AT)
    [drawn] = terminal.document("inspection", "orders")
    assert drawn["population"] == {"shuiwu": sorted(nos)}
    assert "一致" in terminal("inspection", "redraw", str(drawn["order"]))
    first, second = terminal.document("inspection", "list", "--inspector", "zhou")
    assert (first["cause"], first["inspector_name"]) == ("office", "周督")
    good = ("inspection", "record", str(first["number"]), "--passed", "yes")
    assert terminal.document(*good, at=AT)["event"] == "recheck_passed"
    assert "此前已登记" in terminal(*good, at=AT)
    bad = ("inspection", "record", str(second["number"]), "--passed", "no")
    assert "必须写明" in terminal(*bad, at=AT, code=1)
    assert terminal.document(*bad, "--finding", "又收费了", at=AT)["state"] == "rectifying"
    found = terminal.document("inspection", "list", "--order", str(drawn["order"]))
    assert {one["outcome"] for one in found} == {"passed", "failed"}
    assert terminal.document("inspection", "list") == []


def test_a_draw_that_was_tampered_with_is_found(bench: Bench, terminal: Terminal) -> None:
    closed(bench)
    terminal("inspection", "order", "--reason", "抽查", at=AT)
    with bench.owner.begin() as connection:
        connection.exec_driver_sql("update inspection_order set population_hash = 'x'")
    redone = terminal.document
    [drawn] = redone("inspection", "orders")
    terminal("inspection", "redraw", str(drawn["order"]), code=1)


def test_a_month_is_drawn_by_hand_with_a_seed_and_not_again(
    bench: Bench, terminal: Terminal
) -> None:
    no, at = closed(bench), (MONDAY + timedelta(days=31)).isoformat()
    words = ("inspection", "draw", "--period", "2026-03", "--seed", "公证处")
    made = terminal.document(*words, at=at)
    assert (made["picks"], made["seed"], made["repeated"]) == ({"shuiwu": [no]}, "公证处", False)
    assert "没有重抽" in terminal(*words, at=at)
    assert [one["cause"] for one in terminal.document("inspection", "list")] == ["sample"]


def test_mistakes_are_said_in_a_sentence(bench: Bench, terminal: Terminal) -> None:
    for words, code, sentence in (
        (("order", "--reason", "x", "--share", "0"), 2, "应为 1 到 100"),
        (("order", "--reason", " "), 1, "须写明理由"),
        (("draw", "--period", "2026-03"), 1, "还没有结束"),
        (("draw", "--period", "2026Q1"), 1, "不是月份"),
        (("order", "--reason", "x"), 1, "没有可以复查的已销号案件"),
        (("order", "--reason", "请电13805320417"), 2, "电话"),
        (("order", "--reason", "x", "--environment", "moon"), 2, "环境“moon”不认识"),
        (("record", "77", "--passed", "yes"), 1, "没有第 77 号复查任务"),
        (("redraw", "77"), 1, "没有第 77 号专项复查"),
        (("rule", "77", "--accept", "--reason", "x"), 1, "没有待定的第 77 号"),
        (("rule", "77", "--reason", "x"), 2, "请写明采纳"),
        (("inspector", " ", "--person", "周", "--unit", "office"), 2, "代码和姓名"),
    ):
        assert sentence in terminal("inspection", *words, code=code, at=AT), words


def test_a_rule_proposed_stands_on_the_worklist_until_the_office_decides(
    bench: Bench, desk: Desk, terminal: Terminal
) -> None:
    relapse(bench, *[closed(bench) for _ in range(3)])
    assert terminal.document("inspection", "round", at=AT)["proposed"] == 1
    here = later(desk, 1)
    assert "**反弹集中，建议建章立制** 市水务管理局（3 件）" in worklist(here, here.now, {})
    [rule] = terminal.document("inspection", "rules")
    decide = ("inspection", "rule", str(rule["number"]), "--accept", "--reason", "修订收费办法")
    assert "已采纳" in terminal(*decide, "--actor", "王科", at=AT)
    assert "建议建章立制" not in worklist(here, here.now, {})
    assert terminal.document("inspection", "rules") == []
    [decided] = terminal.document("inspection", "rules", "--all")
    assert (decided["status"], decided["decider"]) == ("accepted", "王科")
    terminal(*decide, code=1)


def test_an_inspection_that_nobody_may_do_stands_on_the_worklist(
    bench: Bench, desk: Desk, terminal: Terminal
) -> None:
    terminal("inspection", "inspector", "zheng", "--person", "郑水", "--unit", "shuiwu")
    closed(bench)
    terminal("inspection", "order", "--reason", "抽查", at=AT)
    here = later(desk, 1)
    assert "没有合适的检查人** 1 件" in worklist(here, here.now, {})
    terminal("inspection", "retire", "zheng", at=AT)
    assert "合适的检查人" not in worklist(here, here.now, {}), "then the office looks itself"


def test_callbacks_are_counted_by_unit_and_unreached_reporters_apart(
    bench: Bench, terminal: Terminal
) -> None:
    good, bad, away = (closed(bench) for _ in range(3))
    at = MONDAY + timedelta(days=1)
    bench.give(good, Callback(at=at, by=OFFICE, reached=True, solved=True, satisfied=True))
    bench.give(bad, Callback(at=at, by=OFFICE, reached=True, solved=True, satisfied=False))
    for hours in range(3):
        later_on = at + timedelta(hours=hours)
        bench.give(away, Callback(at=later_on, by=OFFICE, reached=False))
    [one] = terminal.document("inspection", "callbacks", at=AT)
    assert (one["unit"], one["valid"], one["solved"], one["satisfied"]) == ("shuiwu", 2, 2, 1)
    assert (one["rehandled"], one["unreached"], one["satisfied_percent"]) == (1, 1, 50.0)
    assert terminal.document("inspection", "callbacks", "--since", "2026-04-01", at=AT) == []
    stopped = "select count(*) from clock where kind = %(kind)s and stopped_at is null"
    assert bench.value(stopped, kind=str(ClockKind.CALLBACK)) == 0


def test_the_notices_say_who_looks_at_what_by_when(
    bench: Bench, desk: Desk, terminal: Terminal
) -> None:
    terminal(*PERSON)
    nos = [closed(bench) for _ in range(4)]
    relapse(bench, *nos[:3])
    look_again(bench, nos[3])
    go_round(later(desk, 1))
    go_round(later(desk, 5))
    rows = bench.rows("select template, args from notice where key is not null order by id")
    context = {
        "recipient_unit": "专项行动办公室", "recipient_name": "", "office_name": "办公室",
        "occurred_at": MONDAY, "no": "", "document_number": "", "link": "", "copies": [],
        "terms": [], "opinion": "",
    }  # fmt: skip
    said = {str(name): render(str(name), context | args)[1] for name, args in rows}  # type: ignore[operator]
    assert f"请周督于2026-03-09前复查案件{nos[3]}“物业收费不公示”" in said["inspection_assigned"]
    assert "应于2026-03-09前完成，现尚无结论" in said["inspection_due"]
    assert "市水务管理局近期反弹 3 件" in said["rule_proposed"]
