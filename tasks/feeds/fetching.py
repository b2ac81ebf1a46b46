"""One GET: no redirects, bounded in bytes and in time, and every way it can fail in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import requests
from urllib3.exceptions import HTTPError

from tasks.feeds.bodies import text_of, too_big, unpacked
from tasks.feeds.quiet import quietly
from tasks.feeds.trouble import Trouble
from tasks.feeds.watchdog import Watchdog, watched_session

CONNECT_SECONDS = 5.0
_BLOCK = 1 << 16
_LATER = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
_DENIED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


@dataclass(frozen=True)
class Bounds:
    """Seconds for the whole of a page, bytes of it after unpacking, and whose TLS is trusted."""

    seconds: float
    most: int
    ca_file: str = ""


@dataclass(frozen=True)
class Answer:
    """What a source answered: the text, and the address of the next page in the Link header."""

    text: str
    size: int
    link: str


class Source:
    """Asks one source, over one connection as far as it lasts."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._watchdog = Watchdog()
        self._session = watched_session(self._watchdog)

    def get(self, url: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        """Ask once; raises ``Trouble``, whose sentence holds neither address nor answer."""
        try:
            with quietly(), self._watchdog.within(self._bounds.seconds):
                return self._get(url, query, headers)
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise self._broken(error) from None

    def close(self) -> None:
        """Let the connection go."""
        self._session.close()

    def _get(self, url: str, query: Mapping[str, str], headers: Mapping[str, str]) -> Answer:
        with self._session.get(
            url,
            params=dict(query),
            headers={"Accept-Encoding": "gzip", "User-Agent": "rectify", **headers},
            timeout=(min(CONNECT_SECONDS, self._bounds.seconds), self._bounds.seconds),
            verify=self._bounds.ca_file or True,
            allow_redirects=False,
            stream=True,
        ) as reply:
            if reply.status_code != HTTPStatus.OK:
                raise _answered(reply)
            raw = self._read(reply)
            coding = reply.headers.get("Content-Encoding", "").strip().lower()
            text = text_of(unpacked(raw, coding, self._bounds.most), reply.encoding or "")
            return Answer(text, len(raw), reply.links.get("next", {}).get("url", ""))

    def _read(self, reply: requests.Response) -> bytes:
        """Read the bytes as they come; of what is packed there are even fewer."""
        raw = bytearray()
        while part := reply.raw.read1(_BLOCK, decode_content=False):
            raw += part
            if len(raw) > self._bounds.most:
                raise too_big(self._bounds.most)
        if self._watchdog.expired:
            raise TimeoutError
        return bytes(raw)

    def _broken(self, error: Exception) -> Trouble:
        seconds = f"{self._bounds.seconds:g}"
        if self._watchdog.expired or isinstance(error, requests.Timeout | TimeoutError):
            return Trouble(f"来源 {seconds} 秒内没有答完一页，稍后自动重试。", again=True)
        if isinstance(error, requests.exceptions.SSLError):
            return Trouble(
                "来源的 TLS 证书或加密连接有问题，没有取数；请来源方修复，内部证书用 ca_file 指定。"
            )
        if isinstance(error, requests.ConnectionError | HTTPError):
            return Trouble("连不上来源，或者连接中途断开，稍后自动重试。", again=True)
        if isinstance(error, OSError) and not isinstance(error, requests.RequestException):
            return Trouble("没有能用的 TLS 证书文件，请核对 ca_file 的路径和权限。")
        return Trouble("来源的答复不合 HTTP 规范，稍后自动重试。", again=True)


def _answered(reply: requests.Response) -> Trouble:
    """Say what a status other than 200 means; ``after`` is what the source asks for."""
    status = reply.status_code
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _LATER:
        sentence = f"来源答复 {status}，稍后自动重试。"
        return Trouble(sentence, again=True, after=_retry_after(reply), status=status)
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        what = "要求转到别的网址，不予跟随；请用 feed set --url 改成最终网址"
    elif status in _DENIED:
        what = "不认可我们的密钥；请核对后用 feed secret 重新设置"
    else:
        what = "不接受这样的请求；请核对网址和参数，见 feed show"
    return Trouble(f"来源答复 {status}，{what}。", status=status)


def _retry_after(reply: requests.Response) -> float | None:
    """Read Retry-After: seconds, or a date, which counts from the answer's own."""
    text = reply.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:6])
    try:
        until = parsedate_to_datetime(text)
        return max(0.0, (until - parsedate_to_datetime(reply.headers["Date"])).total_seconds())
    except (ValueError, TypeError, KeyError):
        return None
