"""What went wrong with a database server, in a sentence; never with the values of a statement."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from domain.errors import Refused
from tasks.settings import Settings

_SENTENCES = {
    "28P01": "数据库不认所给的口令，请核对 {where}。",
    "28000": "数据库不让该用户登录，请核对 {where} 与服务器的 pg_hba.conf。",
    "3D000": "数据库不存在，请管理员先建立 {where} 所指的数据库。",
    "42501": (
        "连接数据库的角色权限不足，请让它成为 {where} 所指数据库的所有者，"
        "并执行 ALTER ROLE … CREATEDB CREATEROLE。"
    ),
    "53100": "数据库服务器磁盘已满，请清理后重试。",
    "53300": "数据库连接数已满，请稍后重试或调大 max_connections。",
    "55006": "作为样板的数据库正被使用，请稍后重试。",
    "58P01": "数据库服务器没有 pg_trgm 扩展，请安装 PostgreSQL 的 contrib 组件。",
    "0A000": "数据库服务器没有 pg_trgm 扩展，请安装 PostgreSQL 的 contrib 组件。",
}
_CODE_IN_TEXT = {
    "password authentication failed": "28P01",
    "no pg_hba.conf entry": "28000",
    "does not exist": "3D000",
    "too many clients": "53300",
    "permission denied for database": "42501",
}


@contextmanager
def explained(settings: Settings) -> Iterator[None]:
    """Turn the driver's errors within into ``Refused``."""
    try:
        yield
    except DBAPIError as error:
        raise Refused(_sentence(error, settings)) from None


def _sentence(error: DBAPIError, settings: Settings) -> str:
    where = (
        f"{settings.home}/database.json"
        if settings.database_url is None
        else "RECTIFY_DATABASE_URL"
    )
    code = getattr(error.orig, "pgcode", None) or _code_in(str(error.orig))
    if code is None:
        return f"连接不上数据库，请确认 {where} 所指的服务器正在运行且可以到达。"
    known = _SENTENCES.get(code, f"数据库拒绝了操作（代码 {code}），请查看服务器日志。")
    return known.format(where=where)


def _code_in(message: str) -> str | None:
    """A refused connection carries its reason in the text alone."""
    return next((code for part, code in _CODE_IN_TEXT.items() if part in message), None)
