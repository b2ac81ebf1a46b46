"""Reporters read: by the office with a purpose, by units under a disclosure; each time logged."""

import pytest

from tests.integration.conftest import AT, Bench, Terminal

CONSENT = "3月2日电话中同意"
WHO = ["--actor", "王科"]
WHY = ["--purpose", "电话核实反映内容"]


@pytest.fixture
def no(taken_in: list[str], terminal: Terminal) -> str:
    """A case that 市税务局 handles, reported by 王女士."""
    terminal("assign", taken_in[0], "--unit", "shuiwu", at=AT.format(2, 11))
    terminal("sign", taken_in[0], "--by", "shuiwu", at=AT.format(2, 12))
    return taken_in[0]


def disclose(terminal: Terminal, no: str, *more: str, at: str = AT.format(2, 13)) -> None:
    words = ["--to", "shuiwu", "--days", "3", "--consent", CONSENT, *WHO]
    terminal("identity", "disclose", no, *words, *more, at=at)


def unit_reads(terminal: Terminal, no: str, day: int, code: int = 0, by: str = "shuiwu") -> str:
    words = ["--by", by, "--name", "李四", "--purpose", "上门前约时间"]
    return terminal("identity", "read", no, *words, code=code, at=AT.format(day, 9))


def test_the_office_reads_with_a_purpose_and_the_log_says_who_and_why(
    terminal: Terminal, no: str
) -> None:
    found = terminal.document("identity", "read", no, *WHO, *WHY)
    assert (found["name"], found["phone"], found["later"]) == ("王女士", "13800000000", [])
    [logged] = terminal.document("identity", "readings", "--case", no)
    assert (logged["reader"], logged["purpose"], logged["no"]) == (
        "office:王科",
        "电话核实反映内容",
        no,
    )
    shown = terminal("identity", "readings", "--reader", "王科", "--since", "2020-01-01")
    assert "指挥部办公室 王科" in shown
    assert "王女士" not in shown
    assert terminal.document("identity", "readings", "--since", "2099-01-01") == []


REFUSED_READINGS = [
    ([*WHO, "--purpose", "回访"], 2, "用途应为 4 到 200 字"),
    ([*WHO], 2, "用途应为 4 到 200 字"),
    ([*WHO, "--purpose", "长" * 201], 2, "用途应为 4 到 200 字"),
    ([*WHO, "--purpose", "回拨 138 0000 0000 核实"], 2, "用途中含有"),
    ([*WHY], 2, "须写明经办人"),
    (["--by", "shuiwu", *WHY], 1, "没有同意向该单位披露"),
]


def test_without_name_purpose_or_disclosure_nothing_is_read(terminal: Terminal, no: str) -> None:
    for words, code, reason in REFUSED_READINGS:
        assert reason in terminal("identity", "read", no, *words, code=code)
    assert terminal.document("identity", "readings") == []


def test_a_unit_reads_within_a_disclosure_and_not_after_it(
    bench: Bench, terminal: Terminal, no: str
) -> None:
    disclose(terminal, no)
    assert "王女士" in unit_reads(terminal, no, 4)
    assert "披露期限已过" in unit_reads(terminal, no, 6, code=1)
    assert "不是主办或协办单位" in unit_reads(terminal, no, 4, code=1, by="zhujian")
    [logged] = terminal.document("identity", "readings")
    assert (logged["reader"], logged["purpose"]) == ("unit:shuiwu 李四", "上门前约时间")
    [listed] = terminal.document("identity", "disclosures", "--case", no)
    assert (listed["unit"], listed["granted_by"], listed["revoked_at"]) == ("shuiwu", "王科", None)
    last = terminal.document("case", "show", no)["history"][-1]
    assert (last["event"], last["detail"]["unit"]) == ("disclosed", "shuiwu")
    assert CONSENT not in str(last)
    assert bench.value("select body from case_text where kind = 'consent'") == CONSENT
    terminal("verify")


def test_a_disclosure_ends_when_it_is_revoked(terminal: Terminal, no: str) -> None:
    disclose(terminal, no)
    terminal("identity", "revoke", no, "--from", "shuiwu", *WHO, at=AT.format(3, 9))
    assert "已撤回" in unit_reads(terminal, no, 4, code=1)
    again = ["identity", "revoke", no, "--from", "shuiwu", *WHO]
    assert "没有正在生效" in terminal(*again, code=1, at=AT.format(3, 10))
    disclose(terminal, no, at=AT.format(3, 11))
    assert "王女士" in unit_reads(terminal, no, 4)


def test_a_unit_that_lost_the_case_lost_the_reporter_too(terminal: Terminal, no: str) -> None:
    disclose(terminal, no)
    terminal("assign", no, "--unit", "zhujian", at=AT.format(3, 9))
    assert "不是主办或协办单位" in unit_reads(terminal, no, 4, code=1)


def test_a_referred_case_is_disclosed_to_nobody(terminal: Terminal, no: str) -> None:
    disclose(terminal, no)
    terminal("refer", no, "--to", "jiwei", *WHO, at=AT.format(3, 9))
    assert "已移送" in unit_reads(terminal, no, 4, code=1)
    words = ["--to", "shuiwu", "--days", "3", "--consent", CONSENT, *WHO]
    assert "已移送" in terminal("identity", "disclose", no, *words, code=1, at=AT.format(4, 9))


def test_the_same_key_twice_discloses_once_and_a_second_disclosure_is_refused(
    bench: Bench, terminal: Terminal, no: str
) -> None:
    disclose(terminal, no, "--key", "k1")
    disclose(terminal, no, "--key", "k1")
    assert bench.value("select count(*) from disclosure") == 1
    words = ["--to", "shuiwu", "--days", "3", "--consent", CONSENT, *WHO]
    refused = terminal("identity", "disclose", no, *words, code=1, at=AT.format(3, 9))
    assert "已同意向该单位披露" in refused


REFUSED_DISCLOSURES = [
    ("31", CONSENT, "披露天数应为 1 到 30"),
    ("0", CONSENT, "披露天数应为 1 到 30"),
    ("3", "同意", "何时、以何种方式同意"),
    ("3", "本人 13800000000 来电同意", "电话号码"),
]


def test_a_disclosure_needs_a_term_and_a_consent_that_says_something(
    terminal: Terminal, no: str
) -> None:
    for days, consent, reason in REFUSED_DISCLOSURES:
        words = ["--to", "shuiwu", "--days", days, "--consent", consent, *WHO]
        assert reason in terminal("identity", "disclose", no, *words, code=2, at=AT.format(2, 13))


def test_a_follower_is_disclosed_to_the_units_of_its_lead_case(
    terminal: Terminal, no: str, taken_in: list[str]
) -> None:
    follower = taken_in[2]
    terminal("merge", follower, "--into", no, at=AT.format(2, 13))
    disclose(terminal, follower, at=AT.format(2, 14))
    assert "李先生" in unit_reads(terminal, follower, 3)


def test_a_case_that_nobody_reported_is_not_disclosed(
    terminal: Terminal, taken_in: list[str]
) -> None:
    silent = taken_in[1]
    terminal("assign", silent, "--unit", "shuiwu", at=AT.format(2, 11))
    words = ["--to", "shuiwu", "--days", "3", "--consent", CONSENT, *WHO]
    told = terminal("identity", "disclose", silent, *words, code=1, at=AT.format(2, 13))
    assert "没有可联系的反映人" in told


def test_a_unit_sees_a_masked_body_and_no_party_that_is_hidden(
    bench: Bench, terminal: Terminal, no: str
) -> None:
    with bench.owner.begin() as connection:
        connection.exec_driver_sql(
            "update rectification_case set party = '某物业公司' where no = %(no)s", {"no": no}
        )
    seen = terminal.document("identity", "view", no, "--by", "shuiwu")
    assert (seen["party"], seen["texts"][0]["kind"]) == ("某物业公司", "body")
    terminal("identity", "hide-party", no, *WHO, at=AT.format(3, 9))
    hidden = terminal("identity", "view", no, "--by", "shuiwu")
    assert "某物业公司" not in hidden
    assert "办公室决定不向单位显示" in hidden
    assert terminal.document("case", "show", no)["party_hidden"] is True
    refused = terminal("identity", "hide-party", no, *WHO, code=1, at=AT.format(3, 10))
    assert "本来就不向单位显示" in refused
    terminal("identity", "show-party", no, *WHO, at=AT.format(3, 11))
    assert "某物业公司" in terminal("identity", "view", no, "--by", "shuiwu")
    assert "不由" in terminal("identity", "view", no, "--by", "jiwei", code=1)
    terminal("verify")
