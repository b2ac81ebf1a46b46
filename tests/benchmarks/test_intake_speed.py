"""Intake of 100,000 rows against bare SQL that writes the same rows, hashes included."""

import csv
import random
import resource
import sys
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
from models.engine import engine_for
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
from tasks.settings import Settings
from tests.benchmarks.ratio import alternate

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
            drop_database(self.settings, name)

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
            writer.writerow([n, f"A{n % 70_000:08d}", f"A{n % 9}区{text[:16]}", when, text * 8, phone])
    return path


def bare_payload(ground: Ground, ledger: Path) -> tuple[bytes, dict[str, object]]:
    """Everything that bare SQL needs, computed in advance: numbers, salts, digests, seals."""
    table = open_table(ledger)
    rows = [row for raw in table.rows if isinstance(row := understand(raw, table.headers), IncomingRow)]
    keys = Keys("k", {"k": bytes(32)}, bytes(32))
    nos = (f"QD2026-{number:06d}" for number in count(1))
    lines = _lines(rows, (next(nos) for _ in rows), "ordinary", NOW.isoformat(), Sealer(keys))
    with ground.desk.engine.connect() as connection:
        rules = RuleBook().rules(connection)
    arguments = _arguments({"normal"}, DELIVERY, rules) | {"key_id": "k"}
    return ("\n".join(lines) + "\n").encode(), arguments


def written(ground: Ground) -> list[int]:
    """How many rows each table got."""
    tables = ("rectification_case", "history", "clock", "case_text", "intake_row", "identity.reporter")
    with ground.owner() as cursor:
        counts = []
        for table in tables:
            cursor.execute(f"select count(*) from {table}")
            counts.append(cursor.fetchall()[0][0])
    return counts


def test_intake_reaches_a_quarter_of_the_speed_of_copy_and_bare_sql(ground, ledger):
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
        assert written(ground) == [ROWS] * 6

    def ours() -> None:
        report = intake_file(ground.desk, ledger, "12345")
        assert (report.opened, report.rejected) == (ROWS, [])

    ratio = alternate(ours, bare, before=ground.renew, name=f"intake of {ROWS} rows")
    ours_written = written(ground)
    assert ours_written == [ROWS] * 6
    assert ratio.speed >= 0.25


def test_intake_of_a_large_file_keeps_within_500_mb(ground, ledger, tmp_path):
    large = tmp_path / "large.csv"
    header, _, rows = ledger.read_text("utf-8").partition("\n")
    with large.open("w", encoding="utf-8") as file:
        file.write(f"{header}\n")
        for _ in range(200 * MEBIBYTE // len(rows.encode()) + 1):
            file.write(rows)
    assert large.stat().st_size > 200 * MEBIBYTE
    # In a process of its own: this one holds the payload of the other benchmark.
    peak = _peak_of_intake(ground, large)
    print(f"\nintake of {large.stat().st_size / MEBIBYTE:.0f} MiB: peak {peak:.0f} MiB")
    assert peak < 500
