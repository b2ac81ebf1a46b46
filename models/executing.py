"""Commands carried out: lock, read, decide, write, in one transaction for a set of cases."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection, Engine

from domain.apply import apply
from domain.case import Case, Follower
from domain.change import Outcome
from domain.clocks import Rules
from domain.commands import Command, Dispatch
from domain.errors import RectifyError, Refused
from models.engine import transaction
from models.loading import Loaded, find, followers_of, lock, read
from models.recording import EvidenceFile, Recorded
from models.rulebook import RuleBook, Versions, book_for
from models.writing import write


@dataclass(frozen=True)
class View:
    """What a command is made from: the case under lock, and the related cases it names.

    The cases that follow it are looked up for those commands alone that ask for them.
    """

    case: Case
    related: Mapping[str, Case] = field(default_factory=dict)
    find_followers: Callable[[], tuple[Follower, ...]] = tuple

    @cached_property
    def followers(self) -> tuple[Follower, ...]:
        """The cases that follow it, by number; none can come or go while it is locked."""
        return self.find_followers()


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


class KeyTaken(Refused):
    """The key was used for another case."""

    def __init__(self, key: str, no: str) -> None:
        super().__init__(f"操作键 {key} 已用于案件 {no}，请换一个操作键（--key）。")
        self.key = key
        self.no = no


def execute_one(engine: Engine, item: Item, recorded_at: datetime) -> Done | Repeated:
    """Carry out one command; a refusal is raised."""
    result = execute(engine, [item], recorded_at)[0]
    if isinstance(result, RectifyError):
        raise result
    return result


def execute(engine: Engine, items: Sequence[Item], recorded_at: datetime) -> list[Result]:
    """Carry out commands in their order, in one transaction.

    A refusal spoils only its own item and stands in its place in the result. Commands on the same
    case, or on a case that another one names, see what those before them did.
    """
    book = book_for(engine)
    with transaction(engine) as connection:
        ids = lock(connection, {no for item in items for no in (item.no, *item.related)})
        results: list[Result] = []
        for wave in _waves(items):
            sitting = _sit(connection, book, ids, wave)
            decided = [_decide(sitting, item) for item in wave]
            _write(sitting, wave, decided, recorded_at)
            results += decided
    return results


def foresee(engine: Engine, items: Sequence[Item]) -> list[Result]:
    """Decide like ``execute``, each item on the case as it is now; nothing is locked or written."""
    book = book_for(engine)
    with transaction(engine) as connection:
        ids = find(connection, {no for item in items for no in (item.no, *item.related)})
        sitting = _sit(connection, book, ids, items)
        return [_decide(sitting, item) for item in items]


def _waves(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Cut the items where one needs what an earlier one of the same wave writes."""
    wave: list[Item] = []
    written: set[str] = set()
    seen: set[str] = set()
    for item in items:
        if item.no in seen or written.intersection(item.related):
            yield wave
            wave, written, seen = [], set(), set()
        wave.append(item)
        written.add(item.no)
        seen.update((item.no, *item.related))
    if wave:
        yield wave


@dataclass(frozen=True)
class _Sitting:
    """What is decided on together: cases under lock, keys used before, rules in force."""

    connection: Connection
    loaded: Mapping[str, Loaded]
    keys: dict[str, tuple[str, int]]
    book: RuleBook
    versions: Versions

    def rules(self, case: Case, command: Command) -> Rules:
        """A case keeps the policy it was taken in or dispatched under until dispatched again."""
        fresh = isinstance(command, Dispatch)
        version = self.versions.policy if fresh else case.policy_version
        return self.book.rules_of(self.connection, self.versions, version)


def _sit(
    connection: Connection, book: RuleBook, ids: Sequence[int], items: Sequence[Item]
) -> _Sitting:
    loaded = read(connection, ids)
    return _Sitting(connection, loaded, _keys(connection, items), book, book.versions(connection))


def _decide(sitting: _Sitting, item: Item) -> Result:
    missing = [no for no in (item.no, *item.related) if no not in sitting.loaded]
    if missing:
        return UnknownCase(missing[0])
    if item.key in sitting.keys:
        no, seq = sitting.keys[item.key]
        return Repeated(no, item.key, seq) if no == item.no else KeyTaken(item.key, no)
    try:
        done = _applied(sitting, item)
    except RectifyError as refusal:
        return refusal
    if item.key:
        sitting.keys[item.key] = (item.no, done.outcome.after.seq)
    return done


def _applied(sitting: _Sitting, item: Item) -> Done:
    here = sitting.loaded[item.no]
    command = item.make(_view(sitting.connection, item, sitting.loaded))
    if command.by.code in here.case.accused:
        # Nobody of a unit that a referred case is about learns that there is one.
        raise UnknownCase(item.no)
    rules = sitting.rules(here.case, command)
    return Done(item.no, apply(here.case, command, rules), here.subject)


def _view(connection: Connection, item: Item, loaded: Mapping[str, Loaded]) -> View:
    here = loaded[item.no]
    related = {no: loaded[no].case for no in item.related}
    return View(here.case, related, lambda: followers_of(connection, here.id))


def _keys(connection: Connection, items: Sequence[Item]) -> dict[str, tuple[str, int]]:
    """Where the keys of these items were used before: case number and place in its history."""
    keys = [item.key for item in items if item.key]
    if not keys:
        return {}
    rows = connection.exec_driver_sql(
        "select k.key, c.no, k.seq from command_key k join rectification_case c on c.id = k.case_id"
        " where k.key = any (%(keys)s)",
        {"keys": keys},
    )
    return {row.key: (row.no, row.seq) for row in rows}


def _write(
    sitting: _Sitting, items: Sequence[Item], results: Sequence[Result], recorded_at: datetime
) -> None:
    calendar = sitting.versions.calendar
    recorded = [
        Recorded(
            case_id=sitting.loaded[item.no].id,
            outcome=result.outcome,
            key=item.key,
            command=result.outcome.change.event,
            recorded_at=recorded_at,
            calendar=calendar,
            evidence=item.evidence,
        )
        for item, result in zip(items, results, strict=True)
        if isinstance(result, Done)
    ]
    if recorded:
        write(sitting.connection, recorded)
