"""The commands about sources: set up, tried, pulled, changed, taken away; and what is refused."""

import io
import shlex
import stat
import threading
from collections.abc import Iterator
from http.server import HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tasks.settings import CHECKOUT, Settings
from tests.integration.conftest import AT, Bench, Terminal
from tests.integration.feeds import (
    NAME,
    PHONE,
    REPORTER,
    SECRET,
    Hotline,
    Reply,
    hotline_server,
    order,
)

MORNING = AT.format(2, 10)


@pytest.fixture
def hotline() -> Iterator[Hotline]:
    with hotline_server() as made:
        yield made


def add(terminal: Terminal, url: str, *words: str, code: int = 0) -> str:
    given = ["--channel", "12345", "--url", url, "--map", "source_id=orderNo", *words]
    return terminal("feed", "add", NAME, *given, "rows=data", code=code, at=MORNING)


def files(home: Path) -> list[Path]:
    return sorted((home / "secrets").glob("feed-*.json"))


def test_a_source_goes_its_way_from_registration_to_removal(
    terminal: Terminal,
    bench: Bench,
    hotline: Hotline,
    postgres: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    header = ("--header", "Authorization=Bearer {secret}")
    said = add(terminal, hotline.url, "--map", "body=content.text", *header)
    assert "feed test 热线" in said
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{SECRET}\n"))
    before = files(postgres.home)
    assert SECRET not in terminal("feed", "secret", NAME)
    [made] = set(files(postgres.home)) - set(before)
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert SECRET in made.read_text("utf-8")

    hotline.answer = lambda _: Reply({"data": [order(1), order(2)]})
    tried = terminal("feed", "test", NAME, at=MORNING)
    assert "没有写入任何内容" in tried
    assert bench.value("select count(*) from intake_row") == 0
    [report] = terminal.document("feed", "pull", at=MORNING)
    assert (report["feed"], report["opened"], report["finished"]) == (NAME, 2, True)
    assert terminal("feed", "pull", NAME, at=MORNING).startswith("热线：新立案 0，已有 2，退回 0。")
    assert hotline.asked[-1].headers["Authorization"] == f"Bearer {SECRET}"

    shown = terminal("feed", "show", NAME) + terminal("feed", "list") + bench_text(bench)
    assert "Bearer {secret}" in shown
    assert SECRET not in shown
    assert "已暂停拉取" in terminal("feed", "pause", NAME)
    assert "已暂停" in terminal("feed", "list")
    assert terminal("feed", "pull", at=MORNING) == "没有要拉取的来源。\n"
    assert "请先运行 ./rectify feed resume" in terminal("feed", "pull", NAME, code=1)
    assert terminal.document("feed", "resume", NAME)["enabled"] is True
    assert terminal.document("feed", "remove", NAME) == {"feed": NAME, "removed": True}
    assert files(postgres.home) == before
    assert bench.value("select count(*) from rectification_case") == 2
    assert terminal("feed", "list") == "还没有登记来件接口。\n"


def bench_text(bench: Bench) -> str:
    return str(bench.rows("select * from feed"))


def test_a_try_shows_how_columns_are_understood_and_nobody(
    terminal: Terminal, hotline: Hotline
) -> None:
    """Even where a column with a name in it was taken for another."""
    add(terminal, hotline.url, "--map", "urgency=name", "--map", "body=content.text")
    hotline.answer = lambda _: Reply({"data": [order(1), order(2, name="“a”b")]})
    shown = terminal("feed", "test", NAME, at=MORNING)
    document = terminal.document("feed", "test", NAME, at=MORNING)
    assert {(one["field"], one["path"], one["filled"]) for one in document["columns"]} == {
        ("subject", "title", 2),
        ("source_id", "orderNo", 2),
        ("body", "content.text", 2),
        ("urgency", "name", 2),
    }
    assert document["unknown"] == ["updatedAt", "tel"]
    assert [number for number, _ in document["rejected"]] == [1, 2]
    for canary in (REPORTER, PHONE, "第1个问题", "内容1", "a”b"):
        assert canary not in shown + str(document)


def test_a_broken_pull_exits_with_one(terminal: Terminal, hotline: Hotline) -> None:
    add(terminal, hotline.url)
    hotline.answer = lambda _: Reply(status=401)
    terminal("feed", "pull", NAME, code=1, at=MORNING)
    [listed] = terminal.document("feed", "list")
    assert listed["last_error"].startswith("来源答复 401，不认可我们的密钥")
    assert "连续失败 3 次，2026-03-02 10:20 再试" in terminal("feed", "show", NAME)
    assert "答复 401" in terminal("feed", "test", NAME, code=1)


def test_another_server_never_gets_the_secret(
    terminal: Terminal, hotline: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(terminal, hotline.url, "--header", "X-Token={secret}")
    monkeypatch.setattr("sys.stdin", io.StringIO(SECRET))
    terminal("feed", "secret", NAME)
    with hotline_server() as other:
        terminal("feed", "set", NAME, "--url", other.url)
        assert "还没有设置来源引用的密钥" in terminal("feed", "test", NAME, code=1)
        assert other.asked == []


NONSENSE: tuple[tuple[list[str], str], ...] = (
    (["--url", "ftp://a/"], "不是网址"),
    (["--url", "https://"], "不是网址"),
    (["--url", "https://a:99999/"], "不是网址"),
    (["--url", "https://user:pw@a/"], "不能带用户名和口令"),
    (["--url", "http://hotline.example/"], "不加密的 http"),
    (["--url", "https://a/?access_token=x"], "参数 access_token 像是密钥"),
    (["--header", "Authorization=Bearer x"], "Authorization 像是密钥"),
    (["--query", "appkey=x"], "appkey 像是密钥"),
    (["--header", "Host=b"], "不能使用"),
    (["--header", "X={env:PATH}"], "以 FEED_ 开头"),
    (["--header", "X"], "名称=值"),
    (["--map", "who=x"], "没有字段“who”"),
    (["--map", "body=a", "--map", "body=b"], "写了两次"),
    (["--channel", "nobody"], "没有代码为“nobody”的渠道"),
    (["--channel", "self_check"], "不接收外部系统"),
    (["pages=3"], "没有设置项“pages”"),
    (["paging=scroll"], "paging=scroll 不认识"),
    (["size=-1"], "size 应是 0 到 10000 的整数"),
    (["timeout=0"], "timeout 应是 1 到 600"),
    (["since_param=x"], "要一起设置"),
    (["since=2026-01-01"], "不符"),
    (["paging=cursor"], "须用 next"),
    (["ok=code"], "ok 应写成"),
    (["format=csv"], "没有路径"),
    (["page_param=a b"], "参数名“a b”不能使用"),
    (["ca_file=x.pem"], "完整路径"),
)


def test_what_makes_no_sense_is_refused_and_nothing_kept(
    terminal: Terminal, hotline: Hotline
) -> None:
    for words, said in NONSENSE:
        code = 1 if said == "不接收外部系统" else 2
        assert said in add(terminal, hotline.url, *words, code=code), words
    assert terminal.document("feed", "list") == []


def test_names_are_checked(terminal: Terminal, hotline: Hotline) -> None:
    add(terminal, hotline.url)
    assert "已有名为“热线”的来源" in add(terminal, hotline.url, code=1)
    words = ["--channel", "12345", "--url", hotline.url]
    assert "来源名称应是" in terminal("feed", "add", "../x", *words, code=2)
    for command in ("show", "set", "test", "pull", "pause", "resume", "remove", "secret"):
        assert "没有名为“无”的来源" in terminal("feed", command, "无", code=2)
    assert "没有要改的内容" in terminal("feed", "set", NAME, code=2)


def test_plain_http_is_taken_when_it_is_asked_for(terminal: Terminal) -> None:
    add(terminal, "http://hotline.example/", "--plain-http")
    assert terminal.document("feed", "show", NAME)["shape"]["plain_http"] is True


def test_a_secret_must_be_one_that_is_referred_to(
    terminal: Terminal, hotline: Hotline, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(terminal, hotline.url, "--query", "app={secret:app_id}")
    monkeypatch.setattr("sys.stdin", io.StringIO("x\n"))
    assert "已引用：app_id" in terminal("feed", "secret", NAME, code=2)
    monkeypatch.setattr("sys.stdin", io.StringIO("\n"))
    assert "密钥须是一行" in terminal("feed", "secret", NAME, "--as", "app_id", code=2)


def test_a_secret_file_that_others_may_read_is_refused(
    terminal: Terminal,
    hotline: Hotline,
    postgres: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    add(terminal, hotline.url, "--header", "X-Token={secret}")
    before = files(postgres.home)
    monkeypatch.setattr("sys.stdin", io.StringIO(SECRET))
    terminal("feed", "secret", NAME)
    [made] = set(files(postgres.home)) - set(before)
    made.chmod(0o644)
    assert "chmod 600" in terminal("feed", "test", NAME, code=1)
    made.chmod(0o600)
    made.write_text("{", "utf-8")
    assert "内容损坏" in terminal("feed", "test", NAME, code=1)


def test_the_worked_example_of_the_documents_works(terminal: Terminal) -> None:
    text = (CHECKOUT / "docs" / "feeds.md").read_text("utf-8")
    program = text.split("```python\n")[1].split("```")[0]
    words = next(shlex.split(line) for line in text.splitlines() if "feed add 试用" in line)[1:]
    names: dict[str, Any] = {}
    exec(program.rpartition("HTTPServer((")[0], names)  # noqa: S102 - the document's own server
    quiet = type("Quiet", (names["Hotline"],), {"log_message": lambda *_: None})
    with HTTPServer(("127.0.0.1", 0), quiet) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        here = f"http://127.0.0.1:{server.server_address[1]}/"
        at = words.index("--database")
        given = [here if word.startswith("http:") else word for word in words]
        terminal(*given[:at], *given[at + 2 :])
        for said in ("试用：新立案 3，已有 0，退回 0。", "新立案 0，已有 3"):
            assert said in terminal("feed", "pull", at=MORNING)
            assert said in text
        server.shutdown()
        thread.join()
