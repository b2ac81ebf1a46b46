"""Intake of 100,000 rows against bare SQL that writes the same rows, hashes included."""

import csv
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from itertools import count
from pathlib import Path

import psycopg2
import pytest

from domain.calendar import SHANGHAI
from domain.errors import Refused
from models.comparing import _ALONE
from models.engine import engine_for, session_lock
from models.identity import Keys, Sealer
from models.intake_batch import _arguments, _lines
from models.intake_rows import Delivery, IncomingRow
from models.intake_statements import CLOCKS, REGISTER, REPORTERS, STAGE, STAGED, TEXTS
from models.rulebook import RuleBook
from tasks.databases import database_url, drop_database, ensure_database
from tasks.desk import Desk
from tasks.intake import intake_file
from tasks.reading.files import open_table
from tasks.reading.incoming import understand
from tasks.settings import CHECKOUT, Settings
from tests.benchmarks.ratio import alternate, report

ROWS = 100_000
MEBIBYTE = 1 << 20
NOW = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
DELIVERY = Delivery("12345", "rows.csv", NOW, NOW)
WORDS = "物业收费不公示噪声扰民停水停电道路破损学区划分公积金提取社保转移税务发票规划审批环境污染"
_numbers = count(1)

# The best that SQL alone can do: all rows in one transaction, identifiers taken in advance by the
# owner, hash and case in one pass.
BARE_CASES = """
with numbered as materialized (
    select s.*, nextval('rectification_case_id_seq') as id from intake_stage s order by row_number
), hashed as materialized (
    select n.*, d.detail, history_hash('', n.id, 1, 'detected', 'system', '', %(received_at)s,
        %(recorded_at)s, d.detail) as hash
    from numbered n
    join jsonb_to_recordset(%(details)s::jsonb) as o(urgency text, detail jsonb) using (urgency)
    cross join lateral (
        select o.detail || jsonb_build_object('texts', jsonb_build_object('body', n.digest))
            as detail) d
), opened as (
    insert into rectification_case (id, no, state, environment, kind, urgency, channel, reachable,
        detected_at, reported_at, last_event_at, policy_version, seq, head_hash, subject, party)
    overriding system value
    select id, no, 'detected', environment, kind, urgency, %(channel)s, reachable, %(received_at)s,
        reported_at, %(received_at)s, %(policy)s, 1, hash, subject, party
    from hashed
), entries as (
    insert into history (case_id, seq, event, actor, occurred_at, recorded_at, detail, hash)
    select id, 1, 'detected', 'system', %(received_at)s, %(recorded_at)s, detail, hash from hashed
)
update intake_stage s set case_id = h.id from hashed h where h.no = s.no
"""
BARE_REGISTER = REGISTER + "on conflict (channel, source_id) where outcome = 'opened' do nothing"
TABLES = ("rectification_case", "history", "clock", "case_text", "intake_row", "identity.reporter")
CONTENT = """
select md5(string_agg(md5(concat_ws('|', c.no, c.subject, c.reported_at, c.reachable, t.body,
    i.source_id, i.row_number, k.due_at, h.detail - 'texts')), '' order by c.no))
from rectification_case c join history h on h.case_id = c.id join clock k on k.case_id = c.id
join case_text t on t.case_id = c.id join intake_row i on i.case_id = c.id
where c.head_hash = h.hash
    and h.hash = history_hash('', c.id, 1, h.event, h.actor, h.claimed_name, h.occurred_at,
                              h.recorded_at, h.detail)
"""
PEAK = """
import os, sys, time
from datetime import datetime
from pathlib import Path
from domain.calendar import SHANGHAI
from tasks.desk import open_desk
from tasks.intake import intake_file
from tasks.settings import load_settings
desk = open_desk(load_settings(os.environ), sys.argv[1], datetime(2026, 3, 2, 10, tzinfo=SHANGHAI))
started = time.perf_counter()
report = intake_file(desk, Path(sys.argv[2]), "12345")
seconds = time.perf_counter() - started
# getrusage would tell the peak of the process that started this one.
status = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
print(report.opened, seconds, int(status["VmHWM"].split()[0]) / 1024)
"""
BARE = (BARE_CASES, CLOCKS, TEXTS, BARE_REGISTER, REPORTERS)


@dataclass
class Ground:
    """A fresh seeded database for each round, so that every round meets the same."""

    settings: Settings
    template: str
    made: list[str] = field(default_factory=list)

    def renew(self) -> None:
        """Make the next database."""
        self.drop()
        self.made.append(f"speed_{next(_numbers)}")
        ensure_database(self.settings, self.made[-1], template=self.template)

    def drop(self) -> None:
        """Drop the last database."""
        while self.made:
            name = self.made.pop()
            engine_for(database_url(self.settings, name, "app")).dispose()
            self._drop(name)

    def _drop(self, name: str) -> None:
        """Drop a database; while autovacuum works in it, only a superuser may."""
        for _ in range(120):
            try:
                return drop_database(self.settings, name)
            except Refused:
                time.sleep(0.5)
        return drop_database(self.settings, name)

    @property
    def desk(self) -> Desk:
        """A desk at the present database."""
        engine = engine_for(database_url(self.settings, self.made[-1], "app"))
        return Desk(self.settings, self.made[-1], engine, NOW, NOW)

    @contextmanager
    def owner(self) -> Iterator[psycopg2.extensions.cursor]:
        """A transaction of the present database's owner, on the bare driver."""
        url = database_url(self.settings, self.made[-1], "owner")
        connection = psycopg2.connect(url.replace("+psycopg2", ""))
        try:
            with connection, connection.cursor() as cursor:
                yield cursor
        finally:
            connection.close()


@pytest.fixture
def ground(postgres: Settings, seeded: str) -> Iterator[Ground]:
    place = Ground(postgres, seeded)
    place.renew()
    yield place
    place.drop()


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger such as a hotline exports: most rows with a name, half with a phone number."""
    chance = random.Random(7)
    path = tmp_path_factory.mktemp("ledger") / "rows.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "联系电话"])
        for n in range(ROWS):
            text = "".join(chance.choices(WORDS, k=30))
            when = f"2026/2/{n % 28 + 1} {n % 24}:{n % 60:02d}:{n % 59:02d}"
            phone = f"138{n:08d}" if n % 2 else ""
            writer.writerow(
                [n, f"A{n % 70_000:08d}", f"A{n % 9}区{text[:16]}", when, text * 8, phone]
            )
    return path


def bare_payload(ground: Ground, ledger: Path) -> tuple[bytes, dict[str, object]]:
    """Everything that bare SQL needs, computed in advance: numbers, salts, digests, seals."""
    table = open_table(ledger)
    rows = [
        row for raw in table.rows if isinstance(row := understand(raw, table.headers), IncomingRow)
    ]
    keys = Keys("k", {"k": bytes(32)}, bytes(32))
    nos = (f"QD2026-{number:06d}" for number in count(1))
    lines = _lines(rows, (next(nos) for _ in rows), "ordinary", NOW.isoformat(), Sealer(keys))
    with ground.desk.engine.connect() as connection:
        rules = RuleBook().rules(connection)
    arguments = _arguments({"normal"}, DELIVERY, rules) | {"key_id": "k"}
    return ("\n".join(lines) + "\n").encode(), arguments


def written(ground: Ground) -> tuple[list[int], str]:
    """How many rows each table got, and a digest of the cases (salts differ)."""
    with ground.owner() as cursor:
        counts = []
        for table in TABLES:
            cursor.execute(f"select count(*) from {table}")
            counts.append(cursor.fetchall()[0][0])
        cursor.execute(CONTENT)
        return counts, cursor.fetchall()[0][0]


def test_intake_reaches_a_quarter_of_the_speed_of_copy_and_bare_sql(
    ground: Ground, ledger: Path
) -> None:
    payload, arguments = bare_payload(ground, ledger)

    def bare() -> None:
        with ground.owner() as cursor:
            cursor.execute(STAGE)
            cursor.copy_expert(
                f"copy intake_stage ({', '.join(STAGED)}) from stdin", BytesIO(payload), 1 << 20
            )
            for statement in BARE:
                cursor.execute(statement, arguments)
            cursor.execute("insert into counter values ('case:2026', %s)", [ROWS])

    def ours() -> None:
        # Comparing is measured apart: whoever finds another at it leaves it.
        with session_lock(ground.desk.engine, _ALONE):
            done = intake_file(ground.desk, ledger, "12345")
        assert (done.opened, done.rejected) == (ROWS, [])

    # Both leave the same behind, or the comparison means nothing.
    bare()
    shape, digest = written(ground)
    ground.renew()
    ours()
    assert written(ground) == (shape, digest)
    assert shape == [ROWS] * len(TABLES)
    ratio = alternate(ours, bare, before=ground.renew, name=f"intake of {ROWS} rows")
    assert ratio.speed >= 0.25


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads Linux's own figures")
def test_intake_of_a_large_file_keeps_within_500_mb(
    ground: Ground, ledger: Path, tmp_path: Path
) -> None:
    large = tmp_path / "large.csv"
    header, _, rows = ledger.read_text("utf-8").partition("\n")
    with large.open("w", encoding="utf-8") as file:
        file.write(f"{header}\n")
        times = 200 * MEBIBYTE // len(rows.encode()) + 1
        for number in range(times):
            # Every row once: a digit ahead makes its number another.
            file.writelines(f"{number + 1}{line}" for line in rows.splitlines(keepends=True))
    size = large.stat().st_size / MEBIBYTE
    assert size > 200
    run = subprocess.run(
        [sys.executable, "-c", PEAK, ground.made[-1], str(large)],
        cwd=CHECKOUT,
        env=os.environ | {"RECTIFY_HOME": str(ground.settings.home)},
        capture_output=True,
        text=True,
        check=True,
    )
    opened, seconds, peak = map(float, run.stdout.split())
    report(f"intake of {size:.0f} MiB: {opened:.0f} cases, {seconds:.1f} s, peak {peak:.0f} MiB")
    assert opened == times * ROWS
    assert peak < 500
