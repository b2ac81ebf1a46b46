"""Notices in words: every template from what the database gives, and letters of one and several."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from domain.calendar import SHANGHAI
from domain.codes import Kind, Mode
from models.documents import Sent
from models.outbox_reading import Copy, Owed, Paper, Running
from tasks.delivery.composing import OFFICE_NAME, Composer
from tasks.delivery.rendering import TEMPLATES, render, zh_date, zh_datetime
from tests.unit.casework import RULES

NAMES = {"shuiwu": "市税务局", "keji": "市科技局", "office": "专项行动办公室"}
DUE = datetime(2026, 3, 9, 18, tzinfo=SHANGHAI)
NOW = datetime(2026, 3, 11, 9, tzinfo=SHANGHAI)
COMPOSER = Composer(NAMES, RULES, "https://zx.example", NOW)
PUBLIC = {"list_announced", "delisted_announced"}
NOTICES = sorted(
    path.stem
    for path in TEMPLATES.glob("*.j2")
    if path.stem not in {"base", "digest", "duty"}
    and '{% extends "duty.j2" %}' not in path.read_text("utf-8")
)


def owed(template: str = "red", **changes: Any) -> Owed:  # noqa: ANN401 - those of a notice
    plain = Owed(
        id=1,
        template=template,
        unit="shuiwu",
        role="contact",
        channel="email",
        args={},
        urgent=False,
        owed_at=NOW,
        no="QD2026-000123",
        subject="退税迟迟不办",
        environment="service",
        kind="ordinary",
        lead_unit="shuiwu",
        assisting=["keji"],
        verifying_unit="office",
        level=2,
        contact_name="李工",
        address="a@b.cn",
        document_number="",
        clocks=[Running("finish", 0, "shuiwu", DUE)],
        opinion="",
        days=None,
        until=None,
        suggested="",
    )
    return plain._replace(**changes)


def body(notice: Owed) -> str:
    letter = COMPOSER.compose([notice]).letter
    assert letter is not None
    return letter.body


@pytest.mark.parametrize("template", NOTICES)
def test_each_template_renders_from_what_the_database_gives(template: str) -> None:
    text = body(owed(template))
    assert "编号：QD2026-000123" in text.splitlines()
    assert "市税务局（李工）：" in text.splitlines()
    way_in = "办理入口：https://zx.example/case/QD2026-000123"
    assert (way_in in text.splitlines()) is (template not in PUBLIC)
    assert text.splitlines()[-2:] == [OFFICE_NAME, "2026年3月11日"]


@pytest.mark.parametrize("template", NOTICES)
def test_each_template_renders_when_the_case_is_nearly_empty(template: str) -> None:
    bare = owed(
        template,
        environment="",
        lead_unit="",
        verifying_unit="",
        assisting=[],
        clocks=[],
        contact_name="",
    )
    text = body(bare)
    assert "主办单位：尚未确定" in text.splitlines()
    assert "None" not in text


@pytest.mark.parametrize("template", NOTICES)
@pytest.mark.parametrize("mode", Mode)
def test_each_template_renders_for_every_kind_mode_and_way_it_is_owed(
    template: str, mode: Mode
) -> None:
    """Kinds, modes, clocks of every sort, as a document or not: nothing is missing or ``None``."""
    ends = int(DUE.timestamp())
    listing = {"rung": "list", "term": "12个月", "ends": ends, "ask": "3", "publish_by": ends}
    moved = {"clock": "finish/0", "from": ends, "to": ends, "cause": "calendar"}
    for kind in Kind:
        for args in ({}, listing, moved, {"before": 3, "level": 0}, {"clocks": ["sign/0"]}):
            for paper in (None, Paper(7, "", "", [Copy("shuiwu", "head", args)])):
                text = body(owed(template, kind=kind, mode=mode, args=args, paper=paper))
                assert "None" not in text


def test_names_stand_for_codes() -> None:
    lines = body(owed()).splitlines()
    assert "环境：服务环境　类别：一般事项" in lines
    assert "主办单位：市税务局" in lines
    assert "协办单位：市科技局" in lines
    assert "验收单位：专项行动办公室" in lines


def test_overdue_days_are_working_days_after_the_due_one() -> None:
    assert "办结时限：2026年3月9日18时（已超期2个工作日）" in body(owed()).splitlines()


def test_what_is_not_overdue_says_nothing_of_it() -> None:
    later = Running("finish", 0, "shuiwu", datetime(2026, 3, 12, 18, tzinfo=SHANGHAI))
    assert "办结时限：2026年3月12日18时" in body(owed(clocks=[later])).splitlines()


def test_a_card_names_all_the_clocks_that_fired() -> None:
    clocks = [Running("sign", 0, "shuiwu", DUE), Running("contact", 0, "shuiwu", DUE)]
    card = owed("red", clocks=clocks, args={"clocks": ["sign/0", "contact/0"], "rung": "red"})
    assert "下列事项签收、首次联系时限已经届满" in body(card)


def test_a_clock_that_has_stopped_since_is_not_shown() -> None:
    card = owed("yellow", args={"clocks": ["sign/0"], "rung": "yellow"})
    assert "时限：" not in body(card).replace("办理入口", "")


@pytest.mark.parametrize(
    ("template", "args", "kind", "words"),
    [
        ("submitted", {}, "review", "验收时限："),
        ("sign_off", {}, "sign_off", "领导签批时限："),
        ("public_notice", {}, "notice", "公示时限："),
        ("task", {"task": "ruling"}, "ruling", "退单裁定时限："),
        ("task", {"task": "review"}, "office_review", "办公室复核时限："),
        ("task", {"task": "recheck"}, "recheck", "回头看时限："),
        ("task", {"task": "extension"}, "finish", "办结时限："),
    ],
)
def test_a_notice_shows_the_clock_it_is_about(
    template: str, args: dict[str, str], kind: str, words: str
) -> None:
    others = [Running("callback", 0, "office", DUE), Running(kind, 0, "office", DUE)]
    assert words in body(owed(template, args=args, clocks=others))


def test_an_assisting_unit_is_told_its_own_limit() -> None:
    clocks = [Running("finish", 0, "shuiwu", DUE), Running("opinion", 1, "keji", NOW)]
    assert "协办意见时限：2026年3月11日9时" in body(owed("assigned", unit="keji", clocks=clocks))


def test_what_was_asked_and_decided_is_told() -> None:
    until = datetime(2026, 4, 8, 18, tzinfo=SHANGHAI)
    granted = owed("extension_granted", days=10, until=until)
    assert "延期10个工作日，延至2026年4月8日18时" in body(granted)
    assert "主案编号为QD2026-000007" in body(owed("merged", args={"into": "QD2026-000007"}))
    assert "建议承办单位为市科技局" in body(owed("returned", suggested="keji"))
    assert "请对升级建议签发" in body(owed("task", args={"task": "proposal"}))


def test_numbers_that_say_who_somebody_is_are_covered() -> None:
    text = body(owed(opinion="请联系 13812345678 核实", subject="车主鲁B12345反映停车难"))
    assert "13812345678" not in text
    assert "鲁B12345" not in text
    assert "请联系 ＊＊＊＊＊＊＊＊＊＊＊ 核实" in text


def test_the_subject_of_a_document_begins_with_its_number() -> None:
    letter = COMPOSER.compose([owed(document_number="催办〔2026〕12号")]).letter
    assert letter is not None
    wanted = "【催办〔2026〕12号】QD2026-000123 红牌　催办通知书：退税迟迟不办"
    assert letter.subject == wanted


def test_the_subject_of_an_unnumbered_notice_begins_with_its_title() -> None:
    letter = COMPOSER.compose([owed("yellow")]).letter
    assert letter is not None
    assert letter.subject == "【黄牌　督办提醒卡】QD2026-000123 退税迟迟不办"


def test_several_notices_make_one_letter_with_every_text_whole() -> None:
    notices = [owed("assigned", no="QD2026-000001"), owed(document_number="催办〔2026〕3号")]
    letter = COMPOSER.compose(notices).letter
    assert letter is not None
    assert letter.subject == "【办理事项提示（共2件）】市税务局"
    for notice in notices:
        assert body(notice) in letter.body
    assert letter.body.index("办理事项提示") < letter.body.index("请按时签收")


def test_a_notice_that_does_not_fit_its_template_is_left_out_of_the_letter_and_the_reason_given(
    caplog: pytest.LogCaptureFixture,
) -> None:
    composed = COMPOSER.compose([owed("no_such_template"), owed("yellow", id=2)])
    assert composed.letter == COMPOSER.compose([owed("yellow", id=2)]).letter
    assert composed.misfits.keys() == {1}
    assert "no_such_template" in composed.misfits[1]
    assert "no_such_template" in caplog.text
    assert "退税" not in caplog.text + composed.misfits[1]


def test_where_nothing_fits_there_is_no_letter() -> None:
    composed = COMPOSER.compose([owed("x", id=1), owed("y", id=2)])
    assert composed.letter is None
    assert composed.misfits.keys() == {1, 2}


def test_a_digest_that_fails_costs_the_overview_and_no_text(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def without_digest(template: str, context: Mapping[str, Any]) -> tuple[str, str]:
        return render("no_such_template" if template == "digest" else template, context)

    monkeypatch.setattr("tasks.delivery.composing.render", without_digest)
    letter = COMPOSER.compose([owed("yellow"), owed("red", id=2)]).letter
    assert letter is not None
    assert letter.subject == "【办理事项提示（共2件）】"
    assert body(owed("yellow")) in letter.body
    assert body(owed("red")) in letter.body
    assert "digest" in caplog.text


def test_an_address_that_is_missing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    COMPOSER.compose([owed(address="", role="deputy")])
    assert "unit shuiwu has no address for role deputy" in caplog.text


def test_dates_are_those_of_shanghai() -> None:
    at = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)
    assert zh_date(at) == "2026年3月2日"
    assert zh_datetime(at) == "2026年3月2日0时30分"
    assert zh_datetime(DUE) == "2026年3月9日18时"


def document(unit: str = "shuiwu", role: str = "contact", **changes: Any) -> Owed:  # noqa: ANN401
    """A red card to contact and deputy of the lead, and to an assisting unit's contact."""
    copies = [
        Copy("shuiwu", "contact", {"clocks": ["finish/0"]}),
        Copy("keji", "contact", {"clocks": ["opinion/1"]}),
        Copy("shuiwu", "deputy", {"clocks": ["finish/0"]}),
        Copy("office", "contact", {"clocks": ["finish/0"]}),
    ]
    plain = {
        "args": {"clocks": ["opinion/1" if unit == "keji" else "finish/0"]},
        "clocks": [Running("finish", 0, "shuiwu", DUE), Running("opinion", 1, "keji", DUE)],
        "document_number": "催办〔2026〕12号",
        "paper": Paper(5, "", "", copies),
        "contact_name": f"{unit} {role}",
    }
    return owed(**({"unit": unit, "role": role} | plain | changes))


def test_a_document_is_one_text_for_all_and_names_who_gets_it() -> None:
    texts = {
        body(document(unit, role))
        for unit, role in (("shuiwu", "contact"), ("keji", "contact"), ("shuiwu", "deputy"))
    }
    assert len(texts) == 1
    lines = texts.pop().splitlines()
    assert "市税务局、市科技局：" in lines
    assert "　　下列事项办结、协办意见时限已经届满，仍未办理" in "".join(lines)
    assert lines[-1] == "抄送：市税务局分管负责同志、专项行动办公室"


def test_a_document_without_contacts_goes_to_all_who_get_it() -> None:
    copies = [Copy("office", "contact", {})]
    announced = document(template="list_announced", paper=Paper(5, "", "", copies), args={})
    assert "专项行动办公室：" in body(announced).splitlines()
    assert "抄送" not in body(announced)


def test_a_letter_tells_which_documents_go_out_for_the_first_time() -> None:
    letter = COMPOSER.compose([document(), owed("yellow", id=2)]).letter
    assert letter is not None
    assert letter.documents == (Sent(5, "红牌　催办通知书", body(document())),)


def test_a_document_that_went_out_keeps_its_text_whatever_became_of_the_case() -> None:
    first = body(document())
    kept = Paper(5, "红牌　催办通知书", first, [])
    later = document(paper=kept, subject="事由已改", lead_unit="keji", opinion="新意见")
    letter = COMPOSER.compose([later]).letter
    assert letter is not None
    assert letter.body == first
    assert letter.documents == ()


def test_an_overview_tells_each_recipient_its_own_limit() -> None:
    mine = Running("opinion", 1, "keji", NOW)
    clocks = [Running("finish", 0, "shuiwu", DUE), mine]
    letter = COMPOSER.compose([document("keji", clocks=clocks), owed(id=2, unit="keji")]).letter
    assert letter is not None
    assert "　　协办意见时限：2026年3月11日9时" in letter.body.splitlines()
