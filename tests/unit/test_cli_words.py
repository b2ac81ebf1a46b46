"""Words of the command line read into values, and wrong usage said in a sentence."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from deployments.cli.call import Answer, Call
from deployments.cli.entry import main
from deployments.cli.saying import say
from deployments.cli.terms import TEMPLATE_ZH
from deployments.cli.values import day_or_instant, instant, parted, spread, whole, yes_or_no
from domain.calendar import SHANGHAI
from domain.errors import Misuse
from tasks.settings import CHECKOUT, Settings

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-02T09:00:00+08:00", NINE),
        (" 2026-03-02T01:00:00Z ", NINE),
        ("2026-03-02T10:30+08:00", NINE + timedelta(minutes=90)),
    ],
)
def test_an_instant_is_read_with_its_offset(text: str, expected: datetime) -> None:
    assert instant(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-03-02T09:00:00", "时区"),
        ("2026-03-02", "时区"),
        ("2026-02-30T09:00:00+08:00", "看不懂"),
        ("0001-01-01T00:00:00+08:00", "2010"),
        ("9999-12-31T23:59:59-12:00", "2100"),
        ("", "看不懂"),
    ],
)
def test_a_wrong_instant_is_refused_with_what_was_typed(text: str, said: str) -> None:
    with pytest.raises(Misuse) as refused:
        instant(text)
    assert said in refused.value.sentence
    assert text in refused.value.sentence


def test_a_date_means_nine_in_the_morning() -> None:
    assert day_or_instant("2026-03-02") == NINE
    assert day_or_instant("2026-03-02T09:00:00+08:00") == NINE
    with pytest.raises(Misuse, match="2100"):
        day_or_instant("3026-03-02")


@pytest.mark.parametrize(("text", "meant"), [("yes", 1), ("是", 1), ("NO", 0), ("否", 0)])
def test_yes_and_no_are_read_in_both_languages(text: str, meant: int) -> None:
    assert yes_or_no(text) == meant


@pytest.mark.parametrize("text", ["maybe", "", "1.5"])
def test_anything_else_is_neither_yes_nor_no(text: str) -> None:
    with pytest.raises(Misuse, match="yes"):
        yes_or_no(text)


@pytest.mark.parametrize("text", ["-1", "1.5", "²", "1000000", "x", ""])
def test_only_whole_numbers_of_a_sensible_size_are_numbers(text: str) -> None:
    with pytest.raises(Misuse, match="整数"):
        whole(text)
    assert whole(" 42 ") == 42


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("submit N --evidence a b", "submit N --evidence a --evidence b"),
        ("submit --evidence a b QD2026-000001", "submit --evidence a --evidence b QD2026-000001"),
        ("assign N --assist x y --unit z", "assign N --assist x --assist y --unit z"),
        ("submit N --evidence a --reply b", "submit N --evidence a --reply b"),
        ("submit N --evidence", "submit N --evidence"),
        ("sign N --by a", "sign N --by a"),
    ],
)
def test_several_words_may_follow_one_option(typed: str, meant: str) -> None:
    assert spread(typed.split()) == meant.split()


def test_words_may_be_given_one_by_one_or_together() -> None:
    assert parted(["a,b", "c、d", " e；f "]) == ["a", "b", "c", "d", "e", "f"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("sgin X", "没有命令“sgin”，是否要写 assign 或 sign；用法见 ./rectify --help。"),
        ("case lst", "没有命令“lst”，是否要写 list；用法见 ./rectify case --help。"),
        ("sign", "缺少参数“编号”；用法见 ./rectify sign --help。"),
        ("sign X Y", "多余的参数“Y”；用法见 ./rectify sign --help。"),
        ("sign X --jsn", "没有选项 --jsn，是否要写 --json；用法见 ./rectify sign --help。"),
        ("close X --step sign", "缺少选项 --accept/--reject；用法见 ./rectify close --help。"),
        ("merge X", "缺少选项 --into；用法见 ./rectify merge --help。"),
        ("callback X --reached perhaps", "“perhaps”看不懂，请写 yes（是）或 no（否）。"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_two(
    typed: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(typed.split()) == 2
    printed = capsys.readouterr()
    assert printed.err == f"{said}\n"
    assert printed.out == ""


@pytest.mark.parametrize("typed", ["sign X --by", "sign X --key=a --json=b"])
def test_an_option_without_its_value_or_with_one_too_many_is_named(
    typed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(typed.split()) == 2
    assert "取值缺少或多余" in capsys.readouterr().err


def test_instants_are_printed_as_shanghai_time_and_markup_is_no_markup(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = Answer({"at": instant("2026-03-02T01:00:00Z")}, ["[red]一[/red]"])
    call = Call(Settings(home=Path("/nowhere")), NINE)
    assert say(call, answer) == 0
    assert capsys.readouterr().out == "[red]一[/red]\n"
    say(Call(call.settings, NINE, json=True), answer)
    assert "2026-03-02T09:00:00+08:00" in capsys.readouterr().out


def test_every_document_has_a_name_that_people_read() -> None:
    folder = CHECKOUT / "tasks" / "templates"
    written = {file.stem for file in folder.glob("*.j2")} - {"base", "digest"}
    assert set(TEMPLATE_ZH) == written
