"""Intake on a real database: every row once, in order, with clock, history, text and register."""

from datetime import datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy.exc import DBAPIError

from domain.calendar import SHANGHAI
from domain.errors import Misuse, Refused
from domain.history import load_ops
from domain.recomputing import Entry, recompute
from models import intake
from models.engine import transaction
from models.identity import Keys, Sealer
from models.intake import take_in
from models.intake_copying import copy_in
from models.intake_rows import Delivery, IncomingRow, IntakeReport
from models.loading import lock, read
from models.recording import text_digest
from models.rulebook import book_for
from tasks.desk import Desk
from tasks.intake import intake_file, intake_rows
from tasks.settings import Settings
from tests.integration.conftest import MONDAY, Bench

HEADER = "留言编号,留言用户,留言主题,留言时间,留言详情,联系电话"


def desk_at(bench: Bench, home: Path, now: datetime = MONDAY) -> Desk:
    return Desk(Settings(home=home), "test", bench.engine, now, now + timedelta(minutes=1))


@pytest.fixture
def desk(bench: Bench, tmp_path: Path) -> Desk:
    return desk_at(bench, tmp_path)


def ledger(folder: Path, *rows: str, header: str = HEADER) -> Path:
    path = folder / "台账.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def numbered(count: int) -> list[str]:
    return [f"{n},A{n:05d},第{n}个问题,2026/2/1 9:00:00,内容{n}," for n in range(1, count + 1)]


def figures(report: IntakeReport) -> tuple[int, int, int, int]:
    return report.read, report.opened, report.duplicate, len(report.rejected)


def cases(bench: Bench) -> list[tuple[object, ...]]:
    return bench.rows(
        "select c.no, i.source_id, c.subject from rectification_case c"
        " join intake_row i on i.case_id = c.id order by c.id"
    )


def expected(count: int, first: int = 1) -> list[tuple[object, ...]]:
    return [
        (f"QD2026-{n:06d}", str(m), f"第{m}个问题")
        for m, n in enumerate(range(first, first + count), start=1)
    ]


def test_every_row_opens_a_case_in_the_order_of_the_file(
    bench: Bench, desk: Desk, tmp_path: Path
) -> None:
    assert figures(intake_file(desk, ledger(tmp_path, *numbered(12)), "12345")) == (12, 12, 0, 0)
    assert cases(bench) == expected(12)


def test_a_second_run_opens_nothing_and_burns_no_number(
    bench: Bench, desk: Desk, tmp_path: Path
) -> None:
    path = ledger(tmp_path, *numbered(5))
    intake_file(desk, path, "12345")
    assert figures(intake_file(desk, path, "12345")) == (5, 0, 5, 0)
    assert bench.value("select value from counter where name = 'case:2026'") == 5
    longer = ledger(tmp_path, *numbered(7))
    assert figures(intake_file(desk, longer, "12345")) == (7, 2, 5, 0)
    assert cases(bench) == expected(7)


def test_the_same_source_id_through_another_channel_is_another_problem(
    desk: Desk, tmp_path: Path
) -> None:
    path = ledger(tmp_path, *numbered(3))
    assert intake_file(desk, path, "12345").opened == 3
    assert intake_file(desk, path, "qingsheng").opened == 3


def test_of_two_rows_with_one_source_id_the_first_counts(
    bench: Bench, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "BATCH_ROWS", 2)
    rows = ["1,,甲,,,", "1,,乙,,,", "2,,丙,,,", "1,,丁,,,"]
    assert figures(intake_file(desk, ledger(tmp_path, *rows), "12345")) == (4, 2, 2, 0)
    assert [case[2] for case in cases(bench)] == ["甲", "丙"]


def test_a_case_starts_as_the_rules_say(bench: Bench, desk: Desk, tmp_path: Path) -> None:
    header = "编号,事由,内容,反映人,发现时间,涉事主体,环境,类别,紧急程度"
    rows = ["7,停水,三天没水,王女士,2019/4/25 9:32:09,某公司,factor,multi,特急", "8,噪声,,,,,,,"]
    intake_file(desk, ledger(tmp_path, *rows, header=header), "12345")
    columns = (
        "state, environment, kind, urgency, channel, reachable, reported_at, party, seq, level"
    )
    first, second = bench.rows(f"select {columns} from rectification_case order by id")
    said = datetime(2019, 4, 25, 9, 32, 9, tzinfo=SHANGHAI)
    assert first == (
        "detected", "factor", "multi", "emergency", "12345", True, said, "某公司", 1, 0
    )  # fmt: skip
    assert second == ("detected", None, "ordinary", "normal", "12345", False, MONDAY, "", 1, 0)
    times = "select distinct detected_at, last_event_at from rectification_case"
    assert bench.rows(times) == [(MONDAY, MONDAY)]


def test_triage_starts_at_intake_with_the_time_of_the_urgency(
    bench: Bench, desk: Desk, tmp_path: Path
) -> None:
    header = "编号,事由,紧急程度"
    rows = ["1,甲,一般", "2,乙,紧急", "3,丙,特急", "4,丁,一般"]
    intake_file(desk, ledger(tmp_path, *rows, header=header), "12345")
    with transaction(bench.engine) as connection:
        rules = book_for(bench.engine).rules(connection)
        nos = [f"QD2026-{n:06d}" for n in range(1, 5)]
        loaded = read(connection, lock(connection, nos))
    for no, urgency in zip(nos, ["normal", "urgent", "emergency", "normal"], strict=True):
        (clock,) = loaded[no].case.clocks.values()
        assert (clock.kind, clock.holder, clock.started_at) == ("triage", "office", MONDAY)
        assert clock.limit == rules.policy.triage[loaded[no].case.urgency]
        assert loaded[no].case.urgency == urgency
        ops = bench.value(
            "select h.detail->'clocks' from history h join rectification_case c on c.id = h.case_id"
            " where c.no = %(no)s",
            no=no,
        )
        assert isinstance(ops, list)
        assert recompute([Entry(MONDAY, load_ops(ops), rules)]) == loaded[no].case.clocks


def test_history_begins_with_a_hash_of_nothing_before_it_and_the_case_keeps_it(
    bench: Bench, desk: Desk, tmp_path: Path
) -> None:
    intake_file(desk, ledger(tmp_path, *numbered(3)), "12345")
    sound = """
        select c.head_hash = h.hash and h.hash = history_hash('', c.id, 1, h.event, h.actor, '',
            h.occurred_at, h.recorded_at, h.detail)
        from rectification_case c join history h on h.case_id = c.id and h.seq = c.seq
    """
    assert bench.rows(sound) == [(True,)] * 3
    entries = bench.rows("select distinct seq, event, actor, occurred_at, recorded_at from history")
    assert entries == [(1, "detected", "system", MONDAY, MONDAY + timedelta(minutes=1))]
    detail = bench.value("select detail - 'clocks' - 'texts' from history limit 1")
    assert detail == {"to": "detected", "channel": "12345", "policy": 1, "calendar": 1}


def test_the_text_is_kept_whole_and_history_cites_it_by_salted_hash(
    bench: Bench, desk: Desk, tmp_path: Path
) -> None:
    body = '"第一行\n第二行\t制表 \\N \\. \\x41 ""引号"" 电话13800001234"'
    intake_file(desk, ledger(tmp_path, f"1,,甲,,{body},", "2,,乙,,,"), "12345")
    ((salt, text, digest),) = bench.rows(
        "select t.salt, t.body, h.detail->'texts'->>'body' from case_text t"
        " join history h using (case_id, seq) where t.kind = 'body'"
    )
    assert text == '第一行\n第二行\t制表 \\N \\. \\x41 "引号" 电话13800001234'
    assert isinstance(salt, memoryview)
    assert digest == text_digest(bytes(salt), text)
    assert bench.value("select count(*) from history where detail ? 'texts'") == 1


def test_a_rejected_row_is_noted_with_its_reason_and_spoils_no_other(
    bench: Bench, desk: Desk, tmp_path: Path
) -> None:
    rows = ["1,,甲,2019/13/45,,", "2,,乙,,,", "3,,,,,", "4,,丙,,内,,多"]
    report = intake_file(desk, ledger(tmp_path, *rows), "12345")
    assert figures(report) == (4, 1, 0, 3)
    assert [row for row, *_ in report.rejected] == [2, 4, 5]
    assert bench.rows(
        "select source_id, row_number, file, reason from intake_row where outcome = 'rejected'"
        " order by row_number"
    ) == [
        ("1", 2, "台账.csv", report.rejected[0].reason),
        ("3", 4, "台账.csv", report.rejected[1].reason),
        ("", 5, "台账.csv", report.rejected[2].reason),
    ]
    assert "“留言时间”的值“2019/13/45”" in report.rejected[0].reason


def test_a_rejected_row_once_put_right_is_taken_in(desk: Desk, tmp_path: Path) -> None:
    assert intake_file(desk, ledger(tmp_path, "1,,甲,昨天,,"), "12345").opened == 0
    assert intake_file(desk, ledger(tmp_path, "1,,甲,2026/3/1,,"), "12345").opened == 1


def test_the_year_of_a_number_is_that_of_intake_in_shanghai(bench: Bench, tmp_path: Path) -> None:
    eve = datetime(2026, 12, 31, 23, 59, tzinfo=SHANGHAI)
    for minutes, row in enumerate(["1,,甲,,,", "2,,乙,,,"]):
        now = (eve + timedelta(minutes=minutes)).astimezone(SHANGHAI)
        intake_file(desk_at(bench, tmp_path, now), ledger(tmp_path, row), "12345")
    assert [case[0] for case in cases(bench)] == ["QD2026-000001", "QD2027-000001"]


def test_numbers_grow_beyond_six_digits(bench: Bench, desk: Desk, tmp_path: Path) -> None:
    with bench.owner.begin() as connection:
        connection.exec_driver_sql("insert into counter values ('case:2026', 999998)")
    intake_file(desk, ledger(tmp_path, *numbered(3)), "12345")
    assert [case[0] for case in cases(bench)] == [
        "QD2026-999999",
        "QD2026-1000000",
        "QD2026-1000001",
    ]


def test_progress_tells_of_every_row_once(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "BATCH_ROWS", 4)
    told: list[int] = []
    intake_file(desk, ledger(tmp_path, *numbered(9)), "12345", told.append)
    assert told == [4, 4, 1]


def test_long_rows_make_smaller_batches(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "_BATCH_CHARACTERS", 100)
    told: list[int] = []
    rows = [f"{n},,甲,,{'水' * 60}," for n in range(5)]
    intake_file(desk, ledger(tmp_path, *rows), "12345", told.append)
    assert told == [2, 2, 1]


def test_an_unknown_channel_is_refused_with_those_there_are(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(Misuse, match=r"没有代码为“12306”的渠道，可用的渠道有：.*12345（"):
        intake_file(desk, ledger(tmp_path, *numbered(1)), "12306")


def test_rows_for_an_unknown_channel_open_nothing(bench: Bench) -> None:
    sealer = Sealer(Keys("k", {"k": bytes(32)}, bytes(32)))
    delivery = Delivery("12306", "现场", MONDAY, MONDAY)
    with pytest.raises(Misuse, match="没有代码为“12306”的渠道"):
        take_in(bench.engine, [IncomingRow(1, "1", "甲")], delivery, sealer)
    assert bench.value("select count(*) from counter") == 0


def test_rows_at_hand_are_taken_in_like_a_file(bench: Bench, desk: Desk) -> None:
    rows = [{"编号": str(n), "事由": f"第{n}个问题", "内容": ""} for n in range(1, 4)]
    assert figures(intake_rows(desk, rows, "12345", "现场")) == (3, 3, 0, 0)
    assert cases(bench) == expected(3)
    assert figures(intake_rows(desk, [], "12345", "现场")) == (0, 0, 0, 0)


def test_a_case_taken_in_can_be_dispatched(bench: Bench, desk: Desk, tmp_path: Path) -> None:
    intake_file(desk, ledger(tmp_path, *numbered(1)), "12345")
    bench.dispatch("QD2026-000001")
    assert bench.value("select state from rectification_case") == "assigned"


def test_two_intakes_of_one_file_at_once_open_each_row_once(
    bench: Bench, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "BATCH_ROWS", 20)
    path = ledger(tmp_path, *numbered(400))
    reports: list[IntakeReport] = []
    start = Barrier(3)

    def run(channel: str) -> None:
        start.wait()
        reports.append(intake_file(desk, path, channel))

    threads = [Thread(target=run, args=(c,)) for c in ("12345", "12345", "qingsheng")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(report.read for report in reports) == [400] * 3
    assert sum(report.opened for report in reports) == 800
    assert sum(report.duplicate for report in reports) == 400
    assert bench.rows("select count(distinct no), max(no) from rectification_case") == [
        (800, "QD2026-000800")
    ]
    assert bench.value("select value from counter where name = 'case:2026'") == 800


def test_a_failing_copy_is_told_without_its_values(bench: Bench) -> None:
    with pytest.raises(Refused) as caught, transaction(bench.engine) as connection:
        copy_in(connection, "rectification_case", ["level"], ["13800001234567"])
    assert "138" not in caught.value.sentence
    with bench.engine.connect() as connection, pytest.raises(DBAPIError):
        copy_in(connection, "nowhere", ["n"], ["1"])
