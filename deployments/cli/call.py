"""What every command is told, the desk it works at, and the answer it gives."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from rich.console import RenderableType

from deployments.postgres import lease
from deployments.stack import record
from domain.errors import Refused
from tasks.carrying import Carried
from tasks.coordinates import has_coordinates
from tasks.desk import LIVE, Desk, open_desk
from tasks.events import Occasion, emit
from tasks.settings import Settings


@dataclass(frozen=True)
class Call:
    """The options that every command accepts.

    ``now`` is the clock, read once; ``as_of`` replaces it as business time. ``key`` makes a command
    idempotent, ``actor`` is the office person, ``by`` a unit, ``name`` the unit's officer.
    """

    settings: Settings
    now: datetime
    json: bool = False
    as_of: datetime | None = None
    database: str = LIVE
    key: str = ""
    actor: str = ""
    by: str = ""
    name: str = ""


@dataclass(frozen=True)
class Answer:
    """What a command says: one JSON-able document, or the same for people; ``code`` is the exit."""

    document: object
    shown: Sequence[RenderableType] = field(default=())
    code: int = 0


@contextmanager
def at_desk(call: Call) -> Iterator[Desk]:
    """Work at the database, which runs for as long if it does not run anyway."""
    with at_server(call.settings):
        yield open_desk(call.settings, call.database, call.now, call.as_of)


@contextmanager
def at_server(settings: Settings) -> Iterator[None]:
    """Have the database server run for the block; refuses a state folder that never had one."""
    if settings.database_url is None and not has_coordinates(settings.home):
        raise Refused(f"{settings.home} 里还没有数据库，请先运行 ./rectify up。")
    with lease(settings):
        yield


def tell_prefect(call: Call, carried: Sequence[Carried]) -> None:
    """Tell the Prefect server of this state folder what changed; nothing happens without one."""
    supervisor = record.read(call.settings.home).supervisor
    if supervisor is not None and supervisor.is_alive():
        emit(call.settings, carried, Occasion(call.database, call.now))
