"""What a unit sees of its cases, what it does with them, and what it never sees."""

from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from domain.case import Actor
from domain.codes import Mode, Role
from domain.commands import Interim, Submit
from domain.wording import mask
from tasks.settings import Settings
from tests.integration.conftest import OFFICE
from tests.integration.portal import Browser, Portal, portal_of

EVIL = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def portal(
    postgres: Settings, seeded: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    with portal_of(postgres, seeded, tmp_path_factory.mktemp("portal")) as portal:
        yield portal


def state(portal: Portal, no: str) -> object:
    return portal.bench.value("select state from rectification_case where no = %(no)s", no=no)


def history(portal: Portal, no: str) -> list[tuple[object, ...]]:
    return portal.bench.rows(
        "select h.event, h.actor, h.claimed_name from history h"
        " join rectification_case c on c.id = h.case_id where c.no = %(no)s order by h.seq",
        no=no,
    )


def listed(browser: Browser) -> list[str]:
    return [part[:13] for part in browser.page.split('href="/case/')[1:]]


def test_what_is_due_first_stands_on_top_with_the_time_left_and_what_to_do(portal: Portal) -> None:
    late, soon = portal.dispatched("caizheng"), portal.dispatched("caizheng", kind="harm")
    portal.bench.sign(soon, portal.door.clock(), "caizheng")
    with portal.bench.owner.begin() as connection:
        connection.exec_driver_sql(
            "update clock k set due_at = due_at - interval '3 days', rung = 3 from"
            f" rectification_case c where c.id = k.case_id and c.no = '{late}'"
        )
    browser = portal.signed_in("caizheng")
    assert listed(browser) == [late, soon]
    text = browser.text()
    assert "已超期 2 天" in text
    assert "下一步：签收" in text
    assert "红牌" in text
    assert text.index("已超期") < text.index("明天 18:00 前") < text.index("首次联系反映人")
    browser.get("/", late="1")
    assert listed(browser) == [late]
    browser.get("/", state="rectifying", part="lead")
    assert listed(browser) == [soon]
    browser.get("/", part="assist")
    assert "没有符合条件的案件" in browser.text()


def test_pages_follow_each_other_without_losing_or_repeating_a_case(portal: Portal) -> None:
    made = {portal.dispatched("renshe") for _ in range(23)}
    browser = portal.signed_in("renshe")
    first = listed(browser)
    onward = browser.page.split('class="pages"')[1].split('href="')[1].split('"')[0]
    browser.get(onward.replace("&amp;", "&"))
    rest = listed(browser)
    assert (len(first), len(rest)) == (20, 3)
    assert {*first, *rest} == made
    assert "下一页" not in browser.page
    for place in ("x", "////", "MjAyNnwx", "é"):
        browser.get("/", after=place)
        assert listed(browser) == first


def test_a_unit_sees_what_it_leads_assists_or_verifies_and_nothing_else(portal: Portal) -> None:
    no = portal.bench.open(at=portal.door.clock())
    portal.bench.dispatch(
        no, portal.door.clock(), "shuiwu", assisting=("minzheng",), verifying_unit="zhujian"
    )
    portal.bench.sign(no, portal.door.clock())
    lead, assisting, verifying = map(portal.signed_in, ("shuiwu", "minzheng", "zhujian"))
    assert no in listed(lead)
    assert no in listed(assisting)
    assert "协办" in assisting.text()
    assert listed(verifying) == []
    portal.bench.give(
        no,
        Submit(
            at=portal.door.clock(),
            by=Actor(Role.UNIT, "shuiwu"),
            result="solved",  # type: ignore[arg-type]
            reply="已处理",
        ),
    )
    verifying.get("/")
    assert listed(verifying) == [no]
    assert verifying.get(f"/case/{no}").status_code == 200
    assert 'class="actions"' not in verifying.page
    stranger = portal.signed_in("haiyang")
    unknown = stranger.get("/case/QD2026-999999")
    foreign = stranger.get(f"/case/{no}")
    assert (foreign.status_code, foreign.text) == (404, unknown.text)
    for odd in ("QD2026-1", "x", "%00", "QD2026-000001'--", "QD２０２６-000001"):
        assert stranger.get(f"/case/{odd}").status_code == 404
    stranger.get("/")
    token = stranger.hidden("/sign-out")["form_token"]
    tried = stranger.post(
        f"/case/{no}/interim", {"form_token": token, "nonce": "n" * 20, "reply": "我来"}
    )
    assert tried.status_code == 404
    assert len(history(portal, no)) == 4


def test_discipline_cases_and_those_about_its_persons_are_hidden_from_a_unit(
    portal: Portal,
) -> None:
    no = portal.bench.open(at=portal.door.clock())
    portal.bench.dispatch(no, portal.door.clock(), "yuanlin", mode=Mode.DISCIPLINE)
    browser = portal.signed_in("yuanlin")
    assert listed(browser) == []
    assert browser.get(f"/case/{no}").status_code == 404


def test_the_officer_signs_contacts_and_replies_and_history_names_the_person(
    portal: Portal,
) -> None:
    no = portal.dispatched()
    browser = portal.signed_in()
    for code, typed in (("sign", {}), ("contact", {}), ("interim", {"reply": "已派人现场查看"})):
        browser.get(f"/case/{no}")
        answer = browser.send(f"/case/{no}/{code}", **typed)
        assert answer.status_code == 200
        assert "已办理并记入办理记录" in browser.page
    assert "已派人现场查看" in browser.page
    done = history(portal, no)[2:]
    assert [row[:2] for row in done] == [
        ("signed", "unit:shuiwu"),
        ("contacted", "unit:shuiwu"),
        ("replied", "unit:shuiwu"),
    ]
    assert {str(row[2])[:7] for row in done} == {"李person"}


def test_an_extension_is_asked_for_and_taken_back(portal: Portal) -> None:
    no = portal.dispatched()
    portal.bench.sign(no, portal.door.clock())
    browser = portal.signed_in()
    browser.get(f"/case/{no}")
    browser.send(f"/case/{no}/extend", days="3", reason="等待材料到货")
    assert "延期" in browser.text()
    assert "待裁定" in browser.text()
    assert f"/case/{no}/extend" not in browser.page
    browser.send(f"/case/{no}/withdraw", request="1")
    assert "已撤回" in browser.text()
    browser.send(f"/case/{no}/shelve", until="2026-09-30", reason="待管网改造立项")
    assert [row[0] for row in history(portal, no)][3:] == [
        "requested",
        "request_withdrawn",
        "requested",
    ]


def test_a_case_is_returned_with_reason_and_suggested_unit(portal: Portal) -> None:
    no = portal.dispatched()
    browser = portal.signed_in()
    browser.get(f"/case/{no}")
    browser.send(f"/case/{no}/return", reason="不属供水范围", suggest="zhujian")
    assert state(portal, no) == "returned"
    assert "退回待裁" in browser.text()
    assert 'class="actions"' not in browser.page


def test_a_refusal_is_said_above_the_form_with_what_was_typed(portal: Portal) -> None:
    no = portal.dispatched()
    portal.bench.sign(no, portal.door.clock())
    browser = portal.signed_in()
    browser.get(f"/case/{no}")
    refused = browser.send(f"/case/{no}/extend", days="99", reason="还要等很久")
    assert refused.status_code == 409
    assert "首次延期最多" in browser.page
    assert 'value="99"' in browser.page
    assert "还要等很久" in browser.page
    for typed, said in (
        ({"days": "三", "reason": "x"}, "延期天数应为 1 到 999 的整数"),
        ({"days": "3", "reason": " "}, "请填写“理由”"),
        ({"days": "3", "reason": "字" * 201}, "最多 200 字"),
    ):
        assert browser.send(f"/case/{no}/extend", **typed).status_code == 409
        assert said in browser.page
    assert len(history(portal, no)) == 3


def test_a_refusal_names_no_command_and_no_code(portal: Portal) -> None:
    no = portal.dispatched()
    browser = portal.signed_in()
    browser.get(f"/case/{no}")
    form = browser.hidden(f"/case/{no}/sign")
    browser.post(f"/case/{no}/sign", form)
    refused = browser.post(f"/case/{no}/sign", form | {"nonce": "another-nonce-123456"})
    assert refused.status_code == 409
    assert "已由 市水务管理局 签收，不必重复签收" in browser.text()


def test_a_form_sent_twice_acts_once(portal: Portal) -> None:
    no = portal.dispatched()
    portal.bench.sign(no, portal.door.clock())
    browser = portal.signed_in()
    browser.get(f"/case/{no}")
    form = browser.hidden(f"/case/{no}/interim") | {"reply": "已派人"}
    browser.post(f"/case/{no}/interim", form)
    again = browser.post(f"/case/{no}/interim", form)
    assert "没有重复办理" in again.text
    browser.get(f"/case/{no}")
    other = browser.hidden(f"/case/{no}/interim") | {"reply": "已派人"}
    browser.post(f"/case/{no}/interim", other)
    assert [row[0] for row in history(portal, no)][3:] == ["replied", "replied"]


def test_a_form_sent_by_two_hands_at_once_acts_once(portal: Portal) -> None:
    no = portal.dispatched()
    portal.bench.sign(no, portal.door.clock())
    browser = portal.signed_in()
    browser.get(f"/case/{no}")
    form = browser.hidden(f"/case/{no}/interim") | {"reply": "已派人"}
    ready, statuses = Barrier(4), []

    def hand() -> None:
        ready.wait()
        statuses.append(browser.client.post(f"/case/{no}/interim", data=form).status_code)

    hands = [Thread(target=hand) for _ in range(4)]
    for one in hands:
        one.start()
    for one in hands:
        one.join()
    assert statuses == [303] * 4
    assert [row[0] for row in history(portal, no)][3:] == ["replied"]


def test_who_acts_on_a_case_just_taken_away_learns_so_and_changes_nothing(portal: Portal) -> None:
    no = portal.dispatched()
    browser = portal.signed_in()
    browser.get(f"/case/{no}")
    form = browser.hidden(f"/case/{no}/sign")
    portal.bench.dispatch(no, portal.door.clock(), "zhujian")
    answer = browser.post(f"/case/{no}/sign", form)
    assert answer.status_code == 410
    assert f"案件 {no} 已不由您单位办理" in answer.text
    assert state(portal, no) == "assigned"
    assert browser.get(f"/case/{no}").status_code == 410
    assert len(history(portal, no)) == 3


@pytest.mark.parametrize("code", ["close", "dispatch", "sign_off", "../sign", "enter2", "exclude"])
def test_what_a_page_does_not_offer_is_not_done(portal: Portal, code: str) -> None:
    no = portal.dispatched()
    browser = portal.signed_in()
    browser.get(f"/case/{no}")
    answer = browser.post(f"/case/{no}/{code}", browser.hidden(f"/case/{no}/sign"))
    assert answer.status_code in {400, 404, 405}
    assert len(history(portal, no)) == 2


def test_whatever_was_written_is_shown_as_text_and_masked(portal: Portal) -> None:
    phone = "联系电话 13812345678 "
    no = portal.bench.open(at=portal.door.clock(), subject=f"{EVIL}{phone}")
    portal.bench.dispatch(no, portal.door.clock(), party=f"{phone}{EVIL}")
    portal.bench.sign(no, portal.door.clock())
    by = Actor(Role.UNIT, "shuiwu", EVIL)
    portal.bench.give(no, Interim(at=portal.door.clock(), by=by, reply=f"{EVIL}{phone}"))
    browser = portal.signed_in()
    browser.get(f"/case/{no}")
    browser.send(f"/case/{no}/extend", days="99", reason=EVIL)
    for _ in range(2):
        assert "<script" not in browser.page
        assert "<img" not in browser.page
        assert "13812345678" not in browser.page
        browser.get("/")
    browser.get(f"/case/{no}")
    assert browser.text().count(mask(EVIL)) >= 3


def test_the_name_of_a_person_is_shown_as_text(portal: Portal) -> None:
    signed_in = portal.signed_in()
    with portal.bench.owner.begin() as connection:
        connection.exec_driver_sql("update portal_session set name = %(name)s", {"name": EVIL})
    signed_in.get("/")
    assert "<script" not in signed_in.page
    assert EVIL in signed_in.text()


def test_the_leader_sees_how_the_unit_stands(portal: Portal) -> None:
    no = portal.bench.open(at=portal.door.clock() - timedelta(hours=1))
    portal.bench.dispatch(no, portal.door.clock() - timedelta(hours=1), "jiaoyu")
    leader = portal.signed_in("jiaoyu", "leader")
    leader.get("/standing")
    text = " ".join(leader.text().split())
    assert "主办 1 0 1 0 0 0" in text
    assert "交办 1 件，退单 0 件，退单率 0.0%" in text
    assert "销号 0 件" in text
    assert OFFICE.name not in text
