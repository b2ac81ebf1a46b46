"""`rectify policy`: a version shown, edited, previewed and applied; broken ones change nothing."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from tests.integration.conftest import AT, Bench, Terminal

Edit = Callable[..., str]
STRICT = ('ordinary = "5wd"', 'ordinary = "2wd"')


@pytest.fixture
def no(bench: Bench) -> str:
    """A case of five working days, dispatched on Monday 2 March 2026."""
    opened = bench.open()
    bench.dispatch(opened)
    return opened


@pytest.fixture
def edited(terminal: Terminal, tmp_path: Path) -> Edit:
    """Write the policy that is shown to a file, with changes, as the next version."""

    def edit(*changes: tuple[str, str], version: int = 2) -> str:
        text = re.sub(r"(?m)^version = .*", f"version = {version}", terminal("policy", "show"))
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / f"规则{version}.toml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return edit


def due(terminal: Terminal, no: str) -> str:
    clocks = terminal.document("case", "show", no)["clocks"]
    return next(str(clock["due_at"]) for clock in clocks if clock["kind"] == "finish")


def contents(bench: Bench) -> list[object]:
    tables = "policy", "setting", "clock", "history", "reprojection"
    return [bench.rows(f"select * from {table} order by 1, 2") for table in tables]


def test_a_preview_says_what_would_be_overdue_at_once_and_writes_nothing(
    bench: Bench, terminal: Terminal, no: str, edited: Edit
) -> None:
    file, before = edited(STRICT), contents(bench)
    told = terminal.document("policy", "apply", file, "--dry-run", at=AT.format(5, 10))
    assert contents(bench) == before
    assert (told["version"], told["changed"], told["overdue"]) == (2, True, 1)
    (move,) = told["moves"]
    assert (move["no"], move["kind"], move["overdue"]) == (no, "finish", True)
    assert (move["due_from"][:10], move["due_to"][:10]) == ("2026-03-09", "2026-03-04")
    assert "5个工作日 → 2个工作日" in move["because"]
    shown = terminal("policy", "apply", file, "--dry-run", at=AT.format(5, 10))
    assert "应用后立即逾期 1 项" in shown
    assert "没有写入任何内容" in shown


def test_a_version_applied_moves_running_cases(terminal: Terminal, no: str, edited: Edit) -> None:
    shown = terminal("policy", "apply", edited(STRICT), "--actor", "王科", at=AT.format(5, 10))
    assert "第 2 版规则已施行" in shown
    assert due(terminal, no) == "2026-03-04T18:00:00+08:00"
    assert terminal.document("policy", "show")["version"] == 2
    assert terminal.document("check", at=AT.format(5, 11))["fired"]["finish.red"] == 1
    terminal("verify")


def test_running_cases_may_keep_their_version(
    bench: Bench, terminal: Terminal, no: str, edited: Edit
) -> None:
    file = edited(STRICT)
    foreseen = terminal("policy", "apply", file, "--keep-running", "--dry-run", at=AT.format(5, 10))
    assert "在办案件沿用原来的版本" in foreseen
    assert terminal.document("policy", "show")["version"] == 1
    told = terminal.document("policy", "apply", file, "--keep-running", at=AT.format(5, 10))
    assert (told["running"], told["moves"], told["journalled"]) == (False, [], 0)
    later = bench.open()
    bench.dispatch(later, datetime.fromisoformat(AT.format(5, 11)))
    assert due(terminal, no) == "2026-03-09T18:00:00+08:00"
    assert due(terminal, later) == "2026-03-09T18:00:00+08:00"
    terminal("verify")


def test_the_same_content_changes_nothing(bench: Bench, terminal: Terminal, edited: Edit) -> None:
    same = [edited(), edited(version=1)]
    before = contents(bench)
    for file in same:
        for words in ([], ["--dry-run"], ["--keep-running"]):
            shown = terminal("policy", "apply", file, *words)
            assert shown == "文件内容与现行规则一致，没有改动。\n"
    assert contents(bench) == before


BAD = [
    (STRICT, 1, "应为 2"),
    (('ordinary = "5wd"', 'ordinary = "bald"'), 2, "[finish].ordinary"),
    (('before = "1wd"', 'before = "9wd"'), 2, "[rungs."),
    (("[finish]", "[finish"), 2, "不合 TOML 写法"),
]


@pytest.mark.parametrize("bad", BAD, ids=[said for _, _, said in BAD])
def test_a_wrong_policy_is_refused_and_nothing_is_written(
    bench: Bench, terminal: Terminal, edited: Edit, bad: tuple[tuple[str, str], int, str]
) -> None:
    change, code, said = bad
    file = edited(change, version=4 if code == 1 else 2)
    before = contents(bench)
    for words in ([], ["--dry-run"], ["--keep-running"], ["--keep-running", "--dry-run"]):
        assert said in terminal("policy", "apply", file, *words, code=code)
    assert contents(bench) == before


def test_versions_are_shown(terminal: Terminal, edited: Edit) -> None:
    terminal("policy", "apply", edited(STRICT))
    former = terminal("policy", "show", "--version", "1")
    assert re.match(r"# 第 1 版，.*（现行的是第 2 版）", former)
    assert terminal.document("policy", "show", "--version", "1")["in_force"] is False
    assert terminal.document("policy", "show")["body"]["finish"]["ordinary"] == "2wd"
    assert "没有第 3 版规则" in terminal("policy", "show", "--version", "3", code=2)
