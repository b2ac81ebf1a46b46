"""`rectify rules`: shown, edited, tried on past cases, applied; categories learned from a file."""

from collections.abc import Callable, Iterator
from pathlib import Path
from shutil import rmtree

import pytest

from deployments.reference.seed import shipped_rules
from domain.case import SYSTEM
from domain.commands import Dispatch, Refer
from models.rule_sets import outdated
from tasks.settings import Settings
from tests.integration.conftest import AT, MONDAY, OFFICE, Bench, Terminal

Edit = Callable[..., str]
STRICTER = ("threshold = 8", "threshold = 60")
WHY = ("--actor", "王科", "--reason", "供水事项误交较多")


@pytest.fixture
def edited(terminal: Terminal, tmp_path: Path) -> Edit:
    """Write the rules that are shown to a file, with changes."""

    def edit(*changes: tuple[str, str]) -> str:
        text = terminal("rules", "show")
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        path = tmp_path / "交办规则.toml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return edit


@pytest.fixture
def past(bench: Bench) -> list[str]:
    """Three past cases: by hand to another unit, by the rules, and one given to the organ."""
    fees, water, person = (
        bench.open(subject=subject) for subject in ("小区物业费上涨", "自来水停水", "收受宴请")
    )
    bench.dispatch(fees, unit="shichang")
    bench.give(
        water,
        Dispatch(at=MONDAY, by=SYSTEM, unit="shuiwu", verifying_unit="office"),
    )
    bench.dispatch(person, unit="sifa")
    bench.give(person, Refer(at=MONDAY, by=OFFICE, to="jiwei"))
    return [fees, water, person]


def versions(bench: Bench) -> list[tuple[object, ...]]:
    return bench.rows(
        "select version, body ->> 'version', version = rule_set_version"
        " from rule_set cross join setting order by version"
    )


def test_the_rules_shown_are_the_rules_in_force(
    bench: Bench, terminal: Terminal, edited: Edit
) -> None:
    file = edited()
    assert "第 1 版，2026-03-02 10:00 起（现行）" in Path(file).read_text("utf-8")
    assert "一致，没有改动" in terminal("rules", "apply", file)
    assert terminal.document("rules", "apply", file) == {"version": 1, "changed": False}
    assert versions(bench) == [(1, "1", True)]


def test_a_trial_sets_the_rules_side_by_side_and_writes_nothing(
    bench: Bench, terminal: Terminal, edited: Edit, past: list[str]
) -> None:
    gone = ('{ word = "物业', '{ word = "某物业'), ('"小区", weight = 1', '"某小区", weight = 1')
    to_market = ('{ word = "涨价", weight = 1 }', '{ word = "物业费", weight = 8 }')
    file, before = edited(*gone, to_market, STRICTER), versions(bench)
    trial = terminal.document("rules", "try", file)
    assert versions(bench) == before
    assert (trial["looked"], trial["by_hand"], trial["same"], trial["changed"]) == (2, 1, 1, 1)
    assert trial["before"] == {
        "settled": 2, "settled_right": 1, "first": 1, "first_by_hand": 0, "top": 1,
    }  # fmt: skip
    assert trial["after"] == {
        "settled": 0, "settled_right": 0, "first": 2, "first_by_hand": 1, "top": 2,
    }  # fmt: skip
    (one,) = trial["examples"]
    assert (one["no"], one["before"], one["after"]) == (past[0], "zhujian", "shichang")
    assert (one["lead"], one["worse"]) == ("shichang", False)
    shown = terminal("rules", "try", file)
    assert "2 件上试用：首选单位相同 1 件，不同 1 件" in shown
    assert "市住房城乡建设局 → 市市场监管局" in shown
    assert past[2] not in shown


def test_a_trial_warns_of_cases_that_the_present_rules_have_right(
    terminal: Terminal, edited: Edit, past: list[str]
) -> None:
    without = ('"自来水"', '"甲"'), ('"停水"', '"乙"'), ('"天然气"', '"自来水停水"')
    file = edited(*without)
    (one,) = terminal.document("rules", "try", file)["examples"]
    assert (one["no"], one["worse"]) == (past[1], True)
    assert "现行规则原本正确" in terminal("rules", "try", file)


def test_a_trial_looks_at_the_newest_cases_and_at_no_more_than_asked(
    terminal: Terminal, edited: Edit, past: list[str]
) -> None:
    assert terminal.document("rules", "try", edited(), "--cases", "1")["looked"] == 1
    assert terminal.document("rules", "try", edited(), "--cases", "1")["by_hand"] == 0


def test_without_past_cases_a_trial_says_so(terminal: Terminal, edited: Edit) -> None:
    assert "还没有交办过的案件" in terminal("rules", "try", edited())


def test_rules_applied_decide_what_is_dispatched_from_then_on(
    bench: Bench, terminal: Terminal, edited: Edit
) -> None:
    bench.open(subject="自来水停水")
    file = edited(STRICTER)
    assert "第 2 版交办规则已施行" in terminal("rules", "apply", file, *WHY)
    assert versions(bench) == [(1, "1", False), (2, "2", True)]
    assert terminal.document("assign", at=AT.format(2, 11))["dispatched"] == 0
    assert terminal.document("rules", "show")["version"] == 2
    assert terminal.document("rules", "show", "--version", "1")["in_force"] is False
    assert "没有第 9 版交办规则" in terminal("rules", "show", "--version", "9", code=2)


def test_wrong_rules_change_nothing_and_every_mistake_is_said(
    bench: Bench, terminal: Terminal, edited: Edit, tmp_path: Path
) -> None:
    file = edited(("threshold = 8", "threshold = 0"), ('verifying = "yingji"', 'verifying = "x"'))
    for verb in ("try", "apply"):
        said = terminal("rules", verb, file, code=2)
        assert "threshold 应为 1 到 100 的整数" in said
        assert "应为单位代码" in said
    ahead = edited(("threshold = 8", "version = 7\nthreshold = 9"))
    assert "版本应为 2" in terminal("rules", "apply", ahead, *WHY, code=1)
    broken = tmp_path / "坏.toml"
    broken.write_text("threshold = = 8", encoding="utf-8")
    assert "不合 TOML 写法" in terminal("rules", "apply", str(broken), code=2)
    assert versions(bench) == [(1, "1", True)]


def test_a_proposal_names_places_helpers_and_a_missing_place(
    bench: Bench, terminal: Terminal
) -> None:
    unclear = bench.open(subject="崂山区希望关注")
    said = terminal("assign", unclear, code=1, at=AT.format(2, 11))
    assert "崂山区（laoshan，属地：崂山、崂山区）" in said
    plain = bench.open(subject="自来水停水，水压不足，食品安全、过期食品没人管")
    said = terminal("assign", plain, at=AT.format(2, 11))
    assert "还涉及市市场监管局（shichang）的事项" in said
    assert "文字未写明属地" in said


@pytest.fixture
def labelled(postgres: Settings, tmp_path: Path) -> Iterator[Path]:
    """Rows of two categories, a third too rare, and one without a category."""
    matters = {"供水": ("停水", "水压不足"), "公交": ("公交改线", "公交晚点"), "少见": ("登月",)}
    times = {"供水": 4, "公交": 4, "少见": 2}
    rows = [
        f"{place}{matter},请解决{matter},{name}"
        for name, told in matters.items()
        for matter in told
        for place in ("东山", "西河", "南湖", "北坡")[: times[name]]
    ]
    file = tmp_path / "已分类.csv"
    file.write_text("\n".join(["事由,问题描述,类别名", *rows, "你好,,"]), encoding="utf-8")
    yield file
    rmtree(postgres.home / "categories", ignore_errors=True)


def test_categories_are_learned_kept_by_version_and_suggested_with_reasons(
    bench: Bench, terminal: Terminal, labelled: Path
) -> None:
    words = "rules", "train-categories", str(labelled), "--column", "类别名"
    dry = terminal(*words, "--dry-run")
    assert "没有保存" in dry
    assert "首选正确 100.0%（95% 区间 80.6%～100.0%，16/16）" in dry
    no = bench.open(subject="盼望早日停水通知")
    assert "类别建议" not in terminal("assign", bench.open(subject="你好"), code=1)
    first = terminal.document(*words)
    assert (first["version"], first["rows"], first["left"]) == (1, 16, 3)
    assert (first["categories"], first["present"]) == (["供水", "公交"], None)
    second = terminal.document(*words)
    assert (second["version"], second["present"]["first"]["right"]) == (2, 16)
    assert "第 3 版" in terminal(*words)
    assert "类别建议：供水（依据：" in terminal("assign", no, at=AT.format(2, 11))


def test_a_file_that_teaches_nothing_is_refused(
    terminal: Terminal, labelled: Path, tmp_path: Path
) -> None:
    train = "rules", "train-categories"
    assert "没有这一列" in terminal(*train, str(labelled), "--column", "没有", code=1)
    few = tmp_path / "少.csv"
    few.write_text("事由,类别\n" + "停水,供水\n" * 5 + "公交,公交\n", encoding="utf-8")
    assert "至少要有两个类别" in terminal(*train, str(few), "--column", "类别", code=1)


def test_a_broken_model_is_named(
    bench: Bench, terminal: Terminal, postgres: Settings, labelled: Path
) -> None:
    folder = postgres.home / "categories"
    folder.mkdir()
    (folder / "v9.json").write_text("{", encoding="utf-8")
    said = terminal("assign", bench.open(subject="你好"), code=1, at=AT.format(2, 11))
    assert "类别模型文件" in said


def test_who_applied_which_rules_and_why_is_kept(terminal: Terminal, edited: Edit) -> None:
    file = edited(STRICTER)
    assert "由谁" not in terminal("rules", "show")
    assert "谁施行" in terminal("rules", "apply", file, code=2)
    assert "写明理由" in terminal("rules", "apply", file, "--actor", "王科", code=2)
    terminal("rules", "apply", file, *WHY)
    newest, first = terminal.document("rules", "list")
    assert (newest["actor"], newest["reason"]) == ("王科", "供水事项误交较多")
    assert (first["actor"], newest["in_force"], first["in_force"]) == ("", True, False)
    assert "王科施行：供水事项误交较多" in terminal("rules", "show")
    assert "产品自带" in terminal("rules", "list")


def test_newer_rules_of_the_product_are_told_of_and_applied_only_on_command(
    bench: Bench, terminal: Terminal, edited: Edit
) -> None:
    shipped = shipped_rules()
    assert not outdated(bench.engine, shipped)
    newer = {**shipped, "margin": shipped["margin"] + 1}
    assert outdated(bench.engine, newer)
    assert "产品自带的交办规则" in terminal("rules", "show", "--shipped")
    assert "没有改动" in terminal("rules", "apply", "--shipped", *WHY)
    assert "二者取其一" in terminal("rules", "apply", *WHY, code=2)
    terminal("rules", "apply", edited(STRICTER), *WHY)
    assert not outdated(bench.engine, newer), "edited rules are the office's own"
    terminal("rules", "apply", "--shipped", *WHY)
    assert terminal.document("rules", "list")[0]["version"] == 3
    assert outdated(bench.engine, newer), "and these are the product's again"
