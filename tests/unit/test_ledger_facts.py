"""What the lists say of a case: dates that still count, words masked, discipline withheld."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from models.ledger import Entry, ListedClock, ListedEvent
from tasks.ledger import facts
from tasks.ledger.columns import SHEETS
from tasks.ledger.facts import Facts
from tests.unit.casework import t

NOW = t("03-20 09:00")
FACTS = Facts(
    units={"shuiwu": "市水务管理局", "caizheng": "市财政局"},
    channels={"12345": "12345热线"},
    heads={"shuiwu": "张局长"},
    now=NOW,
)
ROW: dict[str, Any] = {
    "no": "QD2026-000001",
    "seq": 7,
    "state": "rectifying",
    "environment": None,
    "kind": "harm",
    "urgency": "normal",
    "mode": "rectify",
    "channel": "12345",
    "subject": "收费未公示，电话13800001111",
    "party": "某公司",
    "party_hidden": False,
    "lead_unit": "shuiwu",
    "assisting": ["caizheng"],
    "verifying_unit": "",
    "level": 0,
    "listed": False,
    "excluded": False,
    "returns": 0,
    "relapses": 0,
    "rehandlings": 0,
    "result": None,
    "reported_at": t("03-02 09:00"),
    "detected_at": t("03-02 09:00"),
    "dispatched_at": t("03-02 10:00"),
    "closed_at": None,
    "lead_no": None,
    "lead_state": None,
    "followers": [],
}


def entry(
    *clocks: ListedClock,
    reply: str = "",
    events: dict[str, tuple[int, str]] | None = None,
    **row: object,
) -> Entry:
    told = {name: ListedEvent(seq, t(at), {}) for name, (seq, at) in (events or {}).items()}
    return Entry({**ROW, **row}, clocks, told, reply)


def clock(kind: str, start: str, due: str, stop: str = "") -> ListedClock:
    return ListedClock(kind, 0, "15wd", t(start), t(due), t(stop) if stop else None)


def wall(text: str) -> datetime:
    return t(text).replace(tzinfo=None)


def test_every_column_says_something_of_any_case() -> None:
    for columns in SHEETS.values():
        for column in columns:
            column.value(entry(), FACTS)
            column.value(entry(lead_unit="", dispatched_at=None, assisting=[]), FACTS)


def test_numbers_in_words_are_masked() -> None:
    assert facts.subject(entry(), FACTS) == "收费未公示，电话＊＊＊＊＊＊＊＊＊＊＊"
    assert facts.measures(entry(reply="已改\n请拨打13800001111"), FACTS).startswith("已改 请拨打＊")


@pytest.mark.parametrize("row", [{"mode": "discipline"}, {"state": "referred"}])
def test_what_the_discipline_organ_handles_is_withheld(row: dict[str, Any]) -> None:
    case = entry(reply="某某受贿", **row)
    assert facts.measures(case, FACTS) == facts.party(case, FACTS) == "（涉及执纪，不列）"
    assert facts.party(entry(party="", **row), FACTS) == ""


def test_a_party_that_would_say_who_reported_is_not_listed() -> None:
    assert facts.party(entry(party_hidden=True), FACTS) == "（办公室决定不向单位显示）"
    assert facts.party(entry(party_hidden=True, party=""), FACTS) == ""


def test_units_are_named_with_the_head_of_the_lead() -> None:
    case = entry()
    assert facts.unit("lead_unit")(case, FACTS) == "市水务管理局"
    assert (facts.head(case, FACTS), facts.assisting(case, FACTS)) == ("张局长", "市财政局")


def test_what_was_reached_before_a_setback_counts_no_more() -> None:
    reached = {"submitted": (4, "03-05 10:00"), "accepted": (5, "03-06 10:00")}
    finished = facts.since("submitted")
    assert finished(entry(events=reached), FACTS) == wall("03-05 10:00")
    assert finished(entry(events=reached | {"relapsed": (6, "03-07 10:00")}), FACTS) is None


def test_lateness_is_judged_when_the_unit_finished_or_now() -> None:
    running = clock("finish", "03-02 10:00", "03-19 18:00")
    in_time = clock("finish", "03-02 10:00", "03-19 18:00", "03-19 17:00")
    assert facts.late(entry(running), FACTS) == "逾期"
    assert facts.late(entry(in_time), FACTS) == ""
    assert facts.late(entry(), FACTS) == ""
    assert facts.due(entry(running), FACTS) == wall("03-19 18:00")
    assert facts.limit(entry(running), FACTS) == "15个工作日"


def test_a_public_notice_shows_once_the_submission_was_accepted() -> None:
    notice = clock("notice", "03-06 10:00", "03-13 18:00")
    accepted = {"accepted": (5, "03-06 10:00")}
    assert facts.notice_until(entry(notice, events=accepted), FACTS) == wall("03-13 18:00")
    assert facts.notice_until(entry(notice), FACTS) is None
    later = ROW["dispatched_at"] + timedelta(days=10)
    assert facts.notice_until(entry(notice, events=accepted, dispatched_at=later), FACTS) is None


def test_the_last_word_of_callback_and_recheck_counts() -> None:
    good, bad = {"called_back": (8, "03-10 10:00")}, {"rehandled": (6, "03-08 10:00")}
    assert facts.callback(entry(events=good | bad), FACTS) == "已解决、满意"
    assert facts.callback(entry(events=bad), FACTS) == "未解决或不满意"
    looks = {"recheck_passed": (9, "03-11 10:00"), "relapsed": (10, "03-12 10:00")}
    case = entry(clock("recheck", "03-10 10:00", "04-10 18:00"), events=looks)
    assert facts.recheck_finding(case, FACTS) == "不合格"
    assert facts.last_recheck(case, FACTS) == wall("03-12 10:00")
    assert facts.next_recheck(case, FACTS) == wall("04-10 18:00")
    assert facts.last_recheck(entry(), FACTS) is None
