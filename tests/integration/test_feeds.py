"""A well-behaved source: its problems become cases once, the cursor stays behind them."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.errors import Refused
from models import feeds as kept
from models.feeds import enable_feed
from models.verifying import verify
from tasks.feeds.keeping import Words, change
from tasks.feeds.rounds import due_feeds
from tests.integration.conftest import MONDAY, Bench
from tests.integration.feeds import (
    NAME,
    PAGED,
    PHONE,
    REPORTER,
    SINCE,
    Asked,
    Pulls,
    Reply,
    order,
    paged,
)


def asked(pulls: Pulls, *names: str) -> list[tuple[str, ...]]:
    return [tuple(one.query.get(name, "") for name in names) for one in pulls.hotline.asked]


def taken(bench: Bench) -> list[str]:
    return [str(row[0]) for row in bench.rows("select source_id from intake_row order by id")]


def test_pages_become_cases_with_sealed_reporters_and_the_register_says_where_from(
    pulls: Pulls, bench: Bench
) -> None:
    pulls.set_up(*PAGED)
    pulls.hotline.answer = paged([order(n) for n in range(1, 4)], 2)
    report = pulls.pull()
    assert (report.pages, report.read, report.opened, report.finished) == (3, 3, 3, True)
    assert asked(pulls, "page", "size") == [("1", "2"), ("2", "2"), ("3", "2")]
    assert bench.rows("select source_id, row_number, file from intake_row order by id") == [
        ("H-1", 1, "feed 热线 第1页 2026-03-02 10:00"),
        ("H-2", 2, "feed 热线 第1页 2026-03-02 10:00"),
        ("H-3", 1, "feed 热线 第2页 2026-03-02 10:00"),
    ]
    assert bench.rows("select subject, channel, reachable from rectification_case limit 1") == [
        ("第1个问题", "12345", True)
    ]
    assert bench.value("select count(*) from identity.reporter") == 3
    assert bench.value("select body from case_text order by case_id limit 1") == "内容1"
    assert verify(bench.engine).faults == []


def test_what_came_before_is_known_and_opens_nothing(pulls: Pulls, bench: Bench) -> None:
    pulls.set_up(*PAGED)
    rows = [order(n) for n in range(1, 4)]
    pulls.hotline.answer = paged(rows, 2)
    pulls.pull()
    pulls.hotline.answer = paged([*rows, order(4)], 2)
    report = pulls.pull()
    assert (report.read, report.opened, report.duplicate) == (4, 1, 3)
    assert bench.value("select count(*) from rectification_case") == 4


def test_the_cursor_looks_back_so_that_late_rows_are_found(pulls: Pulls, bench: Bench) -> None:
    pulls.set_up(*SINCE, "overlap=30")
    pulls.hotline.answer = lambda _: Reply(
        {"data": [order(2, "2026-03-02T09:30:00+08:00"), order(1, "2026-03-02 08:00:00")]}
    )
    pulls.pull()
    assert pulls.feed.since == "2026-03-02T01:30:00+00:00"
    pulls.hotline.answer = lambda _: Reply({"data": [order(3, "2026-03-02T09:05:00+08:00")]})
    assert pulls.pull().opened == 1
    assert asked(pulls, "after") == [("",), ("2026-03-02T09:00:00+08:00",)]
    assert pulls.feed.since == "2026-03-02T01:30:00+00:00"
    assert taken(bench) == ["H-2", "H-1", "H-3"]


def test_a_cursor_is_written_the_way_its_source_reads_it(pulls: Pulls) -> None:
    pulls.set_up(*SINCE, "overlap=30", "since_format=epoch_ms")
    pulls.hotline.answer = lambda _: Reply({"data": [order(1, updatedAt="1772415000000")]})
    pulls.pull()
    assert pulls.feed.since == "2026-03-02T01:30:00+00:00"
    pulls.pull()
    assert asked(pulls, "after")[1] == ("1772413200000",)


def test_a_token_leads_from_page_to_page(pulls: Pulls) -> None:
    pulls.set_up("paging=cursor", "next=meta.next", "page_param=token")
    pages = {"": ([order(1)], "b"), "b": ([], "c"), "c": ([order(2)], None)}

    def answer(one: Asked) -> Reply:
        rows, token = pages[one.query.get("token", "")]
        return Reply({"data": rows, "meta": {"next": token}})

    pulls.hotline.answer = answer
    report = pulls.pull()
    assert (report.pages, report.opened, report.finished) == (3, 2, True)


@pytest.mark.parametrize("where", ["body", "header"])
def test_a_link_leads_to_the_next_page_and_gets_the_secrets_again(pulls: Pulls, where: str) -> None:
    pulls.set_up(
        "paging=next", *(["next=links.next"] if where == "body" else []), query=["city=qd"]
    )

    def answer(one: Asked) -> Reply:
        link = "/orders?p=2&city=qd" if "p" not in one.query else ""
        if where == "body":
            return Reply({"data": [order(len(pulls.hotline.asked))], "links": {"next": link}})
        headers = {"Link": f'<{link}>; rel="next"'} if link else {}
        return Reply({"data": [order(len(pulls.hotline.asked))]}, headers=headers)

    pulls.hotline.answer = answer
    assert pulls.pull().opened == 2
    assert asked(pulls, "p", "city") == [("", "qd"), ("2", "qd")]


def test_an_offset_counts_the_rows_that_really_came(pulls: Pulls) -> None:
    """The source gives two rows a page, however many are asked for."""
    pulls.set_up("paging=offset", "page_param=skip", "size=50", "size_param=limit")
    rows = [order(n) for n in range(5)]

    def answer(one: Asked) -> Reply:
        start = int(one.query["skip"])
        return Reply({"data": rows[start : start + 2]})

    pulls.hotline.answer = answer
    assert pulls.pull().opened == 5
    assert asked(pulls, "skip", "limit") == [(n, "50") for n in ("0", "2", "4", "5")]


def test_comma_separated_rows_come_with_the_usual_headers(pulls: Pulls, bench: Bench) -> None:
    text = "工单编号,标题,内容\n1,路灯不亮,三天了\n2,路面破损,多,余\n".encode("gb18030")
    pulls.set_up("format=csv", columns=[])
    pulls.hotline.answer = lambda _: Reply(text)
    report = pulls.pull()
    assert (report.opened, report.rejected) == (1, 1)
    assert bench.value("select subject from rectification_case") == "路灯不亮"


def test_a_bounded_run_goes_on_where_it_ended(pulls: Pulls) -> None:
    pulls.set_up(*PAGED, *SINCE, "most_pages=2")
    rows = [order(n, f"2026-03-02T0{n}:00:00+08:00") for n in range(1, 8)]
    pulls.hotline.answer = paged(rows, 2)
    first = pulls.pull()
    assert (first.opened, first.finished) == (4, False)
    assert "下次接着拉" in first.note
    assert (pulls.feed.position, pulls.feed.since) == ("3", "")
    opened = [pulls.pull().opened for _ in range(3)]
    assert opened == [2, 1, 0]
    assert pulls.feed.since == "2026-03-01T23:00:00+00:00"
    assert pulls.feed.position == ""


def test_a_paused_source_is_left_alone_until_it_is_resumed(pulls: Pulls) -> None:
    pulls.set_up()
    enable_feed(pulls.desk.engine, NAME, enabled=False)
    assert due_feeds(pulls.desk) == []
    with pytest.raises(Refused, match="已暂停"):
        pulls.pull()
    enable_feed(pulls.desk.engine, NAME, enabled=True)
    assert due_feeds(pulls.desk) == [NAME]


def test_a_source_is_pulled_by_one_process_at_a_time(pulls: Pulls) -> None:
    pulls.set_up()
    with kept.pulling_alone(pulls.desk.engine, pulls.feed):
        assert pulls.pull().held
    assert not pulls.pull().held


def test_a_change_in_the_middle_of_a_pull_ends_it(pulls: Pulls) -> None:
    pulls.set_up(*PAGED, *SINCE)
    pulls.hotline.answer = paged([order(n) for n in range(4)], 2)

    def meddle(_: int) -> None:
        change(pulls.desk, NAME, Words(settings=["size=1"]))

    report = pulls.pull(meddle)
    assert "刚刚改动过" in report.error
    assert (report.opened, pulls.feed.since, pulls.feed.failures) == (2, "", 0)


def test_rows_that_were_refused_are_registered_once_and_again_after_a_change(
    pulls: Pulls, bench: Bench
) -> None:
    pulls.set_up(*SINCE)
    pulls.hotline.answer = lambda _: Reply({"data": [order(1, content="x"), order(2)]})
    assert (pulls.pull().rejected, pulls.pull().refused_before) == (1, 1)
    [(reason,)] = bench.rows("select reason from intake_row where outcome = 'rejected'")
    assert "按路径“content.text”取不到值" in str(reason)
    change(pulls.desk, NAME, Words(columns=["body=content"]))
    again = pulls.pull()
    assert (again.opened, again.rejected) == (1, 1)


def test_a_hand_set_cursor_says_where_the_next_pull_begins(pulls: Pulls) -> None:
    pulls.set_up(*SINCE, "overlap=0", "since=2026-02-01T00:00:00+08:00")
    pulls.pull()
    change(pulls.desk, NAME, Words(settings=["since="]))
    pulls.pull()
    assert asked(pulls, "after") == [("2026-02-01T00:00:00+08:00",), ("",)]


def test_nothing_of_a_reporter_is_kept_with_the_source(pulls: Pulls, bench: Bench) -> None:
    pulls.set_up(*SINCE)
    pulls.hotline.answer = lambda _: Reply({"data": [order(1), order(2, title=["x"])]})
    pulls.pull()
    shown = str(bench.rows("select * from feed")) + str(bench.rows("select * from feed_rejected"))
    assert PHONE not in shown
    assert REPORTER not in shown


def test_rows_are_taken_no_faster_than_allowed(pulls: Pulls) -> None:
    pulls.set_up(*PAGED, "rows_per_second=4")
    pulls.hotline.answer = paged([order(n) for n in range(4)], 2)
    pulls.pull()
    assert pulls.waited == [0.5, 0.5]


def test_two_pulls_at_once_open_every_problem_once(pulls: Pulls, bench: Bench) -> None:
    pulls.set_up(*PAGED)
    inside, go_on = threading.Event(), threading.Event()

    def wait(_: int) -> None:
        inside.set()
        go_on.wait(20)

    pulls.hotline.answer = paged([order(1)], 2)
    thread = threading.Thread(target=lambda: pulls.pull(wait))
    thread.start()
    assert inside.wait(20)
    assert pulls.pull().held
    go_on.set()
    thread.join()
    assert taken(bench) == ["H-1"]


def test_time_is_an_argument(pulls: Pulls) -> None:
    """A later desk pulls later: nothing here reads the clock."""
    pulls.set_up()
    later = replace(pulls.desk, now=MONDAY + timedelta(days=3))
    Pulls(later, pulls.hotline).pull()
    assert pulls.feed.pulled_at == later.now
