"""The schema's version: up, down, and refusing to work on one that does not fit the code."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from domain.errors import Refused
from models.engine import connect, transaction

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x5EC71F1
"""Advisory lock held while migrating, so that two starts at once do not collide."""
PATIENCE = "20s"
"""How long a migration waits for those who use what it changes."""


def _config(connection: Connection) -> Config:
    config = Config()
    # Alembic reads its options through configparser, where a percent sign must be doubled.
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at ``url`` (the owner's) to ``revision``; refuses a newer schema."""
    _migrate(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """Take the database at ``url`` (the owner's) back to ``revision`` (``base`` for nothing)."""
    _migrate(url, lambda config: command.downgrade(config, revision))


def _migrate(url: str, step: Callable[[Config], None]) -> None:
    engine = connect(url)
    try:
        with transaction(engine) as connection:
            connection.exec_driver_sql(f"set local lock_timeout = '{PATIENCE}'")
            connection.exec_driver_sql(f"select pg_advisory_xact_lock({_LOCK})")
            _refuse_newer(current(connection))
            step(_config(connection))
    finally:
        engine.dispose()


def current(connection: Connection) -> str | None:
    """Give the revision of the connected database; ``None`` when it has no schema of ours."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """Give the revision that this code needs."""
    return ScriptDirectory(str(_MIGRATIONS)).get_current_head()


def require_current(engine: Engine) -> None:
    """Refuse a database whose schema is older or newer than this code."""
    with transaction(engine) as connection:
        found = current(connection)
        _refuse_newer(found)
    if found != newest():
        raise Refused(
            f"数据库结构版本为 {found or '空'}，程序需要 {newest()}，请先运行 ./rectify up 升级。"
        )


def _refuse_newer(found: str | None) -> None:
    known = {script.revision for script in ScriptDirectory(str(_MIGRATIONS)).walk_revisions()}
    if found is not None and found not in known:
        raise Refused(f"数据库结构版本 {found} 比程序新，请先升级程序再启动。")
