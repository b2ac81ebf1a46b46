"""Waits for a server to answer, and sees that it is ours that answers."""

import time
import urllib.error
import urllib.request
from collections.abc import Callable

from domain.errors import Refused

POLL_SECONDS = 0.2
_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def answers(url: str, seconds: float = 2.0) -> bool:
    """Whether a GET of this address on this machine gives 200 within the time."""
    try:
        with _DIRECT.open(url, timeout=seconds) as response:
            return bool(response.status == 200)  # noqa: PLR2004 - the well-known number
    except (urllib.error.URLError, OSError):
        return False


def wait_until_ready(url: str, why_dead: Callable[[], str | None], seconds: float) -> None:
    """Returns once the address answers.

    `why_dead` gives None while our own child lives, else the reason it died; a stranger that
    answers in its place does not count. Raises `Refused` with that reason, or when time is up.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        answered = answers(url)
        if reason := why_dead():
            raise Refused(reason)
        if answered:
            return
        time.sleep(POLL_SECONDS)
    raise Refused(f"等了 {seconds:.0f} 秒，{url} 仍没有应答，请查看日志后重试。")
