"""Activities planned, recorded, cancelled; what they find becomes cases; points; the report."""

from pathlib import Path

from tests.integration.conftest import Bench, Terminal

AT = "2026-03-10T10:00:00+08:00"
HALL = ["activity", "plan", "--kind", "hall_day", "--unit", "shuiwu", "--on", "2026-03-10"]
MARKER = "张某某一"


def planned(terminal: Terminal, *more: str) -> str:
    return str(terminal.document(*HALL, *more, at=AT)["id"])


def held(terminal: Terminal, *more: str) -> str:
    number = planned(terminal)
    terminal("activity", "held", number, "--attended", "head", *more, at=AT)
    return number


def rows(bench: Bench, table: str) -> int:
    return int(str(bench.value(f"select count(*) from {table}")))


def test_the_same_plan_twice_changes_nothing(terminal: Terminal, bench: Bench) -> None:
    number = planned(terminal, "--place", "市民中心")
    again = terminal.document(*HALL, at=AT)
    assert (str(again["id"]), again["new"]) == (number, False)
    assert rows(bench, "activity") == 1
    terminal("activity", "cancel", number, "--reason", "大厅检修", at=AT)
    assert terminal.document(*HALL, at=AT)["new"] is True
    assert "没有改动" in terminal("activity", "cancel", number, "--reason", "再取消", at=AT)


CONTRADICTIONS = [
    (["--kind", "hall_day", "--on", "2026-03-10"], "请写明是哪个单位"),
    (["--kind", "monitor_visit", "--on", "2026-03-10"], "请写明监测点编号"),
    (["--kind", "parlour", "--on", "明天"], "计划日期“明天”不是日期"),
    (["--kind", "party", "--on", "2026-03-10"], "活动类型“party”不认识"),
    (["--kind", "parlour", "--on", "2026-03-10", "--team", "media"], "只用于专项督查"),
    (["--kind", "parlour", "--on", "2026-03-10", "--target", "shuiwu"], "被查单位只用于"),
    (["--kind", "supervision", "--on", "2026-03-10", "--undercover"], "请写明被查单位"),
    (["--kind", "parlour", "--on", "2026-03-10", "--point", "P-9"], "没有编号为“P-9”"),
]


def test_a_plan_that_contradicts_itself_is_refused_in_a_sentence(
    terminal: Terminal, bench: Bench
) -> None:
    for words, said in CONTRADICTIONS:
        assert said in terminal("activity", "plan", *words, code=2, at=AT)
    assert rows(bench, "activity") == 0


def test_only_the_heads_own_day_counts(terminal: Terminal) -> None:
    number = planned(terminal)
    assert "谁到场" in terminal("activity", "held", number, code=2, at=AT)
    told = terminal("activity", "held", number, "--attended", "deputy", at=AT)
    assert "不计入本季度" in told
    owing = ["activity", "owing", "--kind", "局长进大厅"]
    assert "shuiwu" in {row["unit"] for row in terminal.document(*owing, at=AT)}
    terminal("activity", "held", number, "--attended", "主要负责同志", at=AT)
    assert "shuiwu" not in {row["unit"] for row in terminal.document(*owing, at=AT)}
    assert terminal.document("activity", "show", number)["counts"] is True
    assert "不能取消" in terminal("activity", "cancel", number, "--reason", "x", code=1, at=AT)


def test_a_day_still_to_come_and_a_cancelled_one_cannot_be_held(terminal: Terminal) -> None:
    number = planned(terminal)
    words = ["activity", "held", number, "--attended", "head"]
    assert "晚于今天" in terminal(*words, "--on", "2026-03-11", code=2, at=AT)
    terminal("activity", "cancel", number, "--reason", "大厅检修", at=AT)
    assert "已取消" in terminal(*words, code=1, at=AT)
    assert "没有第 99 号" in terminal("activity", "show", "99", code=1)


def test_a_unit_records_its_own_and_nobody_elses(terminal: Terminal) -> None:
    own = ["activity", "plan", "--kind", "hall_day", "--on", "2026-03-12", "--by", "keji"]
    number = str(terminal.document(*own, at=AT)["id"])
    assert terminal.document("activity", "show", number)["unit"] == "keji"
    assert "应由该单位" in terminal(*HALL, "--by", "keji", code=1, at=AT)
    words = ["activity", "held", number, "--attended", "head", "--on", "2026-03-10"]
    assert "不是该单位的" in terminal(*words, "--by", "shuiwu", code=1, at=AT)
    terminal(*words, "--by", "市科技局", at=AT)


def test_a_problem_becomes_a_case_once_and_its_reporter_is_sealed(
    terminal: Terminal, bench: Bench
) -> None:
    number = held(terminal)
    words = ["activity", "find", number, "--subject", "退税超过承诺时限", "--body", "三次未办成"]
    words += ["--party", "某公司", "--reporter", MARKER, "--phone", "13805320417"]
    first, again = terminal.document(*words, at=AT), terminal.document(*words, at=AT)
    assert (first["known"], again["known"], again["no"]) == (False, True, first["no"])
    other = terminal.document(*words[:3], "--subject", "窗口无人", at=AT)
    assert (other["number"], rows(bench, "rectification_case")) == (2, 2)
    case = terminal.document("case", "show", first["no"])
    assert (case["channel"], case["subject"]) == ("hall_day", "退税超过承诺时限")
    assert bench.value("select source_id from intake_row order by id limit 1") == f"{number}/1"
    assert rows(bench, "identity.reporter") >= 1
    shown = terminal.document("activity", "show", number)
    assert [item["no"] for item in shown["cases"]] == [first["no"], other["no"]]
    assert MARKER not in str(shown)


def test_a_finding_cut_off_before_its_case_was_linked_is_completed(
    terminal: Terminal, bench: Bench
) -> None:
    number = held(terminal)
    words = ["activity", "find", number, "--subject", "退税超过承诺时限"]
    first = terminal.document(*words, at=AT)
    with bench.owner.begin() as connection:
        connection.exec_driver_sql("update activity_case set case_id = null")
    assert terminal.document(*words, at=AT)["no"] == first["no"]
    assert rows(bench, "rectification_case") == 1


def test_problems_are_entered_only_for_what_was_held(terminal: Terminal, bench: Bench) -> None:
    number = planned(terminal)
    words = ["activity", "find", number, "--subject", "退税超过承诺时限"]
    assert "还没有登记开展" in terminal(*words, code=1, at=AT)
    terminal("activity", "held", number, "--attended", "head", "--nothing", at=AT)
    assert "未发现问题" in terminal("activity", "list", at=AT)
    assert "请写明问题事由" in terminal(*words[:3], "--subject", " ", code=2, at=AT)
    terminal(*words, at=AT)
    assert terminal.document("activity", "show", number)["nothing_found"] is False
    again = ["activity", "held", number, "--attended", "head", "--nothing"]
    assert "已登记发现的问题" in terminal(*again, code=1, at=AT)
    assert rows(bench, "rectification_case") == 1


def test_a_problem_that_intake_refuses_leaves_nothing(terminal: Terminal, bench: Bench) -> None:
    number = held(terminal)
    words = ["activity", "find", number, "--subject", "长", "--body", "长" * 1_000_001]
    assert "问题没有登记" in terminal(*words, code=1, at=AT)
    assert rows(bench, "activity_case") == 0


def test_an_undercover_visit_is_hidden_from_the_unit_until_it_was_held(
    terminal: Terminal,
) -> None:
    words = ["--kind", "supervision", "--target", "shuiwu", "--on", "2026-03-10", "--undercover"]
    number = str(terminal.document("activity", "plan", *words, "--team", "media", at=AT)["id"])
    listed = ["activity", "list", "--by", "shuiwu"]
    assert terminal.document(*listed, at=AT) == []
    assert "没有第" in terminal("activity", "show", number, "--by", "shuiwu", code=1)
    assert "暗访" in terminal("activity", "show", number)
    terminal("activity", "remind", at="2026-03-09T10:00:00+08:00")
    terminal("activity", "held", number, at=AT)
    assert [row["id"] for row in terminal.document(*listed, at=AT)] == [int(number)]
    terminal("activity", "find", number, "--subject", "门难进", at=AT)


def test_nobody_but_the_visitors_is_told_of_an_undercover_visit(
    terminal: Terminal, bench: Bench
) -> None:
    words = ["--kind", "supervision", "--on", "2026-03-10", "--place", "科技大厦"]
    terminal("activity", "plan", *words, "--target", "shuiwu", "--undercover", at=AT)
    terminal("activity", "plan", *words, "--target", "keji", at=AT)
    for day in (9, 10, 11):
        terminal("activity", "remind", at=f"2026-03-{day:02d}T08:40:00+08:00")
    told = bench.rows("select unit, template from notice where template like 'activity%%'")
    assert ("keji", "activity_soon") in told
    assert "shuiwu" not in {unit for unit, _ in told}
    assert len(told) == 5


def test_a_plan_of_a_quarter_is_previewed_and_imported_once(
    terminal: Terminal, bench: Bench, tmp_path: Path
) -> None:
    file = tmp_path / "计划.csv"
    file.write_text(
        "单位,计划日期,活动类型,地点\n市税务局,2026-03-10,局长进大厅,市民中心\n"
        "keji,2026/3/12,,\n没有的单位,2026-03-12,,\n市商务局,某日,,\n",
        encoding="utf-8",
    )
    words = ["activity", "import", str(file), "--kind", "hall_day"]
    preview = terminal.document(*words, "--dry-run", at=AT)
    assert (preview["added"], rows(bench, "activity")) == (2, 0)
    assert "这是预览" in terminal(*words, "--dry-run", at=AT)
    done = terminal.document(*words, at=AT)
    assert (done["read"], done["added"], done["same"], len(done["refused"])) == (4, 2, 0, 2)
    assert [bad["row"] for bad in done["refused"]] == [4, 5]
    assert terminal.document(*words, at=AT)["same"] == 2
    file.write_text("单位,地点\n市税务局,大厅\n", encoding="utf-8")
    assert "缺少列：计划日期" in terminal(*words, code=1, at=AT)


def test_points_are_registered_changed_imported_and_owed_by_month(
    terminal: Terminal, tmp_path: Path
) -> None:
    add = ["point", "add", "P-1", "--title", "某项目", "--kind", "project", "--district"]
    assert terminal.document(*add, "城阳区")["outcome"] == "added"
    assert terminal.document(*add, "城阳区")["outcome"] == "same"
    assert terminal.document(*add, "城阳区", "--unit", "shangwu")["outcome"] == "changed"
    assert "不是区市或功能区" in terminal(*add, "shuiwu", code=1)
    file = tmp_path / "监测点.csv"
    head = "监测点编号,名称,类型,区市,启用日期\n"
    file.write_text(f"{head}P-2,某企业,重点企业,崂山区,2026-03-02\nP-3,,firm,崂山区,\n", "utf-8")
    assert terminal.document("point", "import", str(file), "--dry-run")["added"] == 1
    assert len(terminal.document("point", "list")) == 1
    terminal("point", "import", str(file))
    assert [row["code"] for row in terminal.document("point", "list")] == ["P-1", "P-2"]
    owing = ["activity", "owing", "--kind", "monitor_visit"]
    assert [row["point"] for row in terminal.document(*owing, at=AT)] == ["P-1"]
    visit = ["activity", "plan", "--kind", "monitor_visit", "--point", "P-1", "--on", "2026-03-09"]
    number = str(terminal.document(*visit, at=AT)["id"])
    assert terminal.document("activity", "show", number)["unit"] == "shangwu"
    terminal("activity", "held", number, "--on", "2026-03-09", at=AT)
    assert "都已开展" in terminal(*owing, at=AT)
    april = terminal.document(*owing, "--period", "2026-04", at=AT)
    assert [(row["point"], row["period"]) for row in april] == [
        ("P-1", "2026-04"),
        ("P-2", "2026-04"),
    ]


def test_the_report_counts_due_planned_held_missed_found_and_closed(
    terminal: Terminal, bench: Bench
) -> None:
    number = held(terminal)
    nos = [
        terminal.document("activity", "find", number, "--subject", subject, at=AT)["no"]
        for subject in ("退税超过承诺时限", "窗口无人", "材料重复报送")
    ]
    with bench.owner.begin() as connection:
        connection.exec_driver_sql(
            "update rectification_case set state = 'closed', lead_unit = 'shuiwu',"
            " verifying_unit = 'office' where no = %(no)s",
            {"no": nos[0]},
        )
    made = terminal.document("activity", "report", at=AT)
    [one] = [row for row in made["units"] if row["unit"] == "shuiwu"]
    expected = {"due": 1, "planned": 0, "held": 1, "missed": 0, "problems": 3, "closed": 1}
    assert one == {"kind": "hall_day", "unit": "shuiwu", **expected}
    assert made["kinds"]["parlour"]["due"] == 3
    assert made["kinds"]["parlour"]["missed"] == 2
    april = terminal.document(
        "activity", "report", "--period", "2026Q1", at="2026-04-01T09:00:00+08:00"
    )
    assert april["kinds"]["hall_day"]["missed"] == april["kinds"]["hall_day"]["due"] - 1
    month = terminal.document("activity", "report", "--period", "2026-03", at=AT)
    assert (month["kinds"]["parlour"]["due"], month["kinds"]["hall_day"]["due"]) == (1, 0)
    assert "2026年第1季度：应开展" in terminal("activity", "report", at=AT)
