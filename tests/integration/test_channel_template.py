"""The workbook that a channel hands out: what it offers, and that it is understood when back."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from domain.codes import Environment
from models.verifying import verify
from tests.integration.conftest import Bench, Terminal


@pytest.fixture
def form(terminal: Terminal, tmp_path: Path) -> Path:
    """The self-check template made for the bureau of finance."""
    path = tmp_path / "自查问题清单.xlsx"
    terminal("channel", "template", "self_check", "--out", str(path), "--unit", "市财政局")
    return path


def headers(book: Workbook) -> list[Any]:
    return [cell.value for cell in book.worksheets[0][1]]


def fill(path: Path, **values: str | datetime) -> None:
    """Write one problem into the first sheet, by header."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    names = headers(book)
    for name, value in values.items():
        sheet.cell(2, names.index(name) + 1, value)
    book.save(path)


def offered(book: Workbook, header: str) -> list[object]:
    """What the drop-down below a header offers."""
    sheet = book.worksheets[0]
    letter = next(cell.column_letter for cell in sheet[1] if cell.value == header)
    (rule,) = [r for r in sheet.data_validations.dataValidation if f"{letter}2" in r.sqref]
    assert rule.type == "list"
    name, _, place = str(rule.formula1).partition("!")
    cells = book[name.strip("'")][place.replace("$", "")]
    return [row[0].value for row in cells]


def test_the_template_offers_what_the_registry_has(form: Path) -> None:
    book = load_workbook(form)
    first, choices, guide = book.worksheets
    assert (first.freeze_panes, choices.sheet_state) == ("A2", "hidden")
    assert first.max_row == 1
    assert offered(book, "环境类别") == [term.zh for term in Environment]
    units = offered(book, "建议责任单位")
    assert units[0] == "市财政局"
    assert {"市南区", "市税务局"} <= set(units)
    assert not {"青岛市监局", "专项行动办公室", None} & set(units)
    assert first["A1"].comment.text.endswith("2026-001")
    told = " ".join(str(cell.value) for row in guide.rows for cell in row)
    assert "--channel self_check --by caizheng --preview" in told
    assert "反映人" not in headers(book)


def test_an_untouched_template_has_no_rows(terminal: Terminal, form: Path) -> None:
    assert "没有数据行" in terminal("intake", str(form), "--channel", "self_check", code=1)


def test_a_filled_template_is_taken_in_as_it_is(
    terminal: Terminal, bench: Bench, form: Path
) -> None:
    fill(
        form,
        问题编号="2026-001",
        事由="贷款贴息未按期兑付",
        问题描述="涉及企业12家",
        发现时间=datetime(2026, 3, 1, 9, 30),  # noqa: DTZ001 cells have no zone
        环境类别="政策环境",
        事项类别="一般事项",
        紧急程度="紧急",
        建议责任单位="市财政局",
        问题表现="材料反复补正",
        整改措施="逐户核对",
        责任领导="副局长 张某",
        整改时限=datetime(2026, 6, 30),  # noqa: DTZ001
    )
    fill(form, **{"党委（党组）研究日期": "2026年3月10日"})
    words = ("intake", str(form), "--channel", "self_check", "--by", "caizheng")
    terminal(*words)
    (row,) = bench.rows(
        "select c.environment, c.kind, c.urgency, t.body, h.detail ->> 'named_unit',"
        " to_char(c.reported_at at time zone 'Asia/Shanghai', 'MM-DD HH24:MI')"
        " from rectification_case c join case_text t on t.case_id = c.id"
        " join history h on h.case_id = c.id and h.seq = 1"
    )
    environment, kind, urgency, body, named, reported = row
    assert (environment, kind, urgency) == ("policy", "ordinary", "urgent")
    assert (named, reported) == ("caizheng", "03-01 09:30")
    assert str(body).splitlines()[0] == "涉及企业12家"
    assert {"整改措施：逐户核对", "责任领导：副局长 张某", "整改时限：2026-06-30"} <= {
        *str(body).splitlines()
    }
    assert "党委（党组）研究日期：2026年3月10日" in str(body)
    assert terminal.document(*words)["duplicate"] == 1
    assert verify(bench.engine).faults == []


def test_headers_of_the_saved_mapping_are_used_and_understood(
    terminal: Terminal, bench: Bench, tmp_path: Path
) -> None:
    terminal("channel", "map", "hall_day", "事由=问题描述", "内容=经过")
    path = tmp_path / "进大厅.xlsx"
    told = terminal.document("channel", "template", "hall_day", "--out", str(path))
    assert told["columns"][:3] == ["问题编号", "问题描述", "经过"]
    assert {"反映人", "联系电话"} <= set(told["columns"])
    fill(path, 问题描述="排队太久", 经过="等了两小时", 反映人="王女士")
    assert terminal.document("intake", str(path), "--channel", "hall_day")["opened"] == 1
    assert bench.value("select subject from rectification_case") == "排队太久"


def test_what_districts_screen_has_districts_and_causes(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "未落地.xlsx"
    terminal("channel", "template", "unlanded", "--out", str(path), "--unit", "城阳区")
    book = load_workbook(path)
    assert offered(book, "所在区市")[0] == "城阳区"
    assert "用地" in offered(book, "未落地原因类别")


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        (["--out", "表.csv"], "改为 .xlsx", 2),
        (["--out", "没有这个目录/表.xlsx"], "写不进去", 1),
        (["--out", "表.xlsx", "--unit", "市南区"], "不对 市南区 开放", 1),
    ],
)
def test_a_template_that_cannot_be_made_says_why(
    terminal: Terminal, tmp_path: Path, words: list[str], said: str, code: int
) -> None:
    words[1] = str(tmp_path / words[1])
    assert said in terminal("channel", "template", "discipline", *words, code=code)


def test_a_file_that_is_there_is_not_overwritten(terminal: Terminal, form: Path) -> None:
    before = form.read_bytes()
    words = ("channel", "template", "self_check", "--out", str(form))
    assert "已经存在" in terminal(*words, code=1)
    assert form.read_bytes() == before
