"""Every notice template renders from the agreed context, with nothing undefined."""

import re
import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import jinja2
import pytest

from domain.calendar import SHANGHAI
from tasks.delivery.rendering import TEMPLATES, render

ROOT = Path(__file__).parents[2]
TITLES = {
    "assigned": "交办单",
    "returned": "退单告知",
    "ruling_confirmed": "维持交办通知",
    "blue": "蓝色提示",
    "yellow": "黄牌　督办提醒卡",
    "red": "红牌　催办通知书",
    "criticism": "通报批评",
    "raise": "提级办理、约谈通知",
    "list": "挂牌督办通知书",
    "reminder": "提醒函",
    "rejected_submission": "退回补正通知",
    "submitted": "验收任务单",
    "public_notice": "销号公示",
    "sign_off": "销号签批单",
    "closed": "销号通知书",
    "reopened": "重新办理通知",
    "recheck": "复查通知书",
    "recheck_failed": "复查不合格通知",
    "extension_granted": "同意延期通知",
    "extension_refused": "不同意延期通知",
    "shelved": "挂账通知",
    "shelving_refused": "不同意挂账通知",
    "resumed": "恢复办理通知",
    "merged": "并案通知",
    "referred": "移送函",
    "delisted": "摘牌通知",
    "warning": "提醒函",
    "suggestion": "办理建议",
    "list_announced": "挂牌督办公告",
    "delisted_announced": "摘牌公告",
    "deescalated": "督办降级通知书",
    "reprojected": "时限调整通知",
    "followed": "主案进展告知",
    "answer": "答复反映人",
    "part_changed": "协办单位变更通知",
    "task": "待办事项",
}
PUBLIC = {"list_announced", "delisted_announced"}
"""Published: they show neither the office's opinion nor the way in."""
DUE = datetime(2026, 3, 24, 18, tzinfo=SHANGHAI)
FULL: dict[str, object] = {
    "no": "QD2026-000123",
    "subject": "技改奖补资金未拨付",
    "environment": "政策环境",
    "kind": "损害营商环境",
    "lead_unit": "市财政局",
    "assisting": ["市科技局", "市民营经济局"],
    "verifying_unit": "专项行动办公室",
    "level": 2,
    "mode": "整治",
    "limits": [{"unit": "市科技局", "clock": "协办意见", "due_at": DUE}],
    "due_at": DUE,
    "clock": "办结",
    "overdue_days": 3,
    "terms": [{"clock": "办结", "due_at": DUE, "overdue_days": 3}],
    "document_number": "催办〔2026〕12号",
    "recipient_unit": "市财政局",
    "recipient_name": "联络员",
    "occurred_at": datetime(2026, 3, 27, 9, tzinfo=SHANGHAI),
    "opinion": "请补充付款凭证",
    "wording": "请于本周内拨付到位",
    "task": "proposal",
    "into": "QD2026-000001",
    "followers": ["QD2026-000124", "QD2026-000125"],
    "outcome": "reopened",
    "cause": "calendar",
    "term": "12个月",
    "ask": "20个工作日",
    "decide": "10个工作日",
    "before": 4,
    "new_level": 1,
    "ends": datetime(2027, 3, 29, 18, tzinfo=SHANGHAI),
    "publish_by": datetime(2026, 4, 3, 18, tzinfo=SHANGHAI),
    "moved_from": datetime(2026, 3, 23, 18, tzinfo=SHANGHAI),
    "moved_to": datetime(2026, 3, 24, 18, tzinfo=SHANGHAI),
    "copies": ["市财政局分管负责同志", "市财政局主要负责同志"],
    "suggested": "市国资委",
    "days": 10,
    "until": datetime(2026, 4, 8, 18, tzinfo=SHANGHAI),
    "link": "http://127.0.0.1:8400/case/QD2026-000123",
    "office_name": "专项行动指挥部办公室",
}
EMPTY: dict[str, object] = FULL | {
    "assisting": [],
    "verifying_unit": "",
    "due_at": None,
    "clock": "",
    "overdue_days": 0,
    "terms": [],
    "document_number": "",
    "recipient_name": "",
    "opinion": "",
    "suggested": "",
    "days": None,
    "until": None,
    "link": "",
    "copies": [],
    "limits": [],
    "followers": [],
    "outcome": "closed",
    "mode": "整改",
    **dict.fromkeys(("wording", "task", "into", "cause", "term", "ask", "decide"), ""),
    **dict.fromkeys(("before", "new_level"), ""),
    **dict.fromkeys(("ends", "publish_by", "moved_from", "moved_to")),
}


def is_duty(name: str) -> bool:
    """Whether a template is about no case: those are tried with what owes them."""
    source = (TEMPLATES / f"{name}.j2").read_text("utf-8")
    return name == "duty" or '{% extends "duty.j2" %}' in source


def text_of(name: str, context: Mapping[str, object]) -> str:
    """The text of a notice, by the program's own renderer."""
    return render(name, context)[1]


def item(title: str, **changes: object) -> dict[str, object]:
    made = EMPTY | {"title": title} | changes
    term = {name: made[name] for name in ("clock", "due_at", "overdue_days")}
    return made | {"terms": [term] if made["due_at"] else []}


def test_each_template_file_is_known() -> None:
    files = {path.stem for path in TEMPLATES.glob("*.j2")}
    duties = {name for name in files if is_duty(name)}
    assert files - duties == {*TITLES, "base", "digest"}


def test_the_policy_names_only_templates_that_exist() -> None:
    text = (ROOT / "deployments" / "reference" / "policy.toml").read_text("utf-8")
    policy = tomllib.loads(text)
    named = {rung["template"] for rung in policy["rungs"].values()} | policy["recipients"].keys()
    assert named <= TITLES.keys()


@pytest.mark.parametrize(("name", "title"), TITLES.items())
def test_a_full_notice_shows_heading_number_unit_matter_and_deadline(name: str, title: str) -> None:
    lines = text_of(name, FULL).splitlines()
    assert lines[:3] == ["专项行动指挥部办公室", title, "催办〔2026〕12号"]
    assert "市财政局（联络员）：" in lines
    assert "编号：QD2026-000123" in lines
    assert "事由：技改奖补资金未拨付" in lines
    assert "协办单位：市科技局、市民营经济局" in lines
    assert "办结时限：2026年3月24日18时（已超期3个工作日）" in lines
    assert ("意见：请补充付款凭证" in lines) is (name not in PUBLIC)
    way_in = "办理入口：http://127.0.0.1:8400/case/QD2026-000123"
    assert (way_in in lines) is (name not in PUBLIC)
    assert lines[-4:-1] == ["专项行动指挥部办公室", "2026年3月27日", ""]
    assert lines[-1] == "抄送：市财政局分管负责同志、市财政局主要负责同志"


@pytest.mark.parametrize("name", TITLES)
def test_what_is_empty_leaves_no_trace(name: str) -> None:
    text = text_of(name, EMPTY)
    assert "市财政局：" in text.splitlines()
    for label in (
        "协办单位：",
        "验收单位：",
        "意见：",
        "办理入口：",
        "时限：",
        "抄送：",
        "【时限】",
    ):
        assert label not in text.replace("签批意见：", "")
    assert not re.search(r"〔|None|\n{3,}|（）|，，|。。|：\n\n编号", text)


@pytest.mark.parametrize("name", TITLES)
def test_title_can_be_had_for_the_mail_subject(name: str) -> None:
    assert render(name, FULL)[0] == TITLES[name]


@pytest.mark.parametrize("name", TITLES)
def test_limits_are_policy_and_not_written_into_templates(name: str) -> None:
    source = (TEMPLATES / f"{name}.j2").read_text("utf-8")
    assert not re.search(r"\d+个?(工作日|小时|天|日|个月)", source)


def test_an_assignment_says_who_leads_who_assists_and_by_when() -> None:
    text = text_of("assigned", FULL)
    assert "请市财政局牵头办理，会同协办单位研究" in text
    assert "请市科技局、市民营经济局配合办理" in text
    assert "市科技局　协办意见：2026年3月24日18时" in text.splitlines()
    alone = text_of("assigned", FULL | {"assisting": []})
    assert "会同" not in alone
    assert "配合" not in alone


def test_an_assignment_in_the_mode_of_discipline_says_that_clues_are_referred() -> None:
    assert "由我办依规移送有关机关" in text_of("assigned", FULL)
    assert "移送" not in text_of("assigned", FULL | {"mode": "整改"})


@pytest.mark.parametrize("name", ["criticism", "raise", "list"])
def test_a_demand_in_the_leaders_words_replaces_the_usual_one(name: str) -> None:
    usual, amended = text_of(name, FULL | {"wording": ""}), text_of(name, FULL)
    assert "　　请于本周内拨付到位" in amended.splitlines()
    assert len(set(usual.splitlines()) - set(amended.splitlines())) == 1


def test_a_listing_states_its_term_and_how_to_ask_for_more() -> None:
    text = text_of("list", FULL)
    assert "自2026年3月27日起挂牌督办，督办期限12个月，至2027年3月29日止。" in text
    assert "到期前至少20个工作日提出书面申请" in text
    assert "10个工作日内作出决定" in text


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_an_announcement_states_by_when_it_is_published(name: str) -> None:
    assert "于2026年4月3日前按规定渠道公布" in text_of(name, FULL)


def test_a_lowered_level_is_stated_from_and_to() -> None:
    assert "由4级降为1级。" in text_of("deescalated", FULL)


@pytest.mark.parametrize(
    ("cause", "words"), [("calendar", "放假安排公布"), ("policy", "规则调整"), ("", "重新核定")]
)
def test_a_moved_limit_is_stated_with_its_cause(cause: str, words: str) -> None:
    text = text_of("reprojected", FULL | {"cause": cause})
    assert words in text
    assert "办结时限原定2026年3月23日18时，调整为2026年3月24日18时。" in text


def test_a_return_names_the_suggested_unit() -> None:
    assert "建议承办单位为市国资委。" in text_of("returned", FULL)
    assert "建议承办单位为" not in text_of("returned", EMPTY)


def test_extension_shelving_and_recheck_say_how_long() -> None:
    granted = text_of("extension_granted", FULL)
    assert "延期10个工作日，延至2026年4月8日18时。" in granted
    assert "同意挂账至2026年4月8日。" in text_of("shelved", FULL)
    assert "销号后10日" in text_of("recheck", FULL)


def test_merge_names_the_lead_case_when_known() -> None:
    assert "主案编号为QD2026-000001" in text_of("merged", FULL | {"into": "QD2026-000001"})
    assert "主案编号" not in text_of("merged", FULL | {"into": ""})


def test_sign_off_mentions_the_notice_only_where_there_was_one() -> None:
    assert "公示期满" in text_of("sign_off", FULL)
    assert "公示期满" not in text_of("sign_off", FULL | {"kind": "一般事项"})


@pytest.mark.parametrize(
    ("code", "words"),
    [("ruling", "作出裁定"), ("extension", "延期申请"), ("objection", "有异议"), ("x", "需要办理")],
)
def test_an_office_task_says_what_is_to_be_done(code: str, words: str) -> None:
    assert words in text_of("task", FULL | {"task": code})


def test_a_digest_lists_the_most_urgent_first() -> None:
    due = datetime(2026, 4, 1, 18, tzinfo=SHANGHAI)
    soon = datetime(2026, 3, 30, 18, tzinfo=SHANGHAI)
    notices = [
        item("交办单"),
        item("黄牌", due_at=due, clock="签收"),
        item("红牌", due_at=due, overdue_days=1),
        item("蓝色提示", due_at=soon, clock="办结"),
        item("通报批评", due_at=due, overdue_days=5, document_number="通报〔2026〕1号"),
    ]
    text = text_of("digest", EMPTY | {"notices": notices})
    order = ["已经超期", "通报批评", "红牌", "在限期内", "蓝色提示", "黄牌", "其他通知", "交办单"]
    places = [text.index(word) for word in order]
    assert places == sorted(places)
    assert text.splitlines()[1] == "办理事项提示（共5件）"
    assert "　　文号：通报〔2026〕1号" in text.splitlines()
    assert "　　签收时限：2026年4月1日18时" in text.splitlines()


@pytest.mark.parametrize("name", ["yellow", "red"])
def test_a_card_about_several_limits_gives_each_its_own_day(name: str) -> None:
    terms = [
        {"clock": "办结", "due_at": DUE, "overdue_days": 3},
        {"clock": "阶段答复", "due_at": DUE.replace(day=26), "overdue_days": 1},
    ]
    text = text_of(name, FULL | {"clock": "办结、阶段答复", "terms": terms})
    assert "事项办结、阶段答复时限" in text
    assert "办结时限：2026年3月24日18时（已超期3个工作日）" in text.splitlines()
    assert "阶段答复时限：2026年3月26日18时（已超期1个工作日）" in text.splitlines()
    assert text.count("2026年3月24日18时") == 1


def test_an_undefined_variable_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        text_of("assigned", {key: value for key, value in FULL.items() if key != "subject"})
