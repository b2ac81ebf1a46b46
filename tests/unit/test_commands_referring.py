"""Referrals: never to those they are about; what the organ says of them."""

from datetime import date
from typing import Any

import pytest

from domain.codes import Feedback, Role, State
from domain.commands import Dispatch, RecordFeedback, Refer, Sign
from domain.errors import Refused
from domain.referring import WITHHELD, unless_withheld
from domain.transitions import TABLE
from tests.unit.casework import HELPER, LEAD, VERIFIER_UNIT, a_case, after, decide, order, t

ASSIGNED = after(a_case(), order(Dispatch, "03-02 10:00", assisting=(HELPER,)))
REFERRED = after(ASSIGNED, order(Refer, "03-02 12:00", about=(LEAD,)))


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"to": " "}, "必须写明移送机关"),
        ({"about": ("jiwei",)}, "不能移送给被反映单位 jiwei 自身"),
        ({"to": LEAD}, "不能移送给办理单位"),
        ({"to": HELPER}, "不能移送给办理单位"),
        ({"to": VERIFIER_UNIT}, "是本案验收单位"),
        ({"to": "office"}, "不能移送给指挥部办公室自身"),
    ],
)
def test_a_case_is_never_referred_to_whom_it_is_about_or_who_has_it(
    fields: dict[str, Any], wrong: str
) -> None:
    with pytest.raises(Refused, match=wrong):
        decide(ASSIGNED, order(Refer, "03-02 12:00", **fields))


def test_a_referral_names_the_accused_and_waits_for_feedback() -> None:
    outcome = decide(ASSIGNED, order(Refer, "03-02 12:00", about=(LEAD, HELPER)))
    assert outcome.after.accused == (LEAD, HELPER)
    assert outcome.after.feedback_due_at == t("04-01 18:00")
    assert outcome.change.withdraw == "all"
    assert {notice.unit for notice in outcome.change.notices} == {"jiwei"}


def test_feedback_stands_in_history_as_often_as_it_comes() -> None:
    filed = order(RecordFeedback, "03-20 10:00", on=date(2026, 3, 19), text="已立案")
    outcome = decide(REFERRED, filed)
    assert (outcome.after.state, outcome.after.feedback) == (State.REFERRED, Feedback.FILED)
    assert outcome.change.detail == {"feedback": "filed", "on": "2026-03-19"}
    assert [(text.kind, text.body) for text in outcome.change.texts] == [("feedback", "已立案")]
    handled = order(RecordFeedback, "05-20 10:00", result=Feedback.HANDLED)
    assert after(outcome.after, handled).feedback is Feedback.HANDLED


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 3, 21)])
def test_feedback_is_of_a_day_between_intake_and_now(day: date) -> None:
    with pytest.raises(Refused, match="须在登记日 2026-03-02 至今日 2026-03-20 之间"):
        decide(REFERRED, order(RecordFeedback, "03-20 10:00", on=day))


def test_a_referred_case_allows_nothing_but_feedback_by_the_office() -> None:
    with pytest.raises(Refused, match="现在可以：登记移送反馈（feedback）"):
        decide(REFERRED, order(Sign, "03-03 10:00"))
    assert TABLE[State.REFERRED, "feedback"].roles == {Role.OFFICE}


def test_the_words_of_a_referred_case_are_withheld() -> None:
    assert unless_withheld("收受宴请", "referred") == WITHHELD
    assert unless_withheld("收受宴请", "assigned") == "收受宴请"
    assert unless_withheld("", "referred") == ""
