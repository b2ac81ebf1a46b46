"""The command line in this process, on a real database: what it does, says, and exits with."""

from pathlib import Path

import pytest

from deployments.cli.entry import main
from tests.integration.conftest import AT, PROBLEMS, Terminal


def test_a_case_goes_from_intake_to_archive(terminal: Terminal, taken_in: list[str]) -> None:
    no = taken_in[0]
    terminal("assign", no, "--unit", "zhujian", "--actor", "王科", at=AT.format(2, 11))
    terminal("sign", no, "--by", "市住房城乡建设局", at=AT.format(2, 14))
    terminal("contact", no, "--by", "zhujian", at=AT.format(3, 9))
    terminal("interim", no, "--by", "zhujian", "--reply", "正在核查。", at=AT.format(3, 10))
    evidence = Path(__file__)
    words = ["--result", "已解决", "--reply", "已公示收费标准。", "--evidence", str(evidence)]
    terminal("submit", no, "--by", "zhujian", *words, at=AT.format(4, 10))
    for step, day in (("accept", 5), ("sign", 6), ("review", 9)):
        terminal("close", no, "--step", step, "--accept", "--actor", "王科", at=AT.format(day, 10))
    answers = ["--reached", "yes", "--solved", "yes", "--satisfied", "yes"]
    terminal("callback", no, *answers, at=AT.format(10, 10))
    shown = terminal.document("case", "show", no)
    assert shown["state"] in {"closed", "verified"}
    assert [entry["seq"] for entry in shown["history"]] == list(range(1, 11))
    assert {clock["kind"] for clock in shown["clocks"]} >= {"finish", "sign", "review"}
    assert all(clock["reason"] for clock in shown["clocks"])
    assert no in terminal("case", "show", no)
    assert "办结" in terminal("case", "explain", no)
    terminal("verify")


def test_the_same_command_again_changes_nothing(terminal: Terminal, taken_in: list[str]) -> None:
    no = taken_in[0]
    terminal("assign", no, "--unit", "zhujian", at=AT.format(2, 11))
    assert terminal.document("sign", no, "--by", "zhujian", at=AT.format(2, 14)).get("event")
    again = terminal.document("sign", no, "--by", "zhujian", at=AT.format(2, 15))
    assert again["repeated"] is True


def test_the_rules_dispatch_what_they_settle_and_leave_the_rest(
    terminal: Terminal, taken_in: list[str]
) -> None:
    report = terminal.document("assign", at=AT.format(2, 11))
    assert (report["dispatched"], report["left"]) == (2, 1)
    left = terminal.document("case", "list", "--state", "detected")
    assert [row["subject"] for row in left] == ["希望领导关注"]


def test_a_check_and_a_delivery_tell_what_they_did(terminal: Terminal, taken_in: list[str]) -> None:
    terminal("assign", taken_in[0], "--unit", "zhujian", at=AT.format(2, 11))
    report = terminal.document("check", at=AT.format(6, 9))
    assert report["fired"]["finish.yellow"] == 1
    assert report["notices"] > 0
    sent = terminal.document("deliver", at=AT.format(6, 10))
    assert sent["sent"] > 0
    assert terminal.document("notices", "parked") == []


def test_requests_are_asked_ruled_and_taken_back(terminal: Terminal, taken_in: list[str]) -> None:
    no = taken_in[2]
    terminal("assign", no, "--unit", "renshe", "--verify", "caizheng", at=AT.format(2, 11))
    terminal("sign", no, "--by", "renshe", at=AT.format(2, 12))
    ask = ["--by", "renshe", "--reason", "需现场核实。"]
    terminal("extend", no, "--days", "3", *ask, at=AT.format(3, 9))
    terminal("withdraw", no, "--request", "1", "--by", "renshe", at=AT.format(3, 10))
    terminal("extend", no, "--days", "4", *ask, at=AT.format(3, 11))
    terminal("rule", no, "--request", "2", "--grant", "--opinion", "同意。", at=AT.format(4, 9))
    terminal("shelve", no, "--until", "2026-05-06", *ask, at=AT.format(4, 10))
    terminal("rule", no, "--request", "3", "--grant", at=AT.format(4, 11))
    terminal("resume", no, at=AT.format(5, 9))
    terminal("exclude", no, "--reason", "重复登记。", "--actor", "王科", at=AT.format(5, 10))
    terminal("list", no, "--reason", "社会影响恶劣。", at=AT.format(5, 11))
    terminal("delist", no, at=AT.format(6, 9))
    terminal("remind", no, at=AT.format(6, 10))
    terminal("recheck", no, code=1, at=AT.format(6, 11))
    shown = terminal.document("case", "show", no)
    assert [r["status"] for r in shown["requests"]] == [
        "withdrawn",
        "granted",
        "granted",
        "granted",
    ]
    assert (shown["level"], shown["listed"], shown["excluded"]) == (5, False, True)


def test_ends_before_handling(terminal: Terminal, taken_in: list[str]) -> None:
    first, second, third = taken_in
    terminal("merge", second, "--into", first, at=AT.format(2, 11))
    terminal("split", second, at=AT.format(2, 12))
    terminal("reject", second, "--reason", "不属受理范围。", at=AT.format(2, 13))
    terminal("refer", third, "--to", "jiwei", at=AT.format(2, 13))
    terminal("assign", first, "--unit", "zhujian", at=AT.format(2, 13))
    back = ["--reason", "不属本单位职责。", "--suggest", "chengguan"]
    terminal("return", first, "--by", "zhujian", *back, at=AT.format(2, 14))
    terminal("rule", first, "--request", "1", "--refuse", at=AT.format(2, 15))
    terminal("escalate", first, "--rung", "raise", "--reason", "阻力大。", at=AT.format(2, 16))
    states = [row["state"] for row in terminal.document("case", "list")]
    assert states == ["assigned", "rejected", "referred"]


def test_the_registry_is_shown_and_contacts_are_edited(terminal: Terminal) -> None:
    assert "市税务局" in terminal("unit", "list")
    where = ["--role", "contact", "--name", "张三", "--channel", "email", "--address", "z@x.cn"]
    terminal("unit", "contact", "shuiwu", *where)
    assert "z@x.cn" in terminal("unit", "show", "shuiwu")
    assert "12345" in terminal("channel", "list")


BAD: list[tuple[list[str], int, str]] = [
    (["case", "show", "QD2026-999999"], 1, "QD2026-999999"),
    (["sign", "{no}", "--by", "nobody"], 2, "nobody"),
    (["sign", "{no}", "--by", "zhujian"], 1, "待受理"),
    (["intake", "/nowhere.csv", "--channel", "12345"], 2, "/nowhere.csv"),
    (["intake", "{file}", "--channel", "nix"], 2, "nix"),
    (["check", "--as-of", "2026-03-02T10:00:00"], 2, "时区"),
    (["check", "--as-of", "gestern"], 2, "gestern"),
    (["submit", "{no}", "--by", "zhujian", "--result", "fertig", "--reply", "x"], 2, "fertig"),
    (["close", "{no}", "--step", "tanz", "--accept"], 2, "tanz"),
    (["case", "list", "--state", "weg"], 2, "weg"),
    (["nichts"], 2, "nichts"),
    (["sign"], 2, "编号"),
]


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: " ".join(bad[0])[:40])
def test_bad_input_gets_one_sentence(
    terminal: Terminal, taken_in: list[str], tmp_path: Path, bad: tuple[list[str], int, str]
) -> None:
    words, code, said = bad
    given = [word.format(no=taken_in[0], file=tmp_path / "problems.csv") for word in words]
    sentence = terminal(*given, code=code).strip()
    assert said in sentence
    assert sentence.count("\n") == 0
    assert "Traceback" not in sentence


FILES: list[tuple[str, bytes, str]] = [
    ("empty.csv", b"", "空"),
    ("header.csv", "编号,事由\n".encode(), "数据"),
    ("columns.csv", "甲,乙\n1,2\n".encode(), "列"),
    ("odd.xlsx", b"not a workbook", "xlsx"),
    ("odd.pdf", b"%PDF", "csv"),
]


@pytest.mark.parametrize(("name", "content", "said"), FILES, ids=[f[0] for f in FILES])
def test_a_file_that_cannot_be_read_is_refused_whole(
    terminal: Terminal, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    code = main(["intake", str(file), "--channel", "12345", "--database", terminal.database])
    sentence = terminal.capture.readouterr().err
    assert code in {1, 2}
    assert said in sentence


def test_gb18030_is_read(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "gb.csv"
    file.write_bytes(PROBLEMS.encode("gb18030"))
    report = terminal.document("intake", str(file), "--channel", "12345")
    assert report["opened"] == 3


def test_a_missing_database_says_to_start_the_system(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("RECTIFY_HOME", str(tmp_path / "none"))
    assert main(["case", "list"]) == 1
    assert "./rectify up" in capsys.readouterr().err
