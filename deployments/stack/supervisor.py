"""The one process that holds the local stack together, in the foreground or detached."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from deployments import postgres
from deployments.postgres.place import prepare
from deployments.stack import record, startup
from deployments.stack.crew import Crew, Report
from deployments.stack.identity import Identity
from deployments.stack.log_warning import log_warnings
from deployments.stack.ports import require_free
from deployments.stack.record import Record
from deployments.stack.rules_notice import rules_notices
from deployments.stack.sole import sole
from deployments.stack.space import require_space
from deployments.stack.watch import Watch
from tasks.settings import PORTAL_HOST, Settings

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Ended(BaseException):
    """A signal asked the supervisor to stop; not an error, and nobody may swallow it."""


def supervise(settings: Settings, report: Report, ready: Report, *, empty: bool) -> None:
    """Starts everything, says so through `ready`, and looks after it until a signal comes.

    Raises `AlreadyRunning` when another supervisor has this home, and `Refused` with the reason
    when something does not start; nothing is then left running.
    """
    began = time.monotonic()
    prepare(settings.home)
    require_space(settings.home)
    with sole(settings.home), ended_by_signals(report):
        for left in record.sweep(settings.home):
            report(f"上次遗留的进程 {left.pid} 已结束。")
        require_free(settings.host, settings.prefect_port, "RECTIFY_PREFECT_PORT")
        require_free(PORTAL_HOST, settings.portal_port, "RECTIFY_PORTAL_PORT")
        report("启动数据库……")
        with postgres.lease(settings):
            crew = Crew(settings.home, Record(Identity.of(os.getpid())), report)
            try:
                startup.bring_up(crew, settings, empty=empty)
                ready(addresses(settings, time.monotonic() - began))
                Watch(crew, settings).forever()
            finally:
                deaf_to_signals()
                crew.stop()
                record.path(settings.home).unlink(missing_ok=True)


def addresses(settings: Settings, seconds: float) -> str:
    """Where to look, for the person who started it."""
    lines = [
        f"系统已就绪（用时 {seconds:.0f} 秒）。",
        f"操作界面：{page(settings)}",
        f"工作清单：{page(settings)}/artifacts/key/worklist（演示：…/demo-worklist）",
        f"单位门户：{settings.portal_url}/",
        f"受理接口（Open311）：{settings.portal_url}/open311/v2/discovery.json",
        f"日志目录：{settings.home / 'logs'}",
    ]
    if settings.public_url_is_loopback and (settings.smtp or settings.webhook_secret):
        lines.append(
            f"注意：通知里的链接将指向 {settings.public_url}，"
            "收件人在别的机器上打不开，请设置 RECTIFY_PUBLIC_URL。"
        )
    return "\n".join([*lines, *log_warnings(settings), *rules_notices(settings)])


def page(settings: Settings) -> str:
    """The address of Prefect's pages."""
    return settings.api_url.removesuffix("/api") + "/v2"


@contextmanager
def ended_by_signals(report: Report) -> Iterator[None]:
    """Turns the signals that end a program into an orderly stop."""
    former = {number: signal.signal(number, _end) for number in ENDING}
    try:
        yield
    except Ended:
        report("系统已停止，数据保留。")
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


def deaf_to_signals() -> None:
    """Lets the stop that is under way come to its end."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)


def _end(_number: int, _frame: FrameType | None) -> None:
    raise Ended
