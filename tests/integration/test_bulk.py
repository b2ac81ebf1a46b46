"""One command to many cases: previewed, one history entry each, stopped and gone on with."""

from pathlib import Path

import pytest

from domain.errors import Misuse
from tasks.bulk import carry_out_bulk, excluding
from tasks.desk import Desk
from tasks.selecting import listed, selected
from tests.integration.conftest import Bench, Terminal
from tests.integration.ledgers import TUESDAY, events


def test_a_preview_says_what_would_be_done_and_writes_nothing(
    bench: Bench, terminal: Terminal
) -> None:
    waiting, out = bench.open(), bench.open()
    bench.dispatch(out)
    words = ("bulk", "assign", "--select", "channel=12345", "--unit", "shuiwu")
    told = terminal.document(*words, "--dry-run", at=TUESDAY)
    assert (told["selected"], told["done"], told["cases"]) == (2, 1, [waiting])
    assert [one["no"] for one in told["refused"]] == [out]
    assert "bulk redispatch" in told["refused"][0]["reason"]
    assert "选出 2 件，可办理 1 件" in terminal(*words, "--dry-run", at=TUESDAY)
    assert events(bench, waiting) == ["detected"]
    assert terminal.document(*words, at=TUESDAY)["cases"] == [waiting]
    assert events(bench, waiting) == ["detected", "dispatched"]


def test_without_a_unit_each_goes_where_the_rules_say(
    terminal: Terminal, taken_in: list[str]
) -> None:
    told = terminal.document("bulk", "assign", "--select", "state=待受理", at=TUESDAY)
    assert (told["done"], [one["no"] for one in told["refused"]]) == (2, [taken_in[1]])
    assert "不能确定主办单位" in told["refused"][0]["reason"]


def test_a_redispatch_keeps_the_reason_and_leaves_out_what_is_not_dispatched(
    bench: Bench, terminal: Terminal, tmp_path: Path
) -> None:
    given, waiting = bench.open(), bench.open()
    bench.dispatch(given, unit="shuiwu", verifying_unit="zhujian")
    file = tmp_path / "编号.txt"
    file.write_text(f"{given}\n{waiting}\nQD2026-999999\n", "utf-8")
    words = ("bulk", "redispatch", "--nos", str(file), "--unit", "caizheng")
    told = terminal.document(*words, "--reason", "职责调整", at=TUESDAY)
    assert told["cases"] == [given]
    assert {one["no"] for one in told["refused"]} == {waiting, "QD2026-999999"}
    assert terminal.document("case", "show", given)["lead_unit"] == "caizheng"
    kept = bench.rows("select body from case_text where kind = 'reason'")
    assert kept == [("职责调整",)]
    again = terminal.document(*words, "--reason", "职责调整", at=TUESDAY)
    assert (again["done"], again["repeated"]) == (0, 1)


def test_many_are_merged_into_one_but_not_the_lead_itself(bench: Bench, terminal: Terminal) -> None:
    lead, *followers = [bench.open() for _ in range(3)]
    words = ("bulk", "merge", "--select", "state=待受理", "--into", lead)
    assert terminal.document(*words, "--dry-run", at=TUESDAY)["cases"] == followers
    told = terminal.document(*words, at=TUESDAY)
    assert told["cases"] == followers
    assert [one["no"] for one in told["refused"]] == [lead]
    assert [events(bench, no) for no in followers] == [["detected", "merged"]] * 2


def test_an_exclusion_carries_who_why_and_when(bench: Bench, terminal: Terminal) -> None:
    no = bench.open()
    words = ("bulk", "exclude", "--select", "level>=0", "--reason", "恶意重复", "--actor", "王科")
    assert terminal.document(*words, at=TUESDAY)["done"] == 1
    last = terminal.document("case", "show", no)["history"][-1]
    assert (last["event"], last["actor"], last["claimed_name"]) == ("excluded", "office", "王科")
    assert last["occurred_at"] == TUESDAY
    assert bench.rows("select body from case_text where kind = 'reason'") == [("恶意重复",)]


def test_nothing_done_is_exit_one_and_the_reasons_are_listed(
    bench: Bench, terminal: Terminal
) -> None:
    bench.dispatch(bench.open())
    words = ("--unit", "caizheng")
    told = terminal("bulk", "assign", "--select", "state=已交办", *words, code=1, at=TUESDAY)
    assert "未作改动" in told
    told = terminal("bulk", "assign", "--select", "state=挂账", *words, code=1, at=TUESDAY)
    assert told == "没有符合条件“state=挂账”的案件，未作改动。\n"


class Stopped(Exception):
    """Somebody pressed Ctrl-C."""


def test_a_bulk_that_was_stopped_goes_on_where_it_was(
    bench: Bench, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.carrying.SET", 2)
    nos = [bench.open() for _ in range(5)]

    def stop(_done: int) -> None:
        raise Stopped

    wanted = excluding(desk, "重复", "王科")
    with pytest.raises(Stopped):
        carry_out_bulk(desk, wanted, nos, "b1", stop)
    report = carry_out_bulk(desk, wanted, nos, "b1")
    assert report.repeated == nos[:2]
    assert [one.no for one in report.done] == nos[2:]
    assert all(events(bench, no) == ["detected", "excluded"] for no in nos)


def test_cases_are_picked_by_what_they_are(bench: Bench, desk: Desk) -> None:
    first, second, third = (bench.open() for _ in range(3))
    bench.dispatch(first, unit="shuiwu", environment="law")
    bench.dispatch(second, unit="caizheng", assisting=("shuiwu",), level=4)
    assert selected(desk, "unit=shuiwu") == [first, second]
    assert selected(desk, "unit=市财政局 level>=1") == [second]
    assert selected(desk, "state=待受理,已交办 environment=法治环境") == [first]
    assert selected(desk, "state=detected channel=12345") == [third]


@pytest.mark.parametrize(
    "words", ["", "state", "colour=red", "state=不存在", "level>=9", "channel=nowhere", "level=1"]
)
def test_a_selection_that_cannot_be_read_is_misuse(desk: Desk, words: str) -> None:
    with pytest.raises(Misuse):
        selected(desk, words)


def test_numbers_are_read_from_any_text_once_each(tmp_path: Path) -> None:
    file = tmp_path / "编号.txt"
    file.write_bytes(
        "编号\r\nQD2026-000002,备注\r\nQD2026-000001\r\nQD2026-000002".encode("gb18030")
    )
    assert listed(file) == ["QD2026-000002", "QD2026-000001"]


def test_either_a_selection_or_a_file_is_given(terminal: Terminal) -> None:
    told = terminal("bulk", "exclude", "--reason", "重复", code=2)
    assert "--select" in told
    told = terminal("bulk", "assign", "--select", "state=待受理", "--verify", "x", code=2)
    assert "--unit" in told
