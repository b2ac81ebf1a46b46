"""The mail server that notices leave through, as ``RECTIFY_SMTP_URL`` names it."""

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from domain.errors import Refused

Security = Literal["plain", "starttls", "tls"]
"""How the connection is protected: not at all, upgraded after greeting, or from the start."""

_PORTS: dict[Security, int] = {"plain": 25, "starttls": 587, "tls": 465}


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A mail server; ``user`` and ``password`` are empty where it asks for none."""

    host: str
    port: int
    security: Security = "plain"
    user: str = ""
    password: str = field(default="", repr=False)


def parse_smtp(text: str) -> SmtpServer:
    """Read ``smtp://user:password@host:port``, ``smtps://…``, or ``smtp://…?starttls=1``."""
    try:
        url = urlsplit(text)
        security = _security(url)
        return SmtpServer(
            host=_host(url),
            port=url.port or _PORTS[security],
            security=security,
            user=unquote(url.username or ""),
            password=unquote(url.password or ""),
        )
    except ValueError:
        raise Refused(
            "RECTIFY_SMTP_URL 看不懂，请写成 smtp://用户:口令@主机:端口（可加 ?starttls=1）"
            "或 smtps://用户:口令@主机:端口 的形式。"
        ) from None


def _host(url: SplitResult) -> str:
    if not url.hostname or url.path.strip("/"):
        raise ValueError(url.netloc)
    return url.hostname


def _security(url: SplitResult) -> Security:
    options = parse_qs(url.query, keep_blank_values=True, strict_parsing=bool(url.query))
    starttls = options.pop("starttls", ["0"])
    if url.scheme not in {"smtp", "smtps"} or options or starttls[-1] not in {"0", "1"}:
        raise ValueError(url.scheme)
    if url.scheme == "smtps":
        return "tls"
    return "starttls" if starttls[-1] == "1" else "plain"
