"""Drafts of official documents, and what the office head makes of them."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from jinja2 import TemplateNotFound

from tasks.artifacts.case_card import case_card
from tasks.artifacts.worklist import worklist
from tasks.desk import open_desk
from tasks.settings import Settings
from tests.integration.conftest import MONDAY, Bench, Terminal
from tests.integration.executing import check
from tests.integration.outbox import Outbox

CRITICISM = MONDAY + timedelta(days=14)
"""A fortnight on, a case of five days is due for criticism and has been for no more."""


@pytest.fixture
def outbox(bench: Bench, tmp_path: Path) -> Outbox:
    return Outbox(bench, tmp_path)


@pytest.fixture
def proposed(bench: Bench) -> str:
    """A case on which the check has proposed criticism, and nothing is sent yet."""
    no = bench.open(subject="水费计量不准")
    bench.dispatch(no)
    check(bench, days=14)
    return no


def at(when: datetime) -> str:
    return when.isoformat()


def test_a_draft_is_what_the_signature_sends_but_for_its_number(
    terminal: Terminal, proposed: str, outbox: Outbox
) -> None:
    words = ["document", "draft", proposed, "--request", "1"]
    draft = terminal.document(*words, at=at(CRITICISM))
    (text,) = draft["documents"]
    assert (draft["rung"], text["title"]) == ("criticism", "通报批评")
    assert "（待签发编号）" in text["body"].splitlines()
    assert "抄送：市水务管理局分管负责同志、市水务管理局主要负责同志" in text["body"].splitlines()
    shown = terminal(*words, at=at(CRITICISM))
    assert text["body"].rstrip() in shown
    outbox.deliver(CRITICISM)
    terminal("rule", proposed, "--request", "1", "--grant", at=at(CRITICISM))
    outbox.deliver(CRITICISM)
    sent = terminal.document("document", "show", "通报〔2026〕1号")
    assert sent["body"] == text["body"].replace("（待签发编号）", "通报〔2026〕1号")
    assert sent["status"] == "sent"


def test_a_draft_of_the_list_shows_registration_and_announcement(
    terminal: Terminal, proposed: str
) -> None:
    words = ["--request", "1", "--rung", "list", "--wording", "请三日内办结"]
    draft = terminal.document("document", "draft", proposed, *words, at=at(CRITICISM))
    titles = [text["title"] for text in draft["documents"]]
    assert titles == ["挂牌督办通知书", "挂牌督办公告"]
    assert "　　请三日内办结" in draft["documents"][0]["body"].splitlines()
    assert "于2026年3月23日前按规定渠道公布" in draft["documents"][1]["body"]


def test_a_draft_of_what_is_no_proposal_is_refused(
    terminal: Terminal, proposed: str, bench: Bench
) -> None:
    asked = bench.open()
    bench.dispatch(asked)
    terminal("sign", asked, "--by", "shuiwu", at=at(MONDAY))
    words = ["extend", asked, "--by", "shuiwu", "--days", "2", "--reason", "材料未到"]
    terminal(*words, at=at(MONDAY))
    draft = ["document", "draft"]
    assert "是延期申请，没有文书草稿" in terminal(*draft, asked, "--request", "1", code=1)
    assert "没有编号为 9 的待裁定申请" in terminal(*draft, proposed, "--request", "9", code=1)
    automatic = [*draft, proposed, "--request", "1", "--rung", "red"]
    assert "“红牌”由系统自动发出，没有草稿" in terminal(*automatic, code=2)
    assert "没有编号为 QD2026-999999 的案件" in terminal(
        *draft, "QD2026-999999", "--request", "1", code=1
    )


def test_the_measure_and_the_demand_that_the_head_signs_are_what_goes_out(
    terminal: Terminal, proposed: str, outbox: Outbox, bench: Bench
) -> None:
    words = ["--request", "1", "--grant", "--rung", "提级办理、约谈", "--wording", "请三日内办结"]
    terminal("rule", proposed, *words, "--actor", "王主任", at=at(CRITICISM))
    outbox.deliver(CRITICISM)
    shown = terminal.document("document", "show", "提级/2026/1")
    assert "　　请三日内办结" in shown["body"].splitlines()
    assert "书面说明" not in shown["body"]
    case = terminal.document("case", "show", proposed)
    assert case["level"] == 4
    assert case["history"][-1]["claimed_name"] == "王主任"
    assert "三日" not in str(case["history"][-1]["detail"])
    cited = case["history"][-1]["detail"]["texts"]["wording"]
    digest = bench.value(
        "select encode(sha256(salt || convert_to(body, 'UTF8')), 'hex') from case_text"
        " where kind = 'wording'"
    )
    assert digest == cited


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--grant", "--wording", "联系 13812345678"], "电话号码"),
        (["--grant", "--rung", "black"], "督办措施“black”不认识"),
        (["--grant", "--wording", "快" * 201], "最多 200 字"),
        (["--refuse"], "不予签发升级建议，必须写明理由"),
        (["--refuse", "--opinion", "再看", "--rung", "raise"], "只有签发升级建议时"),
    ],
)
def test_a_ruling_that_breaks_a_rule_is_refused_in_a_sentence(
    terminal: Terminal, proposed: str, words: list[str], said: str
) -> None:
    code = 1 if "--refuse" in words else 2
    refused = ["rule", proposed, "--request", "1", *words]
    assert said in terminal(*refused, at=at(CRITICISM), code=code)


def test_what_the_head_refused_is_never_proposed_again_and_the_next_rung_is(
    terminal: Terminal, proposed: str, bench: Bench
) -> None:
    refused = ["rule", proposed, "--request", "1", "--refuse", "--opinion", "再看一周"]
    terminal(*refused, at=at(CRITICISM))
    check(bench, days=15)
    check(bench, days=18)
    assert bench.rows("select number, rung, status from request") == [(1, "criticism", "refused")]
    check(bench, days=21)
    assert bench.rows("select rung, status from request order by number") == [
        ("criticism", "refused"),
        ("raise", "pending"),
    ]


def test_drafts_stand_in_full_on_the_worklist_and_on_the_card(
    terminal: Terminal, proposed: str, postgres: Settings, bench: Bench
) -> None:
    with bench.owner.begin() as connection:
        connection.exec_driver_sql("update rectification_case set subject = '```<b>水费'")
    desk = open_desk(postgres, terminal.database, CRITICISM, CRITICISM)
    words = ["document", "draft", proposed, "--request", "1"]
    (text,) = terminal.document(*words, at=at(CRITICISM))["documents"]
    for page in (worklist(desk, CRITICISM, {}), case_card(desk, proposed, {})):
        assert "## 待签发的文书草稿" in page
        assert f"````text\n{text['body'].rstrip()}\n````" in page
    terminal("rule", proposed, "--request", "1", "--grant", at=at(CRITICISM))
    assert "草稿" not in worklist(desk, CRITICISM, {})
    card = case_card(desk, proposed, {})
    assert "草稿" not in card
    assert re.search(r"\| 通报〔2026〕1号 \| — \| 2026-03-16 10:00 \| 尚未发出 \|", card)


def test_a_draft_that_does_not_fit_its_template_does_not_take_the_worklist_with_it(
    terminal: Terminal, proposed: str, postgres: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(template: str, _context: object) -> tuple[str, str]:
        raise TemplateNotFound(f"{template}.j2")

    monkeypatch.setattr("tasks.delivery.composing.render", broken)
    desk = open_desk(postgres, terminal.database, CRITICISM, CRITICISM)
    page = worklist(desk, CRITICISM, {})
    assert "criticism.j2" in page
    assert "## 全部案件" in page
    said = terminal("document", "draft", proposed, "--request", "1", at=at(CRITICISM), code=1)
    assert "criticism.j2" in said
