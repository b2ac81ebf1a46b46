"""Dispatch rules checked before they are put in force: every mistake in one sentence."""

import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from domain.dispatch_rules import Known, RulesInvalid, check_rules

FILE = Path(__file__).parents[2] / "deployments" / "reference" / "dispatch.toml"
KNOWN = Known({"shuiwu", "office", "shinan"}, {"shinan"}, {"12345"})
RULES: dict[str, Any] = {
    "threshold": 8,
    "margin": 4,
    "subject_factor": 2,
    "body_factor": 1,
    "default_environment": "culture",
    "department_verifier": "office",
    "environment": [{"code": "law", "keywords": [{"word": "罚款", "weight": 3}]}],
    "unit": [
        {
            "code": "shuiwu",
            "verifying": "shuiwu",
            "district_led": True,
            "channels": [{"code": "12345", "weight": 1}],
            "keywords": [{"word": "停水", "weight": 6}],
        }
    ],
    "region": [{"code": "shinan", "words": ["市南区"]}],
}


def mistakes(**changed: object) -> tuple[str, ...]:
    with pytest.raises(RulesInvalid) as refused:
        check_rules(deepcopy(RULES) | changed, KNOWN)
    return refused.value.mistakes


def unit(**changed: object) -> list[object]:
    return [RULES["unit"][0] | changed]


def test_sound_rules_are_accepted_with_or_without_what_may_be_left_out() -> None:
    check_rules(RULES, KNOWN)
    check_rules(RULES | {"version": 2, "named_weight": 4}, KNOWN)
    check_rules(RULES | {"unit": [{k: v for k, v in unit()[0].items() if k != "channels"}]}, KNOWN)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"threshold": 0}, "threshold 应为 1 到 100 的整数，现为 0。"),
        ({"margins": 3}, "margins 不是已知的项，请删去或改正拼写。"),
        ({"unit": "x"}, "unit 应为列表，现为 'x'。"),
        ({"unit": [7]}, "unit 第 1 项 应为一节，现为 7。"),
        ({"unit": unit(keywords=[{"word": "水", "weight": 9}])},
         "unit “shuiwu”.keywords “水”.weight 应为 1 到 8 的整数，现为 9。"),
        ({"unit": unit(keywords=[{"word": "水", "weight": 1}] * 2)},
         "unit “shuiwu”.keywords 中“水”写了 2 次，请只留一次。"),
        ({"unit": unit(channels=[{"code": "9", "weight": 1}])},
         "unit “shuiwu”.channels “9”.code 应为渠道代码，现为 '9'。"),
        ({"unit": unit(district_led="是")},
         "unit “shuiwu”.district_led 应为 true 或 false，现为 '是'。"),
        ({"unit": unit(verifying="nowhere")},
         "unit “shuiwu”.verifying 应为单位代码，可用 rectify unit list 查看，现为 'nowhere'。"),
        ({"unit": unit() * 2}, "[[unit]] 中“shuiwu”写了 2 次，请只留一次。"),
        ({"region": [{"code": "office", "words": []}]},
         "region “office”.code 应为区市或功能区的代码，现为 'office'。"),
        ({"region": [{"code": "shinan", "words": ["甲", "甲"]}]},
         "[[region]] 的 words 中“甲”写了 2 次，请只留一次。"),
        ({"region": [{"code": "shinan", "words": [""]}]},
         "region “shinan”.words 应为非空文字，现为 ''。"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_in_one_sentence_with_its_place(
    changed: dict[str, object], sentence: str
) -> None:
    assert mistakes(**changed) == (sentence,)


def test_all_mistakes_are_said_at_once() -> None:
    found = mistakes(threshold=0, unit=unit(verifying="nowhere", district_led=1))
    assert len(found) == 3


def test_a_word_that_is_missing_is_asked_for() -> None:
    assert mistakes(environment=[{"code": "law", "keywords": [{"weight": 1}]}]) == (
        "缺少 environment “law”.keywords 第 1 项.word，请补上。",
    )


def test_the_rules_that_come_with_the_system_are_sound() -> None:
    body = tomllib.loads(FILE.read_text("utf-8"))
    units = {code for unit in body["unit"] for code in (unit["code"], unit["verifying"])}
    districts = {region["code"] for region in body["region"]}
    channels = {"unlanded", "discipline", "discipline_report"}
    check_rules(body, Known({*units, "office", "jiwei"}, districts, channels))
