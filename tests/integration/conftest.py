"""A seeded database for each test, cases opened in it, and commands given to them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count

import pytest
from sqlalchemy import Engine

from deployments.reference.seed import seed
from domain.calendar import SHANGHAI
from domain.case import Actor
from domain.clocks import fold
from domain.codes import Role, Urgency
from domain.commands import Command, Dispatch, Sign
from domain.detecting import opening
from domain.history import dump_ops
from models.engine import connect, transaction
from models.executing import Done, Item, Repeated, execute_one
from models.recording import clock_row
from models.rulebook import book_for
from models.statements import CLOCKS
from tasks.databases import database_url, drop_database, ensure_database
from tasks.settings import Settings

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=SHANGHAI)
OFFICE = Actor(Role.OFFICE, name="王科")
_numbers = count(1)

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
            detail = json.dumps({"to": "detected", "policy": 1, "clocks": dump_ops(ops)})
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


@pytest.fixture
def bench(postgres: Settings, seeded: str) -> Iterator[Bench]:
    """A seeded database of one's own."""
    name = f"bench_{next(_numbers)}"
    ensure_database(postgres, name, template=seeded)
    engines = [connect(database_url(postgres, name, role)) for role in ("app", "owner")]
    yield Bench(*engines)
    for engine in engines:
        engine.dispose()
    drop_database(postgres, name)
