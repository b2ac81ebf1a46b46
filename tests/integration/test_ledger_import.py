"""The three lists edited in an office and brought back, cell by cell."""

from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook

from domain.commands import Exclude
from tasks.desk import Desk
from tasks.ledger.importing import apply, plan
from tests.integration.conftest import MONDAY, OFFICE, Bench, Terminal
from tests.integration.ledgers import TUESDAY, change, events, export, label

FORMULA = '=HYPERLINK("http://evil.example","点我")'


def test_an_export_of_a_dangerous_text_comes_back_as_no_change(
    bench: Bench, terminal: Terminal, book: Path
) -> None:
    label(bench, bench.open(), FORMULA)
    export(terminal, book)
    told = terminal.document("ledger", "import", str(book), at=TUESDAY)
    assert (told["changes"], told["refused"], told["ignored"]) == ([], [], [])


def test_edited_cells_are_shown_one_by_one_and_nothing_is_written_in_a_preview(
    bench: Bench, terminal: Terminal, book: Path
) -> None:
    no, other = bench.open(), bench.open()
    export(terminal, book)
    change(
        book, ("问题清单", no, "事由", "收费标准未公示"), ("问题清单", no, "六个环境", "法治环境")
    )
    told = terminal.document("ledger", "import", str(book), "--dry-run", at=TUESDAY)
    assert told["changes"] == [
        {
            "sheet": "问题清单",
            "row": 3,
            "no": no,
            "column": "六个环境",
            "old": "",
            "new": "法治环境",
        },
        {
            "sheet": "问题清单",
            "row": 3,
            "no": no,
            "column": "事由",
            "old": "物业收费不公示",
            "new": "收费标准未公示",
        },
    ]
    assert (told["dry_run"], told["applied"], told["refused"]) == (True, 0, [])
    shown = terminal("ledger", "import", str(book), "--dry-run", at=TUESDAY)
    assert "物业收费不公示 → 收费标准未公示" in shown
    assert "没有改动" in shown
    assert events(bench, no) == ["detected"] == events(bench, other)


def test_an_edited_case_gets_one_history_entry_that_holds_no_free_text(
    bench: Bench, terminal: Terminal, book: Path
) -> None:
    no, other = bench.open(), bench.open()
    export(terminal, book)
    change(
        book,
        ("问题清单", no, "事由", "收费标准未公示"),
        ("问题清单", no, "涉事主体", "某物业公司"),
        ("问题清单", no, "六个环境", "法治环境"),
    )
    words = ("ledger", "import", str(book), "--actor", "王科")
    assert terminal.document(*words, at=TUESDAY)["applied"] == 1
    assert terminal.document(*words, at=TUESDAY)["changes"] == []
    assert events(bench, no) == ["detected", "ledger_edited"]
    assert events(bench, other) == ["detected"]
    shown = terminal.document("case", "show", no)
    assert (shown["subject"], shown["party"]) == ("收费标准未公示", "某物业公司")
    assert shown["environment"] == "law"
    detail = str(shown["history"][-1]["detail"])
    assert "未公示" not in detail
    assert "某物业公司" not in detail
    terminal("verify")


def test_a_row_whose_case_moved_on_since_the_export_is_refused(
    bench: Bench, terminal: Terminal, book: Path
) -> None:
    moved, still = bench.open(), bench.open()
    export(terminal, book)
    bench.give(moved, Exclude(at=MONDAY, by=OFFICE, reason="重复"))
    change(book, ("问题清单", moved, "事由", "改动一"), ("问题清单", still, "事由", "改动二"))
    told = terminal.document("ledger", "import", str(book), at=TUESDAY)
    assert told["applied"] == 1
    assert [(one["no"], one["row"], one["conflict"]) for one in told["refused"]] == [
        (moved, 3, True)
    ]
    assert "重新导出" in told["refused"][0]["reason"]
    assert terminal.document("case", "show", moved)["subject"] == "物业收费不公示"


def test_a_case_that_moves_on_between_preview_and_import_is_left_alone(
    bench: Bench, terminal: Terminal, book: Path, desk: Desk
) -> None:
    no = bench.open()
    export(terminal, book)
    change(book, ("问题清单", no, "事由", "改动"))
    made = plan(desk, book)
    assert len(made.orders) == 1
    bench.give(no, Exclude(at=MONDAY, by=OFFICE, reason="重复"))
    assert apply(desk, made) == []
    assert [(one.no, one.conflict) for one in made.refused] == [(no, True)]
    assert events(bench, no) == ["detected", "excluded"]


def test_a_changed_lead_unit_is_a_redispatch_with_a_reason(
    bench: Bench, terminal: Terminal, book: Path
) -> None:
    no = bench.open()
    bench.dispatch(no, unit="shuiwu", verifying_unit="zhujian")
    export(terminal, book)
    change(
        book, ("责任清单", no, "主办单位", "市财政局"), ("问题清单", no, "事由", "收费标准未公示")
    )
    words = ("ledger", "import", str(book))
    refused = terminal.document(*words, "--dry-run", at=TUESDAY)["refused"]
    assert all("--reason" in one["reason"] for one in refused)
    assert [one["sheet"] for one in refused] == ["问题清单", "责任清单"]
    terminal(*words, code=1, at=TUESDAY)
    assert events(bench, no) == ["detected", "dispatched"]
    told = terminal.document(*words, "--reason", "职责调整", at=TUESDAY)
    assert {(cell["column"], cell["new"]) for cell in told["changes"]} == {
        ("主办单位", "市财政局"),
        ("事由", "收费标准未公示"),
    }
    assert events(bench, no) == ["detected", "dispatched", "redispatched"]
    shown = terminal.document("case", "show", no, "--text")
    assert (shown["lead_unit"], shown["subject"]) == ("caizheng", "收费标准未公示")
    assert (
        bench.value(
            "select body from case_text t join rectification_case c on c.id = t.case_id"
            " where c.no = %(no)s and t.kind = 'reason'",
            no=no,
        )
        == "职责调整"
    )


def test_cells_that_cannot_be_taken_are_refused_by_their_rows(
    bench: Bench, terminal: Terminal, book: Path
) -> None:
    wrong = [
        ("问题清单", "事由", "", "不能为空"),
        ("问题清单", "事由", "电话13800001111", "号码"),
        ("问题清单", "事由", "长" * 201, "最多 200 字"),
        ("问题清单", "事由", "=1+1", "公式"),
        ("问题清单", "六个环境", "自然环境", "不认识"),
        ("责任清单", "主办单位", "市财政局、市水务管理局", "只能写一个"),
        ("责任清单", "主办单位", "查无此局", "查无此局"),
        ("责任清单", "主办单位", None, "不能清空"),
        ("责任清单", "验收单位", "市财政局", "已交办给"),
    ]
    nos = [bench.open() for _ in wrong]
    for no in nos:
        bench.dispatch(no, unit="shuiwu")
    export(terminal, book)
    cells = zip(nos, wrong, strict=True)
    change(book, *((sheet, no, title, value) for no, (sheet, title, value, _) in cells))
    words = ("ledger", "import", str(book), "--dry-run", "--reason", "调整")
    told = terminal.document(*words, at=TUESDAY)
    assert told["changes"] == []
    refused = {one["no"]: one["reason"] for one in told["refused"]}
    assert {one["row"] for one in told["refused"]} == set(range(3, 3 + len(wrong)))
    for no, (_, _, _, why) in zip(nos, wrong, strict=True):
        assert why in refused[no]


def test_other_columns_are_left_alone_and_said_so(
    bench: Bench, terminal: Terminal, book: Path
) -> None:
    no = bench.open()
    export(terminal, book)
    change(book, ("整改清单", no, "进展", "已销号"))
    told = terminal.document("ledger", "import", str(book), at=TUESDAY)
    assert (told["changes"], told["refused"]) == ([], [])
    assert told["ignored"] == [{"sheet": "整改清单", "row": 3, "no": no}]


def test_a_row_of_an_unknown_case_or_without_its_marks_is_refused(
    bench: Bench, terminal: Terminal, book: Path
) -> None:
    no, other = bench.open(), bench.open()
    export(terminal, book)
    change(
        book,
        ("问题清单", no, "事由", "新的事由"),
        ("问题清单", no, "编号", "QD2026-999999"),
        ("问题清单", other, "校验", None),
    )
    told = terminal("ledger", "import", str(book), code=1, at=TUESDAY)
    assert "未作改动" in told
    told = terminal.document("ledger", "import", str(book), "--dry-run", at=TUESDAY)
    assert ["没有编号" in told["refused"][0]["reason"], len(told["refused"])] == [True, 2]


OLE = b"\xd0\xcf\x11\xe0"


def bomb(file: Path) -> None:
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(17 << 20))


def nothing_of_ours(file: Path) -> None:
    book = Workbook()
    book.active.append(["编号", "事由"])  # type: ignore[union-attr]
    book.save(file)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda file: file.write_text("不是工作簿", "utf-8"), "不是可读的 xlsx"),
        (lambda file: file.write_bytes(OLE + bytes(600)), "旧版 Excel"),
        (lambda file: file.write_bytes(OLE + "EncryptedPackage".encode("utf-16-le")), "打开密码"),
        (nothing_of_ours, "没有可导入的清单"),
        (bomb, "展开后过大"),
        (lambda _: None, "No such file"),
    ],
)
def test_a_file_that_is_no_exported_ledger_is_refused_in_a_sentence(
    terminal: Terminal, book: Path, make: Callable[[Path], object], why: str
) -> None:
    make(book)
    told = terminal("ledger", "import", str(book), code=1)
    assert why in told
    assert told.count("\n") == 1
