"""The databases of a state folder that hold reporters sealed with its keys."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from models.engine import connect, explained, transaction
from models.identity import Keys
from models.schema import current, newest
from tasks.addresses import PREFECT, admin_url, database_name, database_url
from tasks.settings import Settings

_NAMES = """
select datname from pg_database
where datallowconn and not datistemplate and (datname = :live or starts_with(datname, :prefix))
order by datname <> :live, datname
"""
_CHECK = "select identity_key_check from setting"
_HAS_SETTING = "select to_regclass('setting') is not null"


@dataclass(frozen=True)
class Sealed:
    """A database by the name that operators use; ``engine`` is None where its schema is older."""

    name: str
    engine: Engine | None


@contextmanager
def sealed_databases(settings: Settings, keys: Keys) -> Iterator[Sequence[Sealed]]:
    """Find the databases sealed with these keys, or with those they came from, for the block.

    Databases of other state folders on the same server, sealed with other keys, are left out, as
    are those in which nothing was sealed yet.
    """
    ours = {keys.fingerprint, *keys.former}
    with ExitStack() as stack:
        found = []
        for name in _names(settings):
            engine = connect(database_url(settings, name, "app"))
            stack.callback(engine.dispose)
            sealed, fits = _look(engine)
            if sealed in ours:
                found.append(Sealed(name, engine if fits else None))
            else:
                engine.dispose()
        yield found


def _look(engine: Engine) -> tuple[bytes | None, bool]:
    """Give the fingerprint that a database is bound to, and whether its schema is this one."""
    with transaction(engine) as connection:
        if not connection.exec_driver_sql(_HAS_SETTING).scalar_one():
            return None, False
        check = connection.exec_driver_sql(_CHECK).scalar_one_or_none()
        return (None if check is None else bytes(check)), current(connection) == newest()


def _names(settings: Settings) -> list[str]:
    """The databases of this installation, live first, by the name that ``--database`` takes."""
    live = database_name(settings, "live")
    prefix = live.removesuffix("live") if settings.database_url is None else f"{live}_"
    admin = create_engine(admin_url(settings), poolclass=NullPool)
    with explained(), admin.connect() as connection:
        rows = connection.execute(text(_NAMES), {"live": live, "prefix": prefix}).scalars().all()
    names = ["live" if row == live else row.removeprefix(prefix) for row in rows]
    return [name for name in names if name != PREFECT]
