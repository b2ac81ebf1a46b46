"""The policy file: the default reads, and a mistake is said in a sentence that names its place."""

import tomllib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import MISSING
from datetime import time
from pathlib import Path
from typing import Any

import pytest

from domain.codes import RUNGS, Kind, Rung, Urgency
from domain.errors import Misuse
from domain.limits import Limit
from domain.policy import LATER_TEMPLATES, NOTICE_TEMPLATES, Policy, PolicyInvalid, read_policy

FILE = Path(__file__).parents[2] / "deployments" / "reference" / "policy.toml"
DEFAULT: dict[str, Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))


def changed(path: str, value: object = None) -> dict[str, Any]:
    """Copy the default policy with one key set, or removed when no value is given."""
    data = deepcopy(DEFAULT)
    *sections, key = path.split(".")
    place = data
    for name in sections:
        place = place[name]
    if value is None:
        del place[key]
    else:
        place[key] = value
    return data


def mistakes(data: Mapping[str, object]) -> tuple[str, ...]:
    with pytest.raises(PolicyInvalid) as caught:
        read_policy(data)
    return caught.value.mistakes


def leaves(data: Mapping[str, Any], *above: str) -> Iterator[tuple[str, ...]]:
    for key, value in data.items():
        if isinstance(value, dict):
            yield from leaves(value, *above, key)
        else:
            yield (*above, key)


def shown(path: tuple[str, ...]) -> str:
    *sections, key = path
    return f"[{'.'.join(sections)}].{key}" if sections else key


LEAVES = list(leaves(DEFAULT))
LATER_SECTIONS = {
    name
    for name, described in Policy.__dataclass_fields__.items()
    if described.default is not MISSING
}
"""Those that policies written before them do without."""


@pytest.fixture(scope="module")
def policy() -> Policy:
    return read_policy(DEFAULT)


def test_the_default_policy_gives_every_public_figure(policy: Policy) -> None:
    wd = {amount: Limit(amount, "wd") for amount in (1, 2, 3, 5, 10, 15, 20, 30)}
    assert (policy.hours.opens, policy.hours.closes, policy.rung_hour) == (
        time(9),
        time(18),
        time(9),
    )
    assert policy.triage == {
        "normal": wd[3],
        "urgent": Limit(24, "h"),
        "emergency": Limit(2, "h"),
    }
    assert (policy.handling.sign, policy.handling.contact) == (wd[1], wd[1])
    assert (policy.handling.interim, policy.handling.ruling) == (wd[3], wd[1])
    assert (policy.handling.return_within, policy.handling.max_returns) == (wd[2], 2)
    assert policy.finish == {
        "simple": wd[3],
        "ordinary": wd[5],
        "harm": wd[15],
        "multi": wd[30],
        "inspection": Limit(6, "mo"),
    }
    assert (policy.inspection_report, policy.inspection_cap) == (Limit(2, "mo"), Limit(12, "mo"))
    assert policy.supervised_list.extension_ask == wd[20]
    assert policy.closing.waive_notice == ("simple", "ordinary")
    assert (policy.callback.due, policy.callback.attempts) == (wd[1], 3)
    assert (policy.recheck.days, policy.recheck.sample_percent) == ((30, 90, 180), 15)


def test_the_ladder_is_in_order_and_counts_from_the_day_the_limit_ends(policy: Policy) -> None:
    assert tuple(policy.rungs) == RUNGS
    assert [rule.offset for rule in policy.rungs.values()] == [-3, -1, 1, 5, 10, 20]
    assert policy.rungs[Rung.BLUE].min_term == Limit(15, "wd")
    assert policy.rungs[Rung.RED].recipients == ("contact", "deputy")


def test_every_notice_has_somebody_who_gets_it(policy: Policy) -> None:
    assert tuple(policy.recipients) == NOTICE_TEMPLATES
    assert all(policy.recipients.values())
    assert all(rule.recipients for rule in policy.rungs.values())


@pytest.mark.parametrize(
    ("kind", "urgency", "expected"),
    [
        (Kind.SIMPLE, Urgency.NORMAL, ["3wd", "3wd", "2wd", "2wd"]),
        (Kind.ORDINARY, Urgency.URGENT, ["5wd", "5wd", "3wd", "3wd"]),
        (Kind.HARM, Urgency.NORMAL, ["15wd", "15wd", "8wd", "8wd"]),
        (Kind.MULTI, Urgency.NORMAL, ["30wd", "10wd", "15wd", "15wd"]),
        (Kind.INSPECTION, Urgency.NORMAL, ["6mo", "10wd", "3mo", "3mo"]),
        (Kind.MULTI, Urgency.EMERGENCY, ["24h", "24h", "12h", "12h"]),
    ],
)
def test_finish_first_extension_opinion_and_reopening_follow_from_kind_and_urgency(
    policy: Policy, kind: Kind, urgency: Urgency, expected: list[str]
) -> None:
    given = [
        policy.finish_limit(kind, urgency),
        policy.first_extension(kind, urgency),
        policy.opinion_limit(kind, urgency),
        policy.reopening_limit(kind, urgency),
    ]
    assert [str(limit) for limit in given] == expected


@pytest.mark.parametrize("path", LEAVES, ids=shown)
def test_a_missing_key_is_named(path: tuple[str, ...]) -> None:
    data = changed(".".join(path))
    if path[-1] == "min_term":
        assert mistakes(data) == ("[rungs.blue].before 应短于 [finish].simple（3个工作日）。",)
    elif path[-1] in {"before", "after"}:
        section = ".".join(path[:-1])
        assert mistakes(data) == (f"[{section}] 应在 before 和 after 中恰好写一个。",)
    elif path[-1] in LATER_TEMPLATES:
        assert path[-1] not in read_policy(data).recipients, "older policies stay readable"
    else:
        assert mistakes(data) == (f"缺少 {shown(path)}，请补上。",)


@pytest.mark.parametrize("path", LEAVES, ids=shown)
@pytest.mark.parametrize("junk", ["", -7, 100.25, ["?"], {"a": 1}], ids=repr)
def test_a_value_of_the_wrong_sort_is_named(path: tuple[str, ...], junk: object) -> None:
    found = mistakes(changed(".".join(path), junk))
    assert len(found) == 1
    assert found[0].startswith(f"{shown(path)} 应为")
    assert repr(junk)[1:-1] in found[0]


@pytest.mark.parametrize("section", [key for key in DEFAULT if key not in {"version", "name"}])
def test_a_section_that_is_missing_or_no_section_is_named(section: str) -> None:
    if section in LATER_SECTIONS:
        assert getattr(read_policy(changed(section)), section)
    else:
        assert mistakes(changed(section)) == (f"缺少 [{section}]，请补上。",)
    assert mistakes(changed(section, "5wd")) == (f"[{section}] 应为一节，现为 '5wd'。",)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("colour", "colour"),
        ("finish.ordinery", "[finish].ordinery"),
        ("handling.sing", "[handling].sing"),
        ("rungs.black", "[rungs].black"),
        ("rungs.red.befor", "[rungs.red].befor"),
        ("extension.cap.big", "[extension.cap].big"),
        ("recipients.assinged", "[recipients].assinged"),
    ],
)
def test_an_unknown_key_is_named(path: str, place: str) -> None:
    assert mistakes(changed(path, "5wd")) == (f"{place} 不是已知的项，请删去或改正拼写。",)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("version", 0, "version 应为 1 到 2147483647 的整数，现为 0。"),
        ("version", True, "version 应为 1 到 2147483647 的整数，现为 True。"),
        ("handling.return_within", "24h", "[handling].return_within 应为时限（写法如 5wd）"),
        ("handling.opinion_share", 101, "[handling].opinion_share 应为 1 到 100 的整数"),
        ("recheck.sample_percent", 101, "[recheck].sample_percent 应为 0 到 100 的整数"),
        ("floor.satisfaction", 100.5, "[floor].satisfaction 应为 0 到 100 的数"),
        ("floor.satisfaction", True, "[floor].satisfaction 应为 0 到 100 的数"),
        ("floor.satisfaction", float("nan"), "[floor].satisfaction 应为 0 到 100 的数"),
        ("triggers.dissatisfied", 1, "[triggers].dissatisfied 应为 true 或 false"),
        ("hours.opens", "9点", '[hours].opens 应为钟点（写法如 "09:00"）'),
        ("hours.opens", "09:00+08:00", "[hours].opens 应为钟点"),
        ("recheck.days", [], "[recheck].days 应为非空的数字列表"),
        ("recheck.days", [30, 30], "[recheck].days 应为由小到大且不重复的列表"),
        ("recheck.days", [90, 30], "[recheck].days 应为由小到大且不重复的列表"),
        ("recheck.kinds", ["harm", "harm"], "[recheck].kinds 应为不重复的列表"),
        (
            "closing.waive_notice",
            ["simpel"],
            "[closing].waive_notice 应为下列代码组成的列表：simple",
        ),
        ("direct_entry.levels", [4, 6], "[direct_entry].levels 应为 1 到 5 的整数，现为 6。"),
        (
            "rungs.red.template",
            "rad",
            "[rungs.red].template 应为下列代码之一：blue、yellow、red、criticism、raise、list",
        ),
        (
            "rungs.red.recipients",
            ["boss"],
            "[rungs.red].recipients 应为下列代码组成的列表：contact",
        ),
    ],
)
def test_a_value_out_of_range_is_said(path: str, value: object, said: str) -> None:
    found = mistakes(changed(path, value))
    assert len(found) == 1
    assert found[0].startswith(said)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("hours.closes", "08:00", "[hours].closes 应晚于 [hours].opens。"),
        ("hours.rung_hour", "18:00", "[hours].rung_hour 应在上下班时间之内。"),
        ("triage.urgent", "1h", "[triage] 的时限应随紧急程度缩短"),
        ("rungs.yellow.before", "4wd", "[rungs.yellow] 应晚于 [rungs.blue]"),
        ("rungs.criticism.after", "1wd", "[rungs.criticism] 应晚于 [rungs.red]"),
        (
            "rungs.red",
            DEFAULT["rungs"]["yellow"],
            "[rungs.red] 应写 after：红牌只发给已逾期的事项。",
        ),
        ("rungs.yellow.after", "2wd", "[rungs.yellow] 应在 before 和 after 中恰好写一个。"),
        ("finish.simple", "1wd", "[rungs.yellow].before 应短于 [finish].simple（1个工作日）。"),
        ("rungs.blue.min_term", "3wd", "[rungs.blue].before 应短于 [finish].simple（3个工作日）。"),
        ("inspection.report", "6mo", "[inspection].report 应短于 [finish].inspection。"),
        ("inspection.cap", "5mo", "[finish].inspection 不应超过 [inspection].cap。"),
        ("supervised_list.publish", "2wd", "[supervised_list].publish 不应短于 register"),
        ("supervised_list.extension_decide", "21wd", "[supervised_list].extension_decide 不应长于"),
        ("callback.over_days", 4, "[callback].over_days 不应多于 attempts。"),
        (
            "score.response",
            31,
            "[score] 的 response、resolution、satisfaction 应合计 100，现合计 101。",
        ),
        ("score.criticism", 1, "[score].criticism 不应少于 red"),
        ("grades.good", 90, "[grades] 的 excellent、good、fair 应由高到低。"),
    ],
)
def test_figures_that_contradict_each_other_are_said(path: str, value: object, said: str) -> None:
    assert [sentence for sentence in mistakes(changed(path, value)) if sentence.startswith(said)]


def test_a_red_card_before_the_limit_ends_is_refused_even_when_the_ladder_rises() -> None:
    data = deepcopy(DEFAULT)
    data["rungs"]["yellow"]["before"] = "2wd"
    data["rungs"]["red"] = {**data["rungs"]["red"], "before": "1wd"}
    del data["rungs"]["red"]["after"]
    assert mistakes(data) == ("[rungs.red] 应写 after：红牌只发给已逾期的事项。",)


def test_all_mistakes_are_said_at_once_each_in_a_sentence_of_its_own() -> None:
    data = changed("finish.ordinary", "5 days")
    data["hours"] |= {"closes": "08:00", "lunch": "12:00"}
    data["score"]["response"] = 20
    data["rungs"]["criticism"]["after"] = "1wd"
    del data["triage"]
    found = mistakes(data)
    assert len(found) == 5
    assert all(sentence.endswith("。") for sentence in found)


def test_the_error_is_a_misuse_whose_sentence_counts_and_lists_the_mistakes() -> None:
    with pytest.raises(Misuse) as caught:
        read_policy(changed("name"))
    assert caught.value.sentence == "政策文件有 1 处错误，请改正后重试：\n缺少 name，请补上。"


def test_a_policy_survives_storage_as_json_with_its_keys_in_another_order(policy: Policy) -> None:
    backwards = dict(reversed(DEFAULT.items()))
    backwards["rungs"] = dict(reversed(DEFAULT["rungs"].items()))
    assert read_policy(backwards) == policy
    assert tuple(read_policy(backwards).rungs) == RUNGS


def test_an_hourly_finish_limit_has_no_working_day_rungs_to_contradict() -> None:
    assert read_policy(changed("finish.simple", "8h")).finish["simple"] == Limit(8, "h")
