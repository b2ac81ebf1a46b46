"""Channels edited, opened and closed to users, their columns mapped, a file previewed."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from domain.errors import Refused
from models.channels import require_open_to_outside
from models.verifying import verify
from tasks.desk import Desk
from tasks.intake import intake_rows
from tests.integration.conftest import AT, Bench, Terminal

ODD = "序号,存在问题,处理部门,备注\n"
ODD += "Z-1,贴息一年没有到账,财政局,甲\nZ-2,窗口排队两小时,没有这个局,乙\n"


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A ledger whose headers nobody knows."""
    path = tmp_path / "自查.csv"
    path.write_text(ODD, encoding="utf-8")
    return path


def figures(report: dict[str, Any]) -> list[int]:
    return [report["read"], report["opened"], report["duplicate"], len(report["rejected"])]


def first_detail(bench: Bench, where: str = "true") -> list[Any]:
    rows = bench.rows(
        "select h.detail from history h join rectification_case c on c.id = h.case_id"
        f" where h.seq = 1 and {where} order by c.id"
    )
    return [detail for (detail,) in rows]


def test_a_file_of_unknown_columns_is_refused_with_its_headers_and_the_way_out(
    terminal: Terminal, odd: Path
) -> None:
    said = terminal("intake", str(odd), "--channel", "self_check", code=1)
    assert "现有的列是：序号、存在问题、处理部门、备注" in said
    assert "./rectify channel map self_check 内容=列名" in said
    assert said.count("。") == 1


def test_a_saved_mapping_is_used_from_then_on_and_recorded(
    terminal: Terminal, bench: Bench, odd: Path
) -> None:
    pairs = ("编号=序号", "内容=存在问题", "责任单位=处理部门")
    terminal("channel", "map", "self_check", *pairs, "--actor", "王科", at=AT.format(2, 9))
    report = terminal.document("intake", str(odd), "--channel", "self_check", at=AT.format(2, 10))
    assert figures(report) == [2, 2, 0, 0]
    assert report["unknown_units"] == 1
    assert bench.rows("select subject from rectification_case order by id") == [
        ("贴息一年没有到账",),
        ("窗口排队两小时",),
    ]
    named = [detail.get("named_unit") for detail in first_detail(bench)]
    assert named == ["caizheng", None]
    (change,) = terminal.document("channel", "show", "self_check")["changes"]
    assert (change["field"], change["actor"]) == ("columns", "王科")
    assert verify(bench.engine).faults == []


def test_the_unit_that_a_row_names_is_proposed_and_left_to_the_office(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "自查.csv"
    file.write_text("编号,事由,建议责任单位\n1,希望领导关注,财政局\n", encoding="utf-8")
    terminal("intake", str(file), "--channel", "self_check", at=AT.format(2, 10))
    assert terminal.document("assign", at=AT.format(2, 11))["dispatched"] == 0
    (case,) = terminal.document("case", "list")
    said = terminal("assign", case["no"], at=AT.format(2, 11), code=1)
    assert "市财政局（caizheng，首接负责：来件指明）" in said


def test_a_mapping_for_once_is_kept_only_when_asked(terminal: Terminal, odd: Path) -> None:
    words = ["intake", str(odd), "--channel", "monitor", "--map", "内容=存在问题"]
    assert figures(terminal.document(*words)) == [2, 2, 0, 0]
    assert terminal.document("channel", "show", "monitor")["columns"] == {}
    terminal(*words, "--save-map")
    assert terminal.document("channel", "show", "monitor")["columns"] == {"body": "存在问题"}
    terminal("channel", "map", "monitor", "--clear")
    assert terminal.document("channel", "show", "monitor")["columns"] == {}


def test_a_column_mapped_for_once_must_be_there(terminal: Terminal, odd: Path) -> None:
    words = ["--map", "内容=存在问题", "--map", "事由=摘要"]
    said = terminal("intake", str(odd), "--channel", "monitor", *words, code=1)
    assert "文件没有列“摘要”" in said
    assert "现有的列是：序号、存在问题" in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["map", "monitor"], "二者取一"),
        (["map", "monitor", "内容=甲", "--clear"], "二者取一"),
        (["map", "monitor", "内容=甲", "事由=甲"], "不能同时作为"),
        (["map", "fax", "内容=甲"], "没有代码为“fax”的渠道"),
        (["set", "monitor"], "请写明要改什么"),
        (["set", "monitor", "--kind", "很难"], "类别“很难”不认识"),
        (["set", "monitor", "--urgency", "火急"], "紧急程度“火急”不认识"),
        (["set", "monitor", "--users", "全市人民"], "没有代码或名称为“全市人民”的单位"),
        (["set", "monitor", "--title", "长" * 41], "至多 40 字"),
        (["set", "monitor", "--extra", "天气"], "没有列“天气”"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
    terminal: Terminal, words: list[str], said: str
) -> None:
    error = terminal("channel", *words, code=2)
    assert said in error
    assert error.count("。") == 1


def test_a_preview_tells_all_and_writes_nothing(
    terminal: Terminal, bench: Bench, tmp_path: Path
) -> None:
    file = tmp_path / "来件.csv"
    rows = ["A-1,停水,王女士,13800000000,甲", "A-2,停电,,,乙", ",,,,丙", "A-1,又停水,,,丁"]
    file.write_text("\n".join(["编号,事由,反映人,联系电话,天气", *rows]), encoding="utf-8")
    words = ("intake", str(file), "--channel", "12345", "--preview")
    told = terminal.document(*words)
    assert [told[key] for key in ("read", "new", "known", "ignored")] == [4, 2, 1, ["天气"]]
    assert [row["row"] for row in told["rejected"]] == [4]
    assert told["columns"]["reporter"] == "反映人"
    assert [(row["subject"], row["reporter"], row["phone"]) for row in told["rows"]] == [
        ("停水", True, True),
        ("停电", False, False),
    ]
    shown = terminal(*words)
    assert "没有写入任何内容" in shown
    assert not {"王女士", "13800000000"} & set(shown.split())
    for table in ("rectification_case", "intake_row", "intake_file", "channel_change"):
        assert bench.value(f"select count(*) from {table}") == 0
    terminal("intake", str(file), "--channel", "12345")
    assert terminal.document(*words)["known"] == 3


def test_rows_without_a_reporter_are_told_where_one_is_expected(
    terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "来件.csv"
    file.write_text("编号,事由,反映人\n1,停水,王女士\n2,停电,匿名\n", encoding="utf-8")
    assert "1 行没有反映人" in terminal("intake", str(file), "--channel", "12345")
    assert "没有反映人" not in terminal("intake", str(file), "--channel", "media")


def test_who_reported_is_sealed_where_nobody_is_expected(desk: Desk, bench: Bench) -> None:
    rows = [{"事由": "停水", "反映人": "王女士"}]
    intake_rows(desk, rows, "media", "剪报")
    assert bench.value("select count(*) from identity.reporter") == 1


def test_a_unit_brings_its_own_list_and_the_case_keeps_which(
    terminal: Terminal, bench: Bench, odd: Path
) -> None:
    words = ["intake", str(odd), "--channel", "self_check", "--map", "内容=存在问题"]
    terminal(*words, "--by", "市税务局")
    assert [detail["by_unit"] for detail in first_detail(bench)] == ["shuiwuju"] * 2
    terminal(*words, "--by", "office", "--map", "编号=序号")
    assert all("by_unit" not in detail for detail in first_detail(bench, "c.id > 2"))


@pytest.mark.parametrize(
    ("channel", "unit", "admitted"),
    [
        ("self_check", "市财政局", True),
        ("unlanded", "城阳区", True),
        ("unlanded", "青岛高新区", True),
        ("unlanded", "市财政局", False),
        ("12345", "市财政局", False),
        ("discipline_report", "市纪委监委", True),
        ("discipline_report", "fayuan", False),
        ("supervision", "城阳区", False),
        ("supervision", "office", True),
    ],
)
def test_a_channel_is_open_to_its_own_users(
    terminal: Terminal, odd: Path, channel: str, unit: str, *, admitted: bool
) -> None:
    words = ["intake", str(odd), "--channel", channel, "--map", "内容=存在问题"]
    said = terminal(*words, "--preview", "--by", unit, code=0 if admitted else 1)
    assert ("不对" in said) is not admitted
    said = terminal(*words, "--by", unit, code=0 if admitted else 1)
    assert ("不对" in said) is not admitted


def test_outside_systems_get_keys_for_open_channels_alone(terminal: Terminal, bench: Bench) -> None:
    assert "不接收外部系统" in terminal("key", "new", "hall_day", "--name", "甲", code=1)
    terminal("channel", "set", "hall_day", "--users", "区市,外部系统")
    terminal("key", "new", "hall_day", "--name", "甲")
    closing = ("channel", "set", "hall_day", "--users", "office")
    assert "还有 1 个在用密钥" in terminal(*closing, code=1)
    terminal("key", "revoke", "1")
    assert terminal.document(*closing)["users"] == []
    with pytest.raises(Refused, match="不接收外部系统"):
        require_open_to_outside(bench.engine, "hall_day")


def test_a_channel_is_edited_and_every_change_kept(terminal: Terminal, bench: Bench) -> None:
    words = ["--kind", "一般事项", "--urgency", "紧急", "--expects-reporter", "yes"]
    words += ["--users", "成员单位,市纪委监委", "--extra", "整改措施", "--title", "媒体曝光"]
    told = terminal.document("channel", "set", "media", *words, "--actor", "王科")
    assert len(told["changed"]) == len(told["changes"]) == 6
    assert told["users"] == ["participating", "unit:jiwei"]
    assert "没有变化" in terminal("channel", "set", "media", *words)
    shown = terminal("channel", "show", "media")
    for word in ("媒体曝光", "成员单位、市纪委监委", "受理 24小时", "外部系统", "王科"):
        assert word in shown
    assert "媒体曝光" in terminal("channel", "list")
    taken = ("channel", "set", "survey", "--title", "媒体曝光")
    assert "已经叫“媒体曝光”" in terminal(*taken, code=1)
    with bench.engine.connect() as connection, pytest.raises(Exception, match="permission denied"):
        connection.exec_driver_sql("delete from channel_change")


def test_the_usual_urgency_of_a_channel_sets_its_triage(
    terminal: Terminal, desk: Desk, bench: Bench
) -> None:
    terminal("channel", "set", "media", "--urgency", "emergency")
    intake_rows(desk, [{"事由": "停水"}], "media", "剪报")
    assert bench.rows('select c.urgency, k."limit" from rectification_case c, clock k') == [
        ("emergency", "2h")
    ]


def test_known_fields_are_listed_with_what_is_mapped(terminal: Terminal) -> None:
    terminal("channel", "map", "self_check", "整改措施=怎么改")
    fields = terminal.document("channel", "columns", "self_check")["fields"]
    mapped = {one["name"]: one["mapped"] for one in fields if one["mapped"]}
    assert mapped == {"整改措施": "怎么改"}
    assert "整改措施" not in terminal("channel", "columns", "media")


def test_a_workbooks_ignored_columns_are_told_too(terminal: Terminal, tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0].append(["编号", "事由", "天气"])
    book.worksheets[0].append(["1", "停水", "晴"])
    book.save(tmp_path / "来件.xlsx")
    words = ("intake", str(tmp_path / "来件.xlsx"), "--channel", "12345", "--preview")
    assert terminal.document(*words)["ignored"] == ["天气"]
