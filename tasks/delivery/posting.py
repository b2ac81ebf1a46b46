"""One HTTP POST, with what its end says about whether the text arrived."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from time import monotonic
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError

from tasks.delivery.results import (
    CONNECT_SECONDS,
    REPLY_SECONDS,
    SENT,
    Result,
    away,
    bounced,
    doubtful,
    failed,
    refused,
)

_LONGEST_REPLY = 4096
_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_TRY_LATER = (
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
)


@dataclass(frozen=True)
class Answer:
    """How a POST ended, and the beginning of the reply's text where there was one."""

    result: Result
    text: str = ""


def post(session: requests.Session, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Post, following no redirects. Reading a short reply keeps the connection usable.

    What a longer reply holds beyond its beginning is never read; its connection is dropped.
    """
    try:
        with session.post(
            url,
            data=body,
            headers=dict(headers),
            timeout=(CONNECT_SECONDS, REPLY_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as reply:
            return Answer(_judged(reply.status_code, url), _beginning(reply))
    except requests.RequestException as error:
        return Answer(_broken(error, url))


def _beginning(reply: requests.Response) -> str:
    """Read the beginning of a reply; one that trickles in has as long as the whole of it.

    Once the status is known a broken text changes nothing: what arrived, arrived.
    """
    until, text = monotonic() + REPLY_SECONDS, b""
    try:
        while len(text) < _LONGEST_REPLY and monotonic() < until:
            part: bytes = reply.raw.read1(_LONGEST_REPLY - len(text), decode_content=True)
            if not part:
                break
            text += part
    except (HTTPError, OSError):
        pass
    return text.decode("utf-8", "replace")


def origin(url: str) -> str:
    """Give the server of a URL, without path and secrets."""
    try:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.hostname}:{parts.port or ''}".rstrip(":")
    except ValueError:
        return ""


def _judged(status: int, url: str) -> Result:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return SENT
    reason = f"接收方 {origin(url)} 答复 {status}"
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _TRY_LATER:
        return failed(f"{reason}，稍后自动重试。")
    if status in _GONE:
        return bounced(f"{reason}，这个网址不存在；请更正联系人后重发。")
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        return refused(f"{reason}，要求转到别处，不予跟随；请把联系人改成最终网址后重发。")
    return refused(f"{reason}，不会接受这条消息；请核对地址和密钥后重发。")


def _broken(error: requests.RequestException, url: str) -> Result:
    """Before the connection stood nothing was sent; after that nobody knows."""
    where = origin(url)
    if isinstance(error, ValueError):
        return refused(f"“{where}”不是可用的网址，请更正联系人后重发。")
    if _never_connected(error):
        return away(f"连不上接收方 {where}，稍后自动重试。")
    return doubtful(f"接收方 {where} 没有答复就断开或超时，可能已经送达；将原样重发。")


def _never_connected(error: requests.RequestException) -> bool:
    unconnected = (
        requests.ConnectTimeout,
        requests.exceptions.ProxyError,
        requests.exceptions.SSLError,
    )
    if isinstance(error, unconnected):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)
