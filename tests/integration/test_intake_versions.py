"""The same id with other content: kept as a version and shown to the office, no second case."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from domain.commands import Command, Refer, Reject
from models import intake
from models.engine import transaction
from models.intake_register import Wanted, intakes, registered
from models.intake_rows import IntakeReport
from models.verifying import verify
from tasks.artifacts.case_card import case_card
from tasks.artifacts.worklist import worklist
from tasks.desk import Desk
from tasks.intake import intake_rows
from tasks.settings import Settings
from tests.integration.conftest import AT, MONDAY, OFFICE, Bench, Terminal
from tests.integration.open311 import opened

PHONE, OTHER_PHONE = "13800001001", "13900002002"
A = {"编号": "A-1", "事由": "停水", "内容": "三天没水", "反映人": "王女士", "电话": PHONE}
B = {**A, "内容": f"五天没水，请打{OTHER_PHONE}"}
NO = "QD2026-000001"


class Source:
    """Something that sends rows, an hour later each time."""

    def __init__(self, bench: Bench, home: Path) -> None:
        self.bench, self.home, self.hours = bench, home, 0

    def __call__(self, *rows: dict[str, str]) -> tuple[int, int, int, int]:
        at = MONDAY + timedelta(hours=self.hours)
        self.hours += 1
        desk = Desk(Settings(home=self.home), "test", self.bench.engine, at, at)
        found: IntakeReport = intake_rows(desk, rows, "12345", "来件.csv")
        return found.read, found.opened, found.duplicate, found.changed


@pytest.fixture
def send(bench: Bench, tmp_path: Path) -> Source:
    return Source(bench, tmp_path)


def versions(bench: Bench) -> list[tuple[object, ...]]:
    return bench.rows("select number, seq, changed from intake_version order by case_id, number")


def test_content_that_changes_and_changes_back_makes_two_versions(
    bench: Bench, send: Source
) -> None:
    assert send(A) == (1, 1, 0, 0)
    assert [send(A), send(B), send(B), send(A), send(A)] == [
        (1, 0, 1, 0),
        (1, 0, 1, 1),
        (1, 0, 1, 0),
        (1, 0, 1, 1),
        (1, 0, 1, 0),
    ]
    assert versions(bench) == [(2, 2, ["body"]), (3, 3, ["body"])]
    assert bench.rows("select seq, kind, body from case_text order by seq") == [
        (1, "body", A["内容"]),
        (2, "source_body", B["内容"]),
        (3, "source_body", A["内容"]),
    ]


def test_history_has_codes_and_hashes_and_holds(bench: Bench, send: Source) -> None:
    send(A)
    send(B)
    ((event, actor, detail),) = bench.rows(
        "select event, actor, detail::text from history where seq = 2"
    )
    assert (event, actor) == ("source_updated", "system")
    assert OTHER_PHONE not in str(detail)
    assert '"changed": ["body"]' in str(detail)
    assert verify(bench.engine).faults == []


@pytest.mark.parametrize(
    "ending",
    [
        Reject(at=MONDAY, by=OFFICE, reason="不属于范围"),
        Refer(at=MONDAY, by=OFFICE, to="jiwei"),
    ],
    ids=["rejected", "referred"],
)
def test_a_case_that_is_over_keeps_it_too(bench: Bench, send: Source, ending: Command) -> None:
    send(A)
    bench.give(NO, ending)
    state = bench.value("select state from rectification_case")
    assert send(B) == (1, 0, 1, 1)
    assert bench.value("select state from rectification_case") == state
    assert versions(bench) == [(2, 3, ["body"])]
    assert verify(bench.engine).faults == []


def test_another_reporter_is_sealed_like_the_first_and_stands_nowhere_else(
    bench: Bench, send: Source
) -> None:
    send(A)
    send({**A, "电话": OTHER_PHONE})
    send({**A, "反映人": "", "电话": ""})
    assert versions(bench) == [(2, 2, ["reporter"]), (3, 3, ["reporter"])]
    assert bench.rows(
        "select number, length(sealed) > 20, length(lookup) from identity.reporter_version"
    ) == [(2, True, 32)]
    tables = bench.rows(
        "select table_name from information_schema.tables where table_schema = 'public'"
    )
    for (table,) in tables:
        said = f"select count(*) from {table} t where strpos(t::text, '{OTHER_PHONE}') > 0"
        assert (table, bench.value(said)) == (table, 0)


def test_a_file_that_names_an_id_twice_brings_both_once(
    bench: Bench, send: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "BATCH_ROWS", 2)
    other = {**A, "编号": "A-2"}
    assert send(A, other, B, B, {**other, "事由": "停电"}) == (5, 2, 3, 2)
    assert send(A, other, B, B, {**other, "事由": "停电"}) == (5, 0, 5, 0)
    assert send(A) == (1, 0, 1, 0)
    assert versions(bench) == [(2, 2, ["body"]), (2, 2, ["subject"])]


def test_several_versions_of_one_case_in_one_batch_follow_each_other(
    bench: Bench, send: Source
) -> None:
    send(A)
    assert send(B, {**B, "事由": "断水"}, {**B, "事由": "断水", "内容": "好了"}) == (3, 0, 3, 3)
    assert versions(bench) == [(2, 2, ["body"]), (3, 3, ["subject"]), (4, 4, ["body"])]
    assert bench.value("select subject from rectification_case") == "停水"
    assert verify(bench.engine).faults == []


def test_rows_from_before_there_were_marks_are_told_apart_by_their_text(
    bench: Bench, send: Source
) -> None:
    send(A, {**A, "编号": "A-2"})
    with bench.owner.begin() as connection:
        connection.exec_driver_sql("update intake_row set marks = null, delivery = null")
    assert send(A, {**B, "编号": "A-2"}) == (2, 0, 2, 1)
    assert send(A, {**B, "编号": "A-2"}) == (2, 0, 2, 0)
    assert send({**A, "电话": ""}) == (1, 0, 1, 1)
    assert versions(bench) == [(2, 2, ["reporter"]), (2, 2, ["body"])]


def test_an_update_waits_for_the_office_until_it_is_seen_or_acted_on(
    bench: Bench, send: Source, tmp_path: Path
) -> None:
    desk = Desk(Settings(home=tmp_path), "live", bench.engine, MONDAY, MONDAY)
    other = {**A, "编号": "A-2"}
    send(A, other)
    assert "来件内容有更新" not in worklist(desk, MONDAY, {})
    send(B, {**other, "事由": "停电"})
    shown = worklist(desk, MONDAY, {})
    assert "来件内容有更新（2 版）" in shown
    assert "第 2 版：反映内容" in shown
    assert OTHER_PHONE not in shown
    assert "## 来件更新" in case_card(desk, NO, {})
    bench.dispatch("QD2026-000002", MONDAY + timedelta(hours=5))
    assert "来件内容有更新（1 版）" in worklist(desk, MONDAY, {})
    with transaction(bench.engine) as connection:
        connection.exec_driver_sql("update intake_version set seen_at = now(), seen_by = '王科'")
    assert "来件内容有更新" not in worklist(desk, MONDAY, {})


def csv_file(folder: Path, *rows: dict[str, str]) -> str:
    path = folder / "来件.csv"
    lines = [",".join(A), *(",".join(row.values()) for row in rows)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


def test_commands_show_versions_masked_and_note_them_as_seen(
    terminal: Terminal, tmp_path: Path
) -> None:
    def take(*rows: dict[str, str], hour: int) -> Any:  # noqa: ANN401
        file = csv_file(tmp_path, *rows)
        return terminal.document("intake", file, "--channel", "12345", at=AT.format(2, hour))

    take(A, hour=10)
    assert "没有来件更新" in terminal("case", "versions", NO)
    assert take(B, hour=11)["changed"] == 1
    shown = terminal("case", "versions", NO)
    assert "[-三天没水-]{+五天没水，请打＊" in shown
    assert OTHER_PHONE not in shown + str(terminal.document("case", "versions", NO))
    (version,) = terminal.document("case", "show", NO)["versions"]
    assert (version["number"], version["changed"], version["seen_at"]) == (2, ["body"], None)
    assert "来件更新" in terminal("case", "show", NO)
    words = ("case", "versions", NO, "--seen", "--actor", "王科")
    assert terminal.document(*words)["noted"] == 1
    assert terminal.document(*words)["noted"] == 0
    assert terminal.document("case", "show", NO)["versions"][0]["seen_by"] == "王科"


def test_the_register_says_what_became_of_every_row_and_counts_what_only_came_again(
    terminal: Terminal, tmp_path: Path
) -> None:
    def take(*rows: dict[str, str], hour: int) -> None:
        terminal("intake", csv_file(tmp_path, *rows), "--channel", "12345", at=AT.format(2, hour))

    bad = {**A, "编号": PHONE, "事由": "", "内容": ""}
    take(A, bad, hour=10)
    take(A, {**A, "编号": "A-2"}, hour=11)
    take(B, hour=12)
    found = terminal.document("intake-register")
    counts = ("read", "opened", "duplicate", "changed", "rejected")
    assert [tuple(run[name] for name in counts) for run in found["files"]] == [
        (1, 0, 1, 1, 0),
        (2, 1, 1, 0, 0),
        (2, 1, 0, 0, 1),
    ]
    assert all(run["finished"] for run in found["files"])
    assert [(row["outcome"], row["no"]) for row in found["rows"]] == [
        ("changed", NO),
        ("opened", "QD2026-000002"),
        ("opened", NO),
        ("rejected", None),
    ]
    assert PHONE not in str(found) + terminal("intake-register")
    refused = terminal.document("intake-register", "--outcome", "不能登记")
    assert [row["reason"] for row in refused["rows"]] == ["第 3 行既没有事由也没有内容。"]
    assert len(refused["files"]) == 1
    later = terminal.document("intake-register", "--since", AT.format(2, 12), "--channel", "12345")
    assert [row["outcome"] for row in later["rows"]] == ["changed"]
    assert len(terminal.document("intake-register", "--id", "A-1")["rows"]) == 2
    assert terminal.document("intake-register", "--file", "别的.csv") == {"files": [], "rows": []}
    assert "从中选择" in terminal("intake-register", "--outcome", "丢失", code=2)
    assert "没有代码" in terminal("intake-register", "--channel", "无", code=2)


def test_an_intake_that_breaks_off_says_so_and_counts_what_it_had(
    bench: Bench, send: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "BATCH_ROWS", 2)

    def breaking(*_: object) -> None:
        raise KeyboardInterrupt

    rows = [{**A, "编号": str(n)} for n in range(5)]
    with monkeypatch.context() as broken:
        broken.setattr(intake, "_tell", breaking)
        with pytest.raises(KeyboardInterrupt):
            send(*rows)
    assert send(*rows) == (5, 3, 2, 0)
    runs = intakes(bench.engine, Wanted())
    assert [(run["read"], run["opened"], run["finished"]) for run in runs] == [
        (5, 3, True),
        (2, 2, False),
    ]
    assert len(registered(bench.engine, Wanted(limit=3))) == 3


def test_a_pushed_request_that_says_something_else_is_a_version_too(
    bench: Bench, tmp_path: Path
) -> None:
    with opened(bench, tmp_path) as door:
        form = {"attribute[external_id]": "X-1"}
        no = door.report(**form)
        door.clock.pass_by(hours=1)
        assert door.report(**form) == no
        assert versions(bench) == []
        assert door.report(**form, description="小区地库漏水多日，今天停电") == no
    assert versions(bench) == [(2, 2, ["subject", "body"])]
