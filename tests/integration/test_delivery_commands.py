"""What operators type about delivery: tests, bounces, receivers, holding and letting go."""

from collections.abc import Iterator

import pytest

from models.outbox_receivers import Receiver, note_receivers
from tasks.artifacts.worklist import worklist
from tasks.desk import open_desk
from tasks.settings import Settings
from tests.integration.conftest import AT, MONDAY, Bench, Terminal
from tests.integration.receivers import Mailbox, mail_server

MORNING = AT.format(2, 10)
NIGHT = AT.format(2, 23)
ADDRESS = "zhang@unit.example"


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch, terminal: Terminal) -> Iterator[Mailbox]:
    """A mail server that the settings name, and the address of a unit."""
    with mail_server() as found:
        monkeypatch.setenv("RECTIFY_SMTP_URL", f"smtp://127.0.0.1:{found.port}")
        monkeypatch.setenv("RECTIFY_SMTP_FROM", "zx@city.example")
        terminal(
            "unit", "contact", "shuiwu", "--role", "contact", "--channel", "email",
            "--address", ADDRESS,
        )  # fmt: skip
        yield found


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the database of the bench for the live one."""
    monkeypatch.setattr("tasks.desk.Desk.simulated", False)


@pytest.mark.usefixtures("live")
def test_a_test_goes_out_at_once_also_at_night_and_is_kept_nowhere(
    terminal: Terminal, box: Mailbox, bench: Bench
) -> None:
    said = terminal("notices", "test", "shuiwu", "--channel", "email", at=NIGHT)
    assert said == f"试发成功：email {ADDRESS} 已接收。\n"
    text = box.mails[0].get_payload(decode=True)
    assert isinstance(text, bytes)
    assert "试发" in text.decode()
    assert bench.value("select count(*) from message") == 0


@pytest.mark.usefixtures("live")
def test_a_test_that_fails_says_so_and_marks_an_address_that_is_refused(
    terminal: Terminal, box: Mailbox
) -> None:
    box.rcpt[ADDRESS] = "550 no such user"
    assert "550 no such user" in terminal(
        "notices", "test", "shuiwu", "--channel", "email", code=1, at=MORNING
    )
    (one,) = terminal.document("notices", "bounced")
    assert (one["unit"], one["address"]) == ("shuiwu", ADDRESS)
    assert one["bounced_at"] == MORNING
    assert "550 no such user" in terminal("unit", "show", "shuiwu")


@pytest.mark.usefixtures("live")
def test_a_test_that_arrives_clears_the_mark_and_closes_the_circuit(
    terminal: Terminal, box: Mailbox, bench: Bench
) -> None:
    terminal("notices", "bounce", ADDRESS, "--reason", "退信", at=MORNING)
    route = f"email 127.0.0.1:{box.port}"
    note_receivers(bench.engine, [], [Receiver(route, 3, MONDAY, MONDAY, "拒绝连接")])
    assert len(terminal.document("notices", "test", "shuiwu", at=MORNING)) == 2
    assert terminal.document("notices", "bounced") == []
    assert terminal.document("notices", "receivers") == []


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["shuiwu", "--channel", "webhook"], 1, "市水务管理局联络员没有登记 webhook 联系方式"),
        (["shuiwu", "--role", "boss"], 2, "角色“boss”不认识"),
        (["nowhere"], 2, "nowhere"),
    ],
)
def test_a_test_to_nobody_is_refused(
    terminal: Terminal, words: list[str], code: int, said: str
) -> None:
    assert said in terminal("notices", "test", *words, code=code)


def test_a_test_in_a_simulation_is_a_file(
    terminal: Terminal, box: Mailbox, postgres: Settings
) -> None:
    terminal("notices", "test", "shuiwu", "--channel", "email", at=MORNING)
    assert box.mails == []
    folder = postgres.home / f"outbox-rectify_{terminal.database}" / "shuiwu" / "contact"
    assert len(list(folder.iterdir())) == 1


def test_a_bounce_that_came_by_mail_is_entered_by_hand(terminal: Terminal, box: Mailbox) -> None:
    assert "涉及 1 个" in terminal("notices", "bounce", ADDRESS, "--reason", "用户\n不存在")
    assert terminal.document("notices", "bounced")[0]["bounce_reason"] == "用户 不存在"
    assert "没有单位登记过" in terminal("notices", "bounce", "x@y.cn", "--reason", "x", code=1)
    assert "--reason" in terminal("notices", "bounce", ADDRESS, "--reason", " ", code=2)


def test_receivers_are_listed_with_their_state(terminal: Terminal, bench: Bench) -> None:
    assert "所有接收方都正常" in terminal("notices", "receivers")
    later = MONDAY.replace(minute=5)
    failing = [
        Receiver("email a:25", 1, MONDAY, None, "拒绝连接"),
        Receiver("webhook http://b", 3, MONDAY, later, "超时"),
    ]
    note_receivers(bench.engine, [], failing)

    def states(at: str) -> list[str]:
        return [row["state"] for row in terminal.document("notices", "receivers", at=at)]

    assert states(MORNING) == ["failing", "open"]
    assert states(NIGHT) == ["failing", "probing"]
    assert "暂停发送" in terminal("notices", "receivers", at=MORNING)


@pytest.mark.usefixtures("live")
def test_delivery_is_held_and_let_go(terminal: Terminal, bench: Bench) -> None:
    no = bench.open()
    bench.dispatch(no)
    said = terminal("notices", "hold", "--reason", "核对联系方式。", at=MORNING)
    assert "发送已于 2026-03-02 10:00 暂停：核对联系方式；" in said
    assert said.split() == terminal("deliver", code=1, at=MORNING).split()
    away = ["notices", "release", "--from", MORNING]
    assert "请先运行 ./rectify check" in terminal(*away, code=1, at=MORNING)
    terminal("check", at=MORNING)
    dry = terminal.document(*away, "--dry-run", at=MORNING)
    assert dry == {"from": MORNING, "taken_as_sent": 0, "to_send": 1, "dry_run": True}
    assert "没有作任何改动" in terminal(*away, "--dry-run", at=MORNING)
    assert "发送已恢复" in terminal(*away, at=MORNING)
    assert terminal.document("deliver", at=MORNING)["sent"] == 1
    assert "没有暂停" in terminal(*away, code=1, at=MORNING)


@pytest.mark.usefixtures("live")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["hold", "--reason", " "], "--reason"),
        (["hold"], "--reason"),
        (["release"], "--from"),
        (["release", "--from", "2026-03-02"], "时间"),
        (["release", "--from", AT.format(3, 10)], "晚于现在"),
    ],
)
def test_what_makes_no_sense_is_refused(terminal: Terminal, words: list[str], said: str) -> None:
    assert said in terminal("notices", *words, code=2, at=MORNING)


def test_a_simulation_is_not_held(terminal: Terminal) -> None:
    for words in (["hold", "--reason", "x"], ["release", "--from", MORNING]):
        assert "演示数据" in terminal("notices", *words, code=1, at=MORNING)


def test_parked_messages_and_notices_are_listed_together(terminal: Terminal, bench: Bench) -> None:
    for _ in range(2):
        bench.dispatch(bench.open())
    with bench.owner.begin() as connection:
        connection.exec_driver_sql("update notice set template = 'x' where id = 1")
        connection.exec_driver_sql("update contact set bounced_at = now(), bounce_reason = '退信'")
    assert terminal.document("deliver", at=MORNING)["parked"] == 1
    listed = terminal.document("notices", "parked")
    assert [(row["kind"], row["reason"]) for row in listed] == [
        ("message", "退信"),
        (
            "notice",
            "通知模板 x.j2 用到的模板 x.j2 不存在，请修正模板后用 notices send-again 重发。",
        ),
    ]
    assert "x.j2" in terminal("notices", "parked")
    assert "将在下一次发送时重发" in terminal("notices", "send-again", "1")


def test_the_worklist_says_what_needs_an_eye(bench: Bench, postgres: Settings) -> None:
    bench.dispatch(bench.open())
    database = str(bench.engine.url.database).removeprefix("rectify_")
    desk = open_desk(postgres, database, MONDAY)
    assert "搁置" not in worklist(desk, MONDAY, {})
    with bench.owner.begin() as connection:
        connection.exec_driver_sql("delete from contact where unit = 'shuiwu' and role = 'deputy'")
        connection.exec_driver_sql("update notice set status = 'parked', reason = 'x'")
        connection.exec_driver_sql(
            "update contact set bounced_at = now(), bounce_reason = 'x' where unit = 'caizheng'"
        )
        connection.exec_driver_sql("update setting set held_at = now(), held_why = '恢复'")
    away = Receiver("email a:25", 3, MONDAY, MONDAY.replace(hour=11), "x")
    note_receivers(bench.engine, [], [away])
    shown = worklist(desk, MONDAY, {})
    desk.engine.dispose()
    for words in (
        "发送已于",
        "搁置信件 0 封、通知 1 份",
        "退信的联系方式 3 个",
        "暂停发送的接收方 1 个",
        "没有登记联系方式：市水务管理局分管负责人，",
    ):
        assert words in shown
