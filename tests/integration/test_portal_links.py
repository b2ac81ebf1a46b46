"""The links in notices: whom they let in, for how long, and what kills them."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from domain.errors import Refused
from models.engine import transaction
from models.rulebook import book_for
from models.units import Address, set_contact
from tasks.delivery.delivering import deliver
from tasks.portal.key import portal_key
from tasks.portal.links import revoke
from tasks.settings import Settings
from tests.integration.conftest import MONDAY
from tests.integration.portal import Browser, Portal, portal_of

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def portal(
    postgres: Settings, seeded: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    with portal_of(postgres, seeded, tmp_path_factory.mktemp("portal")) as portal:
        yield portal


@pytest.fixture(autouse=True)
def monday(portal: Portal) -> None:
    portal.door.clock.moment = MONDAY


def letters(portal: Portal, no: str, unit: str) -> list[str]:
    """Deliver what is owed and give what the unit was sent about a case."""
    settings = portal.door.site.settings
    deliver(portal.bench.engine, settings, MONDAY, MONDAY)
    rows = portal.bench.rows(
        "select body from message where recipient like %(unit)s and body like %(no)s"
        " and channel = 'email'",
        unit=f"{unit}/%",
        no=f"%{no}%",
    )
    return [str(body) for (body,) in rows]


def link_of(portal: Portal, unit: str) -> tuple[str, str]:
    """Dispatch a case to a unit; give its number and the link in its contact's letter."""
    set_contact(
        portal.bench.engine, Address(unit, "contact", "email"), f"{unit}@zx.example", "周工"
    )
    no = portal.dispatched(unit)
    (body,) = [body for body in letters(portal, no, unit) if "?k=" in body]
    found = re.search(rf"/case/{no}\?k=(\S+)", body)
    assert found, body
    return no, found[1]


def enter(browser: Browser, no: str, k: str) -> int:
    answer = browser.get(f"/case/{no}", k=k)
    if answer.status_code != 200:
        return answer.status_code
    return browser.send(f"/case/{no}/enter").status_code


def test_the_recipient_of_a_notice_enters_and_acts_under_their_name(portal: Portal) -> None:
    no, k = link_of(portal, "shuiwu")
    browser = portal.browser()
    for _ in range(3):
        assert browser.get(f"/case/{no}", k=k).status_code == 200
    assert "周工" in browser.text()
    assert "物业收费不公示" not in browser.page
    assert portal.bench.value("select count(*) from portal_session") == 0
    assert portal.bench.value("select seq from rectification_case where no = %(n)s", n=no) == 2
    entered = browser.send(f"/case/{no}/enter")
    assert (entered.url.path, entered.url.query) == (f"/case/{no}", b"")
    browser.send(f"/case/{no}/sign")
    name = portal.bench.value("select claimed_name from history where event = 'signed'")
    assert name == "周工（凭通知链接）"
    assert browser.get("/standing").status_code == 403
    assert browser.get(f"/case/{no}", k="dead").status_code == 200


def test_who_is_in_for_one_unit_can_enter_for_another(portal: Portal) -> None:
    no, k = link_of(portal, "sifa")
    browser = portal.signed_in("haiyang")
    assert browser.get(f"/case/{no}").status_code == 404
    assert enter(browser, no, k) == 200
    assert "市司法局" in browser.text()


def test_a_document_that_goes_to_several_lets_nobody_in_by_its_text(portal: Portal) -> None:
    link_of(portal, "caizheng")
    texts = portal.bench.rows("select body from document where body <> ''")
    assert texts
    assert not any("?k=" in str(body) for (body,) in texts)


def test_a_link_for_another_unit_case_role_or_time_opens_nothing(portal: Portal) -> None:
    no, k = link_of(portal, "minzheng")
    other, other_k = link_of(portal, "keji")
    unit, role, expires, signature = k.split(".")
    for edited in (
        f"keji.{role}.{expires}.{signature}",
        f"{unit}.head.{expires}.{signature}",
        f"{unit}.{role}.{int(expires) + 86400}.{signature}",
        f"{unit}.{role}.{expires}.{signature[:-1]}",
        f"{unit}.{role}.{expires}.{'0' * 40}",
        f"{unit}.{role}.{'9' * 30}.{signature}",
        f"{unit}.{role}.²³.{signature}",
        other_k,
        k.upper(),
        "键",
        "x" * 5000,
        "...",
    ):
        assert enter(portal.browser(), no, edited) == 410, edited
    assert enter(portal.browser(), other, k) == 410
    assert enter(portal.browser(), no, k) == 200


def test_a_link_expires_and_one_from_a_clock_gone_wrong_is_none(portal: Portal) -> None:
    no, k = link_of(portal, "tongji")
    portal.door.clock.moment = MONDAY + 14 * DAY - timedelta(seconds=1)
    assert enter(portal.browser(), no, k) == 200
    portal.door.clock.moment = MONDAY + 14 * DAY
    browser = portal.browser()
    assert enter(browser, no, k) == 410
    assert "已经过期或失效" in browser.page
    portal.door.clock.moment = MONDAY - 2 * DAY
    assert enter(portal.browser(), no, k) == 410


def test_a_form_of_the_way_in_does_not_outlive_its_link(portal: Portal) -> None:
    no, k = link_of(portal, "tiyu")
    browser = portal.browser()
    browser.get(f"/case/{no}", k=k)
    portal.door.clock.moment = MONDAY + 15 * DAY
    assert browser.send(f"/case/{no}/enter").status_code == 410


def test_revoked_links_open_nothing_and_whoever_came_by_one_is_out(portal: Portal) -> None:
    no, k = link_of(portal, "wenlv")
    browser = portal.browser()
    assert enter(browser, no, k) == 200
    account = portal.signed_in("wenlv")
    revoke(portal.door.desk, "wenlv")
    assert browser.get("/").status_code == 303
    assert account.get("/").status_code == 200
    assert enter(portal.browser(), no, k) == 410
    no, k = link_of(portal, "wenlv")
    assert enter(portal.browser(), no, k) == 200


def test_a_link_dies_with_the_address_it_was_sent_to(portal: Portal) -> None:
    no, k = link_of(portal, "weijian")
    set_contact(
        portal.bench.engine, Address("weijian", "contact", "email"), "new@zx.example", "吴工"
    )
    assert enter(portal.browser(), no, k) == 410


def test_only_messages_to_one_recipient_hold_a_way_in(portal: Portal) -> None:
    engine = portal.bench.engine
    set_contact(engine, Address("yibao", "contact", "wecom"), "https://qy.example/x", "群")
    set_contact(engine, Address("yibao", "contact", "email"), "yibao@zx.example", "周工")
    no = portal.dispatched("yibao")
    letters(portal, no, "yibao")
    by_channel = {
        str(channel): str(body)
        for channel, body in portal.bench.rows(
            "select channel, body from message where recipient like 'yibao/%%'"
        )
    }
    assert "?k=" in by_channel["email"]
    assert "?k=" not in by_channel["wecom"]
    assert f"/case/{no}" in by_channel["wecom"]


def test_a_simulation_sends_no_way_in(portal: Portal) -> None:
    no = portal.dispatched("jinrong")
    set_contact(portal.bench.engine, Address("jinrong", "contact", "email"), "j@zx.example", "周工")
    settings = portal.door.site.settings
    deliver(portal.bench.engine, settings, MONDAY, MONDAY, simulated=True)
    assert not any("?k=" in body for body in letters(portal, no, "jinrong"))


def test_the_policy_says_how_long_a_link_lasts(portal: Portal) -> None:
    with transaction(portal.bench.engine) as connection:
        policy = book_for(portal.bench.engine).rules(connection).policy
    assert (policy.portal.link.zh, policy.portal.idle.zh) == ("14日", "1小时")


def test_the_key_is_for_its_owner_alone(portal: Portal) -> None:
    home = portal.door.site.settings.home
    key = portal_key(home)
    assert (len(key), portal_key(home)) == (32, key)
    path = home / "keys" / "portal.key"
    assert path.stat().st_mode & 0o077 == 0
    path.chmod(0o640)
    with pytest.raises(Refused, match="chmod 600"):
        portal_key(home)
    path.chmod(0o600)
