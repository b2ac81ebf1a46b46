"""Warns when the database server's own log would say what was entered."""

from sqlalchemy import Engine

from domain.errors import RectifyError
from models.engine import connect
from models.server_logging import REMEDIES, leaking_settings
from tasks.databases import database_url
from tasks.settings import Settings


def log_warnings(settings: Settings) -> list[str]:
    """Say what of the server's settings would leak, and how to set it; nothing where all is well.

    A server that cannot be asked now says nothing: that it is away is told elsewhere.
    """
    try:
        engine = connect(database_url(settings, "live", "app"))
    except RectifyError:
        return []
    try:
        return _warning(engine)
    except RectifyError:
        return []
    finally:
        engine.dispose()


def _warning(engine: Engine) -> list[str]:
    found = leaking_settings(engine)
    if not found:
        return []
    now = "、".join(f"{name}={value}" for name, value in found.items())
    database = engine.url.database
    remedy = " ".join(
        f"ALTER DATABASE \"{database}\" SET {name} = '{REMEDIES[name]}';" for name in found
    )
    told = f"注意：数据库服务器会把语句内容（可能含反映内容）写入自己的日志（{now}），"
    return [f"{told}请数据库管理员执行：{remedy}"]
