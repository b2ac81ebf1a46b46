"""Artifacts: nothing that is shown can be read as markup, and every code has its Chinese word."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.calendar import SHANGHAI
from domain.codes import OFFICE_UNIT, ClockKind, State
from domain.refusals import COMMAND_ZH
from domain.transitions import allowed
from tasks.artifacts.details import points
from tasks.artifacts.markup import artifact_key, card_link, heading, same, table, text, updated
from tasks.artifacts.terms import CLOCK_WORK, EVENT_ZH, actor_zh, flow_of, request_work
from tasks.settings import CHECKOUT

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)

FLOWS = {path.stem for path in Path(CHECKOUT, "flows").glob("*.py")}
EVENTS = re.compile(
    r"""event="(\w+)"|(?:_unchanged|rework)\(case, "(\w+)"|Return\("(\w+)", "\w+"\)"""
)


def names(code: str) -> str:
    return {"shuiwu": "市税务局"}.get(code, code)


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ("甲|乙", r"甲\|乙"),
        ("<b>粗</b>&", "&lt;b&gt;粗&lt;/b&gt;&amp;"),
        ("[点我](javascript:alert(1))", r"\[点我\]\(javascript:alert\(1\)\)"),
        ("一\n二\r\n三", "一 二 三"),
        ("# 题 `码` *重*", r"\# 题 \`码\` \*重\*"),
    ],
)
def test_a_subject_is_shown_as_it_is(subject: str, shown: str) -> None:
    assert text(subject) == shown


def test_an_empty_table_says_so() -> None:
    assert table(("案件",), []) == "（无）"
    assert table(("案件", "事由"), [("甲", "乙")]).splitlines()[1] == "| --- | --- |"


def test_keys_are_lower_case_and_a_simulation_has_its_own() -> None:
    assert artifact_key("case-QD2026-000123", "live") == "case-qd2026-000123"
    assert artifact_key("worklist", "play_2") == "play-2-worklist"
    assert card_link("QD2026-000001", "demo").endswith("/artifacts/key/demo-case-qd2026-000001)")


def test_only_a_simulation_is_labelled() -> None:
    assert heading("工作清单", "live") == "# 工作清单"
    assert "演示" in heading("工作清单", "demo")


def test_a_version_that_differs_in_its_time_alone_is_the_same() -> None:
    first = f"# 清单\n{updated(MONDAY)}\n甲"
    assert same(first, f"# 清单\n{updated(MONDAY + timedelta(hours=1))}\n甲")
    assert not same(first, f"# 清单\n{updated(MONDAY)}\n乙")


def test_every_event_of_the_rules_has_a_chinese_name() -> None:
    sources = "".join(path.read_text() for path in Path(CHECKOUT, "domain").glob("*.py"))
    found = {next(filter(None, match.groups())) for match in EVENTS.finditer(sources)}
    found |= {"detected", "fired", "dispatched"}
    assert len(found) > 30
    assert found <= EVENT_ZH.keys()


def test_every_command_has_a_form_unless_the_system_or_the_ledger_gives_it() -> None:
    for command in COMMAND_ZH:
        flow = flow_of(command)
        formless = command in {"end_notice", "archive", "edit"}
        assert flow in FLOWS or (flow == "" and formless), command
    assert {flow_of(command) for command in allowed(State.SUBMITTED)} >= {"close", "remind"}


def test_what_the_office_owes_has_a_form() -> None:
    assert {flow for _, flow in CLOCK_WORK.values()} <= FLOWS
    assert CLOCK_WORK[ClockKind.TRIAGE][1] == "assign"


def test_requests_are_named_by_what_they_ask() -> None:
    assert request_work("proposal", 2, "list") == "签发升级建议“挂牌督办”（第 2 号）"
    assert request_work("extension", 1, "") == "裁定延期申请（第 1 号）"


def test_actors_are_named_by_unit_or_role() -> None:
    assert actor_zh("unit:shuiwu", names) == "市税务局"
    assert actor_zh(OFFICE_UNIT, names) == "指挥部办公室"


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        (
            {"from": "detected", "to": "assigned", "unit": "shuiwu"},
            "待受理 → 已交办；单位：市税务局",
        ),
        ({"clocks": [{"op": "fire", "kind": "finish", "rung": "red"}]}, "办结：红牌"),
        (
            {
                "clocks": [
                    {"op": "fire", "kind": "finish", "rung": "red", "coalesced": ["blue", "yellow"]}
                ]
            },
            "办结：红牌（合并记录：蓝色提示、黄牌）",
        ),
        (
            {
                "clocks": [{"op": "reproject", "kind": "finish", "slot": 0}],
                "cause": "calendar",
                "policy": 1,
                "calendar": 2,
                "moved": [{"clock": "finish/0", "from": 1772413200, "to": 1772499600}],
            },
            "第 2 版日历；办结 2026-03-02 09:00 → 2026-03-03 09:00",
        ),
        ({"cause": "policy", "policy": 3, "calendar": 2, "moved": []}, "第 3 版规则"),
        (
            {"request": 1, "kind": "extension", "status": "granted", "days": 5},
            "第 1 号申请（延期）；同意；5 个工作日",
        ),
        ({"solved": True, "satisfied": False}, "已解决；不满意"),
        ({"result": "solved", "evidence": ["ab"]}, "结果：已解决；佐证材料 1 份"),
        ({"until": 1772413200}, "至 2026-03-02 09:00"),
        ({"into": "QD2026-000001"}, "并入 QD2026-000001"),
        (
            {"suggested": "shuiwu", "rung": "list", "step": "accept"},
            "建议：市税务局；挂牌督办；环节：验收",
        ),
        ({"texts": {"body": "abc"}}, ""),
    ],
)
def test_the_figures_of_history_are_said_in_words(detail: dict[str, object], said: str) -> None:
    assert "；".join(points(detail, names)) == said
