"""Who gets into the portal, for how long, and what is refused at its door."""

from base64 import b32decode
from collections.abc import Iterator
from dataclasses import replace
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tasks.accounts.keeping import disable, new_password
from tasks.accounts.second_factor import code, step_at, turn_off, turn_on
from tasks.accounts.signing_in import OF_ACCOUNT, OF_ADDRESS
from tasks.settings import Settings
from tests.integration.conftest import Bench
from tests.integration.portal import PASSWORD, Browser, Portal, portal_at, portal_of


@pytest.fixture(scope="module")
def portal(
    postgres: Settings, seeded: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    with portal_of(postgres, seeded, tmp_path_factory.mktemp("portal")) as portal:
        yield portal


def sessions(portal: Portal) -> object:
    return portal.bench.value("select count(*) from portal_session")


def test_a_person_signs_in_and_out_again(portal: Portal) -> None:
    before = sessions(portal)
    browser = portal.signed_in()
    assert "市水务管理局的案件" in browser.page
    assert "李person" in browser.page
    assert browser.get("/sign-in").status_code == 303
    browser.get("/")
    assert browser.send("/sign-out").url.path == "/sign-in"
    assert sessions(portal) == before
    assert browser.get("/").headers["location"] == "/sign-in?next=%2F"


def test_a_wrong_password_and_an_unknown_login_are_refused_in_the_same_words(
    portal: Portal,
) -> None:
    before, known = sessions(portal), portal.person()
    browser = portal.browser()
    pages = []
    for login, password in ((known, "wrong-password"), ("nobody", PASSWORD)):
        assert browser.sign_in(login, password).status_code == 403
        pages.append(browser.text().replace(login, "").split("登录", 1)[1])
        assert f'value="{login}"' in browser.page
        assert PASSWORD not in browser.page
    assert pages[0] == pages[1]
    assert "账号、口令或动态码不对" in pages[0]
    assert sessions(portal) == before


def test_guessing_at_one_account_is_slowed_down_and_forgiven_with_time(portal: Portal) -> None:
    login = portal.person()
    for at in range(OF_ACCOUNT[0]):
        guess = portal.browser()
        guess.get("/sign-in")
        guess.client.headers["x-forwarded-for"] = f"10.0.0.{at}"
        assert guess.send("/sign-in", login=login, password="x").status_code == 403
    refused = portal.browser().sign_in(f"{login.upper()} ")
    assert refused.status_code == 429
    assert "次数过多" in refused.text
    portal.door.clock.pass_by(seconds=float(refused.headers["retry-after"]))
    assert portal.browser().sign_in(login).status_code == 200


def test_guessing_from_one_address_is_slowed_down_whatever_it_claims(portal: Portal) -> None:
    browser = portal.browser()
    browser.get("/sign-in")
    form = browser.hidden("/sign-in") | {"password": "x"}
    answers = [
        browser.client.post(
            "/sign-in",
            data=form | {"login": f"nobody{at}"},
            headers={"x-forwarded-for": f"1.2.3.{at}, 10.9.9.9"},
        ).status_code
        for at in range(OF_ADDRESS[0] + 1)
    ]
    assert answers == [403] * OF_ADDRESS[0] + [429]
    assert portal.browser().sign_in(portal.person()).status_code == 200


def test_a_second_factor_is_asked_for_and_each_code_is_taken_once(portal: Portal) -> None:
    login, desk = portal.person(), portal.door.desk
    query = parse_qs(urlsplit(turn_on(desk, login)).query)
    secret = b32decode(query["secret"][0])

    def tried(digits: str) -> int:
        browser = portal.browser()
        browser.get("/sign-in")
        return browser.send("/sign-in", login=login, password=PASSWORD, digits=digits).status_code

    now = step_at(portal.door.clock())
    assert [tried(""), tried(code(secret, now - 2)), tried("键" * 6)] == [403] * 3
    assert tried(code(secret, now)) == 200
    assert tried(code(secret, now)) == tried(code(secret, now - 1)) == 403
    portal.door.clock.pass_by(hours=1)
    turn_on(desk, login)
    assert tried(code(secret, step_at(portal.door.clock()))) == 403
    turn_off(desk, login)
    assert tried("") == 200


def test_signing_in_often_is_no_failure(portal: Portal) -> None:
    login = portal.person()
    browser = portal.browser()
    for _ in range(OF_ACCOUNT[0] + 1):
        assert browser.sign_in(login).status_code == 200
        browser.get("/")
        browser.send("/sign-out")


def test_the_token_of_a_session_is_new_and_the_former_one_is_dead(portal: Portal) -> None:
    login = portal.person()
    browser = portal.browser()
    browser.client.cookies.set("rectify_session", "planted-by-somebody-else", domain="127.0.0.1")
    browser.client.cookies.set("rectify_visitor", "planted-too", domain="127.0.0.1")
    browser.sign_in(login)
    first = {c.name: c.value for c in browser.client.cookies.jar}["rectify_session"]
    assert first not in {"planted-by-somebody-else", "planted-too"}
    other = portal.browser()
    other.client.cookies.set("rectify_session", str(first), domain="127.0.0.1")
    assert other.get("/").status_code == 200
    browser.get("/")
    browser.send("/sign-out")
    assert other.get("/").status_code == 303


def test_a_session_ends_when_nothing_comes_and_in_any_case_after_a_day(portal: Portal) -> None:
    browser = portal.signed_in()
    for _ in range(3):
        portal.door.clock.pass_by(minutes=50)
        assert browser.get("/").status_code == 200
    portal.door.clock.pass_by(minutes=61)
    assert browser.get("/").status_code == 303
    other = portal.signed_in(role="leader")
    for _ in range(14):
        portal.door.clock.pass_by(minutes=50)
        assert other.get("/").status_code == 200
    portal.door.clock.pass_by(minutes=50)
    assert other.get("/").status_code == 303


def test_whoever_is_disabled_or_given_another_password_is_out(portal: Portal) -> None:
    logins = portal.person(), portal.person(role="leader")
    officer, leader = portal.browser(), portal.browser()
    assert officer.sign_in(logins[0]).status_code == leader.sign_in(logins[1]).status_code == 200
    disable(portal.door.desk, logins[0])
    new_password(portal.door.desk, logins[1], "another-password-9")
    assert officer.get("/").status_code == leader.get("/").status_code == 303
    assert officer.sign_in(logins[0]).status_code == 403
    assert leader.sign_in(logins[1]).status_code == 403
    assert leader.sign_in(logins[1], "another-password-9").status_code == 200


ELSEWHERE = [
    "https://evil.example/",
    "//evil.example",
    "/\\evil.example",
    "/case/QD2026-000001/../../..//evil.example",
    "/case/QD2026-000001\r\nset-cookie: a=b",
    "javascript:alert(1)",
    "",
]


def test_nobody_is_sent_elsewhere_after_signing_in(portal: Portal) -> None:
    login = portal.person()
    for elsewhere in ELSEWHERE:
        browser = portal.browser()
        browser.get("/sign-in", next=elsewhere)
        assert browser.hidden("/sign-in")["next"] == "/"
        form = browser.hidden("/sign-in") | {"login": login, "password": PASSWORD}
        answer = browser.client.post("/sign-in", data=form | {"next": elsewhere})
        assert answer.headers["location"] == "/"


def test_who_wanted_to_see_a_case_sees_it_after_signing_in(portal: Portal) -> None:
    no = portal.dispatched()
    login = portal.person()
    browser = portal.browser()
    asked = browser.get(f"/case/{no}")
    browser.get(asked.headers["location"])
    assert browser.send("/sign-in", login=login, password=PASSWORD).url.path == f"/case/{no}"


def test_forms_of_other_sites_and_other_sessions_do_nothing(portal: Portal) -> None:
    no = portal.dispatched()
    browser, other = portal.signed_in(), portal.signed_in(role="leader")
    browser.get(f"/case/{no}")
    other.get(f"/case/{no}")
    own, foreign = browser.hidden(f"/case/{no}/sign"), other.hidden(f"/case/{no}/sign")
    for form in (
        {"nonce": own["nonce"]},
        own | {"form_token": ""},
        own | {"form_token": "键"},
        own | {"form_token": foreign["form_token"]},
    ):
        assert browser.post(f"/case/{no}/sign", form).status_code == 403
    browser.client.headers["sec-fetch-site"] = "cross-site"
    assert browser.post(f"/case/{no}/sign", own).status_code == 403
    state = "select state from rectification_case where no = %(no)s"
    assert portal.bench.value(state, no=no) == "assigned"
    browser.client.headers["sec-fetch-site"] = "same-origin"
    assert browser.post(f"/case/{no}/sign", own).status_code == 200


def test_a_sign_in_form_needs_its_own_page(portal: Portal) -> None:
    before, login = sessions(portal), portal.person()
    browser, other = portal.browser(), portal.browser()
    browser.get("/sign-in")
    other.get("/sign-in")
    stolen = browser.hidden("/sign-in") | {"login": login, "password": PASSWORD}
    assert other.post("/sign-in", stolen).status_code == 403
    assert httpx.post(f"{other.client.base_url}/sign-in", data=stolen).status_code == 403
    assert sessions(portal) == before


def test_cookies_are_for_this_site_alone_and_over_tls_for_tls_alone(portal: Portal) -> None:
    def cookies(browser: Browser) -> SimpleCookie:
        return SimpleCookie(browser.get("/sign-in").headers["set-cookie"])

    plain = cookies(portal.browser())["rectify_visitor"]
    assert (plain["httponly"], plain["samesite"], plain["secure"]) == (True, "lax", "")
    own = portal.door.site.settings
    secure = replace(own, public_url="https://zx.example")
    object.__setattr__(portal.door.site, "settings", secure)
    tls = cookies(portal.browser())["__Host-rectify_visitor"]
    object.__setattr__(portal.door.site, "settings", own)
    assert (tls["secure"], tls["path"], tls["domain"]) == (True, "/", "")


def test_every_page_forbids_scripts_framing_and_keeping(portal: Portal) -> None:
    browser = portal.signed_in()
    for path in ("/", "/sign-in", "/nothing", "/case/QD2026-999999", "/standing"):
        headers = browser.get(path).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "script" not in policy
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
    browser.get("/")
    assert not any(mark in browser.page for mark in ("<script", "style=", "onclick", "http://"))


def test_the_stylesheet_is_kept_under_the_name_of_its_content(portal: Portal) -> None:
    browser = portal.browser()
    browser.get("/sign-in")
    path = browser.page.split('href="/static/')[1].split('"')[0]
    answer = browser.get(f"/static/{path}")
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]
    assert browser.get("/static/portal.0000000000000000.css").status_code == 404
    assert browser.get("/static/../app.py").status_code == 404


def test_what_goes_wrong_is_said_on_a_page_without_saying_why(bench: Bench, tmp_path: Path) -> None:
    with portal_at(bench, tmp_path) as portal:
        browser = portal.signed_in()
        assert "没有这个页面" in browser.get("/nothing").text
        assert browser.client.delete("/").status_code == 405
        with bench.owner.begin() as connection:
            connection.exec_driver_sql("alter table rectification_case rename to elsewhere")
        away = browser.get("/")
    assert away.status_code == 503
    assert "系统暂时不能办理" in away.text
    assert "elsewhere" not in away.text


def test_posts_without_cases_of_a_unit_see_none(portal: Portal) -> None:
    no = portal.dispatched()
    operator = portal.signed_in("office", "operator")
    assert "办公室经办人" in operator.page
    assert operator.get(f"/case/{no}").status_code == 404
    assert operator.get("/standing").status_code == 403
    assert portal.signed_in().get("/standing").status_code == 403
