"""Several writers at once, and writers that are killed: no deadlock, no gap, nothing half done."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from functools import partial

import pytest

from domain.case import Actor
from domain.codes import Result, Role, Rung
from domain.commands import Command, Dispatch, Escalate, Exclude, Merge, Remind, Sign, Submit
from domain.errors import Refused
from models.checking import CheckReport, Moment, fire_due
from models.engine import transaction
from models.executing import Done, Item, View, execute, execute_one
from models.verifying import verify
from tasks.settings import CHECKOUT
from tests.integration.concurrency import at_once, end_sessions
from tests.integration.conftest import MONDAY, OFFICE, Bench

UNIT = Actor(Role.UNIT, "shuiwu")
DAY = timedelta(days=1)
WRITERS = 6
ROUNDS = 12


def given(no: str, command: Command, key: str = "") -> Item:
    return Item(no, lambda _: command, key)


def test_two_connections_with_one_key_sign_once(bench: Bench) -> None:
    no = bench.open()
    bench.dispatch(no)
    item = Item(no, lambda _: Sign(at=MONDAY, by=UNIT), "k")
    results = at_once(*[lambda: execute_one(bench.engine, item, MONDAY)] * 4)
    assert sorted(type(result).__name__ for result in results) == ["Done"] + ["Repeated"] * 3
    assert bench.value("select seq from rectification_case") == 3


def test_one_key_raced_on_two_cases_takes_effect_on_one(bench: Bench) -> None:
    nos = [bench.open() for _ in range(2)]
    for no in nos:
        bench.dispatch(no)

    def sign(no: str) -> str:
        try:
            execute_one(bench.engine, Item(no, lambda _: Sign(at=MONDAY, by=UNIT), "k"), MONDAY)
        except Refused as refused:
            return refused.sentence
        return ""

    said = at_once(*[partial(sign, no) for no in nos])
    assert sorted(bool(sentence) for sentence in said) == [False, True]
    assert bench.value("select count(*) from history where event = 'signed'") == 1


def test_merges_each_into_the_other_lock_in_one_order(bench: Bench) -> None:
    def merge(no: str, into: str) -> Item:
        def make(view: View) -> Command:
            return Merge(
                at=MONDAY, by=OFFICE, into=view.related[into], followers=len(view.followers)
            )

        return Item(no, make, related=(into,))

    def both(a: str, b: str) -> tuple[Item, Item]:
        return merge(a, b), merge(b, a)

    for _ in range(8):
        a, b = bench.open(), bench.open()
        results = at_once(*[partial(execute, bench.engine, [item], MONDAY) for item in both(a, b)])
        assert sorted(type(result).__name__ for (result,) in results) == ["Done", "Refused"]
    assert bench.value("select count(*) from rectification_case where state = 'merged'") == 8
    assert verify(bench.engine).faults == []


def test_many_writers_on_the_same_cases_leave_no_gap(bench: Bench) -> None:
    nos = [bench.open() for _ in range(8)]
    for no in nos:
        bench.dispatch(no)

    def write(seed: int) -> int:
        chance, done = random.Random(seed), 0
        for _ in range(ROUNDS):
            some = chance.sample(nos, 5)
            items = [
                Item(no, lambda _: Remind(at=MONDAY, by=OFFICE, reason="请抓紧")) for no in some
            ]
            done += sum(isinstance(r, Done) for r in execute(bench.engine, items, MONDAY))
        return done

    total = sum(at_once(*[partial(write, seed) for seed in range(WRITERS)]))
    assert total == WRITERS * ROUNDS * 5
    assert bench.value("select sum(seq) from rectification_case") == total + 2 * len(nos)
    assert verify(bench.engine).faults == []


def test_documents_are_never_numbered_twice_nor_deadlocked(bench: Bench) -> None:
    """Sets that issue documents of several types in opposite orders want the same counters."""
    sets = [[bench.open() for _ in range(2 * ROUNDS)] for _ in range(WRITERS)]
    for nos in sets:
        for no in nos:
            bench.dispatch(no)

    def command(writer: int, place: int) -> Command:
        if (writer + place) % 2:
            return Dispatch(at=MONDAY, by=OFFICE, unit="chengguan")
        return Escalate(at=MONDAY, by=OFFICE, rung=Rung.LIST, reason="推诿")

    def write(writer: int) -> int:
        items = [given(no, command(writer, place)) for place, no in enumerate(sets[writer])]
        pairs = [items[first : first + 2] for first in range(0, len(items), 2)]
        results = [result for pair in pairs for result in execute(bench.engine, pair, MONDAY)]
        return sum(isinstance(result, Done) for result in results)

    done = at_once(*[partial(write, writer) for writer in range(WRITERS)])
    assert done == [2 * ROUNDS] * WRITERS
    issued = WRITERS * ROUNDS
    numbers = "select type, max(number), count(*) from document group by type order by 1"
    assert bench.rows(numbers) == [
        ("交办", 3 * issued, 3 * issued),
        ("公告", issued, issued),
        ("督办", issued, issued),
    ]


def test_writers_and_checks_at_once_neither_deadlock_nor_owe_twice(bench: Bench) -> None:
    nos = [bench.open() for _ in range(20)]
    for no in nos:
        bench.dispatch(no)

    def write(seed: int) -> None:
        chance = random.Random(seed)
        for day in range(ROUNDS):
            at = MONDAY + day * DAY
            items = [given(no, Exclude(at=at, by=OFFICE, reason="重复")) for no in nos]
            items += [given(no, Remind(at=at, by=OFFICE)) for no in chance.sample(nos, 4)]
            execute(bench.engine, items, at)

    def check() -> None:
        for day in range(ROUNDS):
            at = MONDAY + day * DAY
            fire_due(bench.engine, Moment(at, at), CheckReport())

    at_once(lambda: write(1), lambda: write(2), check, check)
    end = MONDAY + ROUNDS * DAY
    fire_due(bench.engine, Moment(end, end), CheckReport())
    assert bench.rows(
        "select k.kind, max(f.rung), count(*) from fired f join clock k on k.id = f.clock_id"
        " group by 1 order by 1"
    ) == [("contact", 3, 20), ("finish", 3, 40), ("interim", 3, 40), ("sign", 3, 20)]
    assert verify(bench.engine).faults == []


WRITER = """
import sys, os
from datetime import datetime
from domain.case import Actor
from domain.codes import Role
from domain.commands import Remind
from models import executing
from models.engine import connect
from models.writing import write

def slowly(connection, recorded):
    write(connection, recorded)
    print("written", flush=True)
    sys.stdin.read()

executing.write = slowly
at = datetime.fromisoformat(sys.argv[2])
command = Remind(at=at, by=Actor(Role.OFFICE), reason="请抓紧")
executing.execute_one(
    connect(os.environ["TEST_URL"]), executing.Item(sys.argv[1], lambda _: command, "k"), at
)
"""
"""A program that has written a command, not committed it, and waits."""


@pytest.fixture
def writer(bench: Bench) -> subprocess.Popen[str]:
    no = bench.open()
    bench.dispatch(no)
    url = bench.engine.url.render_as_string(hide_password=False)
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, no, MONDAY.isoformat()],
        cwd=CHECKOUT,
        env=os.environ | {"TEST_URL": url},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_writer_killed_before_its_commit_leaves_nothing(
    bench: Bench, writer: subprocess.Popen[str]
) -> None:
    with writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "written\n"
        writer.send_signal(signal.SIGKILL)
    no = bench.value("select no from rectification_case")
    assert bench.rows("select seq from rectification_case") == [(2,)]
    for table in ("history where seq > 2", "command_key", "notice where template = 'reminder'"):
        assert bench.value(f"select count(*) from {table}") == 0
    bench.give(str(no), Remind(at=MONDAY, by=OFFICE), key="k")
    assert verify(bench.engine).faults == []


def test_a_writer_cut_off_at_any_moment_leaves_nothing_half_written(bench: Bench) -> None:
    nos = [bench.open() for _ in range(30)]
    started = time.perf_counter()
    for no in nos:
        bench.dispatch(no)
    usual = (time.perf_counter() - started) / len(nos)
    stop = threading.Event()
    chance = random.Random(7)

    def cut() -> None:
        # By what a command takes just now: on a busy machine fixed times would let none through.
        while not stop.wait(chance.uniform(usual / 2, 5 * usual)):
            end_sessions(bench)

    said: list[str] = []

    def write() -> None:
        for no in nos:
            for command in (
                Sign(at=MONDAY, by=UNIT),
                Submit(at=MONDAY, by=UNIT, result=Result.SOLVED, reply="已办结。"),
            ):
                for _ in range(50):
                    try:
                        bench.give(no, command, key=f"{no}/{command.name}")
                        break
                    except Refused as refused:
                        said.append(refused.sentence)
        stop.set()

    at_once(write, cut)
    assert said, "no session was cut off while it wrote"
    assert [sentence for sentence in said if "数据库" not in sentence] == []
    assert bench.rows("select state, seq, count(*) from rectification_case group by 1, 2") == [
        ("submitted", 4, 30)
    ]
    assert bench.value("select count(*) from case_text") == 30
    assert bench.value("select count(*) from notice where template = 'submitted'") == 30
    assert verify(bench.engine).faults == []


def test_a_command_waits_for_a_case_that_somebody_has_locked(bench: Bench) -> None:
    no = bench.open()
    bench.dispatch(no)
    locked = threading.Event()

    def hold() -> None:
        with transaction(bench.engine) as connection:
            connection.exec_driver_sql("select from rectification_case for update")
            locked.set()
            connection.exec_driver_sql("select pg_sleep(0.3)")
            connection.exec_driver_sql("update rectification_case set level = 1")

    def sign() -> object:
        locked.wait(timeout=30)
        bench.sign(no)
        return bench.value("select level from rectification_case")

    assert at_once(hold, sign) == [None, 1], "what the other wrote was read after the lock"
