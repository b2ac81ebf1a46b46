"""The help: every command there, in Chinese, with an example that can be typed."""

import shlex
from collections.abc import Iterator

import pytest
from typer.core import TyperGroup
from typer.main import get_command

from deployments.cli.app import app
from deployments.cli.entry import main
from deployments.cli.help import PROGRAM

PROMISED = [
    "up", "down", "status", "test", "verify", "intake", "assign", "sign", "contact", "interim",
    "submit", "return", "extend", "shelve", "object", "withdraw", "reject", "merge", "split",
    "refer", "resume", "exclude", "list", "delist", "escalate", "recheck", "rule", "close",
    "callback", "remind", "deescalate", "check", "deliver", "replay", "reproject",
    "intake-register",
]  # fmt: skip
GROUPED = {
    "case": {"list", "show", "explain", "versions"},
    "unit": {"list", "show", "contact", "rates"},
    "referral": {"feedback", "list", "reader", "readers"},
    "channel": {"list", "show", "set", "map", "columns", "template"},
    "calendar": {"load", "show"},
    "policy": {"show", "apply", "list"},
    "rules": {"show", "list", "try", "apply", "train-categories"},
    "key": {"new", "list", "revoke"},
    "account": {"add", "list", "disable", "password", "totp", "revoke-links"},
    "export": {"ledger"},
    "ledger": {"import"},
    "bulk": {"assign", "redispatch", "merge", "exclude"},
    "project": {"import", "list", "show", "report", "stuck", "land", "write-off", "reopen"},
    "survey": {
        "new",
        "import",
        "extend",
        "list",
        "show",
        "report",
        "clues",
        "accept",
        "accept-all",
        "dismiss",
    },
    "document": {"draft", "list", "show"},
    "activity": {
        "plan",
        "import",
        "held",
        "find",
        "cancel",
        "list",
        "show",
        "owing",
        "report",
        "remind",
    },
    "point": {"add", "list", "import"},
    "feed": {
        "add",
        "set",
        "list",
        "show",
        "secret",
        "test",
        "pull",
        "pause",
        "resume",
        "remove",
    },
    "identity": {
        "read",
        "readings",
        "view",
        "disclose",
        "revoke",
        "disclosures",
        "hide-party",
        "show-party",
        "rotate",
        "keys",
        "retire",
    },
    "retention": {"run", "hold", "release", "held"},
    "inspection": {
        "list",
        "record",
        "order",
        "orders",
        "draw",
        "redraw",
        "round",
        "inspector",
        "inspectors",
        "retire",
        "rules",
        "rule",
        "callbacks",
    },
    "campaign": {"play"},
    "duplicates": {"list", "show", "join", "apart", "threshold", "compare"},
    "notices": {
        "parked",
        "send-again",
        "test",
        "bounced",
        "bounce",
        "receivers",
        "hold",
        "release",
    },
}
ENGLISH = ("Usage", "Options", "Arguments", "Commands", "Show this", "required", "default:")
EVERYWHERE = {"--json", "--as-of", "--database", "--key", "--actor", "--by", "--name"}


def commands(group: TyperGroup, path: str = "") -> Iterator[tuple[str, TyperGroup]]:
    for name, command in group.commands.items():
        here = f"{path} {name}".strip()
        if isinstance(command, TyperGroup):
            yield from commands(command, here)
        else:
            yield here, command  # type: ignore[misc]


ROOT = get_command(app)
assert isinstance(ROOT, TyperGroup)
ALL = dict(commands(ROOT))


def test_every_promised_command_exists() -> None:
    assert isinstance(ROOT, TyperGroup)
    grouped = {f"{group} {name}" for group, names in GROUPED.items() for name in names}
    assert set(ALL) == set(PROMISED) | grouped
    assert set(ROOT.commands) == set(PROMISED) | set(GROUPED)


@pytest.mark.parametrize("words", [[], ["--help"], ["case"], ["case", "--help"]])
def test_help_comes_when_asked_and_when_nothing_is_asked(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 0
    shown = capsys.readouterr().out
    assert "用法：" in shown
    assert "查看" in shown


@pytest.mark.parametrize("path", sorted(ALL))
def test_help_of_a_command_is_chinese_and_has_an_example(
    path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*path.split(), "--help"]) == 0
    shown = capsys.readouterr().out
    assert f"例：{PROGRAM} {path}" in shown
    assert [word for word in ENGLISH if word in shown] == []


@pytest.mark.parametrize("path", sorted(ALL))
def test_every_option_that_its_examples_use_exists(path: str) -> None:
    known = {option for parameter in ALL[path].params for option in parameter.opts}
    known |= {option for parameter in ALL[path].params for option in parameter.secondary_opts}
    for example in (ALL[path].epilog or "").split("\n\n"):
        used = {word for word in shlex.split(example) if word.startswith("--")}
        assert used <= known, example


@pytest.mark.parametrize("path", sorted(ALL))
def test_every_command_accepts_the_options_that_all_share(path: str) -> None:
    known = {option for parameter in ALL[path].params for option in parameter.opts}
    assert known >= EVERYWHERE
