"""One HTTP POST, with what its end says about whether the text arrived."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

from tasks.delivery.results import (
    CONNECT_SECONDS,
    REPLY_SECONDS,
    SENT,
    Result,
    away,
    doubtful,
    failed,
    refused,
)

_LONGEST_REPLY = 4096
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
    """Post, following no redirects. Reading a short reply keeps the connection usable."""
    try:
        with session.post(
            url,
            data=body,
            headers=dict(headers),
            timeout=(CONNECT_SECONDS, REPLY_SECONDS),
            allow_redirects=False,
            stream=True,
        ) as reply:
            text: bytes = next(reply.iter_content(_LONGEST_REPLY), b"")
            return Answer(_judged(reply.status_code, url), text.decode("utf-8", "replace"))
    except requests.RequestException as error:
        return Answer(_broken(error, url))


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
