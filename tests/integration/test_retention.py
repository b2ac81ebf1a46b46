"""Identities and texts erased when their time is over: not before, once, and the chain holds."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from domain.calendar import SHANGHAI
from domain.case import SYSTEM
from models import retention
from models.journaling import Occasion, append
from models.retention import Erasing, at_work, terms_in_force
from models.verifying import verify
from tasks.desk import Desk
from tasks.retention import erase_expired, report_page, told
from tests.integration.conftest import AT, MONDAY, Bench, Terminal

WHO = ["--actor", "王科"]
YEAR, THREE_YEARS = "2027-03-03T10:00:00+08:00", "2029-03-03T11:00:00+08:00"
NEUTRAL = "（已按保存期限清除）"


@pytest.fixture
def over(taken_in: list[str], terminal: Terminal) -> list[str]:
    """The first case is not accepted, the second waits, the third was referred."""
    terminal("reject", taken_in[0], "--reason", "不属受理范围", *WHO, at=AT.format(2, 11))
    terminal("refer", taken_in[2], "--to", "jiwei", *WHO, at=AT.format(3, 11))
    return taken_in


def at(desk: Desk, moment: str) -> Desk:
    then = datetime.fromisoformat(moment)
    return Desk(desk.settings, desk.database, desk.engine, then, then)


def reporters(bench: Bench) -> list[object]:
    rows = bench.rows(
        "select c.no from identity.reporter r join rectification_case c on c.id = r.case_id"
        " order by 1"
    )
    return [no for (no,) in rows]


def test_nothing_is_erased_before_its_time(bench: Bench, desk: Desk, over: list[str]) -> None:
    early = erase_expired(at(desk, "2027-03-02T10:59:00+08:00"))
    assert (early.identities, early.texts, early.oldest) == (0, 0, None)
    assert reporters(bench) == [over[0], over[2]]


def test_after_a_year_the_identity_goes_and_the_texts_stay(
    bench: Bench, desk: Desk, over: list[str]
) -> None:
    report = erase_expired(at(desk, "2027-03-02T11:00:00+08:00"))
    assert (report.identities, report.texts) == (1, 0)
    assert report.oldest == datetime(2026, 3, 2, 11, 0, tzinfo=SHANGHAI)
    assert reporters(bench) == [over[2]]
    rows = bench.rows(
        "select c.reachable, c.subject <> %(neutral)s, h.event, h.actor, h.detail"
        " from rectification_case c join history h on h.case_id = c.id and h.seq = c.seq"
        " where c.no = %(no)s",
        no=over[0],
        neutral=NEUTRAL,
    )
    assert rows == [(False, True, "identity_erased", "system", {"identity": True, "texts": 0})]
    assert verify(bench.engine).faults == []


def test_after_three_years_the_texts_go_and_the_chain_still_holds(
    bench: Bench, terminal: Terminal, over: list[str]
) -> None:
    before = bench.rows("select case_id, seq, hash from history order by 1, 2")
    found = terminal.document("retention", "run", *WHO, at=THREE_YEARS)
    assert (found["identities"], found["texts"], found["held"]) == (2, 2, 0)
    assert bench.rows(
        "select c.no, bool_or(t.body is not null) from case_text t"
        " join rectification_case c on c.id = t.case_id group by 1 order by 1"
    ) == [(over[0], False), (over[1], True), (over[2], False)]
    assert bench.rows("select no, subject from rectification_case order by no") == [
        (over[0], NEUTRAL),
        (over[1], "希望领导关注"),
        (over[2], NEUTRAL),
    ]
    after = bench.rows("select case_id, seq, hash from history order by 1, 2")
    assert [row for row in after if row in before] == before
    assert "已清除" in terminal("case", "show", over[0], "--text")
    terminal("verify")
    again = terminal.document("retention", "run", *WHO, at=THREE_YEARS)
    assert (again["identities"], again["texts"]) == (0, 0)
    assert bench.rows("select case_id, seq, hash from history order by 1, 2") == after


def test_a_preview_counts_and_writes_nothing(
    bench: Bench, terminal: Terminal, over: list[str]
) -> None:
    before = bench.rows("select no, seq from rectification_case order by no")
    found = terminal.document("retention", "run", "--preview", at=THREE_YEARS)
    assert (found["preview"], found["identities"], found["texts"]) == (True, 2, 2)
    assert bench.rows("select no, seq from rectification_case order by no") == before
    assert len(reporters(bench)) == 2
    assert bench.value("select count(*) from erasure") == 0


def test_a_held_case_keeps_everything_until_it_is_let_go(
    bench: Bench, terminal: Terminal, over: list[str]
) -> None:
    words = ["--reason", "行政诉讼未结", *WHO]
    terminal("retention", "hold", over[0], *words, at=AT.format(4, 9))
    assert "已经是暂缓清除" in terminal("retention", "hold", over[0], *words, code=1)
    [listed] = terminal.document("retention", "held")
    assert (listed["no"], listed["reason"], listed["actor"]) == (over[0], "行政诉讼未结", "王科")
    found = terminal.document("retention", "run", *WHO, at=YEAR)
    assert (found["identities"], found["held"]) == (0, 1)
    found = terminal.document("retention", "run", *WHO, at=THREE_YEARS)
    assert (found["identities"], found["held"]) == (1, 1)
    assert reporters(bench) == [over[0]]
    terminal("retention", "release", over[0], *WHO, at=THREE_YEARS)
    assert "不在暂缓清除之列" in terminal(
        "retention", "release", over[0], *WHO, code=1, at=THREE_YEARS
    )
    terminal("retention", "run", *WHO, at=THREE_YEARS)
    assert reporters(bench) == []
    terminal("verify")


def test_a_follower_counts_with_its_lead_and_a_running_case_is_never_touched(
    bench: Bench, desk: Desk, terminal: Terminal, taken_in: list[str]
) -> None:
    terminal("assign", taken_in[2], "--unit", "shuiwu", at=AT.format(2, 11))
    terminal("merge", taken_in[0], "--into", taken_in[2], at=AT.format(2, 12))
    assert erase_expired(at(desk, THREE_YEARS)).identities == 0
    terminal("refer", taken_in[2], "--to", "jiwei", *WHO, at="2028-03-02T11:00:00+08:00")
    assert erase_expired(at(desk, "2029-03-01T11:00:00+08:00")).identities == 0
    assert erase_expired(at(desk, "2029-03-02T11:00:00+08:00")).identities == 2
    assert reporters(bench) == []


def test_a_reopened_case_counts_anew(bench: Bench, desk: Desk, over: list[str]) -> None:
    later = datetime(2026, 9, 1, 9, 0, tzinfo=SHANGHAI)
    occasion = Occasion(later, later, SYSTEM)
    with bench.engine.begin() as connection:
        [id_] = connection.execute(
            text("select id from rectification_case where no = :no for update"), {"no": over[0]}
        ).scalars()
        for before, after in (("rejected", "detected"), ("detected", "rejected")):
            detail = {"from": before, "to": after}
            entry = {"case_id": id_, "event": "rejected", "detail": detail}
            append(connection, [entry], occasion)
    assert erase_expired(at(desk, YEAR)).identities == 0
    assert erase_expired(at(desk, "2027-09-01T09:00:00+08:00")).identities == 2


def test_cut_off_between_batches_the_next_run_does_the_rest(
    bench: Bench, desk: Desk, over: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 1)
    then = datetime.fromisoformat(THREE_YEARS)
    erasing = Erasing(terms_in_force(bench.engine), Occasion(then, then, SYSTEM))
    first = retention.erase_next(bench.engine, erasing, 0)
    assert (first.identities, len(reporters(bench))) == (1, 1)
    assert erase_expired(at(desk, THREE_YEARS)).identities == 1
    assert verify(bench.engine).faults == []
    assert bench.value("select count(*) from history where event = 'identity_erased'") == 2


def test_two_at_once_are_one_too_many(bench: Bench, desk: Desk, over: list[str]) -> None:
    with at_work(bench.engine) as alone:
        assert alone
        report = erase_expired(at(desk, THREE_YEARS))
    assert report.busy
    assert "另一次清除正在进行" in told(report)
    assert len(reporters(bench)) == 2


def test_messages_lose_their_text_once_all_that_they_speak_of_is_erased(
    bench: Bench, desk: Desk, terminal: Terminal, over: list[str]
) -> None:
    sent = "2026-03-03T12:00:00+08:00"
    terminal("deliver", at=sent)
    held = "select count(*) from message where status = 'sent' and body <> ''"
    assert bench.value(held) == 1
    words = ["--reason", "行政诉讼未结", *WHO]
    terminal("retention", "hold", over[2], *words, at="2027-01-01T09:00:00+08:00")
    assert erase_expired(at(desk, "2029-03-03T12:00:00+08:00")).messages == 0
    terminal("retention", "release", over[2], *WHO, at="2029-03-03T11:30:00+08:00")
    assert erase_expired(at(desk, "2029-03-03T11:59:00+08:00")).messages == 0
    report = erase_expired(at(desk, "2029-03-03T12:00:00+08:00"))
    assert (report.messages, bench.value(held)) == (1, 0)
    assert bench.rows("select subject, status from message") == [(NEUTRAL, "sent")]
    paper = bench.rows("select title <> '', body from document where template = 'referred'")
    assert paper == [(True, NEUTRAL)]
    assert erase_expired(at(desk, "2029-03-04T12:00:00+08:00")).messages == 0


def test_the_report_says_how_much_and_shows_nobody(desk: Desk, over: list[str]) -> None:
    then = at(desk, THREE_YEARS)
    report = erase_expired(then)
    page = report_page(then, report)
    assert "已清除反映人身份 2 件、文字 2 件" in page
    assert "12个月" in page
    assert "王女士" not in page
    assert then.now - MONDAY > timedelta(days=365)
