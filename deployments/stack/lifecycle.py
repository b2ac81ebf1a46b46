"""`up`, `down` and `status`: what a person asks of the local stack."""

import time
from dataclasses import dataclass
from typing import Literal

from deployments import postgres
from deployments.stack import detached, record
from deployments.stack.crew import Report
from deployments.stack.health import answers
from deployments.stack.identity import Identity
from deployments.stack.services import TITLES
from deployments.stack.sole import AlreadyRunning
from deployments.stack.supervisor import page, supervise
from domain.errors import Refused
from tasks.settings import Settings

STOP_SECONDS = 60.0
DATABASE_SECONDS = 30.0
_POLL_SECONDS = 0.1

State = Literal["stopped", "starting", "running", "faulty"]


@dataclass(frozen=True, slots=True)
class StackStatus:
    """What is known of the stack; `faulty`: the supervisor runs and something else does not.

    `services` tells by name whether each recorded service lives; `left` holds the process ids
    that remain of a supervisor that was killed.
    """

    state: State
    page: str
    supervisor: int | None
    services: dict[str, bool]
    left: list[int]
    database: bool


def up(settings: Settings, report: Report, *, detach: bool, empty: bool) -> None:
    """Starts the stack: in the foreground until a signal, or detached until it is ready.

    Says that it already runs when it does. Raises `Refused` with the reason when it cannot start.
    """
    try:
        if detach:
            detached.start(settings, report, empty=empty)
            report("停止系统：./rectify down")
        else:
            supervise(
                settings, report, lambda line: report(f"{line}\n停止系统：Ctrl-C"), empty=empty
            )
    except AlreadyRunning as running:
        report(f"{running.sentence}操作界面：{page(settings)}")


def down(settings: Settings, report: Report) -> None:
    """Stops everything of this home and waits until it is gone; nothing running is no error."""
    supervisor = record.read(settings.home).supervisor
    if supervisor is not None and supervisor.is_alive():
        supervisor.end(STOP_SECONDS, group=False)
    for left in record.sweep(settings.home):
        report(f"遗留的进程 {left.pid} 已结束。")
    _stop_database(settings)
    report("系统已停止，数据保留。")


def status(settings: Settings) -> StackStatus:
    """Looks; starts and stops nothing."""
    seen = record.read(settings.home)
    database = postgres.status(settings)
    alive = seen.supervisor is not None and seen.supervisor.is_alive()
    recorded = seen.services.items() if alive else ()
    services = {name: bool(group) and all(map(_lives, group)) for name, group in recorded}
    whole = all(services.get(name, False) for name in TITLES)
    return StackStatus(
        state=_state(settings, alive=alive, ready=seen.ready, whole=whole),
        page=page(settings),
        supervisor=seen.supervisor.pid if seen.supervisor and alive else None,
        services=services,
        left=[] if alive else [each.pid for each in seen.left()],
        database=database.external or database.pid is not None,
    )


def describe(seen: StackStatus) -> str:
    """The status in words."""
    words = {"stopped": "未运行", "starting": "正在启动", "running": "运行中", "faulty": "有故障"}
    lines = [f"系统：{words[seen.state]}", f"数据库：{'运行中' if seen.database else '未运行'}"]
    lines += [
        f"{TITLES.get(name, name)}：{'运行中' if lives else '已停'}"
        for name, lives in seen.services.items()
    ]
    if seen.left:
        lines.append(f"遗留进程：{'、'.join(map(str, seen.left))}（运行 ./rectify down 清理）")
    if seen.supervisor:
        lines.append(f"操作界面：{seen.page}")
    return "\n".join(lines)


def _lives(process: Identity) -> bool:
    return process.is_alive()


def _state(settings: Settings, *, alive: bool, ready: bool, whole: bool) -> State:
    if not alive:
        return "stopped"
    if not ready:
        return "starting"
    return "running" if whole and answers(f"{settings.api_url}/health") else "faulty"


def _stop_database(settings: Settings) -> None:
    """Stops the embedded server, watchdog and all, once the last user has let go."""
    until = time.monotonic() + DATABASE_SECONDS
    while not postgres.stop(settings):
        if time.monotonic() > until:
            raise Refused("仍有命令在使用数据库，数据库未停止，请等它结束后再运行 ./rectify down。")
        time.sleep(_POLL_SECONDS)
