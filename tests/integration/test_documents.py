"""Official documents on a real database: numbered, kept as they were sent, reprinted."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from domain.codes import Rung
from domain.commands import Deescalate, Delist, Escalate
from models.documents import documents
from models.outbox import Composed, bind
from models.outbox_reading import Owed
from tasks.delivery.composing import Composer
from tests.integration.conftest import MONDAY, OFFICE, Bench, Terminal
from tests.integration.executing import check
from tests.integration.outbox import Outbox
from tests.unit.casework import RULES


@pytest.fixture
def outbox(bench: Bench, tmp_path: Path) -> Outbox:
    return Outbox(bench, tmp_path)


def at(when: datetime) -> str:
    return when.isoformat()


def bodies(bench: Bench) -> list[str]:
    return [str(body) for (body,) in bench.rows("select body from message order by recipient")]


def test_all_copies_of_a_document_are_one_text_and_reprints_too(
    terminal: Terminal, bench: Bench, outbox: Outbox
) -> None:
    no = bench.open(subject="水费计量不准")
    bench.dispatch(no)
    check(bench, days=8)
    when = MONDAY + timedelta(days=8)
    outbox.deliver(when)
    before = terminal.document("document", "show", "催办〔2026〕1号")
    copies = [body for body in bodies(bench) if "红牌" in body]
    assert len(copies) == 2
    assert all(before["body"].strip() in body for body in copies)
    with bench.owner.begin() as connection:
        connection.exec_driver_sql("update rectification_case set subject = '事由已改'")
        connection.exec_driver_sql("update unit set name = '新名称' where code = 'shuiwu'")
        connection.exec_driver_sql("update case_text set body = '已改'")
        connection.exec_driver_sql("update clock set due_at = due_at + interval '3 days'")
    assert terminal.document("document", "show", "催办〔2026〕1号") == before
    assert before["body"].strip() in terminal("document", "show", "催办〔2026〕1号")


def test_a_later_copy_is_the_text_that_went_out_first(bench: Bench, outbox: Outbox) -> None:
    no = bench.open(subject="水费计量不准")
    bench.dispatch(no)
    check(bench, days=8)
    with bench.owner.begin() as connection:
        connection.exec_driver_sql(
            "update notice set owed_at = owed_at + interval '1 hour' where role = 'deputy'"
        )
    outbox.deliver(MONDAY + timedelta(days=8))
    with bench.owner.begin() as connection:
        connection.exec_driver_sql("update rectification_case set subject = '事由已改'")
    outbox.deliver(MONDAY + timedelta(days=8, hours=2))
    (deputy,) = bench.rows("select body from message where recipient = 'shuiwu/deputy'")
    assert "水费计量不准" in str(deputy[0])
    assert "事由已改" not in str(deputy[0])


def test_a_text_kept_by_somebody_else_meanwhile_is_the_one_that_goes_out(bench: Bench) -> None:
    bench.dispatch(bench.open())
    composer = Composer({}, RULES, "", MONDAY)

    def overtaken(notices: Sequence[Owed]) -> Composed:
        with bench.owner.begin() as connection:
            connection.exec_driver_sql(
                "update document set title = '交办单', body = '先发出的正文' where body = ''"
            )
        return composer.compose(notices)

    bind(bench.engine, MONDAY, overtaken, everything=True)
    assert [body.strip() for body in bodies(bench)] == ["先发出的正文"]


def test_a_document_that_did_not_go_out_yet_shows_its_draft(
    terminal: Terminal, bench: Bench, outbox: Outbox
) -> None:
    no = bench.open(subject="水费计量不准")
    bench.dispatch(no)
    shown = terminal("document", "show", "交办〔2026〕1号", at=at(MONDAY))
    assert "交办〔2026〕1号 尚未发出，以下为草稿：" in shown
    drafted = terminal.document("document", "show", "交办〔2026〕1号", at=at(MONDAY))
    assert drafted["status"] == "owed"
    outbox.deliver(MONDAY)
    sent = terminal.document("document", "show", "交办 [2026] 1")
    assert (sent["status"], sent["body"]) == ("sent", drafted["body"])


def test_a_document_whose_ground_went_before_it_left_is_shown_as_taken_back(
    terminal: Terminal, bench: Bench, outbox: Outbox
) -> None:
    outbox.refer(outbox.dispatch("shuiwu")[0])
    assert "已撤回，未发出" in terminal("document", "show", "交办〔2026〕1号", at=at(MONDAY))


def test_documents_are_listed_by_case_and_overall(terminal: Terminal, bench: Bench) -> None:
    first, second = bench.open(), bench.open()
    bench.dispatch(first)
    bench.dispatch(second, unit="zhujian")
    listed = terminal.document("document", "list")
    assert [(one["number"], one["no"]) for one in listed] == [
        ("交办〔2026〕2号", second),
        ("交办〔2026〕1号", first),
    ]
    assert [one["no"] for one in terminal.document("document", "list", "--limit", "1")] == [second]
    assert "交办〔2026〕1号" in terminal("document", "list", first)
    assert "没有文书" in terminal("document", "list", "QD2026-999999")


@pytest.mark.parametrize(
    ("number", "code", "said"),
    [("催办", 2, "看不懂"), ("催办〔2026〕99号", 1, "没有文号为“催办〔2026〕99号”的文书")],
)
def test_an_unknown_number_is_refused(
    terminal: Terminal, number: str, code: int, said: str
) -> None:
    assert said in terminal("document", "show", number, code=code)


def numbers(bench: Bench) -> Iterator[tuple[str, str]]:
    for one in reversed(documents(bench.engine)):
        yield one.label, one.template


def test_each_step_of_the_list_has_its_numbered_document(bench: Bench) -> None:
    no = bench.open()
    bench.dispatch(no)
    bench.give(no, Escalate(at=MONDAY, by=OFFICE, rung=Rung.LIST, reason="久拖不决"))
    bench.give(no, Delist(at=MONDAY, by=OFFICE))
    bench.give(no, Deescalate(at=MONDAY, by=OFFICE, level=2, reason="进展明显"))
    assert sorted(numbers(bench)) == [
        ("交办〔2026〕1号", "assigned"),
        ("公告〔2026〕1号", "list_announced"),
        ("公告〔2026〕2号", "delisted_announced"),
        ("摘牌〔2026〕1号", "delisted"),
        ("督办〔2026〕1号", "list"),
        ("降级〔2026〕1号", "deescalated"),
    ]


def test_cards_that_fire_by_themselves_are_numbered_too(bench: Bench) -> None:
    no = bench.open(kind="harm")
    bench.dispatch(no)
    for days in (16, 18, 22, 23, 24):
        check(bench, days)
    found = {template for _, template in numbers(bench)}
    assert found >= {"assigned", "blue", "yellow", "red"}


def test_a_level_is_lowered_on_the_command_line(terminal: Terminal, bench: Bench) -> None:
    no = bench.open()
    bench.dispatch(no)
    raised = ["escalate", no, "--rung", "raise", "--reason", "阻力大"]
    terminal(*raised, at=at(MONDAY))
    lower = ["deescalate", no, "--level"]
    assert "必须写明理由" in terminal(*lower, "1", "--reason", " ", at=at(MONDAY), code=1)
    assert "只能降到比它低" in terminal(*lower, "4", "--reason", "x", at=at(MONDAY), code=1)
    assert "“降级督办”已办理" in terminal(*lower, "1", "--reason", "进展明显", at=at(MONDAY))
    assert terminal.document("case", "show", no)["level"] == 1


def test_number_case_and_date_of_a_document_cannot_be_changed_by_the_application(
    bench: Bench,
) -> None:
    bench.dispatch(bench.open())
    with pytest.raises(Exception, match="permission denied"), bench.engine.begin() as connection:
        connection.exec_driver_sql("update document set number = 7")
