"""What the commands do beside the main road: keys, units, objections, re-checks, contacts."""

from pathlib import Path

import pytest

from deployments.cli.entry import main
from models.engine import transaction
from tests.integration.conftest import AT, Bench, Terminal


@pytest.fixture
def closed(terminal: Terminal, taken_in: list[str]) -> str:
    """A case of a kind that gets a public notice, closed on 17 March."""
    no = taken_in[2]
    terminal("assign", no, "--unit", "renshe", "--verify", "caizheng", at=AT.format(2, 11))
    terminal("sign", no, "--by", "renshe", at=AT.format(2, 12))
    words = ["--result", "solved", "--reply", "已补缴。", "--evidence", __file__]
    terminal("submit", no, "--by", "renshe", *words, at=AT.format(3, 10))
    terminal("close", no, "--step", "accept", "--accept", at=AT.format(4, 10))
    terminal("check", at=AT.format(12, 9))
    terminal("close", no, "--step", "sign", "--accept", at=AT.format(13, 10))
    terminal("close", no, "--step", "review", "--accept", at=AT.format(17, 10))
    return no


def test_a_given_key_makes_a_second_reply_its_own_and_a_repeat_none(
    terminal: Terminal, taken_in: list[str]
) -> None:
    no = taken_in[0]
    terminal("assign", no, "--unit", "zhujian", at=AT.format(2, 11))
    terminal("sign", no, "--by", "zhujian", at=AT.format(2, 13))
    reply = ["interim", no, "--by", "zhujian", "--reply", "正在核查"]
    terminal(*reply, at=AT.format(2, 14))
    assert "没有再改动" in terminal(*reply, at=AT.format(2, 15))
    assert "已办理" in terminal(*reply, "--key", "second", at=AT.format(2, 15))
    again = terminal.document(*reply, "--key", "second", at=AT.format(2, 16))
    assert again == {"no": no, "repeated": True}


def test_the_rules_propose_what_the_office_does_not_say(
    terminal: Terminal, taken_in: list[str]
) -> None:
    plain, vague, _ = taken_in
    assert "zhujian" in terminal("assign", plain, "--json", at=AT.format(2, 11))
    assert "没有规则认识的词" in terminal("assign", vague, at=AT.format(2, 11), code=1)


def test_the_office_may_overrule_parts_of_what_the_rules_propose(
    terminal: Terminal, taken_in: list[str]
) -> None:
    no = taken_in[0]
    words = ["--kind", "损害营商环境", "--environment", "market", "--assist", "chengguan,gongan"]
    terminal("assign", no, *words, "--actor", "王科", at=AT.format(2, 11))
    shown = terminal.document("case", "show", no)
    assert (shown["lead_unit"], shown["assisting"]) == ("zhujian", ["chengguan", "gongan"])
    assert (shown["kind"], shown["environment"]) == ("harm", "market")
    assert shown["history"][1]["claimed_name"] == "王科"


def test_a_unit_without_a_case_is_no_dispatch(terminal: Terminal) -> None:
    assert "案件编号" in terminal("assign", "--unit", "zhujian", code=2)


def test_a_case_shows_what_scripts_rely_on(terminal: Terminal, closed: str) -> None:
    shown = terminal.document("case", "show", closed)
    assert shown.keys() >= {
        "no", "subject", "state", "environment", "kind", "urgency", "channel", "lead_unit",
        "assisting", "verifying_unit", "level", "listed", "relapses", "rehandlings",
        "reported_at", "clocks", "requests", "history", "notices", "lead_case", "result",
        "excluded", "party", "documents", "allowed",
    }  # fmt: skip
    assert shown["clocks"][0].keys() >= {
        "kind", "holder", "revision", "started_at", "due_at", "stopped_at", "paused", "rung",
        "provisional", "reason",
    }  # fmt: skip
    assert shown["history"][0].keys() >= {
        "seq", "event", "actor", "occurred_at", "recorded_at", "detail", "hash",
    }  # fmt: skip
    assert shown["notices"][0].keys() >= {"template", "recipient", "channel", "status"}
    assert shown["reported_at"] == "2026-03-02T09:32:09+08:00"
    assert (shown["state"], shown["result"]) == ("closed", "solved")
    assert "recheck" in shown["allowed"]


def test_the_texts_are_shown_masked_and_only_when_asked(
    terminal: Terminal, taken_in: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "phone.csv"
    file.write_text("编号,事由,问题描述\nB-1,噪音扰民,请打 13812345678\n", encoding="utf-8")
    terminal("intake", str(file), "--channel", "12345", at=AT.format(2, 10))
    no = terminal.document("case", "list")[-1]["no"]
    assert "请打" not in terminal("case", "show", no)
    shown = terminal("case", "show", no, "--text")
    assert "请打" in shown
    assert "13812345678" not in shown


def test_an_objection_during_the_notice_is_ruled_on(
    terminal: Terminal, taken_in: list[str]
) -> None:
    no = taken_in[2]
    terminal("assign", no, "--unit", "renshe", "--verify", "caizheng", at=AT.format(2, 11))
    terminal("sign", no, "--by", "renshe", at=AT.format(2, 12))
    words = [
        "--result",
        "solved",
        "--reply",
        "已补缴。",
        "--evidence",
        __file__,
        str(Path(__file__).with_name("conftest.py")),
    ]
    terminal("submit", no, "--by", "renshe", *words, at=AT.format(3, 10))
    terminal("close", no, "--step", "accept", "--accept", at=AT.format(4, 10))
    terminal("object", no, "--reason", "并未补缴", at=AT.format(5, 10))
    assert "公示异议" in terminal("case", "show", no)
    terminal("rule", no, "--request", "1", "--grant", at=AT.format(6, 10))
    shown = terminal.document("case", "show", no)
    assert shown["state"] == "rectifying"
    assert len(shown["history"][3]["detail"]["evidence"]) == 2


def test_a_recheck_is_ordered_and_its_finding_recorded(terminal: Terminal, closed: str) -> None:
    answers = ["--reached", "no"]
    terminal("callback", closed, *answers, at=AT.format(18, 9))
    assert "--solved" in terminal("callback", closed, "--reached", "yes", code=2)
    terminal("recheck", closed, "--reason", "群众再次反映", "--actor", "王科", at=AT.format(19, 9))
    assert "--passed" in terminal("recheck", closed, "--finding", "问题反弹", code=2)
    found = ["--passed", "no", "--finding", "问题反弹", "--inspector", "李检"]
    terminal("recheck", closed, *found, at=AT.format(20, 9))
    shown = terminal.document("case", "show", closed)
    assert (shown["state"], shown["relapses"]) == ("rectifying", 1)
    assert shown["history"][-1]["claimed_name"] == "李检"


def test_a_unit_asks_for_exclusion_and_the_office_does_it(
    terminal: Terminal, taken_in: list[str]
) -> None:
    no = taken_in[0]
    terminal("assign", no, "--unit", "zhujian", at=AT.format(2, 11))
    terminal("exclude", no, "--by", "zhujian", "--reason", "重复反映", at=AT.format(2, 12))
    assert not terminal.document("case", "show", no)["excluded"]
    terminal("exclude", no, "--reason", "重复反映", at=AT.format(2, 13))
    assert terminal.document("case", "show", no)["excluded"]


def test_cases_are_listed_by_what_is_asked(terminal: Terminal, taken_in: list[str]) -> None:
    first, second, third = taken_in
    terminal("assign", first, "--unit", "zhujian", "--level", "4", at=AT.format(2, 11))

    def listed(*words: str) -> list[str]:
        return [row["no"] for row in terminal.document("case", "list", *words)]

    assert listed("--unit", "市住房城乡建设局") == [first]
    assert listed("--state", "待受理,已交办") == taken_in
    assert listed("--state", "assigned") == [first]
    assert listed("--level", "4") == [first]
    assert listed("--channel", "self_check") == []
    assert listed("--limit", "2") == [first, second]
    assert listed("--order", "level")[0] == first
    assert listed("--environment", "market") == []
    assert "--limit 0" in terminal("case", "list", "--limit", "2")
    assert third in terminal("case", "list")
    assert "nix" in terminal("case", "list", "--channel", "nix", code=2)
    assert "x" in terminal("case", "list", "--order", "x", code=2)


def test_checks_that_may_not_work_say_why(terminal: Terminal, taken_in: list[str]) -> None:
    terminal("check", at=AT.format(10, 9))
    assert "不再改动" in terminal("check", at=AT.format(9, 9))
    behind = terminal.document("check", at=AT.format(9, 9))
    assert (behind["fired"], behind["behind"]) == ({}, AT.format(10, 9))


def test_a_broken_history_is_reported_and_fails(
    terminal: Terminal, taken_in: list[str], bench: Bench
) -> None:
    terminal("verify")
    with transaction(bench.engine) as connection:
        connection.exec_driver_sql(
            "update rectification_case set head_hash = sha256('x') where no = %(no)s",
            {"no": taken_in[0]},
        )
    terminal.capture.readouterr()
    assert main(["verify", "--json", "--database", terminal.database]) == 1
    assert taken_in[0] in terminal.capture.readouterr().out


EDITS: list[tuple[list[str], int, str]] = [
    (["--role", "chief", "--name", "张三"], 2, "chief"),
    (["--role", "head", "--channel", "fax", "--address", "1"], 2, "fax"),
    (["--role", "head", "--channel", "email"], 2, "--address"),
    (["--role", "head", "--channel", "email", "--address", "a\nb"], 2, "一行"),
    (["--role", "head"], 2, "--name"),
    (["--role", "head", "--remove"], 2, "--channel"),
    (["--role", "head", "--channel", "email", "--remove"], 1, "email"),
]


@pytest.mark.parametrize(("words", "code", "said"), EDITS, ids=[e[2] for e in EDITS])
def test_a_contact_that_makes_no_sense_is_refused(
    terminal: Terminal, words: list[str], code: int, said: str
) -> None:
    assert said in terminal("unit", "contact", "shuiwu", *words, code=code)


def test_contacts_are_entered_renamed_and_removed(terminal: Terminal) -> None:
    def contacts() -> list[tuple[str, str, str]]:
        found = terminal.document("unit", "show", "shuiwu")["contacts"]
        return [(c["name"], c["channel"], c["address"]) for c in found if c["role"] == "head"]

    edit = ["unit", "contact", "shuiwu", "--role", "head"]
    terminal(*edit, "--name", "李四")
    assert contacts() == [("李四", "file", "shuiwu/head")]
    terminal(*edit, "--channel", "email", "--address", "a@b.cn")
    terminal(*edit, "--channel", "file", "--remove")
    assert contacts() == [("李四", "email", "a@b.cn")]
    assert "没有联系方式" not in terminal("unit", "show", "shuiwu")
    terminal(*edit, "--channel", "email", "--remove")
    assert "--channel" in terminal(*edit, "--name", "王五", code=1)


def test_an_unknown_unit_is_named(terminal: Terminal) -> None:
    assert "nowhere" in terminal("unit", "show", "nowhere", code=2)
    assert "qingdaoshijianju" in terminal("unit", "show", "qingdaoshijianju")


def test_only_parked_messages_are_sent_again(terminal: Terminal) -> None:
    assert "没有搁置" in terminal("notices", "parked")
    assert "x" in terminal("notices", "send-again", "x", code=2)
