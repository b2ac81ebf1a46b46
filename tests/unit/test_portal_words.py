"""Words of the portal's pages: time left, refusals, names of files; and the pages themselves."""

import re
import tomllib
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment

from domain.calendar import SHANGHAI
from domain.errors import Misuse
from domain.policy import read_policy
from domain.policy_portal import PORTAL, Portal
from domain.policy_reading import PolicyInvalid, section
from portal.web.rendering import CONTENT_POLICY, page
from tasks.accounts.passwords import hashed, made, matches, nobodys
from tasks.accounts.second_factor import STEP_SECONDS, code
from tasks.portal.actions import ACTIONS
from tasks.portal.fields import Asked, morning_of, typed, whole
from tasks.portal.remaining import time_left
from tasks.portal.uploads import safe_name
from tasks.portal.wording import on_page

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "portal" / "pages"
NOON = datetime(2026, 3, 2, 12, tzinfo=SHANGHAI)
EVENING = datetime(2026, 3, 2, 18, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (timedelta(), "今天 18:00 前"),
        (timedelta(days=1), "明天 18:00 前"),
        (timedelta(days=2), "后天 18:00 前"),
        (timedelta(days=3), "还有 3 天"),
        (timedelta(hours=-8), "今天 10:00 已超期"),
        (timedelta(days=-1), "已超期 1 天"),
    ],
)
def test_the_time_left_is_said_in_words(later: timedelta, said: str) -> None:
    assert time_left(EVENING + later, NOON) == said


def test_a_refusal_loses_commands_and_gains_names() -> None:
    sentence = (
        "案件 QD2026-000001 已由 shuiwu 签收，请先签收（sign）或挂账（shelve --until --reason）。"
    )
    assert on_page(sentence, {"shuiwu": "市水务管理局"}) == (
        "案件 QD2026-000001 已由 市水务管理局 签收，请先签收或挂账。"
    )


@given(st.text())
def test_the_name_of_a_file_never_means_anything_else(name: str) -> None:
    safe = safe_name(name)
    assert re.fullmatch(r"[\w.()（）、，—-]+", safe)
    assert not safe.startswith(".")
    assert len(safe.encode()) < 255
    assert Path(safe).name == safe


def test_fields_are_read_or_refused_in_a_sentence() -> None:
    reason = Asked("reason", "理由", "area")
    assert typed((reason,), {"reason": " 等材料 ", "more": "x"}) == {"reason": "等材料"}
    assert whole("12", "天数") == 12
    assert morning_of("2026-09-30") == datetime(2026, 9, 30, 9, tzinfo=SHANGHAI)
    for wrong in ("0", "-1", "1000", "１", "1.5", "", "9" * 5000):
        with pytest.raises(Misuse, match="天数应为 1 到 999 的整数"):
            whole(wrong, "天数")
    for wrong in ("2026-02-30", "", "明天"):
        with pytest.raises(Misuse, match="日期看不懂"):
            morning_of(wrong)


def test_passwords_are_compared_by_their_hash() -> None:
    kept = hashed("qingdao-2026")
    assert kept.startswith("$argon2id$")
    assert matches(kept, "qingdao-2026")
    assert not matches(kept, "qingdao-2027")
    assert not matches("not a hash", "x")
    assert not matches(nobodys(), "")
    assert len({made() for _ in range(20)}) == 20


@pytest.mark.parametrize(
    ("seconds", "digits"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_second_factor_is_that_of_rfc_6238(seconds: int, digits: str) -> None:
    assert code(b"12345678901234567890", seconds // STEP_SECONDS) == digits


def test_a_policy_written_before_the_portal_has_the_figures_shipped_now() -> None:
    shipped = tomllib.loads((ROOT / "deployments/reference/policy.toml").read_text("utf-8"))
    before = {name: body for name, body in shipped.items() if name != "portal"}
    assert read_policy(before).portal == read_policy(shipped).portal == PORTAL


def test_a_session_cannot_idle_longer_than_it_lasts() -> None:
    with pytest.raises(PolicyInvalid, match="idle 不应长于 session"):
        section(Portal).read({"link": "14d", "idle": "13h", "session": "12h"}, "[portal]")


@pytest.mark.parametrize("file", sorted(PAGES.glob("*.html")), ids=lambda path: path.name)
def test_every_page_does_without_scripts_and_without_anything_from_elsewhere(file: Path) -> None:
    text = file.read_text("utf-8")
    Environment(autoescape=True).parse(text)
    assert not re.search(r"<script|\son\w+=|style=|javascript:|https?://|\| *safe", text)


def test_every_field_of_a_page_has_a_label() -> None:
    for file in PAGES.glob("*.html"):
        text = file.read_text("utf-8")
        for tag in re.findall(r"<(?:input|select|textarea)[^>]*>", text):
            hidden = 'type="hidden"' in tag or 'type="checkbox"' in tag
            found = re.search(r' id="([^"]+)"', tag)
            assert hidden or (found and f'for="{found[1]}"' in text), tag


def test_the_page_of_a_problem_says_it_and_leads_on() -> None:
    answer = page("problem", 410, title="已不可用", sentence="<b>链接</b>已过期")
    body = bytes(answer.body).decode()
    assert '<html lang="zh-CN">' in body
    assert "&lt;b&gt;链接" in body
    assert 'href="#main"' in body
    assert answer.headers["content-security-policy"] == CONTENT_POLICY


def test_every_action_has_its_words() -> None:
    assert list(ACTIONS) == [
        "sign",
        "contact",
        "interim",
        "submit",
        "return",
        "extend",
        "shelve",
        "withdraw",
    ]
    assert all(action.zh and action.says.endswith("。") for action in ACTIONS.values())


def test_the_stylesheet_is_small_and_loads_nothing() -> None:
    css = (PAGES / "portal.css").read_text("utf-8")
    assert len(css) < 20_000
    assert "url(" not in css
    assert "@import" not in css
    assert "@media print" in css
