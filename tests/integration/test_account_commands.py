"""Accounts and links kept from the command line."""

import io

import pytest

from tasks.accounts import passwords
from tests.integration.conftest import Terminal
from tests.integration.portal import CHEAP


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "HASHER", CHEAP)


WORDS = ("--name", "李明", "--role", "officer", "--unit", "shuiwu")


def test_an_account_is_added_listed_given_another_password_and_disabled(
    terminal: Terminal,
) -> None:
    secret = terminal.document("account", "add", "liming", *WORDS)["password"]
    assert len(secret) >= 16
    assert secret not in terminal("account", "list")
    (row,) = terminal.document("account", "list")
    assert (row["login"], row["name"], row["role"], row["unit"]) == (
        "liming",
        "李明",
        "officer",
        "shuiwu",
    )
    other = terminal.document("account", "password", "liming")["password"]
    assert other != secret
    assert terminal.document("account", "totp", "liming")["totp"].startswith("otpauth://totp/")
    assert terminal.document("account", "list")[0]["totp"] is True
    terminal("account", "totp", "liming", "--off")
    assert terminal.document("account", "list")[0]["totp"] is False
    assert "没有在用的账号 nobody" in terminal("account", "totp", "nobody", code=1)
    assert "没有在用的账号 nobody" in terminal("account", "totp", "nobody", "--off", code=1)
    terminal("account", "disable", "liming")
    assert terminal.document("account", "list")[0]["disabled_at"]
    assert "没有在用的账号 liming" in terminal("account", "disable", "liming", code=1)
    assert "没有在用的账号 liming" in terminal("account", "password", "liming", code=1)


def test_a_password_is_typed_and_never_shown(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("chosen-by-myself-7\n"))
    assert "chosen-by" not in terminal("account", "add", "liming", *WORDS, "--typed")
    for weak in ("short\n", "liming-liming\n", "aaaaaaaaaaaa\n"):
        monkeypatch.setattr("sys.stdin", io.StringIO(weak))
        refusal = terminal("account", "password", "liming", "--typed", code=2)
        assert "口令" in refusal
        assert weak.strip() not in refusal


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("李明", *WORDS), 2, "账号“李明”不合要求"),
        (("liming", "--role", "officer", "--unit", "shuiwu"), 2, "请写明姓名"),
        (("liming", "--name", "李明", "--role", "king", "--unit", "shuiwu"), 2, "岗位“king”"),
        (("liming", "--name", "李明", "--role", "officer", "--unit", "nowhere"), 2, "nowhere"),
        (("liming", "--name", "李明", "--role", "operator", "--unit", "shuiwu"), 2, "没有“办公室"),
        (("liming", "--name", "李明", "--role", "leader", "--unit", "office"), 2, "没有“单位负"),
    ],
)
def test_an_account_that_makes_no_sense_is_refused(
    terminal: Terminal, words: tuple[str, ...], code: int, said: str
) -> None:
    assert said in terminal("account", "add", *words, code=code)
    assert terminal.document("account", "list") == []


def test_a_login_is_given_once_and_links_of_a_unit_are_revoked(terminal: Terminal) -> None:
    terminal("account", "add", "liming", *WORDS)
    assert "已经有了" in terminal("account", "add", "liming", *WORDS, code=1)
    assert "都已作废" in terminal("account", "revoke-links", "市水务管理局")
    assert "nowhere" in terminal("account", "revoke-links", "nowhere", code=2)
