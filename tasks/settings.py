"""Settings from the environment, read once and refused early.

A setting that is empty counts as absent. Secrets never show in a ``repr``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from domain.errors import Refused
from tasks.smtp import SmtpServer, parse_smtp

CHECKOUT = Path(__file__).resolve().parents[1]
"""The folder this program runs from."""

PORTAL_HOST = "127.0.0.1"
"""Where the portal listens, whatever the other servers do."""

_MAX_PORT = 65535
_SHOWN = 60
_DATABASE_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg2")


@dataclass(frozen=True, slots=True)
class Settings:
    """Where state lives, where the servers listen, and how notices leave.

    ``database_url`` is an external PostgreSQL's, or ``None`` for the embedded one. ``host`` is what
    the servers listen on; ``public_url`` (no trailing slash) goes into every link.
    """

    home: Path
    database_url: str | None = field(default=None, repr=False)
    prefect_port: int = 4200
    portal_port: int = 8400
    host: str = "127.0.0.1"
    public_url: str = "http://127.0.0.1:8400"
    prefect_auth: str | None = field(default=None, repr=False)
    smtp: SmtpServer | None = None
    smtp_from: str | None = None
    webhook_secret: str | None = field(default=None, repr=False)

    @property
    def api_url(self) -> str:
        """Prefect's API as processes on this machine reach it."""
        wildcard = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - a name, not a binding
        return f"http://{_in_url(wildcard.get(self.host, self.host))}:{self.prefect_port}/api"

    @property
    def portal_url(self) -> str:
        """The portal as processes on this machine reach it, and nobody else does."""
        return f"http://{PORTAL_HOST}:{self.portal_port}"

    @property
    def public_url_is_loopback(self) -> bool:
        """Whether links sent to others would lead nowhere outside this machine."""
        return is_loopback(urlsplit(self.public_url).hostname or "")


def load_settings(environ: Mapping[str, str]) -> Settings:
    """Read all settings; the first bad one is refused in a sentence that names its variable."""
    present = {name: value.strip() for name, value in environ.items() if value.strip()}
    portal_port = _port(present, "RECTIFY_PORTAL_PORT", 8400)
    settings = Settings(
        home=Path(present.get("RECTIFY_HOME", CHECKOUT / ".rectify")).absolute(),
        database_url=_database(present),
        prefect_port=_port(present, "RECTIFY_PREFECT_PORT", 4200),
        portal_port=portal_port,
        host=_host(present),
        public_url=_public(present, portal_port),
        prefect_auth=present.get("PREFECT_SERVER_API_AUTH_STRING"),
        smtp=parse_smtp(present["RECTIFY_SMTP_URL"]) if "RECTIFY_SMTP_URL" in present else None,
        smtp_from=_sender(present),
        webhook_secret=present.get("RECTIFY_WEBHOOK_SECRET"),
    )
    _refuse_contradictions(settings)
    return settings


def is_loopback(host: str) -> bool:
    """Tell whether a host name or address means this machine alone."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse_contradictions(settings: Settings) -> None:
    if settings.prefect_port == settings.portal_port:
        raise Refused(
            "RECTIFY_PREFECT_PORT 与 RECTIFY_PORTAL_PORT 是同一个端口"
            f" {settings.portal_port}，请改成不同的端口。"
        )
    if not is_loopback(settings.host) and settings.prefect_auth is None:
        raise Refused(
            f"RECTIFY_HOST={settings.host} 会让其他机器访问本系统，而没有设置口令，"
            "请先设置 PREFECT_SERVER_API_AUTH_STRING=用户名:口令。"
        )
    if settings.prefect_auth is not None and ":" not in settings.prefect_auth:
        raise Refused("PREFECT_SERVER_API_AUTH_STRING 应写成 用户名:口令 的形式，请改正。")
    if settings.smtp is not None and settings.smtp_from is None:
        raise Refused("设置了 RECTIFY_SMTP_URL 而没有设置发件人，请设置 RECTIFY_SMTP_FROM。")


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, str(default))
    if not (text.isascii() and text.isdigit() and 0 < int(text[:6]) <= _MAX_PORT):
        raise Refused(f"{name}={_shown(text)} 不是端口号，请写 1 到 {_MAX_PORT} 的整数。")
    return int(text)


def _host(environ: Mapping[str, str]) -> str:
    text = environ.get("RECTIFY_HOST", "127.0.0.1")
    if text == "localhost":
        return text
    try:
        return str(ip_address(text))
    except ValueError:
        raise Refused(
            f"RECTIFY_HOST={_shown(text)} 不是 IP 地址，请写要监听的地址，例如 127.0.0.1。"
        ) from None


def _database(environ: Mapping[str, str]) -> str | None:
    text = environ.get("RECTIFY_DATABASE_URL")
    if text is None:
        return None
    url = _split(text)
    if url is None or url.scheme not in _DATABASE_SCHEMES or not url.path.strip("/"):
        raise Refused(
            "RECTIFY_DATABASE_URL 看不懂，请写成 postgresql://用户:口令@主机:端口/数据库 的形式。"
        )
    return text


def _public(environ: Mapping[str, str], portal_port: int) -> str:
    text = environ.get("RECTIFY_PUBLIC_URL", f"http://127.0.0.1:{portal_port}")
    url = _split(text)
    if url is None or url.scheme not in {"http", "https"} or not url.hostname or url.query:
        raise Refused(f"RECTIFY_PUBLIC_URL={_shown(text)} 不是网址，请写成 https://主机 的形式。")
    return text.rstrip("/")


def _sender(environ: Mapping[str, str]) -> str | None:
    text = environ.get("RECTIFY_SMTP_FROM")
    if text is not None and ("@" not in text or any(char in text for char in "\r\n")):
        raise Refused(f"RECTIFY_SMTP_FROM={_shown(text)} 不是邮箱地址，请改正。")
    return text


def _split(text: str) -> SplitResult | None:
    """Split a URL; ``None`` when it is none, a port out of range included."""
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError:
        return None
    return url


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _shown(text: str) -> str:
    """Quote a value in a sentence: its first line, cut where it gets long."""
    first = text.splitlines()[0]
    return first if len(first) <= _SHOWN else f"{first[:_SHOWN]}…"
