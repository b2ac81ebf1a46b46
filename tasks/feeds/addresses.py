"""Which addresses are asked: over TLS, without secrets in them, and no other server's."""

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from domain.errors import Misuse
from tasks.feeds.trouble import Trouble
from tasks.settings import is_loopback

_LONGEST = 2000
_PORTS = {"http": 80, "https": 443}
_SECRET = re.compile(
    r"token|secret|passw|pwd|auth|cookie|credential|ticket|session|sign(ature)?$|(^|[_-])key$"
    r"|(api|app|access)[_-]?key",
    re.IGNORECASE,
)

Origin = tuple[str, str, int]
"""Scheme, host and port."""


def names_a_secret(name: str) -> bool:
    """Whether a header or parameter of this name holds what should be kept secret."""
    return _SECRET.search(name) is not None


def check_url(text: str, *, plain_http: bool) -> str:
    """Give an address back, or refuse it with ``Misuse``, saying why."""
    url = _split(text)
    if url is None or url.scheme not in _PORTS or not url.hostname or url.fragment:
        raise Misuse("--url 不是网址，请写成 https://主机/路径 的形式。")
    if url.username is not None or url.password is not None:
        raise Misuse("--url 中不能带用户名和口令，请用 --header 引用密钥，见 feed secret。")
    if url.scheme == "http" and not plain_http and not is_loopback(url.hostname):
        raise Misuse(
            "--url 是不加密的 http，途中任何人都能看到来件，请改用 https；"
            "确在内网且不得不用时加上 --plain-http。"
        )
    for name, _ in parse_qsl(url.query, keep_blank_values=True):
        if names_a_secret(name):
            raise Misuse(f"--url 的参数 {name} 像是密钥，请改写成 --query '{name}={{secret}}'。")
    return text


def origin(text: str) -> Origin | None:
    """Give the server of an address; ``None`` where it names none."""
    url = _split(text)
    if url is None or url.scheme not in _PORTS or not url.hostname:
        return None
    return url.scheme, url.hostname, url.port or _PORTS[url.scheme]


def server(text: str) -> str:
    """Write the server of an address, without path and query."""
    url = urlsplit(text)
    return f"{url.scheme}://{url.netloc}"


def shown(text: str) -> str:
    """Write an address without the values of its query."""
    url = urlsplit(text)
    names = "&".join(f"{name}=…" for name, _ in parse_qsl(url.query, keep_blank_values=True))
    return urlunsplit(url._replace(query=names))


def following(here: str, link: str) -> str:
    """Give the address that a link leads to; only the same server is asked."""
    there = _split(_joined(here, link))
    if there is None or there.username is not None:
        raise Trouble("来源给出的下一页链接不是可用的网址，请向来源方核对。")
    if origin(there.geturl()) != origin(here):
        raise Trouble("来源给出的下一页链接指向另一台服务器，不予跟随，请向来源方核对。")
    return urlunsplit(there._replace(fragment=""))


def without(text: str, names: frozenset[str]) -> str:
    """Give path and query of an address without the parameters named."""
    url = urlsplit(text)
    kept = [pair for pair in parse_qsl(url.query, keep_blank_values=True) if pair[0] not in names]
    return urlunsplit(("", "", url.path, urlencode(kept), ""))


def _joined(here: str, link: str) -> str:
    try:
        return urljoin(here, link) if _split(link) is not None else ""
    except ValueError:
        return ""


def _split(text: str) -> SplitResult | None:
    """Split an address; ``None`` when it is none, a port out of range included."""
    if len(text) > _LONGEST or not text.isprintable() or " " in text or "\\" in text:
        return None
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError:
        return None
    return url
