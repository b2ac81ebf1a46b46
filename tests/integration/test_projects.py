"""Projects signed and not landed: inventories renewed, cases of stuck ones, settled ones."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.calendar import SHANGHAI
from domain.errors import Misuse, Refused
from domain.projects import ProjectStatus
from models.engine import transaction
from models.intake_rows import IntakeReport
from models.projects import all_projects
from models.verifying import verify
from tasks.artifacts.projects import project_report
from tasks.artifacts.worklist import worklist
from tasks.carrying import carry_out
from tasks.delivery.rendering import render
from tasks.desk import Desk
from tasks.intake import intake_rows
from tasks.ordering import by_office, by_unit
from tasks.projects import opening
from tasks.projects.figures import standing
from tasks.projects.opening import open_stuck
from tasks.projects.renewing import renew_inventory
from tasks.projects.rounds import go_round
from tasks.projects.settling import land, take_up, write_off
from tests.integration.conftest import MONDAY, Bench, Terminal

HEADER = "项目编号,项目名称,投资方,签约日期,协议金额（万元）,约定开工日期,状态,原因类别,原因说明\n"
STUCK = "XM-01,海工园,甲公司,2024/5/6,12000,,办理用地,用地,指标未落实\n"
FRESH = "XM-02,软件园,乙公司,2026/2/1,300,2026/12/1,已签约,,\n"
LATE = "XM-03,冷链园,丙公司,2025/12/1,300,2026/1/5,已注册,,\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write(tmp_path / "清单.csv", STUCK, FRESH, LATE)


def write(path: Path, *rows: str) -> Path:
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    return path


def later(desk: Desk, days: float) -> Desk:
    at = desk.now + timedelta(days=days)
    return Desk(desk.settings, desk.database, desk.engine, at, at)


@pytest.fixture
def case(desk: Desk, bench: Bench, file: Path) -> str:
    """The case of XM-01, with its lead unit at work."""
    renew_inventory(desk, file, "崂山区")
    open_stuck(desk)
    [no] = [one.case_no for one in all_projects(desk.engine) if one.project.code == "XM-01"]
    bench.dispatch(no, unit="ziranziyuan", assisting=("laoshan",))
    bench.sign(no, unit="ziranziyuan")
    return no


def submit(desk: Desk, no: str, result: str = "solved") -> None:
    carry_out(desk, by_unit.submit(desk, no, "ziranziyuan", result, "项目已落地。"))


def events(bench: Bench, no: str) -> list[object]:
    rows = bench.rows(
        "select h.event from history h join rectification_case c on c.id = h.case_id"
        " where c.no = %(no)s order by h.seq",
        no=no,
    )
    return [event for (event,) in rows]


def told(bench: Bench) -> set[tuple[object, ...]]:
    return set(bench.rows("select template, unit, role from notice where key is not null"))


def test_a_renewal_is_previewed_cell_by_cell_then_written(
    desk: Desk, terminal: Terminal, file: Path
) -> None:
    renew_inventory(desk, file, "崂山区")
    write(file, STUCK.replace("海工园", "海工产业园"), FRESH)
    words = ("project", "import", str(file), "--by", "崂山区")
    shown = terminal(*words, "--dry-run", at=MONDAY.isoformat())
    assert "海工园 → 海工产业园" in shown
    assert "这是预览，没有改动" in shown
    assert all_projects(desk.engine)[0].project.name == "海工园"
    made = terminal.document(*words, at=MONDAY.isoformat())
    assert (made["changed"], made["unchanged"], made["missing"]) == (["XM-01"], 1, ["XM-03"])
    listed = terminal.document("project", "list", "--missing")
    assert [one["code"] for one in listed] == ["XM-03"], "gone missing is said, never deleted"
    assert "海工园 → 海工产业园" in terminal("project", "show", "laoshan/XM-01")


def test_the_same_inventory_again_changes_nothing_and_one_that_comes_back_is_not_missing(
    desk: Desk, bench: Bench, file: Path
) -> None:
    renew_inventory(desk, file, "laoshan")
    renew_inventory(desk, write(file, STUCK), "laoshan")
    made = renew_inventory(later(desk, 1), write(file, STUCK, FRESH, LATE), "laoshan")
    assert (made.added, made.changed, len(made.unchanged)) == ([], [], 3)
    assert not any(one.missing_since for one in all_projects(desk.engine))
    assert bench.value("select count(*) from project_renewal") == 3
    assert bench.value("select count(*) from project_event") == 3


def test_only_districts_and_zones_have_inventories(desk: Desk, file: Path) -> None:
    with pytest.raises(Misuse, match="不是区市或功能区"):
        renew_inventory(desk, file, "shenpi")


def test_stuck_projects_become_cases_once_with_a_proposed_lead(
    desk: Desk, bench: Bench, terminal: Terminal, file: Path
) -> None:
    renew_inventory(desk, file, "laoshan")
    found = terminal.document("project", "stuck", at=MONDAY.isoformat())
    assert [(one["project"], one["lead"], one["assisting"]) for one in found["stuck"]] == [
        ("laoshan/XM-01", "ziranziyuan", ["laoshan"]),
        ("laoshan/XM-03", "laoshan", []),
    ]
    assert len(open_stuck(desk).cases) == 2
    assert open_stuck(later(desk, 1)).cases == []
    [(channel, environment, party)] = bench.rows(
        "select channel, environment, party from rectification_case where subject like '%%海工园%%'"
    )
    assert (channel, environment, party) == ("unlanded", "factor", "甲公司")
    assert "建议由市自然资源和规划局主办，崂山区协办。" in str(
        bench.rows("select body from case_text")
    )
    named = bench.rows("select detail ->> 'named_unit' from history order by case_id")
    assert named == [("ziranziyuan",), ("laoshan",)]


def test_opening_cut_off_before_the_link_is_taken_up_without_a_second_case(
    desk: Desk, bench: Bench, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    renew_inventory(desk, file, "laoshan")

    def cut_off(*given: Any, **more: Any) -> IntakeReport:  # noqa: ANN401 - passed on
        intake_rows(*given, **more)
        raise KeyboardInterrupt

    monkeypatch.setattr(opening, "intake_rows", cut_off)
    with pytest.raises(KeyboardInterrupt):
        open_stuck(desk)
    monkeypatch.undo()
    assert len(open_stuck(desk).cases) == 2
    assert bench.value("select count(*) from rectification_case") == 2


def test_a_case_is_submitted_only_once_its_project_landed(
    desk: Desk, bench: Bench, case: str
) -> None:
    with pytest.raises(Refused, match=f"案件 {case} 对应的项目 laoshan/XM-01 现为“办理用地”"):
        submit(desk, case)
    assert land(desk, "崂山区/XM-01", actor="王科").changed
    assert not land(desk, "laoshan/XM-01").changed, "said once"
    submit(desk, case)
    assert events(bench, case)[-2:] == ["project_landed", "submitted"]
    assert told(bench) == {
        ("project_settled", "office", "contact"),
        ("project_settled", "ziranziyuan", "contact"),
    }
    assert verify(bench.engine).faults == []


def test_an_unfounded_case_needs_no_landing(desk: Desk, case: str) -> None:
    submit(desk, case, "unfounded")


def test_an_inventory_that_says_landed_lets_the_case_end(
    desk: Desk, bench: Bench, case: str, file: Path
) -> None:
    renew_inventory(desk, write(file, STUCK.replace("办理用地,用地", "已落地,")), "laoshan")
    assert events(bench, case)[-1] == "project_landed"
    submit(desk, case)


def test_a_case_about_no_project_of_an_inventory_is_free(desk: Desk, bench: Bench) -> None:
    intake_rows(desk, [{"编号": "别处", "事由": "另报的项目未落地"}], "unlanded", "x")
    [(no,)] = bench.rows("select no from rectification_case")
    bench.dispatch(str(no), unit="ziranziyuan")
    bench.sign(str(no), unit="ziranziyuan")
    submit(desk, str(no))


def test_writing_off_needs_a_reason_and_ends_the_project(
    desk: Desk, bench: Bench, terminal: Terminal, case: str
) -> None:
    terminal("project", "write-off", "laoshan/XM-01", "--reason", " ", code=2)
    said = terminal(
        *("project", "write-off", "laoshan/XM-01", "--reason", "投资方已注销", "--actor", "王科"),
        at=MONDAY.isoformat(),
    )
    assert f"已记入案件 {case} 并告知主办单位" in said.replace("\n", "")
    with pytest.raises(Refused, match="已登记为“核销”，要改正请先 project reopen"):
        land(desk, "laoshan/XM-01")
    assert write_off(desk, "laoshan/XM-01", "再次").changed is False
    submit(desk, case)


def test_a_project_taken_up_again_has_its_closed_case_looked_at_again(
    desk: Desk, bench: Bench, case: str
) -> None:
    land(desk, "laoshan/XM-01")
    submit(desk, case)
    with bench.owner.begin() as connection:
        connection.exec_driver_sql(
            "update rectification_case set state = 'closed', closed_at = last_event_at"
            " where no = %(no)s",
            {"no": case},
        )
    again = take_up(later(desk, 1), "laoshan/XM-01", "用地手续被撤销", ProjectStatus.LAND)
    assert again.carried
    assert events(bench, case)[-2:] == ["project_reopened", "recheck_ordered"]
    carry_out(
        later(desk, 2), by_office.recheck(later(desk, 2), case, passed=False, finding="未开工")
    )
    with pytest.raises(Refused, match="须先登记落地"):
        submit(later(desk, 3), case)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("2", "land", "laoshan"), "请写成 区市/项目编号"),
        (("1", "land", "laoshan/没有"), "没有项目 laoshan/没有"),
        (("2", "land", "laoshan/XM-01", "--on", "2024-01-01"), "应在签约日期 2024-05-06"),
        (("1", "reopen", "laoshan/XM-01", "--reason", "误登"), "不必恢复"),
        (
            ("2", "reopen", "laoshan/XM-01", "--reason", "误登", "--status", "已落地"),
            "恢复后的状态",
        ),
        (("2", "write-off", "shenpi/XM-01", "--reason", "x"), "不是区市或功能区"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    desk: Desk, terminal: Terminal, file: Path, words: tuple[str, ...], said: str
) -> None:
    renew_inventory(desk, file, "laoshan")
    code, *rest = words
    assert said in terminal("project", *rest, code=int(code), at=MONDAY.isoformat())


def test_the_round_reminds_each_district_once_a_month_from_its_first_working_day(
    desk: Desk, bench: Bench, file: Path
) -> None:
    renew_inventory(desk, file, "laoshan")
    made = go_round(desk)
    owing = len(desk.directory.districts) - 1
    assert (len(made.owed), made.notices) == (owing, 2 * owing), "contact and deputy"
    assert made.in_words() == (
        f"新立案 2 件；项目清单应更新而未更新的区市 {owing} 个，新发提醒 {2 * owing} 份。"
    )
    assert go_round(later(desk, 9)).notices == 0
    weekend = datetime(2026, 8, 1, 9, tzinfo=SHANGHAI)
    assert go_round(Desk(desk.settings, "live", desk.engine, weekend, weekend)).owed == []
    monday = weekend + timedelta(days=2)
    august = go_round(Desk(desk.settings, "live", desk.engine, monday, monday))
    assert len(august.owed) == owing + 1, "last renewed in March"
    assert bench.value("select count(*) from notice where key = 'projects:laoshan:2026-08'") == 2


def test_the_report_counts_by_district_and_cause_and_shows_nobody_s_words(
    desk: Desk, terminal: Terminal, case: str
) -> None:
    land(desk, "laoshan/XM-01")
    made = standing(later(desk, 60))
    assert vars(made.districts["laoshan"]) == {
        "signed": 3, "landed": 1, "written_off": 0, "stuck": 1, "with_case": 2, "overdue": 1,
    }  # fmt: skip
    assert made.causes["land"].landed == 1
    drawn = project_report(desk, standing(desk))
    assert "**合计** 签约 3，已落地 1，核销 0，受阻 1，已立案 2，案件逾期 0。" in drawn
    assert "项目已落地或核销、案件尚未提交办结" in drawn
    assert "已落地或核销、案件未提交办结 1 件" in worklist(desk, desk.now, {})
    assert case in drawn
    assert "甲公司" not in drawn
    assert "指标未落实" not in drawn
    shown = terminal.document("project", "report", at=MONDAY.isoformat())
    assert shown["settled_open"] == [{"project": "laoshan/XM-01", "case_no": case}]


def test_what_is_told_reads_well(desk: Desk, bench: Bench, case: str) -> None:
    land(desk, "laoshan/XM-01")
    go_round(desk)
    with transaction(bench.engine) as connection:
        rows = connection.exec_driver_sql(
            "select distinct on (template) template, args from notice where key is not null"
        ).all()
    context = {
        "recipient_unit": "崂山区", "recipient_name": "", "office_name": "指挥部办公室",
        "occurred_at": MONDAY, "no": "", "document_number": "", "link": "", "copies": [],
        "terms": [], "opinion": "",
    }  # fmt: skip
    texts = {row.template: render(row.template, context | row.args)[1] for row in rows}
    assert f"登记为“已落地”，对应案件 {case}（整改中）" in texts["project_settled"]
    assert "请主办单位据此提交办结" in texts["project_settled"]
    assert "请于本月内更新“签约未落地”项目清单" in texts["project_renewal"]
