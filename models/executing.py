"""Commands carried out: lock, read, decide, write, in one transaction for a set of cases."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Engine

from domain.apply import apply
from domain.case import Case
from domain.change import Outcome
from domain.commands import Command, Dispatch
from domain.errors import RectifyError, Refused
from models.engine import transaction
from models.loading import Loaded, lock, read
from models.recording import EvidenceFile, Recorded
from models.rulebook import book_for
from models.writing import write


@dataclass(frozen=True)
class View:
    """What a command is made from: the case under lock, and the related cases it names."""

    case: Case
    related: Mapping[str, Case] = field(default_factory=dict)
    followers: int = 0


@dataclass(frozen=True)
class Item:
    """One command to carry out on case ``no``, made once the case is locked and read.

    ``key`` makes it idempotent: the same key twice changes nothing the second time. ``related``
    names further cases to lock.
    """

    no: str
    make: Callable[[View], Command]
    key: str = ""
    related: tuple[str, ...] = ()
    evidence: tuple[EvidenceFile, ...] = ()


@dataclass(frozen=True)
class Done:
    """The command took effect."""

    no: str
    outcome: Outcome
    subject: str


@dataclass(frozen=True)
class Repeated:
    """The key was used before, for the event at ``seq``; nothing was changed now."""

    no: str
    key: str
    seq: int


Result = Done | Repeated | RectifyError


class UnknownCase(Refused):
    """No case has this number."""

    def __init__(self, no: str) -> None:
        super().__init__(f"没有编号为 {no} 的案件，请核对案件编号（rectify case list 可查）。")
        self.no = no


def execute_one(engine: Engine, item: Item, recorded_at: datetime) -> Done | Repeated:
    """Carry out one command; a refusal is raised."""
    result = execute(engine, [item], recorded_at)[0]
    if isinstance(result, RectifyError):
        raise result
    return result


def execute(engine: Engine, items: Sequence[Item], recorded_at: datetime) -> list[Result]:
    """Carry out commands on different cases in one transaction.

    A refusal spoils only its own item and stands in its place in the result.
    """
    with transaction(engine) as connection:
        wanted = {no for item in items for no in (item.no, *item.related)}
        loaded = read(connection, lock(connection, wanted))
        done_before = _keys(connection, items)
        results: list[Result] = []
        written: list[Recorded] = []
        for item in items:
            result = _decide(engine, connection, item, loaded, done_before)
            results.append(result)
            if isinstance(result, Done):
                written.append(_recorded(item, result, loaded[item.no].id, recorded_at))
        if written:
            write(connection, written)
    return results


def _decide(
    engine: Engine,
    connection: Connection,
    item: Item,
    loaded: Mapping[str, Loaded],
    done_before: Mapping[str, int],
) -> Result:
    if item.key in done_before:
        return Repeated(item.no, item.key, done_before[item.key])
    missing = [no for no in (item.no, *item.related) if no not in loaded]
    if missing:
        return UnknownCase(missing[0])
    try:
        return _applied(engine, connection, item, loaded)
    except RectifyError as refusal:
        return refusal


def _applied(
    engine: Engine, connection: Connection, item: Item, loaded: Mapping[str, Loaded]
) -> Done:
    here = loaded[item.no]
    command = item.make(_view(connection, item, loaded))
    version = None if isinstance(command, Dispatch) else _version(here.case)
    rules = book_for(engine).rules(connection, version)
    return Done(item.no, apply(here.case, command, rules), here.subject)


def _version(case: Case) -> int | None:
    """A case keeps the policy it was dispatched under."""
    return case.policy_version if case.dispatched_at else None


def _view(connection: Connection, item: Item, loaded: Mapping[str, Loaded]) -> View:
    here = loaded[item.no]
    if not item.related:
        return View(here.case)
    followers = connection.exec_driver_sql(
        "select count(*) from rectification_case where lead_case_id = %(id)s", {"id": here.id}
    ).scalar_one()
    return View(here.case, {no: loaded[no].case for no in item.related}, followers)


def _keys(connection: Connection, items: Sequence[Item]) -> dict[str, int]:
    keys = [item.key for item in items if item.key]
    if not keys:
        return {}
    rows = connection.exec_driver_sql(
        "select key, seq from command_key where key = any (%(keys)s)", {"keys": keys}
    )
    return {row.key: row.seq for row in rows}


def _recorded(item: Item, done: Done, case_id: int, recorded_at: datetime) -> Recorded:
    command = done.outcome.change.event
    return Recorded(case_id, done.outcome, item.key, command, recorded_at, item.evidence)
