"""Sources without a network: paths, addresses, marks, and words about them."""

from datetime import datetime
from typing import Any

import pytest

from domain.calendar import SHANGHAI
from domain.errors import Misuse
from tasks.feeds.addresses import check_url, following, names_a_secret, shown, without
from tasks.feeds.marks import asked_from, furthest, read_mark, write_mark
from tasks.feeds.pages import Page
from tasks.feeds.paths import BLOCKED, MISSING, dig
from tasks.feeds.pulling import PullReport
from tasks.feeds.references import Secrets
from tasks.feeds.rows import columns_of, raw_rows
from tasks.feeds.shape import Shape
from tasks.feeds.telling import pulled
from tasks.feeds.trails import Trail
from tasks.feeds.trouble import Trouble
from tasks.reading.columns import COLUMNS

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("", {"a": {"b": [1, {"c": None}]}, "a.b": 2, "t": "x"}),
        ("a.b", 2),
        ("a", {"b": [1, {"c": None}]}),
        ("t", "x"),
        ("t.u", BLOCKED),
        ("x.y", MISSING),
    ],
)
def test_a_path_leads_to_what_stands_there(path: str, found: object) -> None:
    assert dig({"a": {"b": [1, {"c": None}]}, "a.b": 2, "t": "x"}, path) == found


@pytest.mark.parametrize(
    ("path", "found"),
    [("0", 1), ("1.c", None), ("1.c.d", MISSING), ("9", MISSING), ("x", BLOCKED), ("-1", BLOCKED)],
)
def test_a_path_counts_in_lists(path: str, found: object) -> None:
    assert dig([1, {"c": None}], path) is found


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/x", "http://[::1]/", "http://localhost/"])
def test_plain_http_is_for_this_machine(url: str) -> None:
    assert check_url(url, plain_http=False) == url


@pytest.mark.parametrize("url", ["http://127.0.0.1.example.com/", "http://10.0.0.1/"])
def test_other_machines_are_asked_over_tls(url: str) -> None:
    with pytest.raises(Misuse, match="不加密的 http"):
        check_url(url, plain_http=False)
    assert check_url(url, plain_http=True) == url


@pytest.mark.parametrize("name", ["Authorization", "X-API-Key", "appSecret", "token", "sign"])
def test_names_of_secrets_are_known(name: str) -> None:
    assert names_a_secret(name)


@pytest.mark.parametrize("name", ["keyword", "Accept", "city", "pageSize", "X-Request-Id"])
def test_other_names_are_no_secrets(name: str) -> None:
    assert not names_a_secret(name)


def test_an_address_shows_without_its_values() -> None:
    assert shown("https://a/x?city=青岛&k=v") == "https://a/x?city=…&k=…"
    assert without("https://a/x?k=v&p=2", frozenset({"k"})) == "/x?p=2"


def test_a_port_said_and_unsaid_is_the_same_server() -> None:
    assert following("https://a/x", "https://a:443/y#z") == "https://a:443/y"
    for other in ("https://a:444/y", "http://a/y", "https://u@a/y", "https://a\n/y", "x" * 2001):
        with pytest.raises(Trouble, match="下一页链接"):
            following("https://a/x", other)


def test_marks_count_whatever_the_order_and_only_in_the_past() -> None:
    shape = Shape(since_param="s", since_field="at")
    rows = [{"at": "2026/3/1"}, {"at": None}, {"at": "2026-03-03"}, {"at": "2026-02-01"}, "x"]
    assert furthest(rows, shape, NOW) == (datetime(2026, 3, 1, tzinfo=SHANGHAI), 1)
    assert furthest([{"at": 7}, {"at": "12"}], Shape(since_format="number"), NOW) == (None, 0)
    numbers = Shape(since_format="number", since_field="at")
    assert furthest([{"at": 7}, {"at": "12"}, {"at": "x"}], numbers, NOW) == (12, 0)
    seconds = Shape(since_format="epoch", since_field="at")
    assert furthest([{"at": 999999999999999}], seconds, NOW) == (None, 0)


@pytest.mark.parametrize(
    ("written", "value", "kept", "sent"),
    [
        ("iso", "2026-03-02T01:30:00Z", "2026-03-02T01:30:00+00:00", "2026-03-02T09:00:00+08:00"),
        ("plain", "2026-03-02 09:30:00", "2026-03-02T01:30:00+00:00", "2026-03-02 09:00:00"),
        ("epoch", 1772415000, "2026-03-02T01:30:00+00:00", "1772413200"),
        ("epoch_ms", "1772415000000", "2026-03-02T01:30:00+00:00", "1772413200000"),
        ("number", 4711, "4711", "4681"),
        ("number", 12, "12", "0"),
    ],
)
def test_a_mark_is_kept_and_sent_the_way_its_source_reads_it(
    written: str, value: object, kept: str, sent: str
) -> None:
    shape = Shape(since_param="s", since_field="at", since_format=written, overlap=30)
    mark, _ = furthest([{"at": value}], shape, NOW)
    assert write_mark(mark) == kept
    assert asked_from(read_mark(kept, shape), shape, NOW) == sent


def test_nothing_is_asked_from_when_nothing_is_known() -> None:
    assert asked_from(read_mark("", Shape()), Shape(), NOW) == ""


def test_columns_are_known_by_the_usual_headers_unless_said_otherwise() -> None:
    rows: list[object] = [{"工单编号": 1, "标题": "a", "memo": "b"}, {"内容": "c"}]
    shape = Shape(columns={"body": "memo"})
    assert columns_of(rows, shape, COLUMNS) == {
        "source_id": "工单编号",
        "subject": "标题",
        "body": "memo",
    }
    with pytest.raises(Trouble, match="认不出编号列"):
        columns_of([{"标题": "a"}], Shape(), COLUMNS)
    with pytest.raises(Trouble, match="认不出事由列和内容列"):
        columns_of([{"编号": "a"}], Shape(), COLUMNS)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1772415000, "2026-03-02T01:30:00+00:00"),
        ("1772415000000", "2026-03-02T01:30:00+00:00"),
        ("2026-03-02", "2026-03-02"),
        (None, ""),
        (True, "true"),
    ],
)
def test_values_become_texts(value: object, text: str) -> None:
    columns = {"source_id": "id", "reported_at": "at"}
    [row] = raw_rows([{"id": 1, "at": value}], columns)
    assert (row.fields["reported_at"], row.problem) == (text, "")


def test_references_are_replaced_and_never_shown() -> None:
    secrets = Secrets({"main": "m", "b": "x"}, {"FEED_A": "e"})
    assert secrets.put_into("Bearer {secret}/{secret:b}/{env:FEED_A}/{x}") == "Bearer m/x/e/{x}"
    assert "FEED_A" not in repr(secrets)


def test_a_repeated_page_proves_the_end_only_where_pages_differ() -> None:
    trail = Trail("page")
    assert [trail.repeats(Page([n], "")) for n in (1, 1)] == [False, True]
    assert not trail.proves_the_end
    trail = Trail("page")
    assert [trail.repeats(Page([n], "")) for n in (1, 2, 2)] == [False, False, True]
    assert trail.proves_the_end


def test_a_pull_is_told_in_words() -> None:
    good: dict[str, Any] = {"opened": 34, "duplicate": 2, "rejected": 1, "changed": 1}
    reports = [
        PullReport("12345热线", **good),
        PullReport("市长信箱", refused_before=3, error="来源答复 503，稍后自动重试。"),
        PullReport("媒体", held=True),
    ]
    assert pulled(reports) == (
        "12345热线：新立案 34，已有 2（内容有更新 1），退回 1；"
        "市长信箱：新立案 0，已有 0，退回 0，此前已退回 3（来源答复 503，稍后自动重试）；"
        "媒体：另一次拉取正在进行，这次没有拉取。"
    )
    assert pulled([]) == "没有要拉取的来源。"
