"""Inspections after closing: given out fairly, triggered once, recorded, and told of."""

from datetime import timedelta

import pytest

from domain.case import Actor
from domain.codes import Result, Role
from domain.commands import Accept, Callback, OrderRecheck, Recheck, Review, SignOff, Submit
from domain.errors import Refused
from domain.inspecting import Cause, Inspector, Outcome
from models.engine import session_lock, transaction
from models.inspection_orders import Scope, find_order, orders
from models.inspections import all_inspections, open_inspections
from models.inspectors import retire_inspector, save_inspector
from models.rule_proposals import proposals
from models.verifying import verify
from tasks.checking import check
from tasks.desk import Desk
from tasks.inspections import ordering, rounds
from tasks.inspections.recording import record
from tasks.inspections.rounds import go_round
from tasks.inspections.sampling import draw_month
from tasks.intake import intake_rows
from tests.integration.conftest import MONDAY, OFFICE, Bench
from tests.integration.duplicates import AGAIN, FIRST, close, number, report

SUPERVISOR = Inspector("i1", "周督", "office")
COLLEAGUE = Inspector("i2", "吴督", "office")
WATERMAN = Inspector("i3", "郑水", "shuiwu")
UNITS = {"shuiwu": 8, "zhujian": 2}
"""How many cases each unit had closed in a month."""


def later(desk: Desk, days: float) -> Desk:
    at = desk.now + timedelta(days=days)
    return Desk(desk.settings, desk.database, desk.engine, at, at)


def closed(bench: Bench, unit: str = "shuiwu", before: str = "", *, listed: bool = False) -> str:
    """A simple case that went the short road within the Monday, ``before`` with another unit."""
    no = bench.open(kind="simple")
    if before:
        bench.dispatch(no, unit=before)
    bench.dispatch(no, unit=unit)
    bench.sign(no, unit=unit)
    at = MONDAY + timedelta(hours=1)
    handler = Actor(Role.UNIT, unit, "李水")
    bench.give(no, Submit(at=at, by=handler, result=Result.SOLVED, reply="已退。"))
    verifying = str(
        bench.value("select verifying_unit from rectification_case where no = %(no)s", no=no)
    )
    bench.give(no, Accept(at=at, by=Actor(Role.VERIFIER, verifying), accept=True))
    bench.give(no, SignOff(at=at, by=Actor(Role.LEADER, unit), accept=True))
    if listed:
        with bench.owner.begin() as connection:
            connection.exec_driver_sql(
                "update rectification_case set listed = true where no = %(no)s", {"no": no}
            )
    bench.give(no, Review(at=at, by=OFFICE, accept=True))
    return no


def staffed(bench: Bench, *people: Inspector) -> None:
    for one in people:
        save_inspector(bench.engine, one)


def look_again(bench: Bench, *nos: str, hours: int = 2) -> None:
    """The office orders a re-check of each case."""
    for no in nos:
        bench.give(no, OrderRecheck(at=MONDAY + timedelta(hours=hours), by=OFFICE, reason="抽查"))


def relapse(bench: Bench, *nos: str) -> None:
    """A re-check of each case finds the problem again."""
    look_again(bench, *nos)
    for no in nos:
        by = Actor(Role.INSPECTOR, "office", "周督")
        at = MONDAY + timedelta(hours=3)
        bench.give(no, Recheck(at=at, by=by, passed=False, finding="又收费了"))


def given(bench: Bench) -> dict[str, str]:
    """The inspector of each open inspection, by case."""
    with transaction(bench.engine) as connection:
        return {one.no: one.inspector for one in open_inspections(connection)}


def notices(bench: Bench, template: str) -> int:
    found = bench.value("select count(*) from notice where template = %(t)s", t=template)
    return int(str(found))


def test_a_recheck_is_given_to_somebody_who_never_had_the_case(bench: Bench, desk: Desk) -> None:
    staffed(bench, WATERMAN, Inspector("i4", "李水", "office"), SUPERVISOR)
    no = closed(bench)
    look_again(bench, no)
    made = go_round(later(desk, 0.2))
    assert (made.created, made.assigned, made.unassigned, made.notices) == (1, 1, 0, 1)
    [one] = all_inspections(bench.engine)
    assert (one.no, one.cause, one.outcome) == (no, Cause.OFFICE, Outcome.OPEN)
    assert one.inspector == "i1", "the unit's own, and its officer by name, are left out"
    assert vars(go_round(later(desk, 0.3))) | {"unassigned": 0} == vars(rounds.InspectionRound())


def test_a_unit_that_had_the_case_before_may_not_inspect_it(bench: Bench, desk: Desk) -> None:
    staffed(bench, WATERMAN)
    look_again(bench, closed(bench, "zhujian", before="shuiwu"))
    made = go_round(later(desk, 0.2))
    assert (made.created, made.assigned, made.unassigned) == (1, 0, 1)


def test_inspections_are_shared_out_and_a_conflict_counts_as_soon_as_it_is_known(
    bench: Bench, desk: Desk
) -> None:
    staffed(bench, SUPERVISOR, COLLEAGUE)
    nos = [closed(bench) for _ in range(4)]
    look_again(bench, *nos)
    go_round(later(desk, 0.2))
    assert sorted(given(bench).values()) == ["i1", "i1", "i2", "i2"]
    staffed(bench, Inspector("i2", "吴督", "office", conflicts=("shuiwu",)))
    assert go_round(later(desk, 0.3)).assigned == 2
    assert set(given(bench).values()) == {"i1"}
    assert retire_inspector(bench.engine, "i1", MONDAY) == 4
    assert go_round(later(desk, 0.4)).unassigned == 4
    with pytest.raises(Refused, match="没有代码为“i1”的在任检查人"):
        retire_inspector(bench.engine, "i1", MONDAY)


def test_the_inspector_is_told_and_reminded_once(bench: Bench, desk: Desk) -> None:
    staffed(bench, SUPERVISOR)
    look_again(bench, closed(bench))
    go_round(later(desk, 0.2))
    assert notices(bench, "inspection_due") == 0
    assert go_round(later(desk, 4)).notices == 1
    assert go_round(later(desk, 4.1)).notices == 0
    assert (notices(bench, "inspection_assigned"), notices(bench, "inspection_due")) == (1, 1)


def test_a_lookback_becomes_an_inspection_when_its_day_is_near(bench: Bench, desk: Desk) -> None:
    staffed(bench, SUPERVISOR)
    no = closed(bench, listed=True)
    assert go_round(later(desk, 1)).created == 0
    assert go_round(later(desk, 20)).created == 1
    assert [(one.no, one.cause) for one in all_inspections(bench.engine)] == [(no, Cause.LOOKBACK)]


def test_a_month_is_drawn_once_when_it_is_over_and_who_is_not_drawn_waits_for_nothing(
    bench: Bench, desk: Desk
) -> None:
    staffed(bench, SUPERVISOR)
    nos = {unit: [closed(bench, unit) for _ in range(count)] for unit, count in UNITS.items()}
    grave = closed(bench, listed=True)
    assert go_round(later(desk, 20)).ordered == [], "March is not over"
    assert go_round(later(desk, 31)).ordered != []
    order = find_order(bench.engine, key="sample:2026-03")
    assert {unit: len(drawn) for unit, drawn in order.picks.items()} == {"shuiwu": 2, "zhujian": 1}
    assert {unit: list(all_) for unit, all_ in order.population.items()} == nos
    assert grave not in order.nos
    assert go_round(later(desk, 32)).ordered == []
    assert ordering.redraw(later(desk, 40), order.id)[2]
    causes = {one.no: one.cause for one in all_inspections(bench.engine)}
    assert {no for no, cause in causes.items() if cause is Cause.SAMPLE} == set(order.nos)
    check(later(desk, 33))
    for no in nos["shuiwu"]:
        bench.give(no, Callback(at=MONDAY + timedelta(days=34), by=OFFICE, reached=True,
                                solved=True, satisfied=True))  # fmt: skip
    found = bench.rows("select no, state from rectification_case")
    states = {str(no): str(state) for no, state in found}
    assert {states[no] for no in set(nos["shuiwu"]) - set(order.nos)} == {"verified"}
    assert {states[no] for no in set(nos["shuiwu"]) & set(order.nos)} == {"closed"}
    assert verify(bench.engine).faults == []


def test_a_case_drawn_is_looked_at_thirty_days_after_closing_or_as_soon_as_may_be(
    bench: Bench, desk: Desk
) -> None:
    early = closed(bench)
    go_round(later(desk, 31))
    [due] = bench.rows("select due_at from clock where kind = 'recheck'")
    assert str(due[0]).startswith("2026-04-10"), "five working days after 2 April, with Qingming"
    assert bench.value("select count(*) from notice where template = 'recheck'") == 0
    assert early in find_order(bench.engine, key="sample:2026-03").nos


def test_months_that_were_missed_are_drawn_and_one_by_hand_with_a_seed_of_ones_own(
    bench: Bench, desk: Desk
) -> None:
    closed(bench)
    with pytest.raises(Refused, match="2026年3月还没有结束"):
        draw_month(later(desk, 20), "2026-03", "")
    assert draw_month(later(desk, 31), "2026-03", "公证处")
    assert not draw_month(later(desk, 31), "2026-03", "另一个")
    assert find_order(bench.engine, key="sample:2026-03").seed == "公证处"
    go_round(later(desk, 100))
    drawn = bench.rows("select key from inspection_order order by id")
    assert drawn == [("sample:2026-03",), ("sample:2026-04",), ("sample:2026-05",)]


def test_a_finding_is_recorded_on_its_own_recheck_and_only_once(bench: Bench, desk: Desk) -> None:
    staffed(bench, SUPERVISOR)
    no = closed(bench)
    look_again(bench, no)
    look_again(bench, no, hours=3)
    go_round(later(desk, 0.2))
    second, first = all_inspections(bench.engine)
    assert (first.slot, second.slot) == (1, 2)
    assert record(later(desk, 0.3), second.number, passed=True, finding="未反弹").state == "closed"
    assert record(later(desk, 0.3), second.number, passed=True, finding="未反弹").repeated
    with pytest.raises(Refused, match="复查任务合格，不能再登记结论"):
        record(later(desk, 0.3), second.number, passed=False, finding="反弹")
    failed = record(later(desk, 0.4), first.number, passed=False, finding="又收费了")
    assert (failed.event, failed.state) == ("relapsed", "rectifying")
    outcomes = {one.slot: one.outcome for one in all_inspections(bench.engine)}
    assert outcomes == {1: Outcome.FAILED, 2: Outcome.PASSED}
    assert bench.rows("select claimed_name from history where event = 'relapsed'") == [("周督",)]
    assert verify(bench.engine).faults == []


def test_a_new_report_about_a_closed_case_has_it_inspected(bench: Bench, desk: Desk) -> None:
    staffed(bench, SUPERVISOR)
    report(desk, FIRST)
    close(bench, number(1), MONDAY)
    rows = [{"编号": "再", "事由": AGAIN[0], "内容": AGAIN[1]}]
    taken = intake_rows(later(desk, 1), rows, "12345", "热线")
    assert taken.rechecks == (number(1),)
    assert go_round(later(desk, 1)).assigned == 1
    [one] = all_inspections(bench.engine)
    assert (one.no, one.cause, one.inspector) == (number(1), Cause.REPORT, "i1")


def dissatisfied(bench: Bench, no: str) -> None:
    bench.give(no, Callback(at=MONDAY + timedelta(days=1), by=OFFICE, reached=True, solved=False,
                            satisfied=False))  # fmt: skip


def test_a_dissatisfied_callback_has_like_cases_looked_at_once_by_the_check_itself(
    bench: Bench, desk: Desk
) -> None:
    staffed(bench, SUPERVISOR)
    angry, alike, other = (closed(bench) for _ in range(3))
    with bench.owner.begin() as connection:
        connection.exec_driver_sql(
            "update rectification_case set party = '海棠物业' where no = any (%(nos)s)",
            {"nos": [angry, alike]},
        )
    dissatisfied(bench, angry)
    changed: list[str] = []
    checked = check(later(desk, 2), woke=lambda one: changed.append(one.no))
    assert (checked.reinspected, checked.inspectors_named) == (1, 1)
    assert changed == [alike]
    assert given(bench) == {alike: "i1"}
    [ordered] = orders(bench.engine, 10)
    assert (ordered.cause, ordered.no, ordered.nos) == (Cause.CALLBACK, angry, [alike])
    assert check(later(desk, 3)).reinspected == 0
    assert go_round(later(desk, 3)).ordered == []
    assert other not in given(bench)


def test_a_unit_whose_closed_cases_relapse_is_looked_at_and_a_rule_is_proposed_once_a_month(
    bench: Bench, desk: Desk
) -> None:
    staffed(bench, SUPERVISOR)
    nos = [closed(bench) for _ in range(8)]
    relapse(bench, *nos[:2])
    assert go_round(later(desk, 0.2)).ordered == [], "two relapses are none too many"
    relapse(bench, nos[2])
    made = go_round(later(desk, 0.3))
    assert (len(made.ordered), made.proposed) == (1, 1), "20 % of five, and one rule for the unit"
    again = go_round(later(desk, 1))
    assert (again.ordered, again.proposed, again.notices) == ([], 0, 0)
    [rule] = proposals(bench.engine, only_open=True)
    assert (rule.unit, rule.relapses, rule.cases) == ("shuiwu", 3, sorted(nos[:3]))
    assert notices(bench, "rule_proposed") == 1
    next_month = go_round(later(desk, 31))
    assert next_month.proposed == 1
    assert verify(bench.engine).faults == []


def asked(**scope: object) -> ordering.Asked:
    wanted = Scope(**scope)  # type: ignore[arg-type]
    return ordering.Asked(wanted, "季度抽查", share=50, seed="2026-1", actor="王科")


def test_the_office_orders_a_draw_of_each_units_cases_that_anybody_can_redo(
    bench: Bench, desk: Desk
) -> None:
    staffed(bench, SUPERVISOR)
    for unit in ("shuiwu", "shuiwu", "shuiwu", "zhujian"):
        closed(bench, unit=unit)
    here = later(desk, 1)
    wanted = ordering.plan(here, asked(), "k1")
    assert {unit: len(nos) for unit, nos in wanted.picks.items()} == {"shuiwu": 2, "zhujian": 1}
    assert orders(bench.engine, 10) == [], "a plan writes nothing"
    assert ordering.write_down(here, wanted)
    assert not ordering.write_down(here, wanted)
    assert len(go_round(here).ordered) == 3
    ordered = find_order(bench.engine, key="k1")
    assert ordered.done_at is not None
    closed(bench)
    assert ordering.redraw(later(desk, 9), ordered.id)[2], "the list it was drawn from is kept"
    with bench.owner.begin() as connection:
        connection.exec_driver_sql(
            "update inspection_order set strata = jsonb_set(strata, '{zhujian,picks}', '[]')"
        )
    assert not ordering.redraw(here, ordered.id)[2], "what was tampered with shows"
    with pytest.raises(Refused, match="税务局没有可以复查的已销号案件"):
        ordering.plan(here, asked(unit="shuiwuju"), "k2")


def test_an_order_cut_off_in_the_middle_is_carried_out_by_the_next_round(
    bench: Bench, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed(bench)
    here = later(desk, 1)
    ordering.write_down(here, ordering.plan(here, asked(unit="shuiwu"), "k1"))

    def cut_off(*_given: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(ordering, "create_ordered", cut_off)
    with pytest.raises(KeyboardInterrupt):
        go_round(here)
    monkeypatch.undo()
    made = go_round(later(desk, 1.1))
    assert made.ordered == [], "ordered before, under the same key"
    assert bench.value("select count(*) from history where event = 'recheck_ordered'") == 1
    [one] = all_inspections(bench.engine)
    assert (one.cause, one.order_id) == (Cause.OFFICE, find_order(bench.engine, key="k1").id)


def test_two_rounds_at_once_do_not_compete(bench: Bench, desk: Desk) -> None:
    with session_lock(bench.engine, rounds._ALONE):
        made = go_round(desk)
    assert made.held
    assert made.in_words().startswith("另一轮复查安排正在进行")
