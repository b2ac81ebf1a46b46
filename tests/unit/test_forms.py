"""Forms of the deployments: Chinese throughout, flat, and with drop-downs that fit their fields."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from prefect import Flow
from prefect.flows import load_flow_from_entrypoint
from prefect.utilities.callables import parameter_schema

from deployments.forms import Schema, filled, vocabulary
from domain.errors import Misuse
from flows.answers import agreed, coded, several
from flows.instants import day_or_instant
from models.registry import Directory
from tasks.settings import CHECKOUT

DIRECTORY = Directory(
    names={"shuiwu": "市税务局", "office": "专项行动办公室", "odd": "青岛市监局"},
    aliases={},
    doubtful=frozenset({"odd"}),
    channels={"12345": "12345政务服务便民热线"},
    kinds={},
    districts=frozenset(),
)
LISTED: dict[str, Any] = yaml.safe_load(Path(CHECKOUT, "prefect.yaml").read_text(encoding="utf-8"))
ENTRYPOINTS = [one["entrypoint"] for one in LISTED["deployments"]]


def form(entrypoint: str) -> Schema:
    flow: Flow[..., Any] = load_flow_from_entrypoint(entrypoint)
    schema = parameter_schema(flow).model_dump(exclude_unset=True)
    return filled(schema, vocabulary(DIRECTORY))


def fields(entrypoint: str) -> Iterator[tuple[str, Schema]]:
    yield from form(entrypoint)["properties"].items()


@pytest.mark.parametrize("entrypoint", ENTRYPOINTS)
def test_every_field_has_a_chinese_title_and_a_plain_type(entrypoint: str) -> None:
    for name, described in fields(entrypoint):
        assert re.search(r"[\u4e00-\u9fff]", described["title"]), name
        assert described["type"] in {"string", "integer"}, name
        assert "choices" not in described


@pytest.mark.parametrize("entrypoint", ENTRYPOINTS)
def test_the_database_comes_last_and_is_live_unless_said(entrypoint: str) -> None:
    name, described = list(fields(entrypoint))[-1]
    assert (name, described["title"], described["default"]) == ("database", "数据范围", "live")


@pytest.mark.parametrize("entrypoint", ENTRYPOINTS)
def test_every_default_is_valid_under_its_own_drop_down(entrypoint: str) -> None:
    for name, described in fields(entrypoint):
        if "default" in described:
            Draft202012Validator(described).validate(described["default"])
        else:
            assert name in form(entrypoint)["required"]


@pytest.mark.parametrize("entrypoint", ENTRYPOINTS)
def test_entrypoints_are_dotted_and_describe_themselves_in_chinese(entrypoint: str) -> None:
    [listed] = [one for one in LISTED["deployments"] if one["entrypoint"] == entrypoint]
    assert ":" not in entrypoint
    assert listed["description"].endswith("。")
    assert listed["work_pool"]["name"] == "rectify"


def test_drop_downs_offer_the_units_of_the_registry_but_no_doubtful_one() -> None:
    units = dict(fields("flows.assign.assign"))["unit"]["enum"]
    assert units == ["", "市税务局", "专项行动办公室"]
    assert dict(fields("flows.detect.detect"))["channel"]["enum"] == ["12345政务服务便民热线"]


@pytest.mark.parametrize("typed", ["电话13805320417", "请联系 138 0532 0417", "370202199001011234"])
def test_a_phone_or_id_number_never_passes_the_form(typed: str) -> None:
    opinion = dict(fields("flows.close.close"))["opinion"]
    assert not Draft202012Validator(opinion).is_valid(typed)


@pytest.mark.parametrize("typed", ["", "同意销号。", "见 QD2026-000123 和 催办〔2026〕12号"])
def test_office_text_passes_the_form(typed: str) -> None:
    opinion = dict(fields("flows.close.close"))["opinion"]
    assert Draft202012Validator(opinion).is_valid(typed)


@pytest.mark.parametrize(("word", "yes"), [("通过", True), ("不同意", False), ("no", False)])
def test_answers_are_read_back(word: str, yes: bool) -> None:  # noqa: FBT001
    assert agreed(word) is yes


def test_an_unknown_answer_is_refused_in_a_sentence() -> None:
    with pytest.raises(Misuse, match="“也许”不是可选的答复"):
        agreed("也许")
    with pytest.raises(Misuse, match=r"处置“放弃”不认识.*并案"):
        coded({"merge": "并案"}, "放弃", "处置")


def test_several_units_are_split_at_any_separator() -> None:
    assert several("市税务局、市公安局; 市商务局\n崂山区") == (
        "市税务局",
        "市公安局",
        "市商务局",
        "崂山区",
    )


def test_a_date_means_nine_o_clock_in_shanghai() -> None:
    assert day_or_instant("2026-06-30", "挂账至").isoformat() == "2026-06-30T09:00:00+08:00"


@pytest.mark.parametrize("typed", ["明天", "2026-06-30T09:00:00", "9999-12-31", "0001-01-01"])
def test_a_bad_instant_is_refused_naming_its_field(typed: str) -> None:
    with pytest.raises(Misuse, match="挂账至“"):
        day_or_instant(typed, "挂账至")
