"""Whose matter a problem is: scores, sureness, districts, environments."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.codes import Environment
from domain.triaging import First, Proposal, Triage

FILE = Path(__file__).parents[2] / "deployments" / "reference" / "dispatch.toml"
RULES: dict[str, Any] = {
    "threshold": 8,
    "margin": 4,
    "subject_factor": 2,
    "body_factor": 1,
    "default_environment": "culture",
    "department_verifier": "office",
    "environment": [
        {"code": "service", "keywords": [{"word": "窗口", "weight": 3}]},
        {"code": "law", "keywords": [{"word": "罚款", "weight": 3}]},
    ],
    "unit": [
        {
            "code": "shuiwu",
            "verifying": "shuiwu",
            "district_led": True,
            "keywords": [{"word": "停水", "weight": 6}, {"word": "水", "weight": 1}],
        },
        {
            "code": "zhujian",
            "verifying": "zhujian",
            "district_led": False,
            "keywords": [{"word": "停水通知", "weight": 5}, {"word": "物业", "weight": 4}],
        },
    ],
    "region": [
        {"code": "shinan", "words": ["市南区", "八大关"]},
        {"code": "shibei", "words": ["市北区"]},
    ],
}


def propose(subject: str, body: str = "", **changed: object) -> Proposal:
    return Triage(RULES | changed).propose(subject, body)


@pytest.mark.parametrize(
    ("subject", "body", "score", "words"),
    [
        ("停", "停水", 7, ("停水", "水")),
        ("停水", "", 14, ("停水", "水")),
        ("停水停水", "", 14, ("停水", "水")),
        ("停水", "又停水", 21, ("停水", "水")),
    ],
    ids=["body counts once", "subject counts twice", "however often", "both together"],
)
def test_a_unit_scores_the_weights_of_the_words_found(
    subject: str, body: str, score: int, words: tuple[str, ...]
) -> None:
    best = propose(subject, body).reasons[0]
    assert (best.unit, best.score, best.words) == ("shuiwu", score, words)


def test_words_within_words_count_for_their_own_units() -> None:
    proposal = propose("停水通知")
    assert [(reason.unit, reason.score) for reason in proposal.reasons] == [
        ("shuiwu", 14),
        ("zhujian", 10),
    ]


@pytest.mark.parametrize(
    ("subject", "body", "sure"),
    [
        ("停水", "", True),
        ("", "停水", False),
        ("停水", "物业", True),
        ("停水", "停水通知", True),
        ("停水通知", "物业", False),
        ("物业", "", True),
    ],
    ids=[
        "well above",
        "below the threshold",
        "far enough ahead",
        "ahead with both texts",
        "too close to the second",
        "at the threshold",
    ],
)
def test_only_a_clear_lead_above_the_threshold_is_sure(
    subject: str, body: str, *, sure: bool
) -> None:
    assert propose(subject, body).sure is sure


def test_a_text_without_any_word_is_left_to_the_office() -> None:
    assert propose("你好", "请问") == Proposal("", "", Environment.CULTURE, sure=False, reasons=())


@pytest.mark.parametrize(
    ("subject", "led"),
    [
        ("停水", ("shuiwu", "office")),
        ("市南区停水", ("shinan", "shuiwu")),
        ("市南区八大关停水", ("shinan", "shuiwu")),
        ("市南区市北区停水", ("shuiwu", "office")),
        ("市南区物业", ("zhujian", "office")),
    ],
    ids=["no district", "one", "one by two places", "two", "not a district's matter"],
)
def test_one_district_named_leads_and_the_department_verifies(
    subject: str, led: tuple[str, str]
) -> None:
    proposal = propose(subject)
    assert (proposal.unit, proposal.verifying) == led


def test_a_barred_unit_is_proposed_but_never_sure() -> None:
    proposal = Triage(RULES, barred={"shuiwu"}).propose("停水", "")
    assert (proposal.unit, proposal.sure) == ("shuiwu", False)
    assert Triage(RULES, barred={"shuiwu"}).propose("市南区停水", "").sure


@pytest.mark.parametrize(
    ("subject", "environment"),
    [
        ("窗口", Environment.SERVICE),
        ("罚款", Environment.LAW),
        ("罚款窗口", Environment.SERVICE),
        ("其他", Environment.CULTURE),
    ],
    ids=["highest", "other highest", "the first one on equal scores", "none: the default"],
)
def test_the_environment_with_the_highest_score_wins(
    subject: str, environment: Environment
) -> None:
    assert propose(subject).environment is environment


def test_a_named_district_that_does_not_lead_is_among_those_proposed() -> None:
    proposal = propose("市南区物业", "停水通知")
    assert [(one.unit, one.score, one.placed) for one in proposal.reasons] == [
        ("zhujian", 13, False),
        ("shuiwu", 7, False),
        ("shinan", 0, True),
    ]
    assert proposal.reasons[-1].words == ("市南区",)


def test_the_district_that_leads_is_the_first_of_those_proposed() -> None:
    first, second = propose("市南区停水").reasons
    assert (first.unit, first.score, first.placed) == ("shinan", 14, True)
    assert second.unit == "shuiwu"


def test_of_two_districts_the_one_in_the_subject_is_proposed_and_none_leads() -> None:
    proposal = propose("市北区停水", "市南区也停水")
    assert (proposal.unit, proposal.reasons[-1].unit) == ("shuiwu", "shibei")


@pytest.mark.parametrize(
    ("subject", "body", "led"),
    [
        ("市南区", "", ("shinan", "office")),
        ("市南区", "物业", ("shinan", "zhujian")),
        ("市南区物业", "", ("zhujian", "office")),
        ("市南区和市北区", "", ("", "")),
    ],
    ids=["no matter", "no clear matter", "a clear matter", "two districts"],
)
def test_who_was_asked_first_is_responsible_where_the_matter_is_nobodys(
    subject: str, body: str, led: tuple[str, str]
) -> None:
    proposal = propose(subject, body)
    assert (proposal.unit, proposal.verifying) == led
    assert not (subject == "市南区" and proposal.sure)


@pytest.mark.parametrize(
    ("subject", "placeless"),
    [("停水", True), ("市南区停水", False), ("物业", False), ("你好", False)],
)
def test_a_districts_matter_without_its_place_is_said_to_be_so(
    subject: str, *, placeless: bool
) -> None:
    assert propose(subject).placeless is placeless


HELPERS = RULES["unit"] + [
    {
        "code": "chengguan",
        "verifying": "chengguan",
        "district_led": True,
        "keywords": [{"word": w, "weight": 4} for w in ("垃圾", "路灯", "水沟")],
    }
]


@pytest.mark.parametrize(
    ("subject", "body", "assisting"),
    [
        ("停水", "垃圾和路灯", ("chengguan",)),
        ("停水", "垃圾", ()),
        ("停水路灯", "", ()),
        ("水", "垃圾和路灯", ("shuiwu",)[:0]),
        ("市南区停水", "垃圾和路灯", ("chengguan",)),
    ],
    ids=["two words", "too little", "one word", "the lead itself is below", "a district leads"],
)
def test_a_unit_whose_own_matter_several_words_tell_may_assist(
    subject: str, body: str, assisting: tuple[str, ...]
) -> None:
    assert propose(subject, body, unit=HELPERS).assisting == assisting


def test_neither_a_barred_unit_nor_the_verifier_assists() -> None:
    rules = RULES | {"unit": HELPERS}
    assert Triage(rules, barred={"chengguan"}).propose("停水", "垃圾和路灯").assisting == ()
    verified = [dict(HELPERS[0], verifying="chengguan"), *HELPERS[1:]]
    assert propose("市南区停水", "垃圾和路灯", unit=verified).assisting == ()


def test_words_of_the_leading_matter_make_no_helper() -> None:
    shared = [*RULES["unit"], dict(HELPERS[-1], keywords=HELPERS[0]["keywords"])]
    assert propose("停水", "停水", unit=shared).assisting == ()


def test_a_channel_adds_to_the_units_that_it_speaks_for() -> None:
    spoken = [*RULES["unit"][:1], RULES["unit"][1] | {"channels": [{"code": "hall", "weight": 9}]}]
    triage = Triage(RULES | {"unit": spoken})
    assert triage.propose("停水", "", "12345").reasons[0].unit == "shuiwu"
    best = triage.propose("你好", "", "hall").reasons[0]
    assert (best.unit, best.score, best.words) == ("zhujian", 9, ("渠道 hall",))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("市水务局说不归它管", ("市水务局",)),
        ("水务局说不归它管", ()),
        ("住建说不归它管", ()),
        ("物业管理局说不归它管", ("物业",)),
    ],
    ids=["a name", "another unit's or none", "too short a name", "a name found by a word anyway"],
)
def test_a_body_named_in_the_text_speaks_for_its_unit(text: str, found: tuple[str, ...]) -> None:
    names = {"市水务局": "zhujian", "住建": "zhujian", "物业管理局": "zhujian", "某局长": "other"}
    proposal = Triage(RULES | {"named_weight": 5}, names=names).propose("", text)
    words = {one.unit: one.words for one in proposal.reasons}
    assert words.get("zhujian", ()) == found


@given(st.text(max_size=80), st.text(max_size=200))
def test_any_text_at_all_gets_an_answer(subject: str, body: str) -> None:
    proposal = propose(subject, body)
    assert bool(proposal.unit) == bool(proposal.reasons)
    assert proposal.sure <= bool(proposal.unit)


def test_the_rules_in_the_reference_data_settle_plain_matters() -> None:
    triage = Triage(tomllib.loads(FILE.read_text(encoding="utf-8")))
    proposal = triage.propose("小区自来水停水三天", "自来水公司说水压不足")
    assert (proposal.unit, proposal.sure) == ("shuiwu", True)


ALLEGATION = {
    "organ": "jiwei",
    "threshold": 4,
    "channels": ["discipline_report"],
    "words": [{"word": "索贿", "weight": 4}, {"word": "腐败", "weight": 2}],
}


def test_an_allegation_is_for_the_organ_and_never_settled_by_the_rules() -> None:
    plain = propose("停水停电", "停水")
    accused = propose("停水", "窗口人员索贿、腐败", allegation=ALLEGATION)
    assert (plain.sure, accused.sure) == (True, False)
    assert (accused.organ, accused.allegations) == ("jiwei", ("索贿", "腐败"))
    assert accused.reasons[0].unit == "shuiwu", "the office still sees whose matter it is"


def test_weak_words_alone_are_no_allegation() -> None:
    proposal = propose("停水", "这里腐败", allegation=ALLEGATION)
    assert (proposal.sure, proposal.organ, proposal.allegations) == (True, "", ())


def test_what_comes_by_a_channel_of_reports_is_an_allegation() -> None:
    triage = Triage(RULES | {"allegation": ALLEGATION})
    reported = triage.propose("停水", "", "discipline_report")
    assert (reported.sure, reported.allegations) == (False, ("渠道 discipline_report",))
    assert triage.propose("停水", "", "12345").sure


@pytest.mark.parametrize(
    ("asked", "lead", "why"),
    [
        ({"named_unit": "shibei", "by_unit": "zhujian"}, "shibei", First.INDICATED),
        ({"by_unit": "zhujian"}, "zhujian", First.BROUGHT),
        ({"by_unit": "jiwei"}, "shinan", None),
        ({}, "shinan", None),
    ],
    ids=["the row names it", "it brought it", "an organ handles nothing", "the district"],
)
def test_who_was_asked_first_leads_what_is_nobodys_clear_matter(
    asked: dict[str, str], lead: str, why: First | None
) -> None:
    proposal = Triage(RULES).propose("八大关的水", "", **asked)
    first = next((one for one in proposal.reasons if one.first), None)
    assert (proposal.unit, proposal.sure) == (lead, False)
    assert (first and first.first) == why
    assert proposal.reasons[0].unit == lead


def test_who_was_asked_first_does_not_lead_what_is_plainly_anothers() -> None:
    proposal = Triage(RULES).propose("停水停电", "停水", by_unit="zhujian")
    assert (proposal.unit, proposal.sure) == ("shuiwu", True)
    assert proposal.reasons[-1].unit == "zhujian", "but it is among those proposed"


def test_a_unit_named_in_the_text_is_asked_first() -> None:
    triage = Triage(RULES | {"named_weight": 4}, names={"市住建局": "zhujian"})
    proposal = triage.propose("八大关", "请市住建局处理")
    assert (proposal.unit, proposal.reasons[0].first) == ("zhujian", First.NAMED)


def test_without_any_word_the_one_that_brought_it_leads() -> None:
    proposal = Triage(RULES).propose("请关注", "", by_unit="shuiwu")
    assert (proposal.unit, proposal.verifying, proposal.sure) == ("shuiwu", "office", False)
