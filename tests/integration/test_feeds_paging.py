"""Sources that lead round in circles, elsewhere, or nowhere: nothing is lost or opened twice."""

import pytest

from tasks.feeds.keeping import set_secret
from tests.integration.conftest import Bench
from tests.integration.feeds import (
    CURSOR,
    NAME,
    PAGED,
    SECRET,
    SINCE,
    Asked,
    Pulls,
    Reply,
    always,
    order,
    paged,
)


def cases(bench: Bench) -> object:
    return bench.value("select count(*) from rectification_case")


def test_a_last_page_repeated_for_ever_ends_the_pull(pulls: Pulls) -> None:
    pulls.set_up(*PAGED, *SINCE)
    rows = [order(n) for n in range(4)]

    def answer(one: Asked) -> Reply:
        start = min(int(one.query["page"]) - 1, 1) * 2
        return Reply({"data": rows[start : start + 2]})

    pulls.hotline.answer = answer
    report = pulls.pull()
    assert (report.opened, report.finished, len(pulls.hotline.asked)) == (4, True, 3)
    assert pulls.feed.since != ""


def test_a_source_that_heeds_no_page_number_never_moves_the_cursor(pulls: Pulls) -> None:
    """There may be more that it never showed: what it shows is taken in, and asked for again."""
    pulls.set_up(*PAGED, *SINCE)
    pulls.hotline.answer = lambda _: Reply({"data": [order(1), order(2)]})
    report = pulls.pull()
    assert (report.opened, report.finished, len(pulls.hotline.asked)) == (2, True, 2)
    assert "反复给出同一页" in report.note
    assert pulls.feed.since == ""


def test_the_same_page_under_ever_new_tokens_ends_the_pull(pulls: Pulls) -> None:
    pulls.set_up(*CURSOR, *SINCE)
    pulls.hotline.answer = lambda _: Reply(
        {"data": [order(1)], "next": f"t{len(pulls.hotline.asked)}"}
    )
    report = pulls.pull()
    assert (report.opened, len(pulls.hotline.asked), pulls.feed.since) == (1, 2, "")


def test_ever_new_empty_pages_are_bounded(pulls: Pulls) -> None:
    pulls.set_up(*CURSOR, "most_pages=5")
    pulls.hotline.answer = lambda _: Reply({"data": [], "next": f"t{len(pulls.hotline.asked)}"})
    assert (pulls.pull().finished, len(pulls.hotline.asked)) == (False, 5)


@pytest.mark.parametrize("tokens", [["a", "a"], ["a", "b", "a"]], ids=["never moves", "goes back"])
def test_a_token_that_leads_in_a_circle_is_told(pulls: Pulls, tokens: list[str]) -> None:
    pulls.set_up(*CURSOR)
    pulls.hotline.answer = lambda _: Reply(
        {
            "data": [order(len(pulls.hotline.asked))],
            "next": tokens[(len(pulls.hotline.asked) - 1) % len(tokens)],
        }
    )
    report = pulls.pull()
    assert "走过的地方" in report.error
    assert report.opened == len(tokens)
    assert pulls.feed.position == ""


def test_a_circle_of_pages_is_told(pulls: Pulls) -> None:
    pulls.set_up(*PAGED)
    pulls.hotline.answer = lambda one: Reply({"data": [order(int(one.query["page"]) % 2)]})
    assert "前面的页" in pulls.pull().error
    assert len(pulls.hotline.asked) == 3


ELSEWHERE = (
    "http://127.0.0.1:1/orders?p=2",
    "https://example.com/orders",
    "//example.com/orders",
    "ftp://127.0.0.1/x",
    "http://[::1",
    "\\\\example.com\\x",
)


def test_a_link_to_another_server_is_not_followed(pulls: Pulls) -> None:
    pulls.set_up("paging=next", "next=next")
    for link in ELSEWHERE:
        pulls.hotline.answer = always(Reply({"data": [order(1)], "next": link}))
        report = pulls.pull()
        assert "下一页链接" in report.error, link
        assert report.read == 1
    assert len(pulls.hotline.asked) == len(ELSEWHERE)


def test_a_link_never_carries_a_secret_into_the_database(pulls: Pulls, bench: Bench) -> None:
    pulls.set_up("paging=next", "next=next", "most_pages=1", query=["api_key={secret}"])
    set_secret(pulls.desk, NAME, "", SECRET)
    pulls.hotline.answer = lambda _: Reply(
        {"data": [order(len(pulls.hotline.asked))], "next": f"/orders?api_key={SECRET}&p=2"}
    )
    pulls.pull()
    assert pulls.feed.position == "/orders?p=2"
    pulls.pull()
    assert pulls.hotline.asked[1].query == {"p": "2", "api_key": SECRET}
    pulls.hotline.answer = lambda _: Reply({"data": [order(9)], "next": f"/{SECRET}/3"})
    pulls.pull()
    assert SECRET not in str(bench.rows("select * from feed"))


def test_rows_from_the_future_do_not_carry_the_cursor_with_them(pulls: Pulls) -> None:
    pulls.set_up(*SINCE)
    pulls.hotline.answer = lambda _: Reply(
        {"data": [order(1, "2027-01-01"), order(2, "2026-03-02 09:00:00")]}
    )
    report = pulls.pull()
    assert report.opened == 2
    assert "时钟可能偏快" in report.note
    assert pulls.feed.since == "2026-03-02T01:00:00+00:00"


def test_a_cursor_in_the_future_asks_from_now(pulls: Pulls) -> None:
    pulls.set_up(*SINCE, "overlap=0", "since=2030-01-01T00:00:00+08:00")
    pulls.pull()
    assert pulls.hotline.asked[0].query["after"] == "2026-03-02T10:00:00+08:00"


def test_a_page_that_fails_in_the_middle_leaves_the_cursor_at_the_last_good_one(
    pulls: Pulls, bench: Bench
) -> None:
    pulls.set_up(*PAGED, *SINCE)
    rows = [order(n) for n in range(6)]
    good = paged(rows, 2)
    pulls.hotline.answer = lambda one: Reply(status=503) if one.query["page"] == "3" else good(one)
    report = pulls.pull()
    assert (report.opened, report.pages, pulls.feed.position) == (4, 2, "3")
    assert pulls.feed.since == ""
    pulls.hotline.answer = good
    pulls.hotline.asked.clear()
    assert pulls.pull().opened == 2
    assert [one.query["page"] for one in pulls.hotline.asked] == ["2", "3", "4"]
    assert bench.rows("select file from intake_row order by id desc limit 1") == [
        ("feed 热线 第3页 2026-03-02 10:00",)
    ]


def test_a_place_that_the_source_forgot_is_begun_anew(pulls: Pulls) -> None:
    pulls.set_up(*CURSOR, "most_pages=1")
    pulls.hotline.answer = lambda _: Reply({"data": [order(1)], "next": "old"})
    pulls.pull()
    pulls.hotline.answer = lambda one: (
        Reply(status=410) if "token" in one.query else Reply({"data": [order(1), order(2)]})
    )
    report = pulls.pull()
    assert (report.opened, report.error, report.finished) == (1, "", True)
