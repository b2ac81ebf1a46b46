"""Every notice template renders from the agreed context, with nothing undefined."""

import re
import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import jinja2
import pytest

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "tasks" / "templates"
SHANGHAI = ZoneInfo("Asia/Shanghai")
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
    "task": "待办事项",
}
FULL: dict[str, object] = {
    "no": "QD2026-000123",
    "subject": "技改奖补资金未拨付",
    "environment": "政策环境",
    "kind": "损害营商环境",
    "lead_unit": "市财政局",
    "assisting": ["市科技局", "市民营经济局"],
    "verifying_unit": "专项行动办公室",
    "level": 2,
    "due_at": datetime(2026, 3, 24, 18, tzinfo=SHANGHAI),
    "clock": "办结",
    "overdue_days": 3,
    "document_number": "催办〔2026〕12号",
    "recipient_unit": "市财政局",
    "recipient_name": "联络员",
    "occurred_at": datetime(2026, 3, 27, 9, tzinfo=SHANGHAI),
    "opinion": "请补充付款凭证",
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
    "document_number": "",
    "recipient_name": "",
    "opinion": "",
    "suggested": "",
    "days": None,
    "until": None,
    "link": "",
}


def zh_date(moment: datetime) -> str:
    return f"{moment.year}年{moment.month}月{moment.day}日"


def zh_datetime(moment: datetime) -> str:
    return f"{zh_date(moment)}{moment.hour}时"


ENVIRONMENT = jinja2.Environment(
    loader=jinja2.FileSystemLoader(FOLDER),
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    autoescape=False,  # noqa: S701  plain text
)
ENVIRONMENT.filters |= {"zh_date": zh_date, "zh_datetime": zh_datetime}


def render(name: str, context: Mapping[str, object]) -> str:
    return ENVIRONMENT.get_template(f"{name}.j2").render(context)


def item(title: str, **changes: object) -> dict[str, object]:
    return EMPTY | {"title": title} | changes


def test_each_template_file_is_known() -> None:
    files = {path.stem for path in FOLDER.glob("*.j2")}
    assert files == {*TITLES, "base", "digest"}


def test_the_policy_names_only_templates_that_exist() -> None:
    text = (ROOT / "deployments" / "reference" / "policy.toml").read_text("utf-8")
    policy = tomllib.loads(text)
    named = {rung["template"] for rung in policy["rungs"].values()} | policy["recipients"].keys()
    assert named <= TITLES.keys()


@pytest.mark.parametrize(("name", "title"), TITLES.items())
def test_a_full_notice_shows_heading_number_unit_matter_and_deadline(name: str, title: str) -> None:
    lines = render(name, FULL).splitlines()
    assert lines[:3] == ["专项行动指挥部办公室", title, "催办〔2026〕12号"]
    assert "市财政局（联络员）：" in lines
    assert "编号：QD2026-000123" in lines
    assert "事由：技改奖补资金未拨付" in lines
    assert "协办单位：市科技局、市民营经济局" in lines
    assert "办结时限：2026年3月24日18时（已超期3个工作日）" in lines
    assert "意见：请补充付款凭证" in lines
    assert "办理入口：http://127.0.0.1:8400/case/QD2026-000123" in lines
    assert lines[-2:] == ["专项行动指挥部办公室", "2026年3月27日"]


@pytest.mark.parametrize("name", TITLES)
def test_what_is_empty_leaves_no_trace(name: str) -> None:
    text = render(name, EMPTY)
    assert "市财政局：" in text.splitlines()
    for label in ("协办单位：", "验收单位：", "意见：", "办理入口：", "时限：", "〔", "None"):
        assert label not in text.replace("签批意见：", "")
    assert not re.search(r"\n{3,}|（）|，，|。。|：\n\n编号", text)


@pytest.mark.parametrize("name", TITLES)
def test_title_can_be_had_for_the_mail_subject(name: str) -> None:
    module = ENVIRONMENT.get_template(f"{name}.j2").make_module(FULL)
    assert vars(module)["title"] == TITLES[name]


@pytest.mark.parametrize("name", TITLES)
def test_limits_are_policy_and_not_written_into_templates(name: str) -> None:
    source = (FOLDER / f"{name}.j2").read_text("utf-8")
    assert not re.search(r"\d+个?(工作日|小时|天|日|个月)", source)


def test_lead_and_assisting_units_are_told_their_own_part() -> None:
    assert "牵头办理，会同协办单位研究" in render("assigned", FULL)
    assert "会同" not in render("assigned", FULL | {"assisting": []})
    assisting = render("assigned", FULL | {"recipient_unit": "市科技局"})
    assert "配合主办单位办理" in assisting
    assert "牵头" not in assisting


def test_a_return_names_the_suggested_unit() -> None:
    assert "建议承办单位为市国资委。" in render("returned", FULL)
    assert "建议承办单位为" not in render("returned", EMPTY)


def test_extension_shelving_and_recheck_say_how_long() -> None:
    granted = render("extension_granted", FULL)
    assert "延期10个工作日，延至2026年4月8日18时。" in granted
    assert "同意挂账至2026年4月8日。" in render("shelved", FULL)
    assert "销号后10日" in render("recheck", FULL)


def test_merge_names_the_lead_case_when_known() -> None:
    assert "主案编号为QD2026-000001" in render("merged", FULL | {"into": "QD2026-000001"})
    assert "主案编号" not in render("merged", FULL)


def test_sign_off_mentions_the_notice_only_where_there_was_one() -> None:
    assert "公示期满" in render("sign_off", FULL)
    assert "公示期满" not in render("sign_off", FULL | {"kind": "一般事项"})


@pytest.mark.parametrize(
    ("code", "words"),
    [("ruling", "作出裁定"), ("extension", "延期申请"), ("objection", "有异议"), ("x", "需要办理")],
)
def test_an_office_task_says_what_is_to_be_done(code: str, words: str) -> None:
    assert words in render("task", FULL | {"task": code})


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
    text = render("digest", EMPTY | {"notices": notices})
    order = ["已经超期", "通报批评", "红牌", "在限期内", "蓝色提示", "黄牌", "其他通知", "交办单"]
    places = [text.index(word) for word in order]
    assert places == sorted(places)
    assert text.splitlines()[1] == "办理事项提示（共5件）"
    assert "　　文号：通报〔2026〕1号" in text.splitlines()
    assert "　　签收时限：2026年4月1日18时" in text.splitlines()


def test_an_undefined_variable_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        render("assigned", {key: value for key, value in FULL.items() if key != "subject"})
