"""The addresses of our databases.

The embedded server has ``rectify_live``, ``rectify_demo``, … and ``prefect``. An external one has
the database its URL names for live, and that name followed by ``_demo``, ``_prefect``, ….
"""

import re
from typing import Literal
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit, urlunsplit

from domain.errors import Misuse
from tasks.coordinates import read_coordinates
from tasks.settings import Settings

Role = Literal["owner", "app"]
"""Who connects: the owner migrates, the application works."""

PREFECT = "prefect"
"""The database of Prefect's server; never one of ours."""

OLDEST_SERVER = 14
"""The oldest major version of PostgreSQL that works."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}")


def database_url(settings: Settings, name: str, role: Role) -> str:
    """Give the SQLAlchemy (psycopg2) address of one of our databases for a role.

    ``name`` is ``live``, ``demo`` or any other simple name; others are refused, ``prefect`` too.
    """
    if name == PREFECT:
        raise Misuse("数据库名 prefect 留给 Prefect 自己使用，请换一个名称。")
    if settings.database_url is None:
        return _embedded_url(settings, database_name(settings, name), f"rectify_{role}")
    options = [("options", "-c role=rectify_app")] if role == "app" else []
    return _external_url(settings.database_url, database_name(settings, name), options)


def prefect_database_url(settings: Settings) -> str:
    """Give the SQLAlchemy (asyncpg) address of Prefect's own database."""
    name = database_name(settings, PREFECT)
    if settings.database_url is None:
        url = _embedded_url(settings, name, "rectify_prefect")
        return url.replace("+psycopg2", "+asyncpg", 1)
    return _asyncpg(_external_url(settings.database_url, name, []))


def database_name(settings: Settings, name: str) -> str:
    """Give the name that the server knows the database by."""
    if _NAME.fullmatch(name) is None:
        raise Misuse(
            f"数据库名“{name}”不行，请以小写字母开头，只用小写字母、数字和下划线，至多 31 个。"
        )
    if settings.database_url is None:
        return PREFECT if name == PREFECT else f"rectify_{name}"
    own = unquote(urlsplit(settings.database_url).path.strip("/"))
    return own if name == "live" else f"{own}_{name}"


def admin_url(settings: Settings) -> str:
    """Give the owner's address of a database that is always there, to make others from."""
    if settings.database_url is None:
        return _embedded_url(settings, "postgres", "rectify_owner")
    return database_url(settings, "live", "owner")


def _embedded_url(settings: Settings, database: str, role: str) -> str:
    at = read_coordinates(settings.home)
    where = urlencode({"host": at.host, "port": at.port}, quote_via=quote, safe="/")
    return f"postgresql+psycopg2://{role}:{quote(at.passwords[role], safe='')}@/{database}?{where}"


def _external_url(given: str, database: str, options: list[tuple[str, str]]) -> str:
    """Point the given address at another database; its own options are kept."""
    url = urlsplit(given)
    kept = [pair for pair in parse_qsl(url.query) if pair[0] != "options" or not options]
    query = urlencode(kept + options, quote_via=quote, safe="/")
    return urlunsplit(("postgresql+psycopg2", url.netloc, f"/{quote(database)}", query, ""))


def _asyncpg(address: str) -> str:
    """Put a libpq address into asyncpg's words, which knows host, port and ``ssl`` alone."""
    url = urlsplit(address)
    known = {"host": "host", "port": "port", "sslmode": "ssl"}
    pairs = [(known[name], value) for name, value in parse_qsl(url.query) if name in known]
    query = urlencode(pairs, quote_via=quote, safe="/")
    return urlunsplit(("postgresql+asyncpg", url.netloc, url.path, query, ""))
