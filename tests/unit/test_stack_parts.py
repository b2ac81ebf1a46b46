"""The smaller parts of the local stack: places, ports, health, rounds and environment."""

import json
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from pathlib import Path

import pytest

from deployments.stack import ports, space
from deployments.stack.detached import Progress, follow
from deployments.stack.environment import client_environment
from deployments.stack.health import answers, wait_until_ready
from deployments.stack.rounds import is_stale
from deployments.stack.sole import AlreadyRunning, path, sole
from deployments.stack.steps import spoken
from deployments.stack.supervisor import addresses
from deployments.stack.watch import Pause
from domain.errors import Refused
from tasks.settings import Settings, load_settings

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Well(BaseHTTPRequestHandler):
    """Answers every request with 200."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Stays silent."""


@pytest.fixture
def stranger() -> Iterator[int]:
    """The port of a server that is not ours and answers well."""
    with HTTPServer(("127.0.0.1", 0), Well) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


def test_a_taken_port_is_refused_with_its_owner_and_the_remedy() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Refused) as refused:
            ports.require_free("127.0.0.1", port, "RECTIFY_PREFECT_PORT")
    assert refused.value.sentence.startswith(f"端口 {port} 已被进程 ")
    assert "RECTIFY_PREFECT_PORT" in refused.value.sentence
    ports.require_free("127.0.0.1", port, "RECTIFY_PREFECT_PORT")


def test_a_disk_with_too_little_room_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    space.require_space(tmp_path)
    monkeypatch.setattr(space, "NEEDED_BYTES", 10**18)
    with pytest.raises(Refused, match=r"所在磁盘只剩 \d+ MB，请清出至少"):
        space.require_space(tmp_path)


def test_an_address_of_another_machine_cannot_be_listened_on() -> None:
    with pytest.raises(Refused, match=r"无法监听 192\.0\.2\.1:4200"):
        ports.require_free("192.0.2.1", 4200, "RECTIFY_PREFECT_PORT")


def test_a_stranger_that_answers_does_not_pass_for_our_dead_child(stranger: int) -> None:
    url = f"http://127.0.0.1:{stranger}/api/health"
    assert answers(url)
    wait_until_ready(url, lambda: None, 5)
    with pytest.raises(Refused, match="服务器已退出"):
        wait_until_ready(url, lambda: "服务器已退出", 5)


def test_a_server_that_never_answers_is_given_up() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        assert not answers(url)
        with pytest.raises(Refused, match="仍没有应答"):
            wait_until_ready(url, lambda: None, 0.3)


def test_one_supervisor_a_home(tmp_path: Path) -> None:
    with sole(tmp_path), pytest.raises(AlreadyRunning, match="已在运行"), sole(tmp_path):
        pass
    assert not path(tmp_path).exists()
    with sole(tmp_path):
        assert path(tmp_path).exists()


def test_restarts_come_ever_later_until_the_service_is_steady() -> None:
    pause = Pause()
    assert [pause.next(1, 100) for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert pause.until == 160
    assert pause.next(ran=3600, now=200) == 1


@pytest.mark.parametrize(
    ("seen", "stale"),
    [
        (None, True),
        (NOW, False),
        (NOW - timedelta(minutes=10), False),
        (NOW - timedelta(minutes=10, seconds=1), True),
    ],
)
def test_a_check_is_missed_after_two_rounds(seen: datetime | None, *, stale: bool) -> None:
    assert is_stale(seen, NOW) is stale


def test_the_proxy_of_the_network_is_kept_out_of_this_machine(tmp_path: Path) -> None:
    caller = {"HTTP_PROXY": "http://proxy:3128", "no_proxy": "intra", "PREFECT_API_KEY": "k"}
    chosen = client_environment(Settings(home=tmp_path), caller)
    assert chosen["NO_PROXY"] == chosen["no_proxy"] == "intra,127.0.0.1,localhost,::1"
    assert "PREFECT_API_KEY" not in chosen
    assert chosen["DO_NOT_TRACK"] == "1"


def test_who_has_no_home_gets_one(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, prefect_auth="op:secret")
    for home in ("", "/nowhere"):
        chosen = client_environment(settings, {"HOME": home})
        assert chosen["HOME"] == str(tmp_path)
    assert client_environment(settings, {"HOME": "/"})["HOME"] == "/"
    assert chosen["PREFECT_API_AUTH_STRING"] == "op:secret"


def test_a_step_speaks_its_refusal(capsys: pytest.CaptureFixture[str]) -> None:
    def refuse() -> None:
        raise Refused("数据库太旧。")

    assert spoken(lambda: None) == 0
    assert spoken(refuse) == 1
    assert capsys.readouterr().err == "数据库太旧。\n"


def test_links_that_lead_nowhere_for_others_are_warned_of(tmp_path: Path) -> None:
    real = {
        "RECTIFY_HOME": str(tmp_path),
        "RECTIFY_SMTP_URL": "smtp://mail:25",
        "RECTIFY_SMTP_FROM": "office@example.org",
    }
    assert "RECTIFY_PUBLIC_URL" in addresses(load_settings(real), 1)
    public = {"RECTIFY_PUBLIC_URL": "https://case.example.org"}
    assert "RECTIFY_PUBLIC_URL" not in addresses(load_settings(real | public), 1)
    assert "RECTIFY_PUBLIC_URL" not in addresses(Settings(home=tmp_path), 1)


def test_progress_reaches_the_one_who_waits_until_the_last_word() -> None:
    heard: list[str] = []
    stream = StringIO('["line", "甲"]\n["ready", "乙"]\n["line", "丙"]\n')
    follow(stream, heard.append, "断了")
    assert heard == ["甲", "乙"]


@pytest.mark.parametrize(
    ("text", "error", "sentence"),
    [
        ('["failed", "端口被占"]\n', Refused, "端口被占"),
        ('["running", "已在运行"]\n', AlreadyRunning, "已在运行"),
        ('["line", "甲"]\n', Refused, "断了"),
    ],
)
def test_a_start_that_fails_says_why(text: str, error: type[Refused], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        follow(StringIO(text), lambda _: None, "断了")


def test_after_the_last_word_only_the_log_hears(capsys: pytest.CaptureFixture[str]) -> None:
    class Kept(StringIO):
        kept = ""

        def close(self) -> None:
            self.kept = self.getvalue()
            super().close()

    stream = Kept()
    progress = Progress(stream)
    for kind, line in (("line", "甲"), ("ready", "乙"), ("line", "丙")):
        progress.say(kind, line)
    assert [json.loads(line) for line in stream.kept.splitlines()] == [
        ["line", "甲"],
        ["ready", "乙"],
    ]
    assert [line[-1] for line in capsys.readouterr().out.splitlines()] == ["甲", "乙", "丙"]
