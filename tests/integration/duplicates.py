"""Messages about the same things in other words, taken in and looked at, for several tests."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from models.identity import Keys, Sealer
from models.intake import take_in
from models.intake_rows import Delivery, IncomingRow
from tasks.desk import Desk
from tasks.intake import intake_rows
from tests.integration.conftest import Bench

FIRST = ("市北区海棠湾小区旁建搅拌站，噪声粉尘扰民", "海棠湾小区东侧的搅拌站昼夜轰鸣，粉尘漫天。")
AGAIN = ("海棠湾业主：搅拌站的灰让人没法开窗", "住在海棠湾小区，楼旁的搅拌站天天扬尘。")
THIRD = ("请求搬迁海棠湾小区附近的水泥搅拌站", "海棠湾小区搅拌站的粉尘和噪声影响健康。")
OTHER = ("办理营业执照变更材料反复退回", "窗口三次要求补材料，每次说法不一样。")
SEALER = Sealer(Keys("k", {"k": bytes(32)}, bytes(32)))

Message = tuple[str, str]


def report(desk: Desk, *messages: Message, reporter: str = "") -> None:
    """Let messages come in, each with a number of its own."""
    rows = [
        {"编号": f"{desk.now}{n}{subject}", "事由": subject, "内容": body, "反映人": reporter}
        for n, (subject, body) in enumerate(messages)
    ]
    assert intake_rows(desk, rows, "12345", "热线").opened == len(messages)


def arrive(bench: Bench, at: datetime, messages: Sequence[Message], channel: str = "12345") -> None:
    """Let messages be taken in by an intake that is killed before it compares anything."""
    rows = [IncomingRow(n, f"{at}{n}", *message) for n, message in enumerate(messages)]
    take_in(bench.engine, rows, Delivery(channel, "热线", at, at), SEALER)


def later(desk: Desk, days: float) -> Desk:
    """The same desk some days later."""
    at = desk.now + timedelta(days=days)
    return Desk(desk.settings, desk.database, desk.engine, at, at)


def close(bench: Bench, no: str, at: datetime) -> None:
    """Close a case behind the rules' back, as it would stand after the long road."""
    with bench.owner.begin() as connection:
        connection.exec_driver_sql(
            "update rectification_case set state = 'closed', lead_unit = 'shuiwu',"
            " verifying_unit = 'office', closed_at = %(at)s where no = %(no)s",
            {"no": no, "at": at},
        )
        connection.exec_driver_sql(
            "update clock set stopped_at = %(at)s, next_at = null", {"at": at}
        )


def suggested(bench: Bench) -> list[tuple[object, ...]]:
    """What was suggested: the case, the other, the score, the words, and what became of it."""
    return bench.rows(
        "select c.no, o.no, round(s.score::numeric, 4)::text, s.words, s.relapse, s.status"
        " from suggestion s join rectification_case c on c.id = s.case_id"
        " join rectification_case o on o.id = s.other_id order by 1, 2"
    )


def pairs(bench: Bench) -> list[tuple[object, ...]]:
    """The pairs suggested."""
    return [row[:2] for row in suggested(bench)]


def number(n: int) -> str:
    """The number of the n-th case."""
    return f"QD2026-{n:06d}"
