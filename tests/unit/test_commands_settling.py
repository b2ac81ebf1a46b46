"""Not accepted, merged, split, referred."""

import pytest

from domain.codes import ClockKind, State
from domain.commands import AskExtension, Exclude, Merge, Refer, Reject, Split
from domain.errors import Refused
from tests.unit.casework import HELPER, LEAD, a_case, after, case_in, clock, decide, order, t

LEAD_CASE = a_case(no="QD2026-000002")


def test_a_rejected_case_stops_its_clock_and_keeps_the_reason() -> None:
    outcome = decide(a_case(), order(Reject, "03-02 10:00"))
    assert outcome.after.state is State.REJECTED
    assert outcome.after.unstopped() == ()
    assert [text.body for text in outcome.change.texts] == ["不属于受理范围"]
    assert outcome.change.withdraw == "all"


def test_a_rejection_needs_a_reason() -> None:
    with pytest.raises(Refused, match="理由"):
        decide(a_case(), order(Reject, "03-02 10:00", reason="  "))


def test_a_merged_case_pauses_and_follows_its_lead_case() -> None:
    outcome = decide(case_in(State.RECTIFYING), order(Merge, "03-04 10:00", into=LEAD_CASE))
    merged = outcome.after
    assert merged.lead_case == LEAD_CASE.no
    assert merged.former is State.RECTIFYING
    assert merged.wake_at is None
    assert merged.running() == ()
    assert [notice.unit for notice in outcome.change.notices] == [LEAD]


def test_a_case_without_units_is_merged_without_notice() -> None:
    assert decide(a_case(), order(Merge, "03-02 10:00", into=LEAD_CASE)).change.notices == ()


def test_merging_ends_what_was_asked() -> None:
    asked = after(case_in(State.RECTIFYING), order(AskExtension, "03-03 09:00"))
    asked = after(asked, order(Exclude, "03-03 09:30"))
    merged = after(asked, order(Merge, "03-04 10:00", into=LEAD_CASE))
    assert [request.status for request in merged.requests] == ["lapsed", "lapsed"]


def test_a_case_cannot_follow_itself_or_one_that_cannot_lead() -> None:
    case = a_case()
    with pytest.raises(Refused, match="不能并入自身"):
        decide(case, order(Merge, "03-02 10:00", into=case))
    for state in (State.MERGED, State.REJECTED, State.REFERRED):
        lead = case_in(state, no="QD2026-000009")
        with pytest.raises(Refused, match=f"不能并入 {lead.no}.*{state.zh}"):
            decide(case, order(Merge, "03-02 10:00", into=lead))


def test_a_case_that_others_follow_is_never_itself_merged() -> None:
    with pytest.raises(Refused, match="已有 2 件案件并入"):
        decide(a_case(), order(Merge, "03-02 10:00", into=LEAD_CASE, followers=2))


@pytest.mark.parametrize("state", [State.DETECTED, State.ASSIGNED, State.RECTIFYING])
def test_a_split_case_returns_to_its_former_state(state: State) -> None:
    merged = after(case_in(state), order(Merge, "03-04 10:00", into=LEAD_CASE))
    split = after(merged, order(Split, "03-11 10:00"))
    assert split.state is state
    assert (split.former, split.lead_case) == (None, "")
    assert len(split.running()) == len(case_in(state).running())


def test_a_split_case_keeps_the_time_it_used() -> None:
    merged = after(case_in(State.RECTIFYING), order(Merge, "03-04 10:00", into=LEAD_CASE))
    split = after(merged, order(Split, "03-11 10:00"))
    finish = clock(split, ClockKind.FINISH)
    assert finish.due_at == t("03-30 18:00")
    assert finish.revision == 1


def test_a_merged_row_without_a_former_state_is_triaged_again() -> None:
    odd = a_case(state=State.MERGED, lead_case=LEAD_CASE.no)
    assert after(odd, order(Split, "03-11 10:00")).state is State.DETECTED


def test_a_referred_case_ends_with_a_letter_to_the_organ() -> None:
    asked = after(case_in(State.RECTIFYING), order(Exclude, "03-03 09:00"))
    outcome = decide(asked, order(Refer, "03-04 10:00"))
    assert outcome.after.state is State.REFERRED
    assert outcome.after.unstopped() == ()
    assert outcome.after.pending() == ()
    assert [(n.template, n.unit) for n in outcome.change.notices] == [("referred", "jiwei")]
    due = outcome.after.feedback_due_at
    assert due == t("04-03 18:00")
    assert outcome.change.detail == {
        "organ": "jiwei",
        "about": [],
        "feedback_due": int(due.timestamp()),
    }


def test_a_referral_names_an_organ_that_does_not_handle_the_case() -> None:
    case = case_in(State.ASSIGNED)
    with pytest.raises(Refused, match="移送机关"):
        decide(case, order(Refer, "03-02 11:00", to=" "))
    with pytest.raises(Refused, match=f"不能移送给办理单位 {LEAD} 自身"):
        decide(case, order(Refer, "03-02 11:00", to=LEAD))
    assert decide(case, order(Refer, "03-02 11:00", to=HELPER)).after.state is State.REFERRED
