"""What waits to be compared is compared: later, in order, once, whoever begins and is killed."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from domain.commands import Edit
from models import comparing
from models.comparing import compare_pending, owed, pending
from models.engine import session_lock
from models.suggestions import open_suggestions, set_compared
from tasks.checking import check
from tasks.desk import Desk
from tasks.duplicates import settle
from tests.integration.conftest import MONDAY, OFFICE, Bench, Terminal
from tests.integration.duplicates import (
    AGAIN,
    FIRST,
    OTHER,
    Message,
    arrive,
    close,
    later,
    number,
    pairs,
    report,
    suggested,
)

INVENTED = Path(__file__).parents[1] / "data" / "invented_matters.csv"


@pytest.fixture
def invented() -> list[Message]:
    with INVENTED.open(encoding="utf-8", newline="") as file:
        return [(row["subject"], row["body"]) for row in csv.DictReader(file)]


class Killed(BaseException):
    """The process is gone."""


def killing(after: int) -> Iterator[None]:
    """Let so many batches be compared, then no more."""
    yield from [None] * after
    raise Killed


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "BATCH", 5)


@pytest.mark.usefixtures("small")
def test_comparing_broken_off_and_taken_up_suggests_what_an_unbroken_one_does(
    bench: Bench, desk: Desk, invented: list[Message]
) -> None:
    arrive(bench, MONDAY, invented)
    assert suggested(bench) == []
    steps = killing(2)
    with pytest.raises(Killed):
        compare_pending(bench.engine, MONDAY, lambda _: next(steps))
    assert 0 < pending(bench.engine) < len(invented)
    # The next intake takes it up, and so would the check.
    report(desk, OTHER)
    assert pending(bench.engine) == 0
    broken = [row for row in suggested(bench) if row[0] != number(len(invented) + 1)]
    assert len(broken) > 5
    with bench.owner.begin() as connection:
        for table in ("suggestion", "fingerprint", "shingle"):
            connection.exec_driver_sql(f"delete from {table}")
        connection.exec_driver_sql("delete from counter where name = 'fingerprint'")
        connection.exec_driver_sql(
            "insert into uncompared (case_id) select id from rectification_case order by id"
        )
    compare_pending(bench.engine, MONDAY)
    assert [row for row in suggested(bench) if row[0] != number(len(invented) + 1)] == broken


def test_the_check_compares_orders_and_joins_what_a_killed_intake_left(
    bench: Bench, desk: Desk, terminal: Terminal
) -> None:
    report(desk, FIRST)
    close(bench, number(1), MONDAY)
    report(later(desk, 0.1), OTHER)
    terminal("duplicates", "threshold", "0.9")
    arrive(bench, MONDAY + timedelta(days=1), [AGAIN, OTHER])
    assert owed(bench.engine)
    changed: list[str] = []
    done = check(later(desk, 1.1), woke=lambda carried: changed.append(carried.event))
    assert (done.compared, done.rechecks, done.joined) == (2, 1, 1)
    assert sorted(changed) == ["merged", "recheck_ordered"]
    assert {row[:2] + row[4:] for row in suggested(bench)} == {
        (number(3), number(1), True, "open"),
        (number(4), number(2), False, "joined"),
    }
    again = check(later(desk, 1.2))
    assert (again.compared, again.rechecks, again.joined) == (0, 0, 0)


def test_nothing_owed_is_one_look(bench: Bench, desk: Desk) -> None:
    report(desk, FIRST)
    report(later(desk, 1), AGAIN)
    assert not owed(bench.engine)


def test_while_one_compares_another_leaves_it(bench: Bench, terminal: Terminal) -> None:
    arrive(bench, MONDAY, [FIRST, AGAIN])
    with session_lock(bench.engine, comparing._ALONE):
        assert compare_pending(bench.engine, MONDAY).held
        assert "另有比对正在进行，还有 2 件待比对" in terminal("duplicates", "compare", "now")
    assert terminal.document("duplicates", "compare", "now") == {
        "cases": 2, "suggested": 1, "rechecks": 0, "joined": 0, "pending": 0,
    }  # fmt: skip


def test_what_came_while_it_was_switched_off_is_compared_only_when_asked_for(
    bench: Bench, desk: Desk, terminal: Terminal
) -> None:
    assert terminal.document("duplicates", "compare", "off") == {"compared": False}
    report(desk, FIRST, OTHER)
    assert "比对已关闭" in terminal("duplicates", "compare", "now", code=1)
    assert "--all 只能与 now 同用" in terminal("duplicates", "compare", "on", "--all", code=2)
    terminal("duplicates", "compare", "on")
    report(later(desk, 1), AGAIN)
    assert pairs(bench) == []
    assert terminal.document("duplicates", "compare", "now")["cases"] == 0
    assert terminal.document("duplicates", "compare", "now", "--all")["cases"] == 2
    # The earlier one is looked up by the later one's words, though that was compared before.
    assert pairs(bench) == [(number(3), number(1))]
    assert terminal.document("duplicates", "compare", "now", "--all")["cases"] == 0


def test_what_waited_when_it_was_switched_off_waits_on(
    bench: Bench, desk: Desk, terminal: Terminal
) -> None:
    arrive(bench, MONDAY, [FIRST, AGAIN])
    set_compared(bench.engine, compared=False)
    assert settle(desk).compared.cases == 0
    terminal("duplicates", "compare", "on")
    assert settle(desk).compared.cases == 2


def edit(bench: Bench, desk: Desk, no: str, subject: str) -> None:
    bench.give(no, Edit(at=desk.now, by=OFFICE, subject=subject))


def test_a_subject_corrected_is_compared_anew_with_earlier_and_later_cases(
    bench: Bench, desk: Desk
) -> None:
    report(desk, FIRST, ("请领导关注", ""), FIRST)
    assert pairs(bench) == [(number(3), number(1))]
    after = later(desk, 1)
    keys = "select keys from fingerprint f join rectification_case c on c.id = f.case_id"
    before = bench.value(f"{keys} where c.no = '{number(2)}'")
    edit(bench, after, number(2), FIRST[0])
    assert settle(after).compared.cases == 1
    assert bench.value(f"{keys} where c.no = '{number(2)}'") != before
    first, second, third = map(number, (1, 2, 3))
    assert pairs(bench) == [(second, first), (third, first), (third, second)]
    edit(bench, after, second, OTHER[0])
    settle(after)
    assert pairs(bench) == [(third, first)]
    keyed = "select count(*) from shingle where keyed <> (select count(*) from fingerprint"
    assert bench.value(f"{keyed} where keys @> array[hash])") == 0


def test_what_was_kept_apart_stays_so_when_the_subject_is_corrected(
    bench: Bench, desk: Desk, terminal: Terminal
) -> None:
    report(desk, FIRST, AGAIN)
    terminal("duplicates", "apart", number(2), number(1), "--actor", "王科")
    edit(bench, later(desk, 1), number(2), FIRST[0])
    settle(later(desk, 1))
    assert [row[-1] for row in suggested(bench)] == ["apart"]
    assert open_suggestions(bench.engine, 10) == []


def test_a_party_corrected_is_compared_anew_too(bench: Bench, desk: Desk) -> None:
    report(desk, OTHER)
    keys = "select array_length(keys, 1) from fingerprint"
    before = bench.value(keys)
    bench.give(number(1), Edit(at=desk.now, by=OFFICE, party="青岛海棠湾置业有限公司"))
    assert settle(desk).compared.cases == 1
    assert bench.value(keys) > before  # type: ignore[operator]


def test_followers_of_a_corrected_lead_keep_what_they_brought(
    bench: Bench, desk: Desk, terminal: Terminal
) -> None:
    report(desk, OTHER, FIRST)
    terminal("merge", number(2), "--into", number(1), at=MONDAY.isoformat())
    report(later(desk, 1), AGAIN)
    assert pairs(bench) == [(number(3), number(1))]
    edit(bench, later(desk, 2), number(1), f"{OTHER[0]}，望解决")
    settle(later(desk, 2))
    assert pairs(bench) == [(number(3), number(1))]
