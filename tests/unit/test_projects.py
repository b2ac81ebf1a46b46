"""Projects signed and not landed: when one is stuck, who is proposed, and inventories renewed."""

import tomllib
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from domain.codes import Environment, Result
from domain.errors import Refused
from domain.inventories import Read, Refusal, renew
from domain.limits import Limit, months_after
from domain.policy import read_policy
from domain.policy_sources import PROJECTS, SURVEYS
from domain.projects import (
    CAUSE_ENVIRONMENT,
    SETTLED,
    Cause,
    Project,
    ProjectStatus,
    proposed_units,
    renewal_owed,
    require_settled,
    why_stuck,
)
from tasks.projects.reading import read_inventory

TODAY = date(2026, 3, 2)
PLAIN = Project("XM-01", "海工装备产业园", "甲公司", date(2025, 1, 10), Decimal("12000.00"))
HEADER = "项目编号,项目名称,投资方,签约日期,协议金额（万元）,约定开工日期,状态,原因类别,原因说明\n"


def project(**changes: object) -> Project:
    return replace(PLAIN, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"cause": Cause.LAND}, "签约已超过6个月仍未落地"),
        ({}, ""),
        ({"cause": Cause.LAND, "signed_on": date(2025, 9, 2)}, ""),
        ({"cause": Cause.LAND, "signed_on": date(2025, 9, 1)}, "签约已超过6个月仍未落地"),
        ({"starts_on": date(2026, 3, 1)}, "已过约定开工日期 2026-03-01"),
        ({"starts_on": TODAY}, ""),
        ({"starts_on": date(2026, 3, 1), "status": ProjectStatus.BUILDING}, ""),
        ({"cause": Cause.LAND, "status": ProjectStatus.LANDED}, ""),
        ({"starts_on": date(2026, 3, 1), "status": ProjectStatus.WRITTEN_OFF}, ""),
        (
            {"cause": Cause.LAND, "starts_on": date(2026, 3, 1)},
            "签约已超过6个月仍未落地，已过约定开工日期 2026-03-01",
        ),
    ],
)
def test_a_project_is_stuck_with_a_cause_after_months_or_past_its_start(
    changes: dict[str, object], why: str
) -> None:
    assert why_stuck(project(**changes), TODAY, PROJECTS) == why


@given(
    st.sampled_from(ProjectStatus),
    st.none() | st.sampled_from(Cause),
    st.dates(date(2022, 1, 1), date(2026, 12, 31)),
    st.none() | st.dates(date(2022, 1, 1), date(2027, 12, 31)),
    st.integers(0, 900),
)
def test_a_stuck_project_stays_stuck_until_something_about_it_changes(
    status: ProjectStatus, cause: Cause | None, signed: date, starts: date | None, days: int
) -> None:
    one = project(status=status, cause=cause, signed_on=signed, starts_on=starts)
    now, later = why_stuck(one, TODAY, PROJECTS), TODAY + timedelta(days=days)
    assert not (now and status in SETTLED)
    assert why_stuck(one, later, PROJECTS) or not now


@given(st.dates(date(2022, 1, 1), date(2030, 12, 31)), st.integers(-30, 30))
def test_months_keep_the_day_or_take_the_last_one(day: date, months: int) -> None:
    there = months_after(day, months)
    assert (there.year * 12 + there.month) - (day.year * 12 + day.month) == months
    last = (there + timedelta(days=1)).month != there.month
    assert there.day == day.day or (there.day < day.day and last)


def test_the_lead_follows_the_cause_and_the_district_assists_or_leads() -> None:
    leads = {"land": "ziranziyuan", "market": "district"}
    assert proposed_units("laoshan", Cause.LAND, leads) == ("ziranziyuan", ("laoshan",))
    assert proposed_units("laoshan", Cause.MARKET, leads) == ("laoshan", ())
    assert proposed_units("laoshan", None, leads) == ("laoshan", ())
    assert CAUSE_ENVIRONMENT[Cause.POLICY] is Environment.POLICY


@pytest.mark.parametrize("result", [Result.SOLVED, Result.PARTLY, Result.EXPLAINED])
def test_a_case_is_not_submitted_before_its_project_is_settled(result: Result) -> None:
    with pytest.raises(Refused, match=r"案件 QD1 对应的项目 laoshan/XM-01 现为“办理用地”"):
        require_settled("QD1", "laoshan/XM-01", ProjectStatus.LAND, result)
    for status in SETTLED:
        require_settled("QD1", "laoshan/XM-01", status, result)


@pytest.mark.parametrize("result", [Result.UNFOUNDED, Result.NOT_YET])
def test_an_unfounded_or_impossible_matter_needs_no_landing(result: Result) -> None:
    require_settled("QD1", "laoshan/XM-01", ProjectStatus.LAND, result)


@pytest.mark.parametrize(
    ("renewed", "owed"),
    [(None, True), (date(2026, 1, 31), True), (date(2026, 2, 1), False), (TODAY, False)],
)
def test_an_inventory_is_owed_when_not_renewed_last_month_or_this(
    renewed: date | None,
    owed: bool,  # noqa: FBT001
) -> None:
    assert renewal_owed(TODAY, renewed, Limit(1, "mo")) is owed


def test_a_renewal_tells_new_changed_unchanged_and_missing_apart() -> None:
    known = {code: project(code=code) for code in ("A", "B", "C", "D")}
    known["D"] = project(code="D", status=ProjectStatus.LANDED)
    made = renew(known, [(2, project(code="A")), (3, project(code="B", name="新名")), (4, PLAIN)])
    assert (made.read, made.unchanged, made.missing) == (3, ["A"], ["C"])
    assert [one.code for one in made.added] == ["XM-01"]
    assert made.cells == [("B", "项目名称", "海工装备产业园", "新名")]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (ProjectStatus.LANDED, ProjectStatus.LAND, "要恢复请用 project reopen"),
        (ProjectStatus.WRITTEN_OFF, ProjectStatus.LANDED, "要恢复请用 project reopen"),
        (ProjectStatus.LAND, ProjectStatus.WRITTEN_OFF, "请用 project write-off"),
        (None, ProjectStatus.WRITTEN_OFF, "再用 project write-off"),
    ],
)
def test_an_inventory_neither_writes_off_nor_undoes_what_was_settled(
    old: ProjectStatus | None, new: ProjectStatus, reason: str
) -> None:
    known = {"XM-01": project(status=old)} if old else {}
    [refused] = renew(known, [(2, project(status=new))]).refused
    assert reason in refused.reason


def test_a_cell_that_was_empty_is_shown_as_nothing() -> None:
    made = renew({"XM-01": PLAIN}, [(2, project(cause=Cause.LAND, starts_on=TODAY))])
    assert [cell[1:] for cell in made.cells] == [
        ("约定开工日期", "", "2026-03-02"),
        ("原因类别", "", "用地"),
    ]


def test_what_is_known_stays_where_the_file_has_no_column() -> None:
    known = {"XM-01": project(status=ProjectStatus.LANDED, cause_text="旧")}
    assert renew(known, [(2, PLAIN)], ("name", "signed_on")).unchanged == ["XM-01"]


ROWS = st.lists(
    st.builds(Refusal, st.integers(2, 99), st.just("坏"))
    | st.tuples(
        st.integers(2, 99),
        st.builds(
            project,
            code=st.sampled_from("ABCDE"),
            status=st.sampled_from(ProjectStatus),
            name=st.sampled_from(["甲", "乙"]),
        ),
    ),
    max_size=12,
)


@given(st.dictionaries(st.sampled_from("ABCDE"), st.sampled_from(ProjectStatus)), ROWS)
def test_every_row_is_accounted_for_and_nothing_vanishes(
    statuses: dict[str, ProjectStatus],
    rows: list[Refusal | tuple[int, Project]],
) -> None:
    known = {code: project(code=code, status=status) for code, status in statuses.items()}
    made = renew(known, rows)
    counted = len(made.added) + len(made.changed) + len(made.unchanged) + len(made.refused)
    assert made.read == len(rows) == counted
    here = {row[1].code for row in rows if not isinstance(row, Refusal)}
    open_ones = {code for code, one in known.items() if one.status not in SETTLED}
    assert set(made.missing) == open_ones - here
    after = known | {one.code: one for one in (*made.added, *made.changed)}
    assert renew(after, [(n, one) for n, one in enumerate(after.values())]).cells == []


def inventory(tmp_path: Path, *rows: str) -> list[Read]:
    file = tmp_path / "清单.csv"
    file.write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return list(read_inventory(file, 2022, TODAY).rows)


def test_an_inventory_is_read_as_districts_write_it(tmp_path: Path) -> None:
    [read] = inventory(
        tmp_path, 'XM-01,园区,甲公司,2024年5月6日,"12,000",2025/10/1,办理用地,用地,指标未落实'
    )
    assert not isinstance(read, Refusal)
    number, one = read
    assert (number, one.status, one.cause) == (2, ProjectStatus.LAND, Cause.LAND)
    assert (one.signed_on, one.amount) == (date(2024, 5, 6), Decimal("12000.00"))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",园区,,2024/5/6,,,,,", "项目编号应为 1 到 60 个字"),
        ("13805320417,园区,,2024/5/6,,,,,", "且不是电话、证件号码"),
        ("X,,,2024/5/6,,,,,", "没有项目名称"),
        ("X,园区,,2021/12/31,,,,,", "不早于 2022 年"),
        ("X,园区,,,,,,,", "签约日期应写明"),
        ("X,园区,,2026/3/3,,,,,", "“签约日期”2026-03-03 晚于今天"),
        ("X,园区,,昨天,,,,,", "“签约日期”的值“昨天”不是日期"),
        ("X,园区,,2024/5/6,很多,,,,", "“协议金额（万元）”的值“很多”不是金额"),
        ("X,园区,,2024/5/6,NaN,,,,", "不是金额"),
        ("X,园区,,2024/5/6,-1,,,,", "不是金额"),
        ("X,园区,,2024/5/6,,,飞走,,", "“状态”的值“飞走”不认识，可写：已签约"),
        ("X,园区,,2024/5/6,,,,天气,", "“原因类别”的值“天气”不认识，可写：用地"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(tmp_path: Path, row: str, reason: str) -> None:
    [refused] = inventory(tmp_path, row)
    assert isinstance(refused, Refusal)
    assert reason in refused.reason


def test_a_file_without_the_needed_columns_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "清单.csv"
    file.write_text("项目名称,投资方\n园区,甲公司\n", encoding="utf-8")
    with pytest.raises(Refused, match="缺少列：项目编号、签约日期"):
        read_inventory(file, 2022, TODAY)


def test_a_workbook_with_a_title_and_real_dates_is_read(tmp_path: Path) -> None:
    book, file = Workbook(), tmp_path / "清单.xlsx"
    sheet = book.worksheets[0]
    sheet.append(["崂山区“签约未落地”项目清单"])
    sheet.append(["序号", "项目编号", "项目名称", "签约日期", "协议金额（万元）"])
    sheet.append([1, "XM-01", "园区", datetime(2024, 5, 6), 1200.5])  # noqa: DTZ001 - Excel's
    book.save(file)
    [read] = read_inventory(file, 2022, TODAY).rows
    assert not isinstance(read, Refusal)
    assert (read[0], read[1].signed_on, read[1].amount) == (
        3,
        date(2024, 5, 6),
        Decimal("1200.50"),
    )


def test_phone_numbers_do_not_get_into_an_inventory(tmp_path: Path) -> None:
    [read] = inventory(tmp_path, "X,园区,甲公司13805320417,2024/5/6,,,,,电话13805320417")
    assert not isinstance(read, Refusal)
    one = read[1]
    assert "13805320417" not in one.investor + one.cause_text


def test_policies_written_before_have_figures_and_every_lead_is_a_live_unit() -> None:
    reference = Path(__file__).parents[2] / "deployments" / "reference"
    data = tomllib.loads((reference / "policy.toml").read_text("utf-8"))
    units = tomllib.loads((reference / "units.toml").read_text("utf-8"))["unit"]
    live = {unit["code"] for unit in units if not unit.get("doubtful")}
    policy = read_policy(data)
    assert set(policy.projects.lead.values()) <= live | {"district"}
    older = read_policy({name: data[name] for name in data if name not in {"projects", "surveys"}})
    assert (older.projects, older.surveys) == (PROJECTS, SURVEYS)
    assert (policy.projects.since, policy.surveys) == (PROJECTS.since, SURVEYS)
