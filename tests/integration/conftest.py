"""A seeded database for each test, cases opened in it, and commands given to them."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from deployments.cli.entry import main
from deployments.reference.seed import seed
from domain.calendar import SHANGHAI
from domain.case import Actor
from domain.clocks import fold
from domain.codes import Role, Urgency
from domain.commands import Command, Dispatch, Sign
from domain.detecting import opening
from domain.history import dump_ops
from models.engine import connect, engine_for, transaction
from models.executing import Done, Item, Repeated, execute_one
from models.recording import clock_row
from models.rulebook import book_for
from models.statements import CLOCKS
from tasks.databases import database_url, drop_database, ensure_database
from tasks.desk import Desk
from tasks.settings import Settings
from tests.integration.feeds import Hotline, Pulls, hotline_server

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
OFFICE = Actor(Role.OFFICE, name="王科")
_numbers = count(1000)
"""Below it are numbers that tests name themselves."""

_OPEN = """
with c as (
    insert into rectification_case (no, state, kind, urgency, channel, reachable, detected_at,
        reported_at, last_event_at, policy_version, seq, head_hash, subject)
    values (%(no)s, 'detected', %(kind)s, %(urgency)s, '12345', %(reachable)s, %(at)s, %(at)s,
        %(at)s, 1, 1, '\\x00'::bytea || substr(sha256('x'), 2), %(subject)s) returning id
)
insert into history (case_id, seq, event, actor, occurred_at, recorded_at, detail, hash)
select c.id, 1, 'detected', 'system', %(at)s, %(at)s, %(detail)s,
    history_hash(''::bytea, c.id, 1, 'detected', 'system', '', %(at)s, %(at)s, %(detail)s)
from c returning case_id, hash
"""


@dataclass(frozen=True)
class Bench:
    """A seeded database with shortcuts for tests."""

    engine: Engine
    owner: Engine

    def open(
        self, no: str = "", at: datetime = MONDAY, urgency: str = "normal", **more: object
    ) -> str:
        """Open a case as intake does, and give its number."""
        no = no or f"QD2026-{next(_numbers):06d}"
        values = {"kind": "ordinary", "reachable": True, "subject": "物业收费不公示"} | more
        with transaction(self.engine) as connection:
            rules = book_for(self.engine).rules(connection)
            ops = opening(Urgency(urgency), at, rules)
            versions = {"policy": 1, "calendar": rules.calendar.version}
            detail = json.dumps({"to": "detected", **versions, "clocks": dump_ops(ops)})
            row = connection.exec_driver_sql(
                _OPEN, values | {"no": no, "at": at, "urgency": urgency, "detail": detail}
            ).one()
            connection.exec_driver_sql(
                "update rectification_case set head_hash = %(hash)s where id = %(id)s",
                {"hash": row.hash, "id": row.case_id},
            )
            clocks = fold({}, ops, at, rules).values()
            rows = json.dumps([clock_row(row.case_id, clock) for clock in clocks])
            connection.exec_driver_sql(CLOCKS, {"rows": rows})
        return no

    def give(self, no: str, command: Command, key: str = "") -> Done | Repeated:
        """Give a command to a case."""
        return execute_one(self.engine, Item(no, lambda _: command, key), command.at)

    def dispatch(
        self, no: str, at: datetime = MONDAY, unit: str = "shuiwu", **more: object
    ) -> None:
        """Dispatch a case."""
        self.give(no, Dispatch(at=at, by=OFFICE, unit=unit, **more))  # type: ignore[arg-type]

    def sign(self, no: str, at: datetime = MONDAY, unit: str = "shuiwu") -> None:
        """Let the unit sign."""
        self.give(no, Sign(at=at, by=Actor(Role.UNIT, unit)))

    def value(self, statement: str, **arguments: object) -> object:
        """Read one value as the owner."""
        with self.owner.connect() as connection:
            return connection.exec_driver_sql(statement, arguments).scalar_one()

    def rows(self, statement: str, **arguments: object) -> list[tuple[object, ...]]:
        """Read rows as the owner."""
        with self.owner.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement, arguments)]


@pytest.fixture(scope="session")
def seeded(postgres: Settings, migrated: str) -> str:
    """The name of a migrated and seeded database; others are copied from it."""
    ensure_database(postgres, "seeded", template=migrated)
    seed(database_url(postgres, "seeded", "owner"), MONDAY)
    return "seeded"


@contextmanager
def bench_in(settings: Settings, template: str, name: str) -> Iterator[Bench]:
    """A database copied from ``template`` for the block."""
    ensure_database(settings, name, template=template)
    engines = [connect(database_url(settings, name, role)) for role in ("app", "owner")]
    try:
        yield Bench(*engines)
    finally:
        for engine in engines:
            engine.dispose()
        drop_database(settings, name)


@pytest.fixture
def bench(postgres: Settings, seeded: str) -> Iterator[Bench]:
    """A seeded database of one's own."""
    with bench_in(postgres, seeded, f"bench_{next(_numbers)}") as made:
        yield made


@pytest.fixture
def desk(bench: Bench, postgres: Settings) -> Desk:
    """A desk at the database of the bench, on Monday."""
    return Desk(postgres, "live", bench.engine, MONDAY, MONDAY)


AT = "2026-03-{:02d}T{:02d}:00:00+08:00"
"""Business time by day and hour."""
PROBLEMS = """编号,事由,问题描述,反映人,联系电话,发现时间,类别
A-1,小区物业收费不公示,物业公司擅自涨价，业主多次要求公示未果。,王女士,13800000000,2026-03-02T09:00:00+08:00,ordinary
A-2,希望领导关注,早日得到回音。,,,2026-03-02T09:10:00+08:00,simple
A-3,社保断缴无法补缴,公司不缴社保，养老保险断缴无法办理。,李先生,,2026/3/2 9:32:09,harm
"""


@dataclass
class Terminal:
    """Runs commands against one database, as somebody at a terminal would."""

    database: str
    capture: pytest.CaptureFixture[str]

    def __call__(self, *words: str, code: int = 0, at: str = "") -> str:
        """Run a command that must exit with ``code``; give what it printed."""
        when = ["--as-of", at] if at else []
        self.capture.readouterr()
        found = main([*words, "--database", self.database, *when])
        output = self.capture.readouterr()
        assert found == code, (words, output.out, output.err)
        return output.err if code else output.out

    def document(self, *words: str, at: str = "") -> Any:  # noqa: ANN401 - any JSON
        """Run a command and read its JSON document."""
        return json.loads(self(*words, "--json", at=at))


@pytest.fixture
def terminal(
    bench: Bench,
    postgres: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Terminal]:
    """A terminal at the database of the bench, whatever else these tests have set."""
    for setting in ("RECTIFY_PREFECT_PORT", "RECTIFY_PORTAL_PORT"):
        monkeypatch.delenv(setting, raising=False)
    monkeypatch.setenv("RECTIFY_HOME", str(postgres.home))
    name = str(bench.engine.url.database).removeprefix("rectify_")
    yield Terminal(name, capsys)
    engine_for(database_url(postgres, name, "app")).dispose()
    engine_for.cache_clear()


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Where a ledger is exported to."""
    return tmp_path / "台账.xlsx"


@pytest.fixture
def taken_in(terminal: Terminal, tmp_path: Path) -> list[str]:
    """Three problems taken in; gives their numbers."""
    file = tmp_path / "problems.csv"
    file.write_text(PROBLEMS, encoding="utf-8")
    report = terminal.document("intake", str(file), "--channel", "12345", at=AT.format(2, 10))
    assert [report[key] for key in ("read", "opened", "duplicate", "rejected")] == [3, 3, 0, []]
    return [row["no"] for row in terminal.document("case", "list")]


@pytest.fixture
def hotline() -> Iterator[Hotline]:
    """A hotline on this machine that asks nothing of those who pull."""
    with hotline_server() as made:
        yield made


@pytest.fixture
def pulls(desk: Desk, hotline: Hotline) -> Pulls:
    """Pulls of the hotline into the desk's database."""
    return Pulls(desk, hotline)
